"""The losses as criteria: set up once, then called as criterion(out, targets). Names, arguments: snnTorch 1.0.0's."""

from collections.abc import Callable, Sequence
from functools import partial

from torch import Tensor

from workbench.engine.errors import KnobError
from workbench.engine.losses.cross_entropy import ce_count, ce_max_membrane, ce_rate
from workbench.engine.losses.judging import Weight
from workbench.engine.losses.squared import mse_count, mse_membrane
from workbench.engine.losses.temporal import ce_temporal, mse_temporal

Loss = Callable[[Tensor, Tensor], Tensor]


def ce_rate_loss(
    population_code: bool = False, num_classes: int | None = None, reduction: str = "mean", weight: Weight = None
) -> Loss:
    """`ce_rate` set up."""
    classes = _population("ce_rate_loss", population_code, num_classes)
    return partial(ce_rate, num_classes=classes, reduction=reduction, weight=weight)


def ce_count_loss(
    population_code: bool = False, num_classes: int | None = None, reduction: str = "mean", weight: Weight = None
) -> Loss:
    """`ce_count` set up."""
    classes = _population("ce_count_loss", population_code, num_classes)
    return partial(ce_count, num_classes=classes, reduction=reduction, weight=weight)


def ce_max_membrane_loss(reduction: str = "mean", weight: Weight = None) -> Loss:
    """`ce_max_membrane` set up."""
    return partial(ce_max_membrane, reduction=reduction, weight=weight)


def mse_count_loss(
    correct_rate: float = 1,
    incorrect_rate: float = 0,
    population_code: bool = False,
    num_classes: int | None = None,
    reduction: str = "mean",
    weight: Weight = None,
) -> Loss:
    """`mse_count` set up."""
    classes = _population("mse_count_loss", population_code, num_classes)
    return partial(
        mse_count,
        correct_rate=correct_rate,
        incorrect_rate=incorrect_rate,
        num_classes=classes,
        reduction=reduction,
        weight=weight,
    )


def mse_membrane_loss(
    time_var_targets: bool = False,
    on_target: float = 1,
    off_target: float = 0,
    reduction: str = "mean",
    weight: Weight = None,
) -> Loss:
    """`mse_membrane` set up."""
    return partial(
        mse_membrane,
        time_var_targets=time_var_targets,
        on_target=on_target,
        off_target=off_target,
        reduction=reduction,
        weight=weight,
    )


def mse_temporal_loss(
    target_is_time: bool = False,
    on_target: float | Sequence[float] | Tensor = 0,
    off_target: float | Sequence[float] | Tensor = -1,
    tolerance: float = 0,
    multi_spike: bool = False,
    reduction: str = "mean",
    weight: Weight = None,
) -> Loss:
    """`mse_temporal` set up."""
    return partial(
        mse_temporal,
        target_is_time=target_is_time,
        on_target=on_target,
        off_target=off_target,
        tolerance=tolerance,
        multi_spike=multi_spike,
        reduction=reduction,
        weight=weight,
    )


def ce_temporal_loss(inverse: str = "negate", reduction: str = "mean", weight: Weight = None) -> Loss:
    """`ce_temporal` set up."""
    return partial(ce_temporal, inverse=inverse, reduction=reduction, weight=weight)


def _population(name: str, population_code: bool, num_classes: int | None) -> int | None:
    if not population_code:
        return None
    if not num_classes:
        raise KnobError(f"{name}: with population_code, num_classes must say how many classes there are")
    return num_classes
