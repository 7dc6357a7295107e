"""The leaky integrate-and-fire neuron as a circuit: a resistor and a capacitor, integrated by Euler's method."""

from collections.abc import Mapping
from typing import ClassVar, Unpack

import torch
from torch import Tensor

from workbench.engine.errors import KnobError
from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.model import FIRING, NeuronModel, Options, SpikeGrad, Value, learns
from workbench.engine.neurons.resets import RESET_MECHANISM, with_reset

BETA = Knob("beta", r"\beta", "1", 0.9, 0.001, 0.999, "exp(-time_step/(R·C)), from which R or C is worked out")


class Lapicque(NeuronModel):
    r"""Leaky integrate-and-fire neuron as a circuit of a resistor and a capacitor.

    Equation (one step in coded order; the text is chosen by the options, this is the default):
        reset = detach(spike(mem - threshold))
        mem   = x*R*(1/(R*C))*time_step + (1 - time_step/(R*C))*mem - reset*threshold
        spk   = spike(mem - threshold)
    which is Euler's method for C·dU/dt = x - U/R. `reset_mechanism="zero"` sets the membrane of the reset step to 0,
    input included; `"none"` never resets. Two of `beta`, `R` and `C` fix the circuit; beta alone means R = 1. With beta
    given, `C = time_step/(R*log(1/beta))` (or R likewise) comes first: a step decays by 1 + ln(beta), not beta.

    Limits:   time_step must be well below R·C, else the membrane oscillates (above 2·R·C it explodes; in beta: below
              exp(-1) the decay is negative). Constant x < threshold/R never fires.
    Shapes:   x (T, B, *F) gives spikes like x; state {"mem": (B, *F)}, 0 at rest. Knobs: () or *F.
    Units:    any that fit together, such as nA, MΩ, nF, ms and mV; R·C and time_step in the same unit of time.
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None); the reset passes none. `learn_beta` learns
              a given beta through the C or R that it makes.
    Source:   Lapicque 1907; Eshraghian et al. 2023, doi:10.1109/JPROC.2023.3308088; names and dynamics are those of
              snnTorch 1.0.0 as executed, recorded in tests/golden.

    >>> import torch
    >>> spk, state = Lapicque(R=2.0, C=2.0, time_step=1.0)(torch.ones(6, 1, 1))
    >>> spk.flatten().tolist(), round(state["mem"].item(), 6)
    ([0.0, 0.0, 1.0, 0.0, 0.0, 1.0], 1.081543)
    """

    knobs = (
        Knob("R", "R", "Ω", 5.0, 0.01, 1000.0, "resistance of the membrane"),
        Knob("C", "C", "F", 2.0, 0.01, 1000.0, "capacitance of the membrane"),
        Knob("time_step", r"\Delta t", "s", 1.0, 0.001, 100.0, "time that one step stands for"),
        Knob("threshold", r"\theta", "1", 1.0, 0.01, 10.0, "the membrane above which the neuron fires"),
    )
    states = (State("mem", "U", "1", 0.0, "membrane potential", held=True),)
    options = (RESET_MECHANISM, learns("threshold", "the threshold"), *FIRING)
    symbols: ClassVar[Mapping[str, str]] = {"reset": r"\rho"}
    stem = "rc"

    R: Tensor
    C: Tensor
    time_step: Tensor
    threshold: Tensor
    reset_mechanism: str

    def __init__(
        self,
        beta: Value | None = None,
        R: Value | None = None,
        C: Value | None = None,
        time_step: Value = 1.0,
        threshold: Value = 1.0,
        spike_grad: SpikeGrad = None,
        **options: Unpack[Options],
    ) -> None:
        learned = options.pop("learn_beta", False)
        said = (("beta", beta), ("R", R), ("C", C))
        given = {name: value for name, value in said if value is not None and value is not False}
        if set(given) in ({"R"}, {"C"}, {"beta", "R", "C"}):
            raise KnobError(f"Lapicque: give R and C, or beta with one of them or alone; got {', '.join(given)}")
        if learned and "beta" not in given:
            raise KnobError("Lapicque.learn_beta: there is no beta to learn; give beta instead of R or C")
        if len(given) < 2:
            given |= {"R": 1.0} if given else {"R": 5.0, "C": 2.0}
        decay = given.pop("beta", None)
        super().__init__({**given, "time_step": time_step, "threshold": threshold}, spike_grad, options)
        if decay is not None:
            self.hold("beta", decay, bool(learned))
            self.knobs = (BETA, *(knob for knob in self.knobs if knob.name not in {"R", "C"} - given.keys()))
            self._check("beta", 1.0)
        for name in (*given, "time_step"):
            self._check(name, torch.inf)

    @property
    def model_text(self) -> str:
        made = {knob.name for knob in type(self).knobs} - {knob.name for knob in self.knobs}
        other = {"C": "R", "R": "C"}
        before = [f"{name} = time_step/({other[name]}*log(1/beta))" for name in made]
        mem = "x*R*(1/(R*C))*time_step + (1 - time_step/(R*C))*mem"
        return with_reset(self.reset_mechanism, mem, *before)

    def _check(self, name: str, below: float) -> None:
        value: Tensor = getattr(self, name)
        if not bool(((value > 0) & (value < below)).all()):
            allowed = "above 0" if below == torch.inf else f"above 0 and below {below:g}"
            raise KnobError(f"Lapicque.{name}: must be {allowed}, got {value.min().item():g}")
