"""Delta coding: a spike where a value has changed enough since the step before."""

from collections.abc import Mapping

import torch
from torch import Tensor

from workbench.engine.encoders.encoder import Encoder, number, real
from workbench.engine.errors import KnobError, ShapeError


class Delta(Encoder):
    """A spike where a value has risen by `threshold` or more since the step before, as in an event camera.

    Equation:
        change = x[t] - x[t-1]
        spk    = 1 where change >= threshold, else 0
    With `off_spike` also -1 where change <= -threshold. Before the first step the value was 0, or with `padding` what
    it is in the first step.

    Limits:   a value that stands still is silent; one that drifts by less than `threshold` a step never fires.
    Shapes:   x (T, B, *F) gives spikes like x, in its dtype; state {"last": (B, *F)}, the value of the last step (NaN
              where there was none and `padding` is set), so that a run may be cut into pieces.
    Units:    threshold in the unit of x.
    Gradient: none passes.
    Raises:   KnobError for a threshold that is not above 0; ShapeError for values without axes of time and batch, and
              for the state of another shape.
    Source:   snnTorch 1.0.0, `spikegen.delta`.
    """

    remembers = True

    def __init__(self, threshold: float = 0.1, padding: bool = False, off_spike: bool = False) -> None:
        super().__init__()
        self.threshold, self.padding, self.off_spike = (
            number("Delta.threshold", threshold),
            bool(padding),
            bool(off_spike),
        )
        if not self.threshold > 0:
            raise KnobError(f"Delta.threshold: must be above 0, got {threshold}")

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, x: Tensor, state: Mapping[str, Tensor] | None = None
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Spikes (T, B, *F) of x (T, B, *F), and the state. Raises ShapeError."""
        x = real(x)
        if x.ndim < 2:
            raise ShapeError(f"Delta: x must be (T, B, …), got {tuple(x.shape)}")
        last = x.new_full(x.shape[1:], torch.nan if self.padding else 0.0) if state is None else state["last"]
        if last.shape != x.shape[1:]:
            raise ShapeError(f"Delta: state last must be {tuple(x.shape[1:])}, got {tuple(last.shape)}")
        whole = torch.cat((last.unsqueeze(0), x))
        change = whole.diff(dim=0)
        spk = (change >= self.threshold).to(x.dtype)
        if self.off_spike:
            spk = spk - (change <= -self.threshold).to(x.dtype)
        return spk, {"last": whole[-1]}

    def extra_repr(self) -> str:
        return f"threshold={self.threshold:g}, padding={self.padding}, off_spike={self.off_spike}"


def delta(data: Tensor, threshold: float = 0.1, padding: bool = False, off_spike: bool = False) -> Tensor:
    """Spikes where data has risen by `threshold` or more since the step before; a whole run of `Delta`.

    Equation:
        spk = 1 where data[t] - data[t-1] >= threshold, else 0; with off_spike also -1 where it is <= -threshold

    Shapes:   data (T, *F), any shape with time first, gives spikes alike.
    Units:    threshold in the unit of data.
    Gradient: none passes.
    Raises:   KnobError and ShapeError as `Delta`.
    Source:   snnTorch 1.0.0, `spikegen.delta`, recorded in tests/golden.

    >>> delta(torch.tensor([1.0, 2.0, 0.0, 2.0, 2.9]), threshold=1, off_spike=True).tolist()
    [1.0, 1.0, -1.0, 1.0, 0.0]
    """
    encoder = Delta(threshold, padding, off_spike)
    return encoder(data.unsqueeze(1))[0].squeeze(1) if data.ndim == 1 else encoder(data)[0]
