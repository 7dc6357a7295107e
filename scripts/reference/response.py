"""What a neuron answers to a step of current: a run of the real engine, and its picture.

The step is chosen so that there is something to see: the smallest of the amplitudes 1, 2, 5 times a power of ten to
which the neuron, as it comes out of the palette, fires four times or more.
"""

import re
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from workbench.design.parts import part
from workbench.engine.errors import KnobError
from workbench.engine.neurons.base import Neuron

FIRED = 4  # spikes that show a rhythm
STEPS, DURATION_MS = 100, 100.0
AMPLITUDES = tuple(float(f"{digit}e{power}") for power in range(-3, 4) for digit in (1, 2, 5))
SHAPES = ((1,), (1, 8, 8))  # a row of one, and for those that take images one of them
_FIRES = re.compile(r"^(?P<line>\w+ = spike\((?P<mem>\w+) - (?P<level>.+)\))$", re.MULTILINE)


@dataclass(frozen=True)
class Response:
    """Values over time (T,) of one neuron. `level` is the membrane above which it fires and `compared` the membrane
    that was held against it, where it is not what the step leaves; `dt_ms` is None for a model in steps.
    It is number `place` of a layer of `size`."""

    x: Tensor
    sent: Tensor
    states: dict[str, Tensor]
    amplitude: float
    start: int
    stop: int
    dt_ms: float | None
    place: int = 0
    size: int = 1
    membrane: str = ""
    level: Tensor | None = None
    compared: Tensor | None = None

    @property
    def fired(self) -> list[int]:
        """The steps at which it fired."""
        return self.sent.nonzero().flatten().tolist()


def built(model: type[Neuron], **options: Any) -> tuple[Any, tuple[int, ...]]:
    """A neuron as the palette makes it, with the shape of one sample that it takes."""
    kind = part(model.__name__)
    values = kind.values(options)
    fitting = [shape for shape in SHAPES if kind.misfit(values, (shape,)) is None]
    shape = fitting[0] if fitting else SHAPES[0]
    return kind.make(values, shape, torch.Generator().manual_seed(0)), shape


def respond(model: type[Neuron]) -> Response:
    """Run `model` on a step of current and keep everything that it does."""
    neuron, shape = built(model)
    step = next((k for k in neuron.knobs if k.name == "dt" and k.unit == "ms"), None)
    steps = STEPS if step is None else round(DURATION_MS / step.default)
    start, stop = steps // 10, steps * 9 // 10
    rows = torch.zeros(steps, len(AMPLITUDES), *shape)
    rows[start:stop] = torch.tensor(AMPLITUDES).reshape(-1, *[1] * len(shape))
    with torch.no_grad():
        fired = (neuron(rows, **_draws(neuron))[0] != 0).flatten(2)
        counts = fired[start:stop].sum(0) * ~fired[:start].any(0)  # one that fires without a current answers none
        chosen, place = _shown(counts) if neuron.emits == "spk" else (AMPLITUDES.index(1.0), 0)
        x = rows[:, chosen : chosen + 1]
        sent, trace = neuron.trace(x, **_draws(neuron))
        watched = _watched(neuron, x)
    states = {name: _one(values, place) for name, values in trace.items() if name != neuron.emits}
    own = x.flatten(2)[:, 0, 0]
    dt = None if step is None else float(step.default)
    size = counts.shape[1]
    return Response(own, _one(sent, place), states, AMPLITUDES[chosen], start, stop, dt, place, size, *watched)


def _shown(counts: Tensor) -> tuple[int, int]:
    """The amplitude (its place) and the neuron of the layer to show, of their spikes (amplitudes, N)."""
    if bool((enough := counts >= FIRED).any()):
        at, neuron = enough.nonzero()[0].tolist()
        return at, neuron
    best = int(counts.argmax())
    return (best // counts.shape[1], best % counts.shape[1]) if bool(counts.any()) else (AMPLITUDES.index(1.0), 0)


def _one(values: Tensor, place: int = 0) -> Tensor:
    """(T,) of one neuron of a layer (T, 1, *F)."""
    return values.flatten(1)[:, place]


def _draws(neuron: Neuron) -> dict[str, Any]:
    return {"generator": torch.Generator().manual_seed(0)} if neuron.needs_generator else {}


def _watched(neuron: Neuron, x: Tensor) -> tuple[str, Tensor | None, Tensor | None]:
    """What stands before and behind the minus in the spike function of `neuron`, at every step: the same text with both
    kept as states of a typed neuron. Empty where the text compares something else."""
    found = _FIRES.search(neuron.text)
    mem = found["mem"] if found else ""
    if found is None or mem not in {state.name for state in neuron.states}:
        return "", None, None
    knobs: dict[str, Any] = {knob.name: getattr(neuron, knob.name) for knob in neuron.knobs}
    if neuron.fed_back or neuron.functions or neuron.inputs != ("x",) or neuron.emits != "spk":
        level = knobs.get(found["level"])
        return mem, level if level is None else level.reshape(-1)[:1].expand(len(x)), None
    told = f"compared_here = {mem}\nlevel_here = {found['level']}\n{found['line']}"
    text = neuron.text[: found.start()] + told + neuron.text[found.end() :]
    more = {state.name: state for state in neuron.states} | {"compared_here": 0.0, "level_here": 0.0}
    try:
        twin = Neuron.from_text(text, knobs, more, draws=neuron.draws, backend="eager")
    except KnobError:  # a name of its own that no typed neuron may have
        return mem, None, None
    _, trace = twin.trace(x, twin.rest(x.shape[1:]) | neuron.rest(x.shape[1:]), **_draws(neuron))
    level, compared = _one(trace["level_here"]), _one(trace["compared_here"])
    return mem, level, None if torch.equal(compared, _one(trace[mem])) else compared
