"""What the command line refuses: each thing with a sentence of its own, exit code 2, and never a traceback."""

import copy
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from workbench.cli import main
from workbench.design.learnable import unlearnable
from workbench.design.starters import templates
from workbench.run.weights import Weights

torch.set_num_threads(1)

# The table of broken documents belongs to the room of the documents.
READING = runpy.run_path(str(Path(__file__).parents[1] / "design" / "test_reading.py"))
BROKEN, BROKEN_TEXT, EXAMPLE = READING["BROKEN"], READING["BROKEN_TEXT"], READING["EXAMPLE"]


def written(name):
    """A broken document as text."""
    if name in BROKEN_TEXT:
        return BROKEN_TEXT[name][0]
    document = copy.deepcopy(EXAMPLE)
    BROKEN[name][0](document)
    return json.dumps(document)


@pytest.fixture
def refused(capsys):
    """Run a command that must fail; gives the one sentence it says."""

    def run(*arguments):
        assert main([str(argument) for argument in arguments]) == 2
        said = capsys.readouterr()
        sentence = said.err.removesuffix("\n")
        assert sentence and "\n" not in sentence and len(sentence) <= 200, sentence
        assert "Traceback" not in sentence and not READING["TYPE_NAMES"].search(sentence.partition('"')[0]), sentence
        assert "not expected" not in sentence, sentence
        return sentence

    return run


def test_every_broken_file_has_a_sentence_of_its_own(refused, tmp_path):
    sentences = {}
    for name in [*BROKEN, *BROKEN_TEXT]:
        file = tmp_path / "design.json"
        file.write_bytes(written(name).encode("utf-8", "surrogatepass"))
        sentences[name] = refused("check", file)
    assert len(sentences) >= 30
    assert len(set(sentences.values())) == len(sentences)


@pytest.mark.parametrize("command", ["run", "train", "estimate"])
def test_every_command_reads_as_strictly(refused, command, tmp_path):
    file = tmp_path / "design.json"
    file.write_text(written("NaN"), encoding="utf-8")
    assert refused(command, file) == refused("check", file)


WRONG_NETWORKS = {
    "a cycle without delay": lambda d: d.add("Sum", id="s").wire("hidden.out", "s.in").wire("s.out", "s.in"),
    "a second wire": lambda d: d.wire("rate.out", "hidden.in"),
    "unequal sizes": lambda d: d.add("Sum", id="s").wire("hidden.out", "s.in").wire("out.out", "s.in"),
    "a declared size": lambda d: d.set("fc2", in_features=33),
    "an image into Linear": lambda d: d.set("in", shape=[8, 8]),
    "another sample": lambda d: d.set("in", shape=[63]),
    "other classes": lambda d: d.set("fc2", out_features=9),
    "too many values in a row": lambda d: d.set("hidden", beta=[0.5] * 31),
}


def test_every_wrong_network_has_a_sentence_of_its_own(refused, tmp_path):
    file, sentences = tmp_path / "design.json", []
    for change in WRONG_NETWORKS.values():
        change(templates()["digits"]).save(file)
        sentences.append(refused("run", file))
    assert len(set(sentences)) == len(WRONG_NETWORKS)


def test_every_wrong_wish_has_a_sentence_of_its_own(refused, tmp_path):
    other = Weights.initial(templates()["two_neurons"]).save(tmp_path / "other.npz")
    (tmp_path / "text.npz").write_text("not weights")
    np.savez(tmp_path / "whole.npz", allow_pickle=False, **{"fc1.weight": np.arange(3)})
    wishes = [
        ["fly"],
        ["run"],
        ["run", "nothing"],
        ["run", tmp_path / "gone.json"],
        ["run", tmp_path],
        ["run", "digits", "--steps", "many"],
        ["run", "digits", "--steps", "0"],
        ["run", "digits", "--steps", "2.5"],
        ["run", "digits", "--steps", 10**9],
        ["run", "digits", "--speed", "2"],
        ["run", "digits", "again"],
        ["run", "digits", "--weights", tmp_path / "gone.npz"],
        ["run", "digits", "--weights", tmp_path / "text.npz"],
        ["run", "digits", "--weights", tmp_path / "whole.npz"],
        ["run", "digits", "--weights", other],
        ["train", "excitatory_inhibitory"],
        ["train", "digits", "--epochs", "-1"],
        ["train", "digits", "--seed", "1e3"],
        ["train", "digits", "--data", "imagenet"],
        ["train", "digits", "--out", tmp_path / "w.txt"],
        ["train", "digits", "--out", tmp_path / "no" / "w.npz"],
        ["estimate", "digits", "--target", "ice40-hx8k"],
        ["serve", "--port", "99999"],
        ["serve", "--port", "http"],
        ["check"],
        ["doctor", "digits"],
    ]
    sentences = [refused(*wish) for wish in wishes]
    assert len(set(sentences)) == len(wishes)


