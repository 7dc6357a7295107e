"""Which backend runs, what it waits for, and what is said where there is no kernel to be had."""

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from workbench.engine.equations import choice, kernel_files
from workbench.engine.equations.fused import Call, Fused, NoKernel, NotReady
from workbench.engine.equations.kernel_files import load
from workbench.engine.neurons.base import Neuron
from workbench.engine.neurons.leaky import Leaky
from workbench.engine.surrogates import atan

SOURCE = """; A kernel.

define void @run(ptr %x, i64 %steps, i64 %first, i64 %last) nounwind {
  %old = load double, ptr %x
  %new = fadd double %old, 1.0
  store double %new, ptr %x
  ret void
}
"""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Of every run by kernels whether it might wait."""
    seen: list[bool] = []
    own = Fused.run

    def run(self: Fused, *given: Any) -> Any:
        seen.append(given[-1])
        return own(self, *given)

    monkeypatch.setattr(Fused, "run", run)
    yield seen


NUMBERS = count()


def fresh(**more: Any) -> Neuron:
    """A neuron whose kernels nobody in this process has asked for yet."""
    text = f"mem = 0.9*mem + x; spk = spike(mem - 1.{next(NUMBERS):03d}); mem = mem - detach(spk)"
    return Neuron.from_text(text, {}, ["mem"], **more)


def test_auto_is_eager_for_few_and_fused_for_many(calls: list[bool]) -> None:
    lif = Leaky()
    lif(torch.rand(5, 1, choice.FEWEST - 1, requires_grad=True))
    assert calls == []
    lif(torch.rand(5, 1, choice.FEWEST, requires_grad=True))
    assert calls == [True]  # with a gradient it waits for the kernel
    with torch.no_grad():
        lif(torch.rand(5, 1, choice.FEWEST))
    assert calls == [True, False]


def test_auto_is_fused_at_every_size_where_the_faces_differ_in_the_last_bit(calls: list[bool]) -> None:
    neuron = Neuron.from_text("mem = exp(-mem) + x; spk = spike(mem - 1)", {}, ["mem"])
    x = torch.rand(5, 1, 2)
    spk, trace = neuron.trace(x)
    state = None
    for t, row in enumerate(x):
        out, state = neuron.step(row, state)
        assert torch.equal(out, spk[t]) and torch.equal(state["mem"], trace["mem"][t])
    assert calls == [True] * 6


def test_eager_never_asks_and_what_has_no_kernel_stays_eager(calls: list[bool]) -> None:
    x = torch.rand(5, 2, 300)
    Leaky(backend="eager")(x)
    Leaky(backend="fused", spike_grad=lambda u: atan(2.0)(u))(x)  # a stranger's function
    Leaky(backend="fused").bfloat16()(x.bfloat16())
    assert calls == []


def test_without_gradient_the_first_run_goes_on_while_the_kernel_is_compiled() -> None:
    neuron, x = fresh(), torch.rand(5, 4, 300)
    fused = neuron.program.fused(*_slope())
    with torch.no_grad():
        before = neuron(x)[0]
    assert fused._asked  # somebody is at it
    for call in fused._asked:
        fused.kernel(call)  # until it is done
    with torch.no_grad():
        assert torch.equal(neuron(x)[0], before)
    assert not fused._refused


def _slope() -> tuple[str, tuple[str, ...]]:
    surrogate = atan(2.0)
    assert surrogate.text is not None
    return surrogate.text, tuple(name for name, _ in surrogate.params)


def said(neuron: Neuron, x: Tensor) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            neuron(x)
    return [str(w.message) for w in caught]


def test_without_llvm_everything_is_eager_and_one_warning_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    neuron, x = fresh(backend="fused"), torch.rand(5, 2, 3)
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    monkeypatch.setattr(choice, "_warned", set())
    (sentence,) = said(neuron, x)
    assert sentence.startswith("llvmlite is not installed") and len(sentence) <= 200
    neuron.backend = "eager"
    eager = neuron(x)[0]
    neuron.backend = "fused"
    assert torch.equal(neuron(x)[0], eager)


def test_neurons_need_llvm_and_no_numba(tmp_path: Path) -> None:
    """A fresh Python in which numba cannot be found, warnings are errors, and the folder of kernels is empty."""
    program = """
