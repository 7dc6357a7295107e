"""A design with weights in time: simulating, training, evaluating. It knows no page and owns every draw it makes.

Names are read from their files when first touched: weights and results must not make anybody wait for torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.run.loops import simulate as simulate
    from workbench.run.loops import train as train
    from workbench.run.results import Evaluation as Evaluation
    from workbench.run.results import Frame as Frame
    from workbench.run.results import Presentation as Presentation
    from workbench.run.results import Step as Step
    from workbench.run.simulation import Simulation as Simulation
    from workbench.run.training import Training as Training
    from workbench.run.weights import Weights as Weights

_PLACES = {
    "Evaluation": "results",
    "Frame": "results",
    "Presentation": "results",
    "Simulation": "simulation",
    "Step": "results",
    "Training": "training",
    "Weights": "weights",
    "simulate": "loops",
    "train": "loops",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
