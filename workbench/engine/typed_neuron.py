"""A neuron typed at run time: its text, knobs and states are values of an object, not of a class in a file."""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from inspect import signature
from textwrap import dedent
from typing import Any

from torch import Tensor

from workbench.engine.draws import Draw
from workbench.engine.equations.graph import FUNCTIONS
from workbench.engine.errors import KnobError
from workbench.engine.knob_values import number, read_option
from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.base import Neuron
from workbench.engine.neurons.rewriting import PAUSE, PAUSES, REFRACTORY
from workbench.engine.neurons.rewriting import refractory as with_pause
from workbench.engine.surrogates import Surrogate

Value = float | Sequence[float] | Tensor
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_MADE = {name: re.compile(rf"(^|[;\n])\s*{name}\s*=") for name in ("spk", "out")}
_KEYS = (
    "name",
    "text",
    "knobs",
    "values",
    "states",
    "draws",
    "learn",
    "spike_grad",
    "symbols",
    "refractory",
    "backend",
)


class TypedNeuron(Neuron):
    """What `Neuron.from_text` makes: a full citizen that is run, trained, fused, printed and counted like any other.

    It pickles and copies; `spec()` is all of it as plain data, and `from_spec` makes it again.
    """

    def __init__(
        self,
        text: str,
        knobs: Mapping[str, Value | Knob] | Sequence[Knob] = (),
        states: Mapping[str, float | State] | Sequence[str | State] = (),
        *,
        name: str = "Custom",
        draws: Mapping[str, str] | Sequence[Draw] = (),
        learn: Sequence[str] = (),
        spike_grad: Surrogate | Mapping[str, Any] | Callable | None = None,
        symbols: Mapping[str, str] | None = None,
        refractory: int = 0,
        backend: str = "auto",
    ) -> None:
        super().__init__(spike_grad, backend)
        self.name = _checked("name", name)
        self._typed = self._text = dedent(str(text))  # as it stands in a program, indented
        values = {k: v for k, v in knobs.items() if not isinstance(v, Knob)} if isinstance(knobs, Mapping) else {}
        self.knobs = _knobs(self.name, knobs)  # type: ignore[misc]  # its own, where other models have their class's
        self.states = _states(states)  # type: ignore[misc]
        self.draws = _draws(draws)
        learn = (learn,) if isinstance(learn, str) else learn
        if _MADE["out"].search(self._text) and not _MADE["spk"].search(self._text):
            self.emits = "out"  # type: ignore[misc]  # a readout: what it sends is no spike
        self.symbols = dict(symbols or {})  # type: ignore[misc]
        taken = {"x"}
        for what, found in (("knob", self.knobs), ("state", self.states), ("draw", self.draws)):
            for one in found:
                _checked(what, one.name)
                if one.name in taken or one.name in FUNCTIONS or one.name.endswith("_prev"):
                    raise KnobError(f"{self.name}: {what} {one.name} needs another name, this one is taken")
                taken.add(one.name)
        for knob in self.knobs:
            if hasattr(self, knob.name):
                raise KnobError(f"{self.name}: knob {knob.name} needs another name, this one is taken")
            self.hold(knob.name, values.get(knob.name, knob.default), knob.name in learn)
        for missing in (n for n in learn if n not in {k.name for k in self.knobs}):
            raise KnobError(f"{self.name}: learn names {str(missing)[:40]}, which is not a knob")
        if read_option(self.name, REFRACTORY, refractory):
            self._pause(refractory)
        self._warn_of_idle()

    def _warn_of_idle(self) -> None:
        """Say what was declared in vain. The text is parsed here, so that a wrong one is refused where it is given."""
        graph, program = self.program.graph, self.program
        read = {graph.nodes[n][1] for n in graph.reach([*program.updates, *program.results]) if graph.op(n) == "param"}
        for knob in self.knobs:
            if knob.name not in read:
                warnings.warn(f"{self.name}: the text never reads its knob {knob.name}", stacklevel=5)
        assigned = {statement.name for statement in program.statements}
        for state in self.states:
            if state.name not in assigned:
                warnings.warn(f"{self.name}: the text never changes its state {state.name}", stacklevel=5)

    @property
    def text(self) -> str:
        return self._text

    @property
    def _name(self) -> str:
        return self.name

    def _pause(self, steps: int) -> None:
        """Add a refractory period. Where no state is declared as `held`, all of them stand still."""
        held = tuple(state.name for state in self.states if state.held) or tuple(state.name for state in self.states)
        self._text = with_pause(self._text, held)
        self.knobs, self.states = (*self.knobs, PAUSES), (*self.states, PAUSE)  # type: ignore[misc]
        self.hold(PAUSES.name, steps)

    def spec(self) -> dict[str, Any]:
        """Everything as plain data (numbers, strings, lists, dicts), knobs at their present values."""
        surrogate = self.spike_grad
        if not isinstance(surrogate, Surrogate) or surrogate.text is None:
            raise KnobError(f"{self.name}: a spike_grad that is a function cannot be saved; use one of wb.surrogates")
        return {
            "name": self.name,
            "text": self._typed,
            "knobs": [asdict(knob) for knob in self.knobs if knob != PAUSES],
            "values": {knob.name: getattr(self, knob.name).tolist() for knob in self.knobs if knob != PAUSES},
            "states": [asdict(state) for state in self.states if state != PAUSE],
            "draws": [asdict(draw) for draw in self.draws],
            "learn": [knob.name for knob in self.knobs if knob.name in dict(self.named_parameters())],
            "spike_grad": surrogate.spec(),
            "symbols": dict(self.symbols),
            "refractory": int(self.refractory) if PAUSE in self.states else 0,  # type: ignore[arg-type]
            "backend": self.backend,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "TypedNeuron":
        """The neuron of `spec()`. Raises KnobError or EquationError, never anything else, for what is not one."""
        if unknown := [str(key)[:40] for key in spec if key not in _KEYS]:
            raise KnobError(f"Neuron: a spec has no {unknown[0]}; it has {', '.join(_KEYS)}")
        if not isinstance(spec.get("text"), str):
            raise KnobError("Neuron: a spec needs a text, the equations of one step")
        given = dict(spec)
        values = given.pop("values", {})
        try:
            given["knobs"] = [Knob(**knob) for knob in given.get("knobs", ())]
            given["states"] = [State(**state) for state in given.get("states", ())]
            given["draws"] = [Draw(**draw) for draw in given.get("draws", ())]
        except TypeError:
            raise KnobError("Neuron: a knob, state or draw of the spec has a field too many or too few") from None
        made = cls(**given)
        for name, value in values.items():
            made.set(name, value)
        return made

    def extra_repr(self) -> str:
        return f"{self.name}: {super().extra_repr()}"


def typed(text: str, knobs: Any, states: Any, **more: Any) -> TypedNeuron:
    """A TypedNeuron. Raises KnobError for an option that there is not."""
    options = signature(TypedNeuron).parameters
    for key in more:
        if key not in options:
            near = get_close_matches(key, options, 1)
            hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(options)}"
            raise KnobError(f"from_text: there is no option {key[:40]}; {hint}")
    return TypedNeuron(text, knobs, states, **more)


