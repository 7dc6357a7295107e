"""Documents are read strictly: what is broken is refused by a sentence of its own, and nothing large is ever made."""

import copy
import json
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.design import Design, DesignError
from workbench.design.clip import copied, pasted
from workbench.design.edit import apply
from workbench.run.simulation import Simulation

SAMPLE = Path(__file__).parents[1] / "golden" / "design-version-1.json"
NEURONS = SAMPLE.with_name("design-version-1-neurons.json")
EXAMPLE = json.loads(SAMPLE.read_text(encoding="utf-8"))
TYPE_NAMES = re.compile(r"\b(int|float|str|dict|list|tuple|bool|NoneType|None|True|False|object|bytes|class)\b")


def node(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in document["nodes"] if entry["id"] == name)


def at(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change of the example: the entry at `path` (a node by its id) becomes `value`."""

    def change(document: dict[str, Any]) -> None:
        place = document
        for step in path[:-1]:
            place = node(document, step) if isinstance(step, str) and place is document["nodes"] else place[step]
        place[path[-1]] = value

    return change


def without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.pop(key)


def also(part: str, entry: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document[part].append(entry)


WIRE = {"from": "in.out", "to": "fc2.in"}
BROKEN: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "no format": (without("format"), 'There is no "format"'),
    "a newer version": (at("format", value="snn-workbench/2"), "newer than this workbench reads"),
    "another program's file": (at("format", value="nengo/1"), "is not a design file of the workbench"),
    "a format that is a number": (at("format", value=1), "got 1;"),
    "no nodes": (without("nodes"), '"nodes" is missing'),
    "an unknown key": (at("author", value="Ada"), 'unknown key "author"'),
    "a misspelt key": (at("wirse", value=[]), "did you mean wires?"),
    "nodes that are no row": (at("nodes", value={}), "nodes: must be a row"),
    "a node that is a number": (also("nodes", 7), "nodes[6]: must be named values"),
    "a node without kind": (also("nodes", {"id": "x"}), '"kind" is missing'),
    "a node with an unknown key": (at("nodes", "hidden", "color", value="red"), 'nodes[3]: unknown key "color"'),
    "a node of unknown kind": (at("nodes", "hidden", "kind", value="Leeky"), "did you mean Leaky?"),
    "a kind that is no text": (at("nodes", "hidden", "kind", value=["Leaky"]), 'there is no part ["Leaky"]'),
    "an id with a capital": (at("nodes", "hidden", "id", value="Hidden"), "small letters, digits and _"),
    "an id with a path in it": (also("nodes", {"id": "../x", "kind": "Sum"}), 'got "../x"'),
    "an id that is null": (also("nodes", {"id": None, "kind": "Sum"}), "nodes[6].id: must be text in quotes, got null"),
    "an endless id": (also("nodes", {"id": "x" * 50, "kind": "Sum"}), "at most 40 characters, got 50"),
    "an id twice": (also("nodes", {"id": "fc1", "kind": "Sum"}), '"fc1" is taken'),
    "parameters that are no group": (at("nodes", "hidden", "params", value=[0.9]), "hidden: its parameters must be"),
    "an unknown parameter": (at("nodes", "hidden", "params", "betta", value=0.9), "did you mean beta?"),
    "a parameter of another part": (
        at("nodes", "fc1", "params", "beta", value=0.9),
        'fc1: there is no parameter "beta"',
    ),
    "text for a number": (at("nodes", "hidden", "params", "beta", value="0.9"), "hidden.beta: must be a number"),
    "code for a number": (at("nodes", "hidden", "params", "beta", value="__import__('os').system('ls')"), "__import__"),
    "null for a number": (at("nodes", "hidden", "params", "beta", value=None), "from 0 to 1, got null"),
    "a flag for a number": (at("nodes", "hidden", "params", "beta", value=True), "from 0 to 1, got true"),
    "a group for a number": (at("nodes", "hidden", "params", "beta", value={"mean": 0.9}), 'got {"mean": 0.9}'),
    "NaN": (at("nodes", "hidden", "params", "beta", value=float("nan")), "got NaN"),
    "infinity": (
        at("nodes", "hidden", "params", "threshold", value=float("inf")),
        "hidden.threshold: must be a number",
    ),
    "minus infinity": (at("dt_ms", value=float("-inf")), "dt_ms: must be a number from 0.001 to 1,000, got -Infinity"),
    "a number out of bounds": (at("nodes", "hidden", "params", "beta", value=1.5), "from 0 to 1, got 1.5"),
    "NaN inside a row": (at("nodes", "hidden", "params", "beta", value=[0.9, float("nan")]), "hidden.beta[1]"),
    "an empty row": (at("nodes", "hidden", "params", "beta", value=[]), "the row [ ] is empty"),
    "a row for each of too many": (at("nodes", "hidden", "params", "beta", value=[0.5] * 100_001), "at most 100,000"),
    "a flag in quotes": (at("nodes", "fc1", "params", "bias", value="true"), "must be true or false"),
    "no such choice": (at("nodes", "hidden", "params", "reset_mechanism", value="substract"), "did you mean subtract?"),
    "code for a choice": (
        at("nodes", "out", "params", "reset_mechanism", value="lambda: 0"),
        "choose subtract, zero or none",
    ),
    "no such surrogate": (at("nodes", "hidden", "params", "spike_grad", value={"name": "eval"}), '"eval" is not known'),
    "a surrogate without name": (at("nodes", "hidden", "params", "spike_grad", value={"slope": 25}), '{"name": …}'),
    "a surrogate's unknown number": (
        at("nodes", "hidden", "params", "spike_grad", value={"name": "atan", "slope": 25}),
        'hidden.spike_grad: there is no parameter "slope"',
    ),
    "a surrogate's impossible number": (
        at("nodes", "hidden", "params", "spike_grad", value={"name": "fast_sigmoid", "slope": -1}),
        "hidden.spike_grad.slope: must be a number from 0.001 to 100,000, got -1",
    ),
    "a billion neurons": (
        at("nodes", "fc1", "params", "out_features", value=10**9),
        "from 1 to 10,000,000, got 1,000,000,000",
    ),
    "a billion neurons as 1e9": (at("nodes", "fc2", "params", "out_features", value=1e9), "fc2.out_features"),
    "a billion values": (at("nodes", "in", "params", "shape", value=[40_000, 40_000]), "makes 1,600,000,000 values"),
    "a google of neurons": (at("nodes", "fc1", "params", "in_features", value=10**100), "got 1e+100"),
    "half a neuron": (at("nodes", "fc1", "params", "out_features", value=2.5), "a whole number"),
    "no neurons": (at("nodes", "fc1", "params", "out_features", value=0), "got 0"),
    "a shape that is a number": (at("nodes", "in", "params", "shape", value=64), "in.shape: must be a row of sizes"),
    "an empty shape": (at("nodes", "in", "params", "shape", value=[]), "such as [64] or [8, 8]"),
    "a shape of too many axes": (at("nodes", "in", "params", "shape", value=[1] * 9), "at most 4 sizes, got 9"),
    "a position with one number": (at("nodes", "in", "position", value=[0]), "must be [x, y]"),
    "a position in words": (at("nodes", "in", "position", value=["left", 0]), "in.position[0]"),
    "wires that are no row": (at("wires", value="in -> fc1"), "wires: must be a row"),
    "a wire without end": (also("wires", {"from": "in.out"}), '"to" is missing'),
    "a wire to nowhere": (also("wires", {"from": "in.out", "to": "lif9.in"}), '"lif9.in" leads nowhere'),
    "a wire from nowhere": (also("wires", {"from": "fc.out", "to": "fc2.in"}), "did you mean"),
    "a wire without port": (also("wires", {"from": "in", "to": "fc2.in"}), 'such as "in.out"'),
    "a wire to an unknown port": (also("wires", {"from": "in.out", "to": "fc2.reset"}), 'fc2 has no input "reset"'),
    "a wire backwards": (also("wires", {"from": "fc1.in", "to": "fc2.in"}), "fc1.in is an input"),
    "a wire into an output": (also("wires", {"from": "in.out", "to": "fc2.out"}), "a wire ends at an input"),
    "a wire into an Input": (also("wires", {"from": "fc1.out", "to": "in.in"}), 'in has no input "in"'),
    "a wire twice": (also("wires", EXAMPLE["wires"][0]), "in → rate is there already"),
    "a negative delay": (also("wires", {**WIRE, "delay": -1}), "in.out → fc2.in.delay: must be a whole number"),
    "an endless delay": (also("wires", {**WIRE, "delay": 10**6}), "from 0 to 1,000, got 1,000,000"),
    "a delay in words": (also("wires", {**WIRE, "delay": "two"}), 'got "two"'),
    "an output that is no port": (at("output", value="hidden"), "output: must be"),
    "an output nowhere": (at("output", value="fc3.out"), "did you mean fc2?"),
    "a probe nowhere": (at("probes", value=[{"node": "lif1", "state": "mem"}]), "probes[0].node"),
    "a probe of no state": (at("probes", value=[{"node": "hidden", "state": "syn"}]), "hidden has no state"),
    "a probe of neuron -1": (
        at("probes", value=[{"node": "hidden", "state": "mem", "neurons": [-1]}]),
        "probes[0].neurons[0]",
    ),
    "groups": (at("groups", value=[{"nodes": ["fc1"]}]), "no groups yet"),
    "an unknown stimulus": (at("stimulus", value={"kind": "video"}), '"video" is no stimulus'),
    "a stimulus in words": (at("stimulus", value="digits"), "stimulus: must be named values"),
    "unknown data": (at("stimulus", value={"kind": "data", "data": "imagenet"}), "stimulus.data"),
    "too much current": (at("stimulus", value={"kind": "current", "amplitude": 99}), "from -5 to 5, got 99"),
    "an unknown loss": (at("training", "loss", value="ce_rat"), "did you mean ce_rate?"),
    "no learning rate": (at("training", "lr", value=0), "training.lr"),
    "an unknown setting": (at("training", "momentum", value=0.9), 'training: there is no parameter "momentum"'),
    "an unknown optimiser": (at("training", "optimiser", value="Adma"), "did you mean Adam?"),
    "bits in words": (at("hardware", "bits", value={"weights": "eight"}), 'got "eight"'),
    "a chip with a path": (at("hardware", "target", value="../../etc"), "the name of a chip"),
    "weights with a path": (at("weights", value="../w.npz"), "the hash of a weights file"),
    "a seed below 0": (at("seed", value=-1), "seed: must be a whole number from 0"),
    "a name that is a number": (at("name", value=42), "name: must be text in quotes, got 42"),
    "an endless name": (at("name", value="x" * 10_000), "at most 100 characters, got 10,000"),
    "notes with half a character": (at("notes", value="\ud800"), "holds half a character"),
    "an id that is a path": (at("id", value="../../home"), "1 to 64 letters, digits, - or _"),
}

TEXT = SAMPLE.read_text(encoding="utf-8")
BROKEN_TEXT: dict[str, tuple[str, str]] = {
    "nothing": ("", "is empty"),
    "cut short": (TEXT[:700], "breaks off"),
    "cut within a word": (TEXT[: TEXT.index("digits 64") + 4], "breaks off after line 1"),
    "not JSON": ("{name: digits}", "is not JSON, line 1, column 2 has"),
    "a row": ("[1, 2]", "must be named values in { }, got [1, 2]"),
    "a name twice": ('{"format": "snn-workbench/1", "format": "x"}', '"format" is written twice'),
    "nested without end": ("[" * 100_000, "nested too deeply"),
    "the token NaN": (TEXT.replace('"seed": 0', '"seed": NaN'), "seed: must be a whole number from 0 to"),
    "the token Infinity": (TEXT.replace('"lr": 0.002', '"lr": Infinity'), "training.lr: must be a number"),
    "a number too large for a number": (TEXT.replace('"lr": 0.002', '"lr": -1e999'), "got -Infinity"),
    "a number of a thousand digits": (TEXT.replace('"seed": 0', f'"seed": {"9" * 1000}'), "got Infinity"),
    "a file of many megabytes": (" " * 8_000_001 + TEXT, "larger than 8 MB"),
}


def refusal(document: Any) -> str:
    with pytest.raises(DesignError) as caught:
        Design.load(document)
    return str(caught.value)


def broken(name: str) -> str:
    """The sentence that refuses one of the broken documents or texts."""
    if name in BROKEN_TEXT:
        return refusal(BROKEN_TEXT[name][0])
    document = copy.deepcopy(EXAMPLE)
    BROKEN[name][0](document)
    return refusal(document)


@pytest.mark.parametrize("name", [*BROKEN, *BROKEN_TEXT])
def test_what_is_broken_is_refused_in_plain_words(name: str):
    sentence = broken(name)
    assert {**BROKEN, **BROKEN_TEXT}[name][1] in sentence
    assert len(sentence) <= 200
    assert "\n" not in sentence
    assert sentence[-1] in ".?…"
    assert not TYPE_NAMES.search(re.sub(r'"[^"]*"', "", sentence))


def test_every_fault_has_a_sentence_of_its_own():
    sentences = {name: broken(name) for name in [*BROKEN, *BROKEN_TEXT]}
    assert len(sentences) >= 40
    assert len(set(sentences.values())) == len(sentences)


@pytest.mark.parametrize("name", ["a billion neurons", "a billion values", "a google of neurons", "nested without end"])
def test_refusing_what_is_huge_makes_nothing_huge(name: str):
    broken(name)  # what is loaded once is not counted
    tracemalloc.start()
    broken(name)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_files_that_cannot_be_read_say_so(tmp_path: Path):
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    for path, sentence in {
        tmp_path / "gone.json": "gone.json: there is no such file",
        tmp_path: "is a folder",
        tmp_path / "binary.json": "binary.json: the file is not text in UTF-8",
        tmp_path / "a\0b": "cannot be read",
    }.items():
        assert sentence in refusal(path)
    with pytest.raises(DesignError, match="cannot be saved"):
        Design.new().save(tmp_path / "no" / "x.json")


def test_what_is_no_document_at_all_is_refused():
    assert "must be named values" in refusal("[]")
    assert "got 7" in refusal(7)


def test_version_one_opens_for_ever():
    design = Design.load(SAMPLE)
    assert [node.id for node in design.nodes] == ["in", "rate", "fc1", "hidden", "fc2", "out"]
    assert design.node("hidden").params["spike_grad"] == {"name": "fast_sigmoid", "slope": 25}
    assert design.node("fc1").params == {"out_features": 32, "in_features": None}
    assert (design.output, design.seed, design.stimulus["split"]) == ("out.out", 0, "held_out")
    assert design.check() == []


def test_what_a_file_of_before_does_not_say_of_a_neuron_means_what_it_meant():
    """Recorded with the version that wrote such files, before an Izhikevich had a gain or went by the design's step."""
    design = Design.load(NEURONS)
    spikes = Simulation(design).step(400).spikes
    assert spikes["izh"][0].tolist() == [15, 192, 388]
    assert len(spikes["gates"][0]) == 800 and set(spikes["gates"][1].tolist()) == {1, 2}
    values = design.values("izh")
    assert (values["gain"], values["dt"], design.values("gates")["threshold"]) == (1.0, 0.5, 0.1)
    assert [node.params for node in Design.load(design.dumps()).nodes] == [{"shape": (1,)}, {}, {"hidden_size": 4}]
    (note,) = design.check()
    assert (note.level, note.message) == (
        "note",
        "izh.dt is 0.5 ms, a step of the design 1 ms: two paces; leave dt empty.",
    )
    copies, (copy_of,) = pasted(design, copied(design, ["izh"]))
    assert apply(design, copies).values(copy_of) == values, "a copy means what its model does"


def test_saving_and_loading_is_the_identity(tmp_path: Path):
    design = Design.load(SAMPLE)
    design.save(tmp_path / "net.json")
    assert Design.load(tmp_path / "net.json") == design
    assert Design.load(str(tmp_path / "net.json")) == design
    assert (
        Design.load(design.to_json()) == Design.load(design.dumps()) == Design.load(design.dumps().encode()) == design
    )
    expected = copy.deepcopy(EXAMPLE)
    del expected["wires"][-1]["delay"]  # a delay of 0 says nothing and is not written
    assert design.to_json() == expected


def test_saving_leaves_one_whole_file_or_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    design, path = Design.load(SAMPLE), tmp_path / "net.json"
    design.save(path)

    def full(*args: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DesignError, match="cannot be written"):
        design.rename("other").save(path)
    assert Design.load(path) == design
    assert [file.name for file in tmp_path.iterdir()] == ["net.json"]


def test_a_short_document_by_hand_is_enough():
    design = Design.load('{"format": "snn-workbench/1", "nodes": [{"id": "in", "kind": "Input"}]}')
    assert design.name == "untitled"
    assert design.training["epochs"] == 40
    assert Design.load(design.dumps()) == design
