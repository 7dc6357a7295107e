"""What every loop is called with, as LLVM's text: a table of where something lies, and of numbers."""

from collections.abc import Callable

Loop = Callable[..., None]


def entries(table: str, names: tuple[str, ...], numbers: tuple[str, ...] = ()) -> list[str]:
    """The lines that read the entries of a table: where something lies, or a number."""
    code = []
    for i, name in enumerate(names):
        code += [f"  %{name}.entry = getelementptr i64, ptr %{table}, i64 {i}"]
        code += [f"  %{name} = load {'i64' if name in numbers else 'ptr'}, ptr %{name}.entry"]
    return code


def ends(starts: str, this: str, following: str) -> list[str]:
    """The lines that read where a list begins and ends: %k.first and %end."""
    code = [f"  %k.at = getelementptr i64, ptr %{starts}, i64 {this}", "  %k.first = load i64, ptr %k.at"]
    return [*code, f"  %end.at = getelementptr i64, ptr %{starts}, i64 {following}", "  %end = load i64, ptr %end.at"]
