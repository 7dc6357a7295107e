"""Izhikevich's neuron: two equations and four numbers that give the firing patterns of cortical neurons."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Unpack

from torch import Tensor

from workbench.engine.knobs import Knob, State
from workbench.engine.neurons.base import States
from workbench.engine.neurons.model import FIRING, NeuronModel, Options, SpikeGrad, Value, learns


class _Options(Options, total=False):
    learn_a: bool
    learn_b: bool
    learn_c: bool
    learn_d: bool


class Izhikevich(NeuronModel):
    r"""Izhikevich's neuron: tonic, bursting, adapting and more, by four numbers.

    Equation (one step in coded order):
        v   = v + dt*(0.04*v**2 + linear*v + constant - u + gain*x)
        u   = u + dt*a*(b*v - u)
        spk = spike(v - peak)
        u   = u + spk*d
        v   = where(detach(spk) > 0, c, v)
    Euler's method, u with the new v, as in the program that comes with the paper. `a` is the speed and `b` the
    sensitivity of the recovery u, `c` and `d` what a spike leaves of v and adds to u; (a, b, c, d) =
    (0.02, 0.2, -65, 8) spikes regularly, (0.02, 0.2, -50, 2) in bursts, (0.1, 0.2, -65, 2) fast.

    `gain` is what one unit of input is worth: the neuron needs some 4 mV/ms to fire, and weights that start around 1
    never reach that. In Python it is 1, so that x is the current of the paper; on the canvas it begins at 30.

    Limits:   dt up to 0.5 ms; at 1 ms spikes come up to a tenth too early or late. At rest v = -70, u = b·v, which with
              the default numbers is an equilibrium.
    Shapes:   x (T, B, *F) gives spikes like x; state {"v", "u": (B, *F)}. Knobs: () or *F.
    Units:    v in mV, u and gain·x in mV/ms, dt in ms, a in 1/ms, b in 1/ms; dt must be the time that one step stands
              for. On the canvas it is the design's, unless one writes another.
    Gradient: spike() has the gradient of `spike_grad` (atan(2.0) when None; in mV it is narrow: fast_sigmoid(0.5)
              reaches further); v passes no gradient through a reset.
    Source:   Izhikevich 2003, doi:10.1109/TNN.2003.820440, equations (1) to (3); linear and constant (5 and 140; 4.1
              and 108 for class 1) and the twenty patterns from Izhikevich 2004, doi:10.1109/TNN.2004.832719, figure 1.

    >>> import torch
    >>> spk, _ = Izhikevich(dt=0.25)(torch.full((400, 1, 1), 14.0))
    >>> [0.25 * int(t) for t in spk.flatten().nonzero()]
    [2.75, 8.0, 36.25, 69.5]
    """

    knobs = (
        Knob("a", "a", "1/ms", 0.02, -1.0, 1.0, "speed of the recovery", "Izhikevich 2003"),
        Knob("b", "b", "1/ms", 0.2, -2.0, 2.0, "how strongly the recovery follows the membrane", "Izhikevich 2003"),
        Knob("c", "c", "mV", -65.0, -90.0, 0.0, "the membrane after a spike", "Izhikevich 2003"),
        Knob("d", "d", "mV/ms", 8.0, -50.0, 50.0, "what a spike adds to the recovery", "Izhikevich 2003"),
        Knob("linear", "k_1", "1/ms", 5.0, 0.0, 10.0, "factor of v in its equation", "Izhikevich 2003"),
        Knob("constant", "k_0", "mV/ms", 140.0, 0.0, 300.0, "constant in the equation of v", "Izhikevich 2003"),
        Knob("peak", r"v_{\max}", "mV", 30.0, -40.0, 100.0, "the membrane above which it fires", "Izhikevich 2003"),
        Knob("gain", "g", "mV/ms", 1.0, 0.0, 1000.0, "current that an input of 1 stands for"),
        Knob("dt", r"\Delta t", "ms", 0.5, 0.01, 1.0, "time that one step stands for"),
    )
    states = (
        State("v", "v", "mV", -70.0, "membrane potential", held=True),
        State("u", "u", "mV/ms", -14.0, "recovery"),
    )
    drawn: ClassVar[Mapping[str, float]] = {"gain": 30.0}
    options = (learns("a"), learns("b"), learns("c"), learns("d"), *FIRING)
    stem = "izh"

    a: Tensor
    b: Tensor
    c: Tensor
    d: Tensor

    def __init__(
        self,
        a: Value = 0.02,
        b: Value = 0.2,
        c: Value = -65.0,
        d: Value = 8.0,
        spike_grad: SpikeGrad = None,
        *,
        linear: Value = 5.0,
        constant: Value = 140.0,
        peak: Value = 30.0,
        gain: Value = 1.0,
        dt: Value = 0.5,
        **options: Unpack[_Options],
    ) -> None:
        four: dict[str, Value] = {"a": a, "b": b, "c": c, "d": d}
        others = {"linear": linear, "constant": constant, "peak": peak, "gain": gain, "dt": dt}
        super().__init__(four | others, spike_grad, options)

    @property
    def model_text(self) -> str:
        return "\n".join(
            (
                "v = v + dt*(0.04*v**2 + linear*v + constant - u + gain*x)",
                "u = u + dt*a*(b*v - u)",
                "spk = spike(v - peak)",
                "u = u + spk*d",
                "v = where(detach(spk) > 0, c, v)",
            )
        )

    def rest(self, batch_shape: Sequence[int], like: Tensor | None = None) -> States:
        """v = -70 mV, and u = b·v as it would be after a long time there."""
        state = super().rest(batch_shape, like)
        state["u"] = (self.b.detach().to(state["v"]) * state["v"]).expand_as(state["v"]).clone()
        return state
