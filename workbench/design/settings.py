"""The stimulus, the training plan and the hardware settings of a design: their parameters, bounds and defaults.

Unlike a node's parameters these are kept with every default filled in, so whoever runs a design finds every key.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from workbench.design import grammar
from workbench.design.params import Param, filled, read_params
from workbench.design.sentences import DesignError, closest, given, shown
from workbench.design.values import Values, plain

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
        *_of_losses(),
        *_of_rates(),
    )


def _of_losses() -> tuple[Param, ...]:
    """What some of the losses want to know; TAKES says which."""
    steps = "Step in which the first spike of {} is wanted; -1 is the last one."
    return (
        Param(
            "population", "whole", 1, "Neurons of the answer that stand for each class.", "n", "neurons", lo=1, hi=1000
        ),
        Param("correct_rate", "number", 1.0, "Wanted of the right class.", unit="spikes/step", lo=0.0, hi=1.0),
        Param("incorrect_rate", "number", 0.0, "Wanted of the other classes.", unit="spikes/step", lo=0.0, hi=1.0),
        # Above the usual threshold, so that what is wanted of the right class is that it fires.
        Param("on_membrane", "number", 2.0, "Membrane wanted of the right class.", lo=-1000.0, hi=1000.0),
        Param("off_membrane", "number", 0.0, "Membrane wanted of the other classes.", lo=-1000.0, hi=1000.0),
        Param("on_step", "whole", 0, steps.format("the right class"), unit="step", lo=-10_000, hi=9_999),
        Param("off_step", "whole", -1, steps.format("the other classes"), unit="step", lo=-10_000, hi=9_999),
    )


def _of_rates() -> tuple[Param, ...]:
    """Penalties on how much the hidden layers fire, added to the loss: by name of the regulariser its strength, 0 for
    none, and the rate that it is about."""
    return (
        _strength("l1_rate_sparsity", "Added to the loss for every spike of a hidden layer."),
        _strength("lower_rate_bound", "How much it costs hidden neurons to fire too little."),
        _rate("lower_rate_hz", 10.0, "Less than this is too little."),
        _strength("upper_rate_bound", "How much it costs hidden neurons to fire too much."),
        _rate("upper_rate_hz", 200.0, "More than this is too much."),
        _strength("rate_target", "How much it costs hidden neurons to fire at another rate."),
        _rate("target_rate_hz", 100.0, "The rate that is wanted."),
    )


def _strength(name: str, meaning: str) -> Param:
    return Param(name, "number", 0.0, meaning, lo=0.0, hi=1e6)


def _rate(name: str, default: float, meaning: str) -> Param:
    return Param(name, "number", default, meaning, unit="Hz", lo=0.0, hi=1e6)


TAKES: dict[str, dict[str, str]] = {
    "mse_count": {"correct_rate": "correct_rate", "incorrect_rate": "incorrect_rate"},
    "mse_membrane": {"on_target": "on_membrane", "off_target": "off_membrane"},
    "mse_temporal": {"on_target": "on_step", "off_target": "off_step"},
}
"""{loss: {its argument: the setting that says it}} of those losses that take more than answers and classes."""

BOUNDED: dict[str, str] = {
    "l1_rate_sparsity": "",
    "lower_rate_bound": "lower_rate_hz",
    "upper_rate_bound": "upper_rate_hz",
    "rate_target": "target_rate_hz",
}
"""{regulariser, whose strength is the setting of that name: the setting of its rate}."""


def applying(training: Mapping[str, Any]) -> list[Param]:
    """The parameters of the training plan that make a difference to it as it stands, in the order of a form."""
    from workbench.engine.losses import OF_POPULATIONS

    of_losses = {param.name for param in _of_losses()}
    heard = set(TAKES.get(training["loss"], {}).values())
    if training["loss"] in OF_POPULATIONS or training["population"] != 1:
        heard.add("population")
    rates = {rate for name, rate in BOUNDED.items() if not training[name]}
    known = [param for param in training_params() if param.name not in rates]
    mine = [param for param in known if param.name in of_losses & heard]
    rest = [param for param in known if param.name not in of_losses]
    after = next(i for i, param in enumerate(rest) if param.name == "loss") + 1
    return [*rest[:after], *mine, *rest[after:]]


def said_of_training(training: Mapping[str, Any]) -> dict[str, Any]:
    """The training plan as a document says it: what belongs to a loss or to rates only where it is not the default."""
    quiet = {param.name: param.default for param in (*_of_losses(), *_of_rates())}
    return {name: plain(value) for name, value in training.items() if name not in quiet or value != quiet[name]}


def reading(training: Mapping[str, Any]) -> dict[str, Any]:
    """How the answer is read, where it is not one neuron a class and the one that fires most: {"population", "first"}.

    `first`: the class that fires first is the answer, as it is under a loss of first spikes.
    """
    from workbench.engine.losses import BY_FIRST_SPIKE

    said = {"population": training["population"], "first": training["loss"] in BY_FIRST_SPIKE}
    return said if said != {"population": 1, "first": False} else {}


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
