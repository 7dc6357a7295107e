"""What has a page: everything `wb` offers, every neuron, data set and part, and what a module of the engine, or
`workbench.plots`, offers by its `__all__`. All of it is found in the code and never listed here.

A neuron is a file of engine/neurons, a data set a file of engine/data, a part a file of design/parts. Of the other
names, a public module (`wb.losses`) is a group of its functions and classes; what is public by itself belongs to the
group of its module, to "layers" where it is a layer or joins them, or to "workbench" where it is above the engine.
"""

import inspect
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from torch import nn

import workbench
import workbench.engine
from workbench.design.parts import parts
from workbench.engine.data import datasets
from workbench.engine.encoders import Encoder
from workbench.engine.neurons import neurons

ENGINE = "workbench.engine."
FIRST = ("neurons", "layers", "encoders", "surrogates", "losses", "accuracies", "regularisers", "distances", "targets")
LAST = ("data sets", "data", "parts", "plots", "workbench")
PLOTS = "workbench.plots"
JOINS = ("layers", "wire", "graph_network")  # modules of what joins layers: it has its page among them


@dataclass(frozen=True)
class Entry:
    """One page: `group`/`slug`.html says what `name` is. `call` is how it is written, `doc` its docstring."""

    group: str
    name: str
    value: Any
    call: str
    doc: str
    slug: str = ""

    @property
    def page(self) -> str:
        """Its place in the folder."""
        return f"{self.group.replace(' ', '-')}/{self.slug}.html"

    @property
    def summary(self) -> str:
        """The first paragraph of its docstring, on one line."""
        return " ".join(self.doc.partition("\n\n")[0].split())


@dataclass(frozen=True)
class Group:
    """One index page: its entries, and what the module they come from says about itself."""

    name: str
    doc: str
    entries: tuple[Entry, ...]

    @property
    def page(self) -> str:
        """Its place in the folder."""
        return f"{self.name.replace(' ', '-')}/index.html"


def groups() -> list[Group]:
    """Every group in reading order; one that is new comes after those of the engine that a reader knows."""
    found: dict[str, dict[str, Entry]] = {}
    for entry in (*_neurons(), *_modules(), *_names(), *_offered(), *_datasets(), *_parts()):
        found.setdefault(entry.group, {}).setdefault(entry.name, entry)
    known = {name: place for place, name in enumerate(FIRST)} | {name: 200 + i for i, name in enumerate(LAST)}
    order = sorted(found, key=lambda name: (known.get(name, 100), name))
    return [Group(name, _about(name), tuple(_placed(found[name]))) for name in order]


def _neurons() -> Iterator[Entry]:
    for name, model in neurons().items():
        yield _entry("neurons", name, model)


def _modules() -> Iterator[Entry]:
    for group in dir(workbench):
        module = getattr(workbench, group)
        if isinstance(module, types.ModuleType):
            for name in sorted(getattr(module, "__all__", vars(module))):
                value = getattr(module, name)
                if not name.startswith("_") and _described(value) and value.__module__.startswith(module.__name__):
                    yield _entry(group, name, value, f"wb.{group}.{name}")


def _names() -> Iterator[Entry]:
    for name in dir(workbench):
        value = getattr(workbench, name)
        if _described(value) and not (inspect.isclass(value) and name in neurons()):
            yield _entry(_room(value), name, value)


def _offered() -> Iterator[Entry]:
    """What is imported from its module by those who know it; what `wb` has a name for has its page by that already."""
    shown = [getattr(workbench, name) for name in dir(workbench)]
    groups = [value for value in shown if isinstance(value, types.ModuleType)]
    for place in (*(found.name for found in walk_packages(workbench.engine.__path__, ENGINE)), PLOTS):
        module = import_module(place)
        for name in () if module in groups else getattr(module, "__all__", ()):
            value = inspect.unwrap(getattr(module, name))
            if _described(value) and value not in shown:
                call = f"plots.{name}" if place == PLOTS else f"{place}.{name}"
                yield _entry(_room(value), name, value, call)


def _datasets() -> Iterator[Entry]:
    for name, loader in datasets().items():
        yield Entry("data sets", name, loader, f'workbench.engine.data.load("{name}")', inspect.getdoc(loader) or "")


def _parts() -> Iterator[Entry]:
    for kind, part in parts().items():
        if kind not in neurons():
            yield Entry("parts", kind, part, f'design.add("{kind}")', part.meaning)


def _described(value: Any) -> bool:
    return inspect.isfunction(value) or inspect.isclass(value)


def _room(value: Callable | type) -> str:
    """The group of what is public by itself."""
    module = value.__module__
    if not module.startswith(ENGINE):
        return "plots" if module == PLOTS else "workbench"
    if inspect.isclass(value) and issubclass(value, Encoder):
        return "encoders"
    room = module.removeprefix(ENGINE).partition(".")[0]
    layer = room != "neurons" and inspect.isclass(value) and issubclass(value, nn.Module)
    return "layers" if layer or room in JOINS else room


def _entry(group: str, name: str, value: Any, call: str = "") -> Entry:
    return Entry(group, name, value, call or f"wb.{name}", inspect.getdoc(value) or "")


def _about(group: str) -> str:
    """What the module behind a group says of itself; empty where there is no one module."""
    try:
        place = PLOTS if group == "plots" else ENGINE + ("data" if group == "data sets" else group)
        return inspect.getdoc(import_module(place)) or ""
    except ModuleNotFoundError:
        return inspect.getdoc(workbench) or "" if group == "workbench" else ""


def _placed(entries: dict[str, Entry]) -> Iterator[Entry]:
    """The entries in alphabetical order, each with a file of its own: many disks do not tell `Rate` from `rate`."""
    taken: set[str] = {"index"}
    for name in sorted(entries, key=lambda name: (name.lower(), name)):
        slug = name.lower()
        while slug in taken:
            slug += "-"
        taken.add(slug)
        one = entries[name]
        yield Entry(one.group, one.name, one.value, one.call, one.doc, slug)