def test_with_json_a_refusal_leaves_standard_output_alone(capsys):
    assert main(["run", "nothing", "--json"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err


def test_an_unforeseen_error_is_a_sentence_too(tmp_path):
    """A file of one's own called numpy.py, in the folder where the workbench is started, hides NumPy."""
    (tmp_path / "numpy.py").touch()
    command = [sys.executable, "-m", "workbench", "run", "digits"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and "WORKBENCH_TRACEBACK=1" in done.stderr
    shown = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "WORKBENCH_TRACEBACK": "1"}
    )
    assert shown.stderr.startswith("Traceback") and "AttributeError" in shown.stderr


def test_refusing_a_billion_neurons_takes_no_memory(tmp_path):
    files = []
    for name in ("a billion neurons", "a billion values", "a google of neurons"):
        files.append(str(tmp_path / f"{len(files)}.json"))
        Path(files[-1]).write_text(written(name), encoding="utf-8")
    code = (
        "import resource, sys\n"
        "from workbench.cli import main\n"
        "main(['check', 'digits'])\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "codes = [main(['run', file]) for file in sys.argv[1:]]\n"
        "print(codes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, text=True, check=True)
    codes, _, grown_kib = done.stderr.splitlines()[-1].rpartition(" ")
    assert codes == "[2, 2, 2]" and int(grown_kib) < 20_000


def test_a_starter_is_found_by_its_title_and_a_near_miss_names_both(refused, capsys):
    assert main(["check", "Digits 64-32-10"]) == 0
    assert "Digits 64-32-10: nothing is wrong" in capsys.readouterr().out
    assert "did you mean digits (Digits 64-32-10)?" in refused("check", "Digits 64-32")
    assert all(slug in refused("check", "nothing") for slug in templates())


def test_the_page_and_the_command_give_the_same_advice(refused):
    for slug in ("one_neuron", "excitatory_inhibitory"):
        assert refused("train", slug) == unlearnable(templates()[slug])


def test_epochs_have_the_bounds_of_the_design(refused):
    assert "a whole number from 1 to 100,000, got 100,001" in refused("train", "digits", "--epochs", "100001")


def test_every_refusal_of_a_file_begins_with_its_name(refused, tmp_path):
    for name in [*BROKEN, *BROKEN_TEXT]:
        file = tmp_path / "cut.json"
        file.write_bytes(written(name).encode("utf-8", "surrogatepass"))
        sentence = refused("check", file)
        assert sentence.startswith("cut.json: ") and ": is " not in sentence and ": breaks" not in sentence
    assert refused("check", tmp_path / "gone.json").startswith("gone.json: there is no such file")


def test_too_much_memory_is_a_sentence(refused, tmp_path):
    file = tmp_path / "wide.json"
    templates()["digits"].set("fc1", out_features=1_000_000).save(file)
    assert "fc1 gives 1,000,000 values: training needs" in refused("train", file)


@pytest.mark.parametrize("wrong", [["train", "digits", "--steps", "0"], ["--steps", "0"], ["run"]])
def test_what_is_not_understood_leads_to_the_help_of_its_own_command(wrong, capsys):
    command = " ".join(["workbench", *wrong[:1]]) if not wrong[0].startswith("-") else "workbench"
    assert main(wrong) == 2
    assert capsys.readouterr().err.endswith(f"see `{command} --help`\n")