import sys
sys.modules["numba"] = None
import torch
from workbench.engine.neurons.leaky import Leaky
x = torch.rand(5, 2, 3)
assert torch.equal(Leaky(backend="fused")(x)[0], Leaky(backend="eager")(x)[0])
"""
    root = str(Path(kernel_files.__file__).parents[3])
    env = {**os.environ, "PYTHONPATH": root, "WORKBENCH_CACHE": str(tmp_path)}
    subprocess.run([sys.executable, "-W", "error::RuntimeWarning", "-c", program], check=True, env=env)
    assert len(list((tmp_path / "kernels").glob("*.o"))) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs folders that cannot be written")
def test_without_a_folder_to_write_in_everything_is_eager_and_one_warning_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("where a folder should be")
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(choice, "_warned", set())
    (sentence,) = said(fresh(backend="fused"), torch.rand(5, 2, 3))
    assert "step by step in torch" in sentence and len(sentence) <= 200


def test_a_step_too_large_to_be_compiled_in_a_moment_stays_eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "_warned", set())
    lines = [f"m{i}=exp(m{i - 1})/2+x" for i in range(1, 380)]
    neuron = Neuron.from_text("m0=x\n" + "\n".join(lines) + "\nspk=spike(m379)")
    (sentence,) = said(neuron, torch.rand(3, 1, 2))
    assert "kernels are compiled for up to 1000" in sentence


def test_a_kernel_is_one_readable_file_written_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path))
    values = torch.zeros(1, dtype=torch.float64)
    load(SOURCE)(values.data_ptr(), 0, 0, 0)
    (file,), (code,) = ((tmp_path / "kernels").glob(f"*.{end}") for end in ("ll", "o"))
    assert file.read_text() == SOURCE and values.item() == 1
    written, made = [f.stat().st_mtime_ns for f in (file, code)], code.read_bytes()
    program = f"""
import sys
import numpy as np
from workbench.engine.equations import machine_code
from workbench.engine.equations.kernel_files import load
compiled, own = [], machine_code.compiled
machine_code.compiled = lambda source: (compiled.append(source), own(source))[1]
x = np.zeros(1)
load({SOURCE!r})(x.ctypes.data, 0, 0, 0)
print(int(x[0]), len(compiled), "numba" in sys.modules)
"""

    def elsewhere() -> list[str]:
        env = {**os.environ, "PYTHONPATH": str(Path(kernel_files.__file__).parents[3])}
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
        return done.stdout.split()

    assert elsewhere() == ["1", "0", "False"]  # another process reads what this one compiled
    assert [f.stat().st_mtime_ns for f in (file, code)] == written
    file.write_text("not what was written")
    code.write_bytes(made[:-8] + b"not that")
    assert elsewhere()[:2] == ["1", "1"] and file.read_text() == SOURCE and code.read_bytes() == made
    file.write_bytes(b"\xff\xfe not even text")
    assert elsewhere() == ["1", "0", "False"] and file.read_text() == SOURCE


def test_a_refusal_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    fused = fresh().program.fused("1", ())
    call, tried = Call("float32", ""), []

    def write(asked: Call) -> Any:
        tried.append(asked)
        raise NoKernel("no")

    monkeypatch.setattr(fused, "write", write)
    for _ in range(3):
        with pytest.raises(NoKernel):
            fused.kernel(call)
    assert len(tried) == 1
    with pytest.raises(NoKernel) as refused:
        fused.kernel(call, wait=False)
    assert not isinstance(refused.value, NotReady)
