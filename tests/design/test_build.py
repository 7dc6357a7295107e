"""A design becomes the network it shows, from its seed alone, and the global random state is never touched."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch

from workbench.design import Design, DesignError
from workbench.design.build import build
from workbench.design.plan import plan
from workbench.design.starters import templates

torch.set_num_threads(1)


@pytest.fixture
def digits() -> Design:
    return templates()["digits"]


def arrays(network: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: value.detach().numpy().copy() for name, value in network.named_parameters()}


def test_the_network_has_the_parts_and_sizes_of_the_drawing(digits: Design):
    network = build(digits)
    assert list(network.nodes) == ["rate", "fc1", "hidden", "fc2", "out"]
    assert {name: value.shape for name, value in arrays(network).items()} == {
        "parts.fc1.weight": (32, 64),
        "parts.fc1.bias": (32,),
        "parts.fc2.weight": (10, 32),
        "parts.fc2.bias": (10,),
    }
    out, state = network(torch.rand(5, 3, 64), generator=torch.Generator().manual_seed(0))
    assert out.shape == (5, 3, 10)
    assert state["hidden"]["mem"].shape == (3, 32)


def test_weights_start_from_the_seed_and_the_nodes_id_alone(digits: Design):
    first = arrays(build(digits))
    other = digits.add("Linear", id="more").wire("hidden.out", "more.in").move({"fc1": (5, 5)})
    again = arrays(build(other))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    reseeded = arrays(build(digits, seed=1))
    assert not any(np.array_equal(first[name], reseeded[name]) for name in first)
    assert all(np.array_equal(reseeded[n], a) for n, a in arrays(build(digits.with_(seed=1))).items())


def test_weights_start_uniform_within_one_over_root_of_the_inputs(digits: Design):
    weight = arrays(build(digits))["parts.fc1.weight"]
    assert np.abs(weight).max() <= 1 / 8
    assert np.abs(weight).max() > 0.99 / 8
    assert abs(weight.mean()) < 0.01


def test_the_global_random_state_is_neither_read_nor_moved(digits: Design):
    torch.manual_seed(1)
    before, first = torch.get_rng_state(), arrays(build(digits))
    assert torch.equal(before, torch.get_rng_state())
    torch.manual_seed(2)
    assert all(np.array_equal(first[name], array) for name, array in arrays(build(digits)).items())


def test_visitors_with_one_seed_agree(digits: Design):
    with ThreadPoolExecutor(4) as pool:
        built = [arrays(network) for network in pool.map(build, [digits] * 8)]
    assert all(np.array_equal(built[0][name], other[name]) for other in built for name in other)


def test_given_weights_are_used_and_copied(digits: Design):
    given = np.full((32, 64), 0.5, dtype=np.float32)
    network = build(digits, {"fc1": {"weight": given}})
    assert (arrays(network)["parts.fc1.weight"] == 0.5).all()
    given[:] = 0
    assert (arrays(network)["parts.fc1.weight"] == 0.5).all()


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"fc1": {"weight": np.zeros((2, 2))}}, 'fc1.weight is 32×64, "2×2" was given'),
        ({"fc1": {"gain": np.zeros(2)}}, "fc1.gain, which fc1 does not learn"),
    ],
)
def test_weights_of_another_network_are_refused(digits: Design, weights, sentence: str):
    with pytest.raises(DesignError, match=sentence):
        build(digits, weights)


def test_written_weights_are_where_training_starts(digits: Design):
    row = [i / 100 for i in range(320)]
    network = build(digits.set("fc2", weight=row, bias=False).set("fc1", weight=0.25))
    assert np.allclose(arrays(network)["parts.fc2.weight"], np.reshape(row, (10, 32)))
    assert (arrays(network)["parts.fc1.weight"] == 0.25).all()


def test_every_parameter_of_a_neuron_reaches_it(digits: Design):
    beta = [i / 32 for i in range(32)]
    design = digits.set("hidden", beta=beta, threshold=2.0, reset_mechanism="zero", learn_beta=True, reset_delay=False)
    design = design.set("hidden", spike_grad={"name": "fast_sigmoid", "slope": 10})
    hidden: Any = build(design).nodes["hidden"]
    assert torch.allclose(hidden.beta, torch.tensor(beta))
    assert isinstance(hidden.beta, torch.nn.Parameter)
    assert (hidden.threshold.item(), hidden.reset_mechanism, hidden.reset_delay) == (2.0, "zero", False)
    assert hidden.spike_grad.spec() == {"name": "fast_sigmoid", "slope": 10.0}


def test_a_row_for_each_neuron_takes_the_shape_of_an_image():
    design = Design.new().add("Input", shape=[2, 2]).add("Leaky", beta=[0.1, 0.2, 0.3, 0.4]).wire("in.out", "lif1.in")
    network = build(design.with_(stimulus={"kind": "current"}))
    assert network.nodes["lif1"].beta.shape == (2, 2)
    out, _ = network(torch.ones(3, 1, 2, 2))
    assert out.shape == (3, 1, 2, 2)


def test_the_valid_part_runs_without_the_loose_one(digits: Design):
    loose = digits.add("Linear", id="loose").add("Leaky", id="nowhere").wire("loose.out", "nowhere.in")
    assert list(build(loose).nodes) == list(build(digits).nodes)


def test_a_wire_from_a_loose_part_is_left_out():
    design = Design.new().add("Input").add("Sum").add("Linear", out_features=64).add("Leaky")
    design = design.wire("in.out", "sum1.in").wire("fc1.out", "sum1.in").wire("sum1.out", "lif1.in")
    todo = plan(design)
    assert todo.order == ("in", "sum1", "lif1")
    assert [wire.words for wire in todo.wires] == ["in → sum1", "sum1 → lif1"]
    assert build(design)(torch.ones(2, 1, 64))[0].shape == (2, 1, 64)


def test_the_plan_says_what_runs_in_which_order():
    todo = plan(templates()["excitatory_inhibitory"])
    assert todo.order == ("in", "sum1", "e", "e_to_i", "i", "i_to_e")
    assert (todo.inputs, todo.output) == (("in",), "e.out")
    assert set(todo.shapes.values()) == {(1,)}
    digits = plan(templates()["digits"])
    assert digits.arriving["fc2"] == (32,)
    assert digits.shapes["out"] == (10,)


def test_without_a_marked_output_the_last_neuron_answers(digits: Design):
    assert plan(digits.with_(output=None)).output == "out.out"
    assert plan(digits.add("Leaky", id="loose").with_(output="loose.out")).output == "out.out"
    assert plan(Design.new().add("Input")).output is None
    assert build(Design.new().add("Input"))(torch.ones(2, 1, 64))[0].shape == (2, 1, 64)


def test_probes_are_cut_to_the_neurons_that_exist(digits: Design):
    probes = [{"node": "hidden", "state": "mem", "neurons": [0, 99]}, {"node": "out", "state": "mem", "neurons": [50]}]
    assert [(probe.node, probe.neurons) for probe in plan(digits.with_(probes=probes)).probes] == [("hidden", (0,))]
