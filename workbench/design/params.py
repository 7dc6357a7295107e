"""What may be said about one parameter, of a part, of the stimulus or of training: its words, bounds and reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.design import grammar, limits
from workbench.design.sentences import DesignError, closest, given, shown
from workbench.design.values import Values, frozen

Form = Literal["number", "whole", "flag", "choice", "shape", "numbers", "named"]


@dataclass(frozen=True)
class Param:
    """One parameter, as the inspector shows it and the document holds it.

    - `form`: "number", "whole" (number), "flag" (true or false), "choice" (one of `choices`), "shape" (row of sizes),
      "numbers" (one number, or a row with one for each value), "named" (a name from `variants` with its own numbers).
    - `symbol` is LaTeX, `unit` "1" where dimensionless, `lo` and `hi` hard bounds in that unit.
    - `default` holds where a document says nothing. `optional` allows null, which `empty` puts into words.
    - `structural` parameters change what is built; the others are turned while the network runs.
    - `variants` maps a name to its parameters: {"fast_sigmoid": (Param("slope", …),)}.
    """

    name: str
    form: Form
    default: Any
    meaning: str
    symbol: str = ""
    unit: str = "1"
    lo: float | None = None
    hi: float | None = None
    choices: tuple[str, ...] = ()
    variants: Mapping[str, tuple["Param", ...]] | None = None
    source: str = ""
    optional: bool = False
    empty: str = ""
    structural: bool = True

    def read(self, value: Any, where: str) -> Any:
        """The value in its immutable form, or `DesignError` naming `where`."""
        value = frozen(value)
        if value is None and self.optional:
            return None
        match self.form:
            case "number":
                return grammar.number(value, where, self.lo, self.hi)
            case "whole":
                return grammar.whole(value, where, int(self.lo or 0), int(self.hi or 0))
            case "flag":
                return grammar.flag(value, where)
            case "choice":
                return grammar.choice(value, where, self.choices)
            case "shape":
                return _shape(value, where)
            case "numbers":
                return self._numbers(value, where)
            case "named":
                return self._named(value, where)

    def _numbers(self, value: Any, where: str) -> Any:
        if not isinstance(value, tuple):
            return grammar.number(value, where, self.lo, self.hi)
        if not value:
            raise DesignError(f"{where}: the row [ ] is empty; write one number for all, or one for each value.")
        entries = grammar.row(value, where, limits.ROW_VALUES, "numbers")
        return tuple(grammar.number(entry, f"{where}[{i}]", self.lo, self.hi) for i, entry in enumerate(entries))

    def _named(self, value: Any, where: str) -> Values:
        variants = self.variants or {}
        if not isinstance(value, Mapping) or "name" not in value:
            raise DesignError(f'{where}: must be {{"name": …}} with its numbers, {given(value)}.')
        name = value["name"]
        if not isinstance(name, str) or name not in variants:
            raise DesignError(f"{where}: {shown(name)} is not known here; {closest(name, variants)}.")
        given_numbers = {key: item for key, item in value.items() if key != "name"}
        return Values(name=name, **read_params(variants[name], given_numbers, where))


def read_params(params: tuple[Param, ...], found: Any, where: str) -> Values:
    """The parameters found in a document, strictly: every name known, every value allowed; defaults stay unsaid."""
    known = {param.name: param for param in params}
    if not isinstance(found, Mapping):
        raise DesignError(f"{where}: its parameters must be named values in {{ }}, {given(found)}.")
    for name in found:
        if name not in known:
            raise DesignError(f"{where}: there is no parameter {shown(name)}; {closest(name, known)}.")
    return Values({name: known[name].read(value, f"{where}.{name}") for name, value in found.items()})


def filled(params: tuple[Param, ...], said: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter with its value: what the document says, else the default."""
    return {param.name: said.get(param.name, frozen(param.default)) for param in params}


def _shape(value: Any, where: str) -> tuple[int, ...]:
    """A row of one to four sizes whose product is within the limit for one layer."""
    sizes = grammar.row(value, where, limits.DIMENSIONS, "sizes")
    if not sizes:
        raise DesignError(f"{where}: the row [ ] is empty; write the sizes, such as [64] or [8, 8].")
    shape = tuple(grammar.whole(size, f"{where}[{i}]", 1, limits.LAYER_VALUES) for i, size in enumerate(sizes))
    count = 1
    for size in shape:
        count *= size
    if count > limits.LAYER_VALUES:
        raise DesignError(f"{where}: {shown(shape)} makes {count:,} values; a layer may have {limits.LAYER_VALUES:,}.")
    return shape
