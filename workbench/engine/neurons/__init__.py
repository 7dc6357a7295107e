"""The neuron models, one a file. A new file with a `Neuron` in it is found by itself, in menus and contract tests."""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from workbench.engine.neurons.base import Neuron


@lru_cache
def neurons() -> dict[str, type[Neuron]]:
    """Every neuron model of this folder by its name, in alphabetical order."""
    found: dict[str, type[Neuron]] = {}
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Neuron) and value.__module__.endswith(module.name):
                found |= {value.__name__: value} if value is not Neuron else {}
    return dict(sorted(found.items()))
