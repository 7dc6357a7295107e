"""Kernels on torch's threads, on threads of our own, and in a child that has none of its parent's: the same numbers."""

import os
import subprocess
import sys
from itertools import pairwise

import pytest
import torch

import workbench as wb
from workbench.engine.equations import pool
from workbench.engine.equations.kernel_files import load
from workbench.engine.equations.team import team

NOTE = """
define void @run(ptr %table, i64 %size, i64 %first, i64 %last) nounwind {
start:
  %span = sub i64 %last, %first
  %value = mul i64 %span, %size
  %at = getelementptr i64, ptr %table, i64 %first
  store i64 %value, ptr %at
  ret void
}
"""
FORKED = """
import os, sys, torch, workbench as wb
torch.set_num_threads(2)
lif, x = wb.Leaky(0.9, backend="fused"), torch.rand(20, 8, 2000, generator=torch.Generator().manual_seed(1))
before = lif(x)[0].numpy().tobytes()
if (child := os.fork()) == 0:
    os._exit(0 if lif(x)[0].numpy().tobytes() == before else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("share", [pool.in_parts, pool.by_own_threads])
@pytest.mark.parametrize("cuts", [[0, 9], [0, 4, 9], [0, 1, 2, 3, 4, 5, 6, 9]])
def test_every_share_is_done_once(share, cuts: list[int]) -> None:
    noted = torch.zeros(9, dtype=torch.int64)
    share(load(NOTE), [noted.data_ptr(), 10], cuts)
    want = torch.zeros_like(noted)
    for first, last in pairwise(cuts):
        want[first] = 10 * (last - first)
    assert torch.equal(noted, want)


@pytest.mark.skipif(sys.platform != "linux", reason="torch has GNU's OpenMP on Linux")
def test_on_linux_the_threads_are_torchs() -> None:
    assert team() is not None


def test_a_layer_is_the_same_on_both(monkeypatch: pytest.MonkeyPatch) -> None:
    lif, x = wb.Leaky(0.9, backend="fused"), torch.rand(20, 8, 2000, generator=torch.Generator().manual_seed(1))
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        spikes = lif(x)[0]
        monkeypatch.setattr(pool, "team", lambda: None)
        assert torch.equal(lif(x)[0], spikes) and spikes.any()
    finally:
        torch.set_num_threads(before)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_a_forked_child_computes_and_ends() -> None:
    assert subprocess.run([sys.executable, "-c", FORKED], timeout=60).returncode == 0
