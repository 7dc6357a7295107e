"""What a loss judges: spikes, or the membranes of the layer that answers; every loss on offer teaches."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from workbench.design.build import build
from workbench.engine.encoders import Rate
from workbench.engine.graph_network import Network
from workbench.engine.losses import LABELS, LOSSES, ON_MEMBRANES, ce_max_membrane, ce_rate
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.wire import Wire
from workbench.run.evaluate import evaluate
from workbench.run.judging import Judge
from workbench.run.training import Training

LABELS_OF = torch.tensor([1, 0, 2])


def chain(**modules: nn.Module) -> Network:
    names = ["in", *modules]
    wires = [Wire(f"{a}.out", f"{b}.in") for a, b in pairwise(names)]
    return Network(modules, wires, ["in"], f"{names[-1]}.out")


def test_every_loss_on_offer_has_words() -> None:
    assert LABELS.keys() == LOSSES.keys() >= ON_MEMBRANES


@pytest.mark.parametrize("behind", [{}, {"out": nn.Identity()}, {"flat": nn.Flatten(), "out": nn.Identity()}])
def test_membranes_are_those_of_the_layer_that_answers(behind: dict[str, nn.Module]) -> None:
    network = chain(lif=Leaky(0.9), **behind)
    x = torch.rand(6, 3, 4, generator=torch.Generator().manual_seed(0)).requires_grad_()
    _, trace = Leaky(0.9).trace(x)
    judge = Judge("ce_max_membrane", network)
    out, _, record = network(x, record=judge.record)
    assert judge.record == {"lif": ["mem"]}
    assert judge.loss(out, record, LABELS_OF) == ce_max_membrane(trace["mem"], LABELS_OF)
    judge.loss(out, record, LABELS_OF).backward()
    assert x.grad is not None and x.grad.abs().sum() > 0
    spikes = Judge("ce_rate", network)
    assert spikes.record == {} and spikes.loss(out, record, LABELS_OF) == ce_rate(out, LABELS_OF)


@pytest.mark.parametrize("network", [chain(fc=nn.Linear(4, 3)), chain(lif=Leaky(0.9), rate=Rate())])
def test_without_membranes_such_a_loss_is_refused(network: Network) -> None:
    with pytest.raises(ValueError, match=r"^ce_max_membrane judges membranes, \w+ has none; choose a loss of spikes$"):
        Judge("ce_max_membrane", network)
    Judge("mse_count", network)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_on_offer_teaches(digits, name: str) -> None:
    training = Training(digits.with_(training={"loss": name}), indices=range(256))
    losses = [training.batch().loss for _ in range(training.batches * 12)]
    assert sum(losses[-training.batches :]) < 0.75 * sum(losses[: training.batches])


@pytest.mark.parametrize("name", LOSSES)
def test_evaluation_judges_what_training_judges(digits, name: str) -> None:
    design = digits.with_(training={"loss": name})
    found = evaluate(design, None, "train", range(200))  # in two passes
    halves = [evaluate(design, None, "train", part).loss for part in (range(128), range(128, 200))]
    assert found.loss == pytest.approx((halves[0] * 128 + halves[1] * 72) / 200, rel=1e-6)
    judged = Judge(name, build(design)).record
    assert bool(judged) == (name in ON_MEMBRANES)
