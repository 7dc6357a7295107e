"""SNN Workbench: draw a spiking network, watch it, train it, and see what it costs.

    import workbench as wb

takes no time: torch is read when a name that needs it is first touched. The names are listed in `__init__.pyi`, which
`scripts/write_stub.py` writes from the table below and the neuron files.
"""

import re
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

_PLACES = {
    "BatchNorm": "workbench.engine.normalisation",
    "BatchNormTT1d": "workbench.engine.normalisation",
    "BatchNormTT2d": "workbench.engine.normalisation",
    "Delta": "workbench.engine.encoders",
    "Design": "workbench.design",
    "Dropout": "workbench.engine.dropout",
    "Estimate": "workbench.hardware.rows",
    "Evaluation": "workbench.run.results",
    "Frame": "workbench.run.results",
    "Latency": "workbench.engine.encoders",
    "Neuron": "workbench.engine.neurons.base",
    "OneToOne": "workbench.engine.connections",
    "Presentation": "workbench.run.results",
    "Probe": "workbench.engine.probes",
    "Rate": "workbench.engine.encoders",
    "Record": "workbench.engine.record",
    "Sequential": "workbench.engine.network",
    "Simulation": "workbench.run.simulation",
    "Sparse": "workbench.engine.connections",
    "Step": "workbench.run.results",
    "Training": "workbench.run.training",
    "Weights": "workbench.run.weights",
    "accuracy_rate": "workbench.engine.accuracies",
    "accuracy_temporal": "workbench.engine.accuracies",
    "ce_count": "workbench.engine.losses",
    "ce_max_membrane": "workbench.engine.losses",
    "ce_rate": "workbench.engine.losses",
    "ce_temporal": "workbench.engine.losses",
    "distances": "workbench.engine.distances",
    "encoders": "workbench.engine.encoders",
    "estimate": "workbench.hardware.costs",
    "losses": "workbench.engine.losses",
    "mse_count": "workbench.engine.losses",
    "mse_membrane": "workbench.engine.losses",
    "mse_temporal": "workbench.engine.losses",
    "notebook": "workbench.notebook_page",
    "regularisers": "workbench.engine.regularisers",
    "show": "workbench.notebook_page",
    "simulate": "workbench.run.loops",
    "state_quant": "workbench.engine.quantisation",
    "states": "workbench.engine.states",
    "surrogates": "workbench.engine.surrogates",
    "targets": "workbench.engine.targets",
    "train": "workbench.run.loops",
}


_ELSEWHERE = {
    "functional": "losses, wb.regularisers and wb.accuracy_rate",
    "spikegen": "encoders and wb.targets",
    "spikeplot": "plots",
    "surrogate": "surrogates",
    "utils": "states; there is no hidden state to reset",
}
"""What snnTorch calls by another name."""


@cache
def _places() -> dict[str, str]:
    """Public name → module. A neuron file is public under the name of its class, found without running it."""
    places = dict(_PLACES)
    for file in sorted((Path(__file__).parent / "engine" / "neurons").glob("[a-z]*.py")):
        for name in re.findall(r"^class ([A-Z]\w*)\(", file.read_text(encoding="utf-8"), re.MULTILINE):
            if name.lower() == file.stem.replace("_", ""):
                places[name] = f"workbench.engine.neurons.{file.stem}"
    return places


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("snn-workbench")
    if name.startswith("_") or name not in _places():
        raise AttributeError(f"module 'workbench' has no attribute {name!r}{_hint(name)}")
    module = import_module(_places()[name])
    return module if module.__name__.endswith(f".{name}") else getattr(module, name)


def _hint(name: str) -> str:
    """What was probably meant."""
    near = get_close_matches(name, __dir__(), 1)
    return f"; see wb.{_ELSEWHERE[name]}" if name in _ELSEWHERE else f"; did you mean {near[0]}?" if near else ""


def __dir__() -> list[str]:
    return sorted([*_places(), "__version__"])
