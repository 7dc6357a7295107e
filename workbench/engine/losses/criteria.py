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
    """Cross-entropy of the spikes at every step: the right neuron should fire always. `ce_rate`, set up.

    Equation:
        loss = mean over steps of -ln softmax(out[t])[class]
    With `population_code`, the n neurons of each of `num_classes` are added up first. `weight` multiplies each sample
    by that of its class; "mean" then divides by B, not by the sum of weights.

    Shapes:   criterion(out, targets): spikes (T, B, C), or (T, B, num_classes·n); targets (B,), whole numbers from 0.
              A scalar, or (B,) with reduction "none".
    Units:    the loss is in nats.
    Gradient: softmax less one-hot, at every step alike; to every neuron of a population.
    Raises:   KnobError for `population_code` without `num_classes`; when called, for another reduction, and ShapeError.
    Source:   snnTorch 1.0.0, `ce_rate_loss`, recorded in tests/golden; populations are added up here.
    """
    classes = _population("ce_rate_loss", population_code, num_classes)
    return partial(ce_rate, num_classes=classes, reduction=reduction, weight=weight)


def ce_count_loss(
    population_code: bool = False, num_classes: int | None = None, reduction: str = "mean", weight: Weight = None
) -> Loss:
    """Cross-entropy of the spike counts: the right neuron should fire most. `ce_count`, set up.

    Equation:
        loss = -ln softmax(sum over steps of out)[class]
    With `population_code`, the n neurons of each of `num_classes` are added up first. `weight` multiplies each sample
    by that of its class; "mean" then divides by B, not by the sum of weights.

    Shapes:   criterion(out, targets): spikes (T, B, C), or (T, B, num_classes·n); targets (B,), whole numbers from 0.
              A scalar, or (B,) with reduction "none".
    Units:    the loss is in nats.
    Gradient: softmax less one-hot of the counts, the same at every step.
    Raises:   KnobError for `population_code` without `num_classes`; when called, for another reduction, and ShapeError.
    Source:   snnTorch 1.0.0, `ce_count_loss`, recorded in tests/golden.
    """
    classes = _population("ce_count_loss", population_code, num_classes)
    return partial(ce_count, num_classes=classes, reduction=reduction, weight=weight)


def ce_max_membrane_loss(reduction: str = "mean", weight: Weight = None) -> Loss:
    """Cross-entropy of the highest membranes: that of the right neuron should rise highest. `ce_max_membrane`, set up.

    Equation:
        loss = -ln softmax(max over steps of out)[class]
    `weight` multiplies each sample by that of its class; "mean" then divides by B, not by the sum of weights.

    Shapes:   criterion(out, targets): membranes (T, B, C), targets (B,), whole numbers from 0. A scalar, or (B,) with
              reduction "none".
    Units:    the loss is in nats; membranes in whatever unit they have, which decides how sharp the softmax is.
    Gradient: reaches each membrane at the step of its maximum.
    Raises:   when called, KnobError for another reduction, and ShapeError.
    Source:   Cramer et al. 2020, doi:10.1109/TNNLS.2020.3044364; snnTorch 1.0.0, `ce_max_membrane_loss`, recorded.
    """
    return partial(ce_max_membrane, reduction=reduction, weight=weight)


