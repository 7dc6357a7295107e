"""Whatever a person does in whatever order: undo goes back exactly, files keep everything, check never fails."""

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from workbench.design import Design, DesignError
from workbench.design.check import Problem, can_wire, check
from workbench.design.edit import apply, label
from workbench.design.history import History
from workbench.design.parts import parts
from workbench.design.plan import plan
from workbench.design.shapes import shapes
from workbench.design.starters import templates

KINDS = list(parts())
numbers = st.integers(0, 30)
GESTURES = st.lists(
    st.tuples(
        st.sampled_from(["add", "wire", "wire", "wire", "unwire", "delay", "set", "remove", "move", "change", "fix"]),
        numbers,
        numbers,
        numbers,
    ),
    max_size=25,
)
SMALL = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def gesture(design: Design, op: str, a: int, b: int, c: int) -> list:
    """The edits that a random gesture means on this design."""
    ids = [node.id for node in design.nodes] or ["nobody"]
    one, two = ids[a % len(ids)], ids[b % len(ids)]
    wire = design.wires[a % len(design.wires)] if design.wires else None
    ends = {"source": wire.source, "target": wire.target} if wire else {"source": "a.out", "target": "b.in"}
    match op:
        case "add":
            return [{"op": "add", "kind": KINDS[a % len(KINDS)], "position": [b, c]}]
        case "wire":
            return [{"op": "wire", "source": f"{one}.out", "target": f"{two}.in", "delay": max(c - 28, 0)}]
        case "unwire":
            return [{"op": "unwire", **ends}]
        case "delay":
            return [{"op": "delay", **ends, "delay": c}]
        case "set":
            values = [{"beta": c / 30}, {"out_features": c + 1}, {"shape": [c + 1, 2]}, {"in_features": c or None}]
            return [{"op": "set", "node": one, "params": values[b % 4]}]
        case "remove":
            return [{"op": "remove", "nodes": list({one, two})}]
        case "move":
            return [{"op": "move", "positions": {one: [b, c]}}]
        case "change":
            kinds = [{"kind": "data"}, {"kind": "current", "amplitude": c / 10}]
            fields = [{"seed": c}, {"output": f"{one}.out"}, {"stimulus": kinds[a % 2]}, {"notes": str(c)}]
            return [{"op": "change", "fields": fields[b % 4]}]
    ways = [fix for problem in check(design) for fix in problem.fix]
    return list(ways[a % len(ways)].edits) if ways else []


def lived(gestures: list, slug: str) -> History:
    """A history of all gestures that were not refused."""
    history = History.start(templates()[slug])
    for words in gestures:
        edits = gesture(history.design, *words)
        try:
            history = history.edit(edits)
        except DesignError as refusal:
            assert len(str(refusal)) <= 200
    return history


@SMALL
@given(GESTURES, st.sampled_from(["one_neuron", "digits", "excitatory_inhibitory"]))
def test_undo_to_the_start_and_redo_to_the_end_are_exact(gestures: list, slug: str):
    history = lived(gestures, slug)
    last, back = history.design, history
    for _ in history.entries:
        back = back.undo()
    assert back.design == templates()[slug]
    assert back.design.dumps() == templates()[slug].dumps()
    for _ in history.entries:
        back = back.redo()
    assert back.design == last
    assert all(entry.label and len(entry.label) <= 60 for entry in history.entries)


@SMALL
@given(GESTURES, st.sampled_from(["two_neurons", "digits", "loop_with_delay"]))
def test_saving_check_and_plan_stand_whatever_was_drawn(gestures: list, slug: str):
    design = lived(gestures, slug).design
    assert Design.load(design.dumps()) == design
    problems = check(design)
    assert all(isinstance(problem, Problem) and 0 < len(problem.message) <= 200 for problem in problems)
    assert set(shapes(design)) == {node.id for node in design.nodes}
    for node in design.nodes[:3]:
        can_wire(design, f"{node.id}.out", f"{design.nodes[-1].id}.in")
    if not any(problem.level == "error" for problem in problems):
        assert set(plan(design).shapes) == set(plan(design).order)


@SMALL
@given(GESTURES)
def test_a_fix_can_always_be_applied_and_named(gestures: list):
    design = lived(gestures, "digits").design
    for problem in check(design):
        for fix in problem.fix:
            # Another of its kind may show up behind it, such as a second loop through the same node.
            left = [(other.place, other.message) for other in check(apply(design, fix.edits))]
            assert (problem.place, problem.message) not in left
            assert label(design, fix.edits)
            assert len(fix.label) <= 80


@SMALL
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str):
    try:
        Design.load(text.encode("utf-8", "surrogatepass"))
    except DesignError as refusal:
        assert len(str(refusal)) <= 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "id",
    "name",
    "seed",
    "dt_ms",
    "notes",
    "nodes",
    "wires",
    "output",
    "probes",
    "stimulus",
    "training",
    "hardware",
]


@SMALL
@given(
    JSON, st.sampled_from([*FIELDS, "format", "weights", "groups", "x"]), st.sampled_from(["", "id", "params", "kind"])
)
def test_no_value_anywhere_breaks_the_reader(value, field: str, inner: str):
    document = templates()["digits"].to_json()
    document[field] = value
    document["nodes"] = (
        document["nodes"] if field == "nodes" else [{**document["nodes"][3], **({inner: value} if inner else {})}]
    )
    try:
        Design.load(document)
    except DesignError as refusal:
        assert 0 < len(str(refusal)) <= 200
