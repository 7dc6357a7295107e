"""Normalisation and dropout in a run: what training gathers and draws is part of its state and of the weights."""

import numpy as np
import pytest
import torch

from workbench.design import Design
from workbench.design.history import History
from workbench.design.starters import templates
from workbench.engine.graph_network import Network
from workbench.run.evaluate import evaluate
from workbench.run.playable import playable, put
from workbench.run.simulation import Simulation
from workbench.run.training import Training
from workbench.run.weights import Weights

torch.set_num_threads(1)
LAYERS = ["Conv2d", "BatchNormTT", "Leaky", "Dropout", "MaxPool2d", "Flatten", "BatchNorm", "Sparse", "OneToOne"]


@pytest.fixture
def layered() -> Design:
    """Digits as images through every layer that gathers, draws or is drawn once."""
    design = templates()["digits"].remove(["fc1", "hidden"]).set("in", shape=[1, 8, 8])
    before, wider = "rate", design
    for i, kind in enumerate(LAYERS):
        node = kind.lower()[:4] + str(i)
        more = {"out_features": 24, "density": 0.2} if kind == "Sparse" else {}
        wider = wider.add(kind, id=node, **more).wire(f"{before}.out", f"{node}.in")
        before = node
    return wider.wire(f"{before}.out", "fc2.in").with_(training={"batch": 32, "steps": 6, "lr": 0.01})


def batches(training: Training, count: int) -> list[float]:
    return [training.batch().loss for _ in range(count)]


def test_what_is_gathered_is_part_of_the_weights(layered: Design):
    training = Training(layered)
    before = training.weights()
    assert before == Weights.initial(layered) and before.shapes == Weights.initial(layered).shapes
    batches(training, 2)
    after = training.weights()
    for node, name in (("batc1", "running_mean"), ("batc1", "running_var"), ("batc6", "running_mean")):
        assert not np.array_equal(before[node][name], after[node][name])
    assert {name for node in after for name in after[node]} == {
        "weight", "bias", "running_mean", "running_var"
    }  # fmt: skip


def test_going_back_repeats_every_bit_of_statistics_and_dropout(layered: Design):
    training = Training(layered)
    batches(training, 2)
    state, here = training.state(), training.weights().hash
    losses, there = batches(training, 3), training.weights().hash
    training.restore(state)
    assert training.weights().hash == here
    assert batches(training, 3) == losses and training.weights().hash == there
    other = Training(layered)
    other.restore(state)
    assert batches(other, 3) == losses and other.weights().hash == there


def test_equal_seeds_learn_the_same_and_dropout_hangs_on_the_seed(layered: Design):
    plain = [Training(layered), Training(layered), Training(layered.set("drop3", p=0.1))]
    losses = [batches(training, 2) for training in plain]
    assert losses[0] == losses[1] != losses[2]
    assert plain[0].weights().hash == plain[1].weights().hash != plain[2].weights().hash


def test_the_global_random_state_is_not_touched(layered: Design):
    torch.manual_seed(4)
    before = torch.get_rng_state()
    Training(layered).batch()
    assert torch.equal(before, torch.get_rng_state())


def test_a_file_brings_the_statistics_back(layered: Design, tmp_path):
    training = Training(layered)
    batches(training, 2)
    loaded = Weights.load(training.weights().save(tmp_path / "net.npz"))
    assert loaded.hash == training.weights().hash and loaded.fits(layered)
    mine, theirs = training.evaluate(), evaluate(layered, loaded)
    assert np.array_equal(mine.votes, theirs.votes) and mine.loss == theirs.loss


def test_every_answer_on_the_page_is_the_one_evaluate_gives(layered: Design):
    training = Training(layered)
    batches(training, 4)
    simulation, judged = Simulation(layered, training.weights()), training.evaluate()
    for index in range(6):
        for steps in (1, 3, 2):
            frame = simulation.step(steps)
        assert frame.votes is not None and np.array_equal(frame.votes, judged.votes[index])
    assert judged.votes.any() or judged.spikes["leak2"].any()


def test_weights_put_into_a_live_network_bring_their_statistics(layered: Design):
    training = Training(layered)
    live = Simulation(layered)
    live.step(3)
    batches(training, 2)
    live.use(training.weights(), 1)
    live.reset()
    fresh = Simulation(layered, training.weights())
    both = zip(live.step(12).spikes["leak2"], fresh.step(12).spikes["leak2"], strict=True)
    assert all(np.array_equal(one, other) for one, other in both)
    network = playable(layered)
    put(training.weights(), network)
    assert Weights.of(_single(network)) == training.weights()


def _single(network: Network) -> Network:
    """A network whose weights are single numbers again; live it keeps them in double."""
    return network.float()


def test_undo_gives_back_the_statistics_of_before(layered: Design):
    training = Training(layered)
    history = History.start(layered).with_weights(training.weights())
    for said in ("one", "two"):
        training.batch()
        history = history.push(said, layered, training.weights())
    names = [entry.weights.hash for entry in history.entries if isinstance(entry.weights, Weights)]
    assert len(set(names)) == 3
    back = history.undo().undo()
    assert back.now.weights.hash == names[0] and history.now.weights.hash == names[2]
    training.use(back.now.weights)
    assert training.weights().hash == names[0]


def test_a_refused_batch_leaves_the_statistics_as_they_are(layered: Design):
    design = layered.remove(["out"]).with_(output="fc2.out")
    start = {node: dict(named) for node, named in Weights.initial(design).items()}
    start["fc2"]["weight"] = np.full_like(start["fc2"]["weight"], 3e38)
    training = Training(design, Weights(start))
    before = training.weights()
    with pytest.raises(ValueError, match="lower lr"):
        training.batch()
    assert training.weights() == before


def test_a_batch_of_one_is_refused_in_a_sentence(layered: Design):
    rows = layered.remove(["conv0", "batc1"]).wire("rate.out", "leak2.in")
    rows = rows.add("BatchNormTT", id="rows").unwire("spar7.out", "onet8.in")
    rows = rows.wire("spar7.out", "rows.in").wire("rows.out", "onet8.in").with_(training={"batch": 1})
    with pytest.raises(ValueError, match="one value has no variance; give it 2 or more samples"):
        Training(rows).batch()
