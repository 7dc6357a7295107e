"""A Design is a value: every edit makes a new one, refuses what no document can hold, and leaves the old one alone."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

from workbench.design import Design, DesignError, Node, Probe, Wire
from workbench.design.starters import templates
from workbench.design.values import Values


@pytest.fixture
def chain() -> Design:
    """in → fc1 → lif1, for data."""
    design = Design.new("chain").add("Input").add("Linear", out_features=10).add("Leaky", beta=0.9)
    return design.wire("in.out", "fc1.in").wire("fc1.out", "lif1.in")


def test_importing_the_document_costs_no_torch():
    modules = "workbench.design, workbench.design.check, workbench.design.history, workbench.design.build"
    code = f"import sys, {modules}; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_lines_of_the_contract_run(chain: Design):
    design = chain.add("Leaky", id="hidden", beta=0.9).wire("fc1.out", "hidden.in", delay=0).set("hidden", beta=0.8)
    design = design.remove(["lif1"])
    assert design.node("hidden").params == {"beta": 0.8}
    assert design.wires == (Wire("in.out", "fc1.in"), Wire("fc1.out", "hidden.in"))


def test_edits_leave_the_old_design_as_it_was(chain: Design):
    before = chain.dumps()
    chain.add("Sum").move({"fc1": (7, 8)}).set("fc1", out_features=3).remove(["fc1"]).with_(seed=4)
    assert chain.dumps() == before
    with pytest.raises(TypeError):
        chain.node("lif1").params["beta"] = 0.1  # pyright: ignore[reportIndexIssue]


def test_a_design_can_be_hashed_copied_and_pickled(chain: Design):
    assert {chain: 1}[Design.load(chain.dumps())] == 1
    assert copy.deepcopy(chain) == pickle.loads(pickle.dumps(chain)) == chain


def test_ids_are_short_meaningful_and_unique():
    design = Design.new()
    for kind in (
        "Input",
        "Rate",
        "Linear",
        "Leaky",
        "Sum",
        "Flatten",
        "Readout",
        "Linear",
        "Leaky",
        "Input",
        "Latency",
    ):
        design = design.add(kind)
    ids = [node.id for node in design.nodes]
    assert ids == ["in", "rate", "fc1", "lif1", "sum1", "flat1", "out", "fc2", "lif2", "in2", "latency"]


def test_new_nodes_lie_beside_the_others():
    places = [node.position for node in Design.new().add("Input").add("Linear").add("Leaky", position=(0, 200)).nodes]
    assert places == [(0, 0), (180, 0), (0, 200)]


def test_numpy_numbers_and_arrays_become_plain_ones(chain: Design):
    design = chain.set("lif1", beta=np.full(10, 0.5), threshold=np.float32(2))
    assert design.node("lif1").params == {"beta": (0.5,) * 10, "threshold": 2.0}
    assert Design.load(design.dumps()) == design


def test_values_hold_every_default(chain: Design):
    values = chain.values("lif1")
    assert (values["beta"], values["threshold"], values["reset_mechanism"]) == (0.9, 1.0, "subtract")
    assert chain.values("fc1")["in_features"] is None


def test_removing_takes_wires_probes_and_output_along(chain: Design):
    design = chain.with_(output="lif1.out", probes=[Probe("lif1", "mem", (0, 1))]).remove(["lif1"])
    assert (design.output, design.probes, design.wires) == (None, (), (Wire("in.out", "fc1.in"),))


def test_renaming_a_node_keeps_what_hangs_on_it(chain: Design):
    design = chain.with_(output="lif1.out", probes=[{"node": "lif1", "state": "mem"}]).rename_node("lif1", "answer")
    assert design.output == "answer.out"
    assert design.probes == (Probe("answer", "mem", (0,)),)
    assert design.wires[-1] == Wire("fc1.out", "answer.in")
    assert design.rename_node("answer", "lif1") == chain.with_(output="lif1.out", probes=[Probe("lif1", "mem")])


def test_wiring_a_readout_marks_the_output(chain: Design):
    design = chain.add("Readout")
    assert design.output is None
    assert design.wire("lif1.out", "out.in").output == "out.out"


def test_wires_and_delays(chain: Design):
    design = chain.delay("fc1.out", "lif1.in", 3)
    assert design.wires[-1].delay == 3
    assert design.unwire("fc1.out", "lif1.in").delay("in.out", "fc1.in", 1).wires == (Wire("in.out", "fc1.in", 1),)


def test_fields_change_one_by_one(chain: Design):
    design = chain.with_(
        seed=7, notes="a note", training={"lr": 0.01}, hardware={"bits": {"weights": 8}}, weights="0" * 16
    )
    assert (design.seed, design.notes, design.weights) == (7, "a note", "0" * 16)
    assert (design.training["lr"], design.training["epochs"]) == (0.01, 40)
    assert design.hardware == {"target": "none", "bits": {"weights": 8}}
    assert chain.with_(stimulus={"kind": "pulse"}).stimulus["length"] == 20


def test_a_copy_has_an_id_of_its_own(chain: Design):
    copied = chain.fresh("copy")
    assert (copied.id != chain.id, copied.name, copied.nodes) == (True, "copy", chain.nodes)


def test_only_what_runs_decides_what_is_rebuilt(chain: Design):
    same = (
        chain.rename("other").move({"in": (9, 9)}).with_(notes="x", probes=[Probe("lif1", "mem")], training={"lr": 1})
    )
    assert same.network() == chain.network()
    assert same.live_changes(chain) == {}
    for other in (
        chain.set("fc1", out_features=11),
        chain.set("lif1", beta=0.8),
        chain.delay("in.out", "fc1.in", 1),
        chain.with_(seed=1),
        chain.with_(output="lif1.out"),
        chain.rename_node("lif1", "x"),
    ):
        assert other.network() != chain.network()


def test_live_parameters_need_no_rebuilding(chain: Design):
    assert chain.set("lif1", beta=0.8, threshold=2.0).live_changes(chain) == {"lif1": {"beta": 0.8, "threshold": 2.0}}
    assert chain.set("lif1", threshold=1.0).live_changes(chain) == {}  # the default, now said
    for other in (chain.set("lif1", reset_mechanism="zero"), chain.set("fc1", out_features=3), chain.add("Sum")):
        assert other.live_changes(chain) is None


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda d: d.add("Leeky"), "did you mean Leaky?"),
        (lambda d: d.add("Leaky", id="fc1"), '"fc1" is taken; choose another, such as lif2.'),
        (lambda d: d.add("Leaky", id="Lif 1"), "small letters"),
        (lambda d: d.add("Leaky", bete=0.5), "did you mean beta?"),
        (lambda d: d.add("Leaky", position=(0,)), "must be [x, y]"),
        (lambda d: d.set("lif2", beta=0.5), "did you mean lif1?"),
        (lambda d: d.set("lif1", beta=float("nan")), "lif1.beta"),
        (lambda d: d.wire("lif1.out", "lif3.in"), "leads nowhere"),
        (lambda d: d.wire("in.out", "fc1.in"), "in → fc1: these two are wired already"),
        (lambda d: d.unwire("lif1.out", "fc1.in"), "There is no wire"),
        (lambda d: d.delay("in.out", "fc1.in", -1), "in.out → fc1.in.delay"),
        (lambda d: d.remove(["nobody"]), "There is no node"),
        (lambda d: d.move({"fc1": (float("inf"), 0)}), "fc1.position[0]"),
        (lambda d: d.rename("x" * 101), "at most 100 characters"),
        (lambda d: d.rename_node("fc1", "in"), '"in" is taken; choose another for fc1.'),
        (lambda d: d.with_(sede=1), "did you mean seed?"),
        (lambda d: d.with_(training={"batch": 0}), "training.batch"),
        (lambda d: Design.new().set("fc1", bias=False), "add it first"),
    ],
)
def test_edits_no_document_can_hold_are_refused(chain: Design, edit, sentence: str):
    with pytest.raises(DesignError) as caught:
        edit(chain)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) <= 200


def test_a_design_has_room_for_a_thousand_nodes_and_no_more():
    nodes = tuple(Node(f"n{i}", "Sum") for i in range(1000))
    full = Design(id="full", name="full", nodes=nodes)
    with pytest.raises(DesignError, match="1,000 nodes"):
        full.add("Sum")


def test_starters_are_not_shared_by_accident():
    assert templates()["digits"].fresh().id != templates()["digits"].id


def test_values_compare_like_mappings():
    values = Values({"row": [1, 2], "group": {"a": None}})
    assert values == {"row": (1, 2), "group": {"a": None}}
    assert values.but({"row": 3})["row"] == 3
    assert len(values) == 2
    assert eval(repr(values)) == values  # our own text
