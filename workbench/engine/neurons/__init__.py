"""The neuron models, each declared by the text of one time step, its knobs and its states.

One a file: a file with a neuron of its name is found by itself, in menus, reference and contract tests. `rleaky.py` or
`r_leaky.py` may hold RLeaky; what models share lies here too, under other names.
"""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from workbench.engine.neurons.base import Neuron


@lru_cache
def neurons() -> dict[str, type[Neuron]]:
    """Every neuron model of this folder by its name, in alphabetical order."""
    found: dict[str, type[Neuron]] = {}
    for module in iter_modules(__path__):
        for name, value in vars(import_module(f"{__name__}.{module.name}")).items():
            if isinstance(value, type) and issubclass(value, Neuron) and name.lower() == module.name.replace("_", ""):
                found[name] = value
    return dict(sorted(found.items()))
