"""Population coding: several output neurons stand for one class, in blocks that follow one another."""

from torch import Tensor

from workbench.engine.errors import ShapeError

__all__ = ["population_sums"]


def population_sums(spk: Tensor, num_classes: int) -> Tensor:
    """Add up the neurons of each class: (…, N) gives (…, C), neurons i·N/C to (i+1)·N/C - 1 being those of class i.

    Raises ShapeError where N is not a multiple of `num_classes`.

    >>> import torch
    >>> population_sums(torch.tensor([1.0, 1.0, 0.0, 1.0]), 2).tolist()
    [2.0, 1.0]
    """
    whole = isinstance(num_classes, int) and not isinstance(num_classes, bool)
    if not whole or num_classes < 1 or not spk.ndim or spk.shape[-1] % num_classes:
        neurons = spk.shape[-1] if spk.ndim else 1
        given = f"got {neurons} neurons for {str(num_classes)[:40]} classes"
        raise ShapeError(f"num_classes: must divide the number of output neurons, {given}")
    return spk.unflatten(-1, (num_classes, -1)).sum(-1)
