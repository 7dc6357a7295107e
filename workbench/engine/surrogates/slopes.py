"""The surrogates that are one expression in u = U - θ. Formulas, defaults: snnTorch 1.0.0 as executed."""

import math

from workbench.engine.surrogates.step import Surrogate, read_numbers


def atan(alpha: float = 2.0) -> Surrogate:
    """(α/2) / (1 + (π/2·α·u)²): the default (Fang et al. 2021, arXiv:2007.05785)."""
    return _make("atan", f"(alpha/2)/(1 + ({math.pi / 2!r}*alpha*u)**2)", alpha=alpha)


def fast_sigmoid(slope: float = 25) -> Surrogate:
    """1 / (k·|u| + 1)² (Zenke & Ganguli 2018, doi:10.1162/neco_a_01086)."""
    return _make("fast_sigmoid", "1/(slope*abs(u) + 1)**2", slope=slope)


def sigmoid(slope: float = 25) -> Surrogate:
    """k·σ(k·u)·σ(-k·u), which is the derivative of σ(k·u) in a form that stays finite and exact for every u.

    snnTorch writes it as a quotient of exponentials, which gives NaN for u < -88.7/k in float32.
    """
    return _make("sigmoid", "slope*sigmoid(slope*u)*sigmoid(-slope*u)", slope=slope)


def triangle(width: float = 1.0) -> Surrogate:
    """max(0, 1 - |u|/w): highest at the threshold, zero from a distance w on (Bellec et al. 2018, arXiv:1803.09574)."""
    return _make("triangle", "max(0, 1 - abs(u)/width)", width=width)


def triangular(threshold: float = 1) -> Surrogate:
    """+θ below threshold and -θ from it on, as snnTorch computes under this name: no triangle, and above threshold it
    points away. `triangle` is the sound one."""
    return _make("triangular", "where(u < 0, threshold, -threshold)", threshold=threshold)


def straight_through_estimator() -> Surrogate:
    """1 everywhere (Bengio et al. 2013, arXiv:1308.3432)."""
    return _make("straight_through_estimator", "1 + 0*u")


def heaviside() -> Surrogate:
    """1 where the neuron fires, else 0."""
    return _make("heaviside", "where(u > 0, 1, 0)")


def spike_rate_escape(beta: float = 1, slope: float = 25) -> Surrogate:
    """k·exp(-β·|u - 1|). Its peak lies one above the threshold, as in snnTorch; `escape` has it at the threshold."""
    return _make("spike_rate_escape", "slope*exp(-beta*abs(u - 1))", beta=beta, slope=slope)


def escape(beta: float = 1, slope: float = 1) -> Surrogate:
    """k·exp(-β·|u|), highest at the threshold (Gerstner & Kistler 2002, Spiking Neuron Models, escape noise;
    Shrestha & Orchard 2018, arXiv:1810.08646)."""
    return _make("escape", "slope*exp(-beta*abs(u))", beta=beta, slope=slope)


def LSO(slope: float = 0.1) -> Surrogate:
    """1 where the neuron fires, else k, as of a leaky ReLU. (In snnTorch 1.0.0 it raises a TypeError.)"""
    return _make("LSO", "where(u > 0, 1, slope)", slope=slope)


def SFS(slope: float = 25, B: float = 1) -> Surrogate:
    """1 / (k·|u| + 1)² where u > B, else 0 (after Perez-Nieves & Goodman 2021, arXiv:2105.08810).

    B counts from the threshold, so that with the default no neuron learns that is not well above it, as in snnTorch;
    the paper lets the slope pass on both sides, where |u| < B.
    """
    return _make("SFS", "where(u > B, 1/(slope*abs(u) + 1)**2, 0)", slope=slope, B=B)


def _make(name: str, text: str, **params: float) -> Surrogate:
    return Surrogate(name, text, read_numbers(**params))
