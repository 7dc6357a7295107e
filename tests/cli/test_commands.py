"""Every command, as a person and as a program uses it."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from workbench.cli import main
from workbench.design.starters import templates
from workbench.hardware.costs import estimate
from workbench.run.simulation import Simulation
from workbench.run.training import Training
from workbench.run.weights import Weights

torch.set_num_threads(1)
WAIT_S = 60  # a process that says nothing for so long is lost


@pytest.fixture
def answer(capsys):
    """Run a command with `--json`; gives its object, after checking that there is nothing else."""

    def ask(*arguments, code=0):
        assert main([*arguments, "--json"]) == code
        said = capsys.readouterr()
        assert (said.err == "") == (code == 0)
        return json.loads(said.out)

    return ask


def test_run_counts_the_spikes_of_every_layer(answer):
    found = answer("run", "digits", "--steps", "60")
    frame = Simulation(templates()["digits"]).step(60)
    assert found == {"steps": 60, "spikes": {node: len(times) for node, (times, _) in frame.spikes.items()}}


def test_a_design_may_be_a_file(answer, tmp_path):
    file = tmp_path / "mine.json"
    templates()["two_neurons"].save(file)
    assert answer("run", str(file), "--steps", "20") == answer("run", "two_neurons", "--steps", "20")


def test_train_says_what_came_of_it(answer, tmp_path):
    found = answer("train", "digits", "--epochs", "2", "--seed", "3", "--out", str(tmp_path / "w.npz"))
    assert list(found) == ["held_out_accuracy", "held_out_size", "seed", "epochs", "seconds", "weights"]
    training = Training(templates()["digits"].with_(seed=3))
    for _ in range(2 * training.batches):
        training.batch()
    assert found["weights"] == training.weights().hash == Weights.load(tmp_path / "w.npz").hash
    assert found["held_out_accuracy"] == training.evaluate().accuracy > 0.5
    assert (found["held_out_size"], found["seed"], found["epochs"]) == (360, 3, 2)


def test_trained_weights_can_be_run_and_costed(answer, tmp_path):
    design, file = templates()["digits"], tmp_path / "w.npz"
    weights = Weights({n: {k: a * 2 for k, a in named.items()} for n, named in Weights.initial(design).items()})
    weights.save(file)
    spikes = answer("run", "digits", "--weights", str(file))["spikes"]
    assert spikes["hidden"] == len(Simulation(design, weights).step(100).spikes["hidden"][0])
    rows = answer("estimate", "digits", "--weights", str(file))["rows"]
    (found,) = [row["value"] for row in rows if (row["name"], row["layer"]) == ("spikes", "hidden")]
    assert found == estimate(design, weights).value("spikes", "hidden")


def test_estimate_lists_figures_with_their_source(answer):
    found = answer("estimate", "one_neuron", "--target", "none")
    assert found["target"] == "none"
    for row in found["rows"]:
        assert {"name", "value", "unit", "kind"} <= set(row) and row["kind"] in ("exact", "measured")


def test_check_names_problems_and_ways_out(answer, tmp_path):
    assert answer("check", "digits") == {"problems": []}
    file = tmp_path / "broken.json"
    templates()["digits"].set("fc1", in_features=63).save(file)
    problems = answer("check", str(file), code=2)["problems"]
    assert problems[0]["level"] == "error" and problems[0]["node"] == "fc1" and problems[0]["fix"][0]["edits"]


def test_notes_are_not_errors(answer, tmp_path):
    file = tmp_path / "unfinished.json"
    templates()["digits"].add("Leaky", id="loose").save(file)
    problems = answer("check", str(file))["problems"]
    assert [problem["level"] for problem in problems] == ["note"]


def test_doctor_looks_at_this_machine(answer, monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "kept"))
    found = answer("doctor")
    assert found["torch"] == torch.__version__ and found["torch_threads"] == torch.get_num_threads()
    assert found["numpy"] == np.__version__ and found["components"] == "ours"
    assert found["data_folder"] == f"{tmp_path / 'kept'} (made when needed)" and not (tmp_path / "kept").exists()
    assert {"snn-workbench", "panel", "torch_build", "chromium", "cache_folder", "cores"} <= set(found)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "digits"],
        ["check", "digits"],
        ["estimate", "one_neuron"],
        ["doctor"],
        ["train", "digits", "--epochs", "1"],
    ],
)
def test_people_get_lines(arguments, capsys):
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert said.out.strip() and not said.out.lstrip().startswith("{") and not said.err


def _heed_ctrl_c() -> None:
    """What a shell runs in the background, these tests perhaps, ignores Ctrl+C, and so would all that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def _started(*arguments, **environment) -> Iterator[Any]:
    """The command as a process of its own, ended at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "workbench", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        preexec_fn=_heed_ctrl_c,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _await(holds):
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def _python(*arguments):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True)


def test_help_needs_nothing_heavy():
    code = (
        "import sys, workbench.cli\n"
        "try: workbench.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = [n for n in ('torch', 'numpy', 'panel') if n in sys.modules]\n"
        "sys.exit(f'read {heavy}' if heavy else 0)"
    )
    done = _python("-c", code)
    assert done.returncode == 0, done.stderr
    for command in ("serve", "run", "train", "estimate", "check", "doctor"):
        assert command in done.stdout


def test_the_module_is_the_command():
    assert _python("-m", "workbench", "--version").stdout.startswith("snn-workbench ")
    done = _python("-m", "workbench", "run", "nothing_of_this_name")
    assert (done.returncode, done.stdout) == (2, "") and "by id or by title: one_neuron" in done.stderr


def test_stopping_it_is_not_an_error_of_ours():
    """Ctrl+C between two epochs of a training that would take minutes."""
    with _started("train", "digits", "--epochs", "1000") as process:
        assert process.stdout.readline().startswith("epoch 1 of 1000")
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=WAIT_S)[1]
    assert (process.returncode, said) == (130, "stopped before the end; nothing was written\n")


def _served(tmp_path, *wishes):
    """What `workbench serve` says first with these wishes, the page at that address, the address a browser was given,
    and what is said after Ctrl+C."""
    note, browser = tmp_path / "opened", tmp_path / "browser.py"
    browser.write_text(f"import pathlib, sys; pathlib.Path({str(note)!r}).write_text(sys.argv[1])")
    known = {"BROWSER": f"{sys.executable} {browser} %s", "WORKBENCH_DATA": str(tmp_path / "kept")}
    with _started("serve", "--port", "0", *wishes, **known) as process:
        first = process.stdout.readline()
        (address,) = re.findall(r"http://[\w.]+:\d+/", first)
        with urllib.request.urlopen(address, timeout=WAIT_S) as answer:
            page = answer.read().decode()
        if "--no-browser" not in wishes:
            _await(note.exists)
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=WAIT_S)[0]
    return first, page, note.read_text() if note.exists() else None, rest


def test_the_page_is_served_and_a_browser_opened(tmp_path):
    first, page, opened, rest = _served(tmp_path)
    assert "runs at http://127.0.0.1:" in first and [opened] == re.findall(r"http://\S+/", first)
    assert "<title>SNN Workbench</title>" in page and "Every design is kept" in rest


def test_the_page_is_served_for_a_program(tmp_path):
    first, page, opened, rest = _served(tmp_path, "--address", "localhost", "--no-browser", "--json")
    assert json.loads(first)["url"].startswith("http://localhost:") and rest == ""
    assert "<title>SNN Workbench</title>" in page and opened is None


def test_without_a_command_the_page_is_served_at_its_own_port(tmp_path):
    """Where that port is taken, the refusal names it."""
    with _started(BROWSER="true", WORKBENCH_DATA=str(tmp_path)) as process:
        said = process.stdout.readline() or process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=WAIT_S)
    assert "127.0.0.1:5006" in said or "port 5006 at 127.0.0.1" in said
