"""Ways to join what several wires bring."""

from collections.abc import Sequence

from torch import Tensor, nn

from workbench.engine.errors import ShapeError


class Sum(nn.Module):
    """Adds all its inputs, which must have equal shapes. Several wires may end in its one port."""

    many_inputs = True
    keeps_shape = True

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        """The sum of `inputs`, all of one shape, in their given order. Raises ShapeError."""
        total, *rest = inputs
        for x in rest:
            if x.shape != total.shape:
                raise ShapeError(f"Sum: all inputs must have one shape, got {tuple(total.shape)} and {tuple(x.shape)}")
            total = total + x
        return total
