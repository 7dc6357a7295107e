"""Training: owned randomness, resuming bit for bit, live settings, and refusals in one sentence."""

import threading

import numpy as np
import pytest
import torch

from workbench.design.sentences import DesignError
from workbench.design.starters import templates
from workbench.run.evaluate import evaluate
from workbench.run.loops import simulate, train
from workbench.run.simulation import Simulation
from workbench.run.training import Training
from workbench.run.weights import Weights


def after(design, batches, **given):
    training = Training(design, **given)
    steps = [training.batch() for _ in range(batches)]
    return training.weights(), steps


def test_equal_seeds_give_equal_weights(digits):
    mine, steps = after(digits, 15)
    theirs, again = after(digits, 15)
    assert mine.hash == theirs.hash and steps == again
    assert after(digits.with_(seed=1), 15)[0].hash != mine.hash
    assert after(digits, 14)[0].hash != mine.hash


@pytest.fixture
def ambient():
    """Sets how many threads torch may use elsewhere; afterwards it is as before."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_any_number_of_threads_around_gives_the_same_weights(digits, ambient):
    wide, found = digits.set("fc1", out_features=100), []

    def learn():
        training = Training(wide)
        for _ in range(8):
            training.batch()
        answers = training.evaluate()
        found.append((training.weights().hash, answers.loss, answers.votes.tobytes()))

    for threads in (1, 2, 4):
        ambient(threads)
        learn()
        assert torch.get_num_threads() == threads, "the caller keeps its own number"
    fresh = threading.Thread(target=learn)
    fresh.start()
    fresh.join()
    assert found == found[:1] * 4


def test_it_starts_from_the_first_weights_and_leaves_them_alone(digits):
    first = Weights.initial(digits)
    training = Training(digits, first)
    assert training.weights() == first == Training(digits).weights()
    hash_before = first.hash
    training.batch()
    assert training.weights() != first and Weights(dict(first)).hash == hash_before


def test_published_weights_do_not_change(digits):
    training = Training(digits)
    published = training.weights()
    kept = published["fc1"]["weight"].copy()
    training.batch()
    assert np.array_equal(published["fc1"]["weight"], kept)


def test_visitors_at_the_same_time_agree_bit_for_bit(digits):
    alone = {seed: after(digits.with_(seed=seed), 20)[0].hash for seed in (0, 1)}
    found = {}

    def visit(name, seed):
        found[name] = after(digits.with_(seed=seed), 20)[0].hash

    visitors = [threading.Thread(target=visit, args=((i, i % 2), i % 2)) for i in range(4)]
    for visitor in visitors:
        visitor.start()
    torch.manual_seed(99)  # somebody else's draws must not matter
    for visitor in visitors:
        visitor.join()
    assert found == {(i, i % 2): alone[i % 2] for i in range(4)}


def test_the_global_generator_is_left_alone(two_way):
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    training = Training(two_way)
    training.batch()
    training.evaluate()
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize("optimiser", ["Adam", "SGD"])
@pytest.mark.parametrize("at", [0, 5, 12, 13])
def test_it_resumes_bit_for_bit(digits, optimiser, at):
    design = digits.with_(training={"optimiser": optimiser, "batch": 128})
    training = Training(design)
    for _ in range(at):
        training.batch()
    state = training.state()
    first = [training.batch() for _ in range(10)]
    weights = training.weights()
    training.restore(state)
    assert [training.batch() for _ in range(10)] == first and training.weights() == weights
    elsewhere = Training(design, Weights.initial(design, seed=7))
    elsewhere.restore(state)
    assert [elsewhere.batch() for _ in range(10)] == first and elsewhere.weights() == weights


def test_a_state_is_a_copy(digits):
    training = Training(digits)
    training.batch()
    state = training.state()
    weights = training.weights()
    training.batch()
    training.batch()
    training.restore(state)
    assert training.weights() == weights
    training.batch()
    training.restore(state)
    assert training.weights() == weights, "the same state serves twice"


def test_a_state_of_another_network_is_refused(digits, two_way):
    with pytest.raises(ValueError, match="another network"):
        Training(digits).restore(Training(two_way).state())


def test_every_sample_is_seen_once_an_epoch(digits):
    design = digits.with_(training={"batch": 500, "epochs": 2})
    training = Training(design)
    assert training.batches == 3
    steps = []
    while not training.finished:
        steps.append(training.batch())
    assert [(s.epoch, s.batch, s.batches) for s in steps] == [(e, b, 3) for e in (1, 2) for b in (1, 2, 3)]
    assert [s.weights_version for s in steps] == [1, 2, 3, 4, 5, 6]
    right = steps[2].accuracy * 437
    assert right == pytest.approx(round(right), abs=1e-3), "the last batch holds the 437 that are left"
    assert sorted(training._order.tolist()) == list(range(1437))
    assert training.batch().epoch == 3, "it may go on"


def test_a_part_of_the_samples_can_be_kept_aside(digits):
    training = Training(digits, indices=range(100, 300))
    assert training.batches == 4 if digits.training["batch"] == 64 else True
    training.batch()
    assert sorted(training._order.tolist()) == list(range(100, 300))


def test_an_epoch_of_digits_teaches_something(digits):
    training = Training(digits)
    before = training.evaluate()
    for _ in range(training.batches):
        training.batch()
    held_out = training.evaluate()
    assert held_out.size == 360 and held_out.accuracy > before.accuracy + 0.3
    assert held_out.loss < before.loss


def test_the_learning_rate_counts_from_the_next_batch(digits):
    training, untouched = Training(digits), Training(digits)
    training.batch()
    untouched.batch()
    training.set(lr=1e-7)
    before = training.weights()
    training.batch()
    untouched.batch()
    change = np.abs(training.weights()["fc1"]["weight"] - before["fc1"]["weight"]).max()
    assert 0 < change < 1e-6 and training.weights() != untouched.weights()
    assert training.design.training["lr"] == 1e-7
    with pytest.raises(DesignError, match="lr"):
        training.set(lr=-1.0)


def test_a_knob_counts_from_the_next_batch(digits):
    training, other = Training(digits), Training(digits.set("hidden", beta=0.5))
    training.set("hidden", "beta", 0.5)
    assert training.batch() == other.batch() and training.weights() == other.weights()
    with pytest.raises(ValueError, match="decides what is built"):
        training.set("fc1", "out_features", 5)


def test_a_learned_knob_is_trained_and_kept(digits):
    design = digits.set("hidden", learn_beta=True, beta=[0.9] * 32)
    training = Training(design)
    training.batch()
    weights = training.weights()
    assert weights["hidden"]["beta"].shape == (32,) and not np.allclose(weights["hidden"]["beta"], 0.9)
    assert evaluate(design, weights).size == 360
    training.set("hidden", "beta", 0.4)
    training.batch()
    assert abs(float(training.weights()["hidden"]["beta"].mean()) - 0.4) < 0.05


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda d: templates()["one_neuron"], "Add a Linear to train it"),
        (lambda d: d.set("fc1", out_features=32).unwire("fc2.out", "out.in").set("fc1", in_features=63), "fc1"),
        (lambda d: templates()["excitatory_inhibitory"], "digits gives 64 values, in takes 1"),
        (
            lambda d: d.with_(stimulus={"kind": "current", "amplitude": 1.0}).set("fc2", out_features=9),
            "10 classes, out gives 9 values",
        ),
    ],
)
def test_what_cannot_be_trained_is_refused(digits, edit, said):
    with pytest.raises(ValueError, match=said) as refusal:
        Training(edit(digits))
    assert len(str(refusal.value)) <= 200


def test_a_loss_that_is_not_finite_stops_before_the_weights_are_spoilt(digits):
    huge = {
        n: {k: np.full(a.shape, 3e38, "f4") for k, a in named.items()} for n, named in Weights.initial(digits).items()
    }
    training = Training(digits.set("out", reset_mechanism="none"), Weights(huge))
    try:
        training.batch()
    except ValueError as refusal:
        assert "lower lr" in str(refusal)
    assert all(np.isfinite(array).all() for _, array in training.weights().flat())


def test_evaluating_some_samples_gives_what_all_of_them_give(digits):
    weights = Training(digits).weights()
    whole = evaluate(digits, weights)
    some = evaluate(digits, weights, indices=[5, 300, 17])
    assert some.size == 3
    for name in ("labels", "answers"):
        assert np.array_equal(getattr(some, name), getattr(whole, name)[[5, 300, 17]])
    assert np.array_equal(some.votes, whole.votes[[5, 300, 17]])
    assert np.array_equal(some.spikes["hidden"], whole.spikes["hidden"][[5, 300, 17]])


@pytest.mark.parametrize("wrong", [{"split": "test"}, {"indices": [360]}, {"indices": [-1]}, {"indices": []}])
def test_samples_that_are_not_there_are_refused(digits, wrong):
    with pytest.raises(ValueError, match=r"split|indices"):
        evaluate(digits, **wrong)


def test_the_loops_do_what_the_classes_do(digits):
    frames = list(simulate(digits, steps=60, chunk=25))
    assert [frame.t1 - frame.t0 for frame in frames] == [25, 25, 10]
    whole = Simulation(digits).step(60)
    assert sum(len(f.spikes["hidden"][0]) for f in frames) == len(whole.spikes["hidden"][0])
    steps = list(train(digits.with_(training={"batch": 800}), epochs=1))
    assert [step.batch for step in steps] == [1, 2]
