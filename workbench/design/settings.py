"""The stimulus, the training plan and the hardware settings of a design: their parameters, bounds and defaults.

Unlike a node's parameters these are kept with every default filled in, so whoever runs a design finds every key.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from workbench.design import grammar
from workbench.design.params import Param, filled, read_params
from workbench.design.sentences import DesignError, closest, given, shown
from workbench.design.values import Values

_AMPLITUDE = Param("amplitude", "number", 0.3, "How much arrives in each step.", symbol="I", lo=-5.0, hi=5.0)
_STEPS = 1_000_000


@cache
def stimuli() -> dict[str, tuple[Param, ...]]:
    """{kind: its parameters}: what can be presented at every Input of a design."""
    split = Param("split", "choice", "held_out", "Which samples are shown.", choices=("held_out", "train"))
    return {
        "data": (Param("data", "choice", "digits", "Whose samples are shown.", choices=_datasets()), split),
        "current": (_AMPLITUDE,),
        "pulse": (
            _AMPLITUDE,
            Param("start", "whole", 10, "Step in which the first pulse begins.", unit="steps", lo=0, hi=_STEPS),
            Param("length", "whole", 20, "How long a pulse lasts.", unit="steps", lo=1, hi=_STEPS),
            Param("period", "whole", 60, "From one pulse to the next.", unit="steps", lo=1, hi=_STEPS),
        ),
        "poisson": (
            Param("rate_hz", "number", 50.0, "Mean rate of random spikes at each value.", "r", "Hz", lo=0.0, hi=1000.0),
            Param("amplitude", "number", 1.0, "Size of one spike.", symbol="I", lo=-5.0, hi=5.0),
        ),
    }


@cache
def training_params() -> tuple[Param, ...]:
    """How a design is trained."""
    return (
        Param("data", "choice", "digits", "What is learned.", choices=_datasets()),
        Param("loss", "choice", "ce_rate", "What is made small.", choices=_losses()),
        Param("optimiser", "choice", "Adam", "How the weights follow the gradient.", choices=("Adam", "SGD")),
        Param("lr", "number", 0.002, "Learning rate.", symbol="\\eta", lo=1e-7, hi=10.0, structural=False),
        Param("batch", "whole", 128, "Samples between two changes of the weights.", unit="samples", lo=1, hi=10_000),
        Param("steps", "whole", 25, "How long a sample is presented.", symbol="T", unit="steps", lo=1, hi=10_000),
        Param(
            "epochs", "whole", 40, "Times that all samples are seen.", unit="epochs", lo=1, hi=100_000, structural=False
        ),
    )


def read_stimulus(found: Any) -> Values:
    """{"kind": …} with the parameters of that kind."""
    if not isinstance(found, Mapping):
        raise DesignError(f'stimulus: must be named values in {{ }} with a "kind", {given(found)}.')
    kind = found.get("kind")
    if not isinstance(kind, str) or kind not in stimuli():
        raise DesignError(f"stimulus.kind: {shown(kind)} is no stimulus; {closest(kind, stimuli())}.")
    params = stimuli()[kind]
    said = read_params(params, {key: value for key, value in found.items() if key != "kind"}, "stimulus")
    return Values(kind=kind, **filled(params, said))


def read_training(found: Any) -> Values:
    """The training plan, defaults filled in."""
    return Values(filled(training_params(), read_params(training_params(), found, "training")))


def read_hardware(found: Any) -> Values:
    """{"target": chip or "none", "bits": {"weights" | "states" | "delays": 1…64}}; what is not said has 32 bits."""
    found = grammar.group(found, "hardware", (), ("target", "bits"))
    allowed = "the name of a chip in small letters, or none"
    target = grammar.word(found.get("target", "none"), "hardware.target", "[a-z0-9][a-z0-9_-]{0,39}", allowed)
    bits = grammar.group(found.get("bits", {}), "hardware.bits", (), ("weights", "states", "delays"))
    read = {key: grammar.whole(value, f"hardware.bits.{key}", 1, 64) for key, value in bits.items()}
    return Values(target=target, bits=read)


def _datasets() -> tuple[str, ...]:
    from workbench.engine.data import datasets

    return tuple(datasets())


def _losses() -> tuple[str, ...]:
    from workbench.engine.losses import LOSSES

    return tuple(LOSSES)
