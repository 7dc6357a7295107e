"""What can be added to the text of any neuron that fires: each function takes the text of a step and gives a new one.

They look for the line that fires, `name = spike(…)`. What they add is text like the rest: computed, differentiated,
printed and counted by the same compiler.
"""

import re
from functools import lru_cache

from workbench.engine.errors import KnobError
from workbench.engine.knobs import Knob, Option, State

REFRACTORY = Option("refractory", 0, range(10_001), "steps for which a neuron stands still after its spike")
PAUSES = Knob("refractory", r"n_\theta", "1", 0.0, 0.0, 10_000.0, REFRACTORY.meaning)
PAUSE = State("pause", "P", "1", 0.0, "steps of the refractory period still to come")

_LINE = re.compile(r"(\w+)\s*=\s*spike\((.*)\)")


@lru_cache(maxsize=256)
def refractory(text: str, held: tuple[str, ...]) -> str:
    """An absolute refractory period of `refractory` steps after each spike, counted down by the state `pause`.

    For that long the neuron cannot fire and the states `held` stand still, so that spikes under constant input come
    `refractory` steps further apart than without it; whatever else the text updates goes on. The knob PAUSES and the
    state PAUSE belong to the new text.
    """
    lines = _lines(text)
    at, fired, _ = _firing(lines)
    lines.insert(at + 1, f"{fired} = where(pause > 0, 0, {fired})")
    lines += [f"{name} = where(pause > 0, {name}_prev, {name})" for name in held]
    return "\n".join([*lines, f"pause = where(detach({fired}) > 0, refractory, max(pause - 1, 0))"])


@lru_cache(maxsize=256)
def inhibited(text: str, pausing: bool) -> str:
    """Winner takes all: of the neurons of a layer only the one furthest above its threshold fires.

    One that pauses, where there is a refractory period, does not take part.
    """
    lines = _lines(text)
    at, fired, drive = _firing(lines)
    contest = f"where(pause > 0, -1, {drive})" if pausing else drive
    lines[at] = f"{fired} = spike({drive})*winner({contest})"
    return "\n".join(lines)


@lru_cache(maxsize=256)
def quantised(text: str, states: tuple[str, ...]) -> str:
    """Every one of `states` is rounded to its nearest level before the neuron fires."""
    lines = _lines(text)
    at, _, _ = _firing(lines)
    lines[at:at] = [f"{name} = quantise({name})" for name in states]
    return "\n".join(lines)


def _lines(text: str) -> list[str]:
    """The statements of a text, without comments."""
    bare = (line.strip() for line in re.split(r"[\n;]", re.sub(r"#[^\n]*", "", text)))
    return [line for line in bare if line]


def _firing(lines: list[str]) -> tuple[int, str, str]:
    """The place of the line that fires, the name it gives, and what is compared with zero."""
    for at, line in enumerate(lines):
        found = _LINE.fullmatch(line)
        if found and _balanced(found[2]):
            return at, found[1], found[2]
    raise KnobError("the text needs a line such as `spk = spike(mem - threshold)` of its own for this option")


def _balanced(inside: str) -> bool:
    """Whether the parentheses of `inside` close among themselves, so that it is all of what spike() was given."""
    depth = 0
    for character in inside:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0
