"""Every kind of node, discovered: one file of this folder for each part, and one part for each neuron of the engine."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from workbench.design.parts.base import GROUPS, Part
from workbench.design.parts.neuron import neuron_parts
from workbench.design.sentences import DesignError, closest, shown


@cache
def parts() -> dict[str, Part]:
    """{kind: part} in the order of the palette: by group, then by file, the neurons as the engine names them."""
    found: list[Part] = []
    for info in iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        found += [
            value()
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Part) and value.__module__ == module.__name__
            if hasattr(value, "kind")
        ]
    found += neuron_parts()
    return {part.kind: part for part in sorted(found, key=lambda part: GROUPS.index(part.group))}


def part(kind: str, where: str = "kind") -> Part:
    """The part of that kind, or a sentence with the nearest one."""
    known = parts()
    if not isinstance(kind, str) or kind not in known:
        raise DesignError(f"{where}: there is no part {shown(kind)}; {closest(kind, known)}.")
    return known[kind]
