"""Batch normalisation over time: one statistic for all steps, or one for each."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from workbench.engine.errors import KnobError, ShapeError
from workbench.engine.neurons.base import States


class BatchNorm(nn.Module):
    r"""Every channel brought to mean 0 and variance 1, over the batch, all positions and all steps together.

    Equation: y = (x - μ) / sqrt(σ² + eps) · weight + bias, for each channel, which is the first feature axis.
        While training μ and σ² are those of x, and the running values follow: r ← (1 - momentum)·r + momentum·new
        (σ² there without bias, as in torch). After `.eval()` μ and σ² are the running values, so that what a sample
        gives depends on that sample alone.
    Limits:   while training it must see all steps at once; it is refused in a loop.
    Shapes:   x (T, B, C, …) gives the same; weight, bias, running_mean, running_var (C,).
    Source:   Ioffe and Szegedy 2015, arXiv:1502.03167; the same as torch's nn.BatchNorm over T·B samples.

    >>> x = torch.arange(8.0).reshape(2, 2, 2)
    >>> BatchNorm(2)(x)[0].mean((0, 1)).abs().max().item() < 1e-6
    True
    """

    time_aware = True
    keeps_shape = True
    whole_run = True
    statistics = ("running_mean", "running_var")

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, _above_0("BatchNorm.eps", eps), float(momentum)
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x: Tensor, state: Mapping[str, Tensor] | None = None) -> tuple[Tensor, None]:
        """x (T, B, C, …) normalised. It has no state. Raises ShapeError."""
        _check("BatchNorm", x, self.num_features)
        if not self.training:
            scale, shift = _line(self.running_mean, self.running_var, self.weight, self.bias, self.eps)
            return _along(x, scale[None], shift[None]), None
        if not x.numel():
            return x, None
        _check_many("BatchNorm", x.numel() // self.num_features, "steps, samples and positions")
        given = (self.running_mean, self.running_var, self.weight, self.bias)
        return functional.batch_norm(x.flatten(0, 1), *given, True, self.momentum, self.eps).unflatten(
            0, x.shape[:2]
        ), None

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps:g}, momentum={self.momentum:g}, affine={self.weight is not None}"


class BatchNormTT(nn.Module):
    r"""Batch normalisation through time: every step has its own mean, variance and scale.

    Equation: y_t = (x_t - μ_t) / sqrt(σ²_t + eps) · weight_t, for each step and channel; there is no bias.
        While training μ_t and σ²_t are those of the batch and all positions at step t, and the running values of that
        step follow: r_t ← (1 - momentum)·r_t + momentum·new. After `.eval()` they are the running values.
    Limits:   it knows `time_steps` steps. Training beyond them is refused; after `.eval()` later steps use the last.
    Shapes:   x (T, B, C, …) gives the same; weight, running_mean, running_var (time_steps, C); state {"at": (B,)}, the
              steps already made, so that a run can be cut into pieces.
    Source:   Kim and Panda 2021, arXiv:2010.01729; snnTorch 1.0.0's BatchNormTT1d and
              BatchNormTT2d, which are lists with one layer for each step.

    >>> x = torch.tensor([[[1.0], [3.0]], [[10.0], [30.0]]])
    >>> BatchNormTT(1, time_steps=2, eps=1e-9)(x)[0].flatten().tolist()
    [-1.0, 1.0, -1.0, 1.0]
    """

    time_aware = True
    keeps_shape = True
    statistics = ("running_mean", "running_var")
    axes: tuple[int, ...] = ()  # how many x may have; any number where this is empty

    running_mean: Tensor
    running_var: Tensor

    def __init__(
        self, input_features: int, time_steps: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True
    ) -> None:
        super().__init__()
        if time_steps < 1:
            raise KnobError(f"BatchNormTT.time_steps: must be 1 or more, got {time_steps}")
        self.input_features, self.time_steps = input_features, time_steps
        self.eps, self.momentum = _above_0("BatchNormTT.eps", eps), float(momentum)
        self.weight = nn.Parameter(torch.ones(time_steps, input_features)) if affine else None
        self.register_buffer("running_mean", torch.zeros(time_steps, input_features))
        self.register_buffer("running_var", torch.ones(time_steps, input_features))

    def forward(self, x: Tensor, state: Mapping[str, Tensor] | None = None) -> tuple[Tensor, States]:
        """x (T, B, C, …) normalised, and {"at": (B,)}. Raises ShapeError."""
        _check("BatchNormTT", x, self.input_features)
        if self.axes and x.ndim not in self.axes:
            what = "(T, B, C, H, W)" if 5 in self.axes else "(T, B, C) or (T, B, C, L)"
            raise ShapeError(f"{type(self).__name__}: x must be {what}, got {tuple(x.shape)}")
        at = int(state["at"][0]) if state and len(state["at"]) else 0
        end = at + len(x)
        if self.training and end > self.time_steps:
            raise ShapeError(
                f"BatchNormTT: it has statistics of {self.time_steps} steps, training reaches step {end}; "
                f"build it with time_steps={end}"
            )
        steps = torch.arange(at, end, device=x.device).clamp(max=self.time_steps - 1)
        mean, var = self._moved(x, steps) if self.training else (self.running_mean[steps], self.running_var[steps])
        weight = None if self.weight is None else self.weight[steps]
        scale, shift = _line(mean, var, weight, None, self.eps)
        return _along(x, scale, shift), {"at": torch.full((x.shape[1],), end, device=x.device)}

    def _moved(self, x: Tensor, steps: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of each step and channel, (T, C); the running values move towards them."""
        if not x.numel():
            return self.running_mean[steps], self.running_var[steps]
        count = x[0].numel() // self.input_features
        _check_many("BatchNormTT", count, "samples and positions in a step")
        over = [1, *range(3, x.ndim)]
        mean, var = x.mean(over), x.var(over, unbiased=False)
        with torch.no_grad():
            for running, new in ((self.running_mean, mean), (self.running_var, var * (count / (count - 1)))):
                running[steps] = running[steps].lerp(new.to(running.dtype), self.momentum)
        return mean, var

    def extra_repr(self) -> str:
        return f"{self.input_features}, time_steps={self.time_steps}, eps={self.eps:g}, momentum={self.momentum:g}"