def mse_count_loss(
    correct_rate: float = 1,
    incorrect_rate: float = 0,
    population_code: bool = False,
    num_classes: int | None = None,
    reduction: str = "mean",
    weight: Weight = None,
) -> Loss:
    """Squared error of the spike counts: every neuron should fire at its rate. `mse_count`, set up.

    Equation:
        wanted = floor(T*correct_rate) for the right class, floor(T*incorrect_rate) for the others
        loss   = (sum over steps of out - wanted)**2 / T
    With `population_code`, the n neurons of each of `num_classes` are added up first, and n times as many spikes are
    wanted. `weight` multiplies each sample by that of its class.

    Shapes:   criterion(out, targets): spikes (T, B, C), or (T, B, num_classes·n); targets (B,), whole numbers from 0.
              A scalar, or (B, C) with reduction "none".
    Units:    rates in spikes per step, the loss in spikes²/step.
    Gradient: 2·(count - wanted)/T at every step, over the number of samples and classes with "mean".
    Raises:   KnobError for `population_code` without `num_classes`; when called, for another reduction and for rates
              outside [0, 1], and ShapeError.
    Source:   Shrestha & Orchard 2018, arXiv:1810.08646; snnTorch 1.0.0, `mse_count_loss`, recorded in tests/golden.
    """
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
    """Squared error of the membranes at every step. `mse_membrane`, set up.

    Equation:
        wanted = on_target for the right class, off_target for the others
        loss   = mean over steps of (out - wanted)**2
    With `time_var_targets` the class, or the wanted membrane itself, changes over time. `weight` multiplies each sample
    by that of its class.

    Shapes:   criterion(out, targets): membranes (T, B, C), targets (B,), or over time (T, B) or (T, B, C). A scalar, or
              (B, C) with reduction "none".
    Units:    on_target and off_target in the unit of the membranes, the loss in its square.
    Gradient: 2·(out - wanted)/T, over the number of samples and classes with "mean".
    Raises:   when called, KnobError for another reduction and for class weights beside wanted membranes; ShapeError.
    Source:   snnTorch 1.0.0, `mse_membrane_loss`, recorded in tests/golden; a negative off_target is kept here.
    """
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
    """Squared error of first spike times: every neuron should fire at its time. `mse_temporal`, set up.

    Equation:
        time   = the step of the first spike, T - 1 where there is none
        wanted = on_target for the right class, off_target for the others; below 0 counted from the end, -1 the last
        loss   = ((time - wanted) / T)**2, and 0 where the two are less than tolerance apart
    With `target_is_time` the targets are the wanted steps themselves; with `multi_spike` the first F spikes are judged,
    F steps each in `on_target` and `off_target`. `weight` multiplies each sample by that of its class.

    Shapes:   criterion(out, targets): spikes (T, B, C); targets (B,), whole numbers from 0, or steps (B, C), (C,), with
              `multi_spike` (F, B, C). A scalar, or (B, C), (F, B, C) with reduction "none".
    Units:    times, targets and tolerance in steps; the loss has none.
    Gradient: the time of a spike falls by 1 for 1 more at the step of that spike: -2·(time - wanted)/T² there.
    Raises:   when called, KnobError for another reduction, for rows without `multi_spike` and for weights beside
              steps; ShapeError.
    Source:   snnTorch 1.0.0, `mse_temporal_loss`, recorded in tests/golden; its default targets and several spikes are
              right here.
    """
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
    """Cross-entropy of first spike times: the right neuron should fire first. `ce_temporal`, set up.

    Equation:
        time  = the step of the first spike, T - 1 where there is none
        score = -time, or 1/(time + 1) with inverse="reciprocal"
        loss  = -ln softmax(score)[class]
    `weight` multiplies each sample by that of its class; "mean" divides by the sum of those weights.

    Shapes:   criterion(out, targets): spikes (T, B, C), targets (B,), whole numbers from 0. A scalar, or (B,) with
              reduction "none".
    Units:    times in steps, the loss in nats.
    Gradient: the time of a spike falls by 1 for 1 more at the step of that spike.
    Raises:   when called, KnobError for another reduction or inverse, and ShapeError.
    Source:   Mostafa 2018, doi:10.1109/TNNLS.2017.2726060; snnTorch 1.0.0, `ce_temporal_loss`, recorded.
    """
    return partial(ce_temporal, inverse=inverse, reduction=reduction, weight=weight)


def _population(name: str, population_code: bool, num_classes: int | None) -> int | None:
    if not population_code:
        return None
    if not num_classes:
        raise KnobError(f"{name}: with population_code, num_classes must say how many classes there are")
    return num_classes