def _checked(what: str, name: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise KnobError(f"Neuron: {what} {str(name)[:40]} must be letters, digits and _, beginning with a letter")
    return name


def _knobs(owner: str, given: Mapping[str, Value | Knob] | Sequence[Knob]) -> tuple[Knob, ...]:
    """Declared knobs as they are; a bare value becomes one with a slider around it."""
    if not isinstance(given, Mapping):
        return tuple(given)
    knobs = []
    for name, value in given.items():
        if not isinstance(value, Knob):
            tensor = number(f"{owner}.{str(name)[:40]}", value)
            middle, most = float(tensor.mean()) if tensor.numel() else 0.0, float(2 * tensor.abs().max())
            value = Knob(name, _symbol(name), "1", middle, min(0.0, -most if middle < 0 else 0.0), max(1.0, most), "")
        knobs.append(value)
    return tuple(knobs)


def _states(given: Mapping[str, float | State] | Sequence[str | State]) -> tuple[State, ...]:
    if not isinstance(given, Mapping | Sequence) or isinstance(given, str):
        got = str(given)[:40]
        raise KnobError(f'Neuron: states must be names with their values at rest, {{"mem": 0}}, or names, got {got}')
    bare = [] if isinstance(given, Mapping) else [(s, 0.0) if isinstance(s, str) else (s.name, s) for s in given]
    pairs = given.items() if isinstance(given, Mapping) else bare
    found = []
    for name, rest in pairs:
        if not isinstance(rest, State):
            rest = State(name, _symbol(name), "1", number(f"state {str(name)[:40]}", rest).item(), "")
        found.append(rest)
    return tuple(found)


def _draws(given: Mapping[str, str] | Sequence[Draw]) -> tuple[Draw, ...]:
    draws = tuple(Draw(n, k, "") for n, k in given.items()) if isinstance(given, Mapping) else tuple(given)  # type: ignore[arg-type]
    for draw in draws:
        if draw.kind not in ("uniform", "normal"):
            raise KnobError(f"Neuron: draw {str(draw.name)[:40]} must be uniform or normal, got {str(draw.kind)[:40]}")
    return draws


_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi", "rho"),
    *("sigma", "tau", "phi", "chi", "psi", "omega"),
)


def _symbol(name: object) -> str:
    """The LaTeX of a name that came without: Greek letters by name, one letter as it is, words upright."""
    word, _, index = str(name).partition("_")
    shown = "\\" + word if word in _GREEK else word if len(word) == 1 else rf"\mathrm{{{word}}}"
    return shown + (rf"_{{\mathrm{{{index.replace('_', ' ')}}}}}" if index else "")