class BatchNormTT1d(BatchNormTT):
    """`BatchNormTT` for rows: x (T, B, C) or (T, B, C, L). The name and arguments are snnTorch's."""

    axes = (3, 4)


class BatchNormTT2d(BatchNormTT):
    """`BatchNormTT` for images: x (T, B, C, H, W). The name and arguments are snnTorch's."""

    axes = (5,)


def _line(mean: Tensor, var: Tensor, weight: Tensor | None, bias: Tensor | None, eps: float) -> tuple[Tensor, Tensor]:
    """Normalising as a straight line: (scale, shift) for each channel."""
    scale = (var + eps).rsqrt()
    if weight is not None:
        scale = scale * weight
    shift = -mean * scale
    return scale, shift if bias is None else shift + bias


def _along(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """scale·x + shift for x (T, B, C, …) and lines (T or 1, C). One multiplication and one sum for every value, so that
    the bits of a sample do not depend on how many are computed together."""
    places = (len(scale), 1, scale.shape[1], *[1] * (x.ndim - 3))
    return x * scale.to(x.dtype).reshape(places) + shift.to(x.dtype).reshape(places)


def _check(name: str, x: Tensor, channels: int) -> None:
    if x.ndim < 3 or x.shape[2] != channels:
        raise ShapeError(f"{name}: x must be (T, B, {channels}, …), got {tuple(x.shape)}")
    if not x.is_floating_point():
        raise ShapeError(f"{name}: x must hold real numbers, got whole ones; call x.float() first")


def _check_many(name: str, count: int, of: str) -> None:
    if count < 2:
        raise ShapeError(f"{name}: one value has no variance; give it 2 or more {of} to train on, or call .eval()")


def _above_0(where: str, value: float) -> float:
    if not value > 0:
        raise KnobError(f"{where}: must be above 0, got {value}")
    return float(value)
