"""Which face of a program runs: the eager one, or the fused kernels. Nothing that was seen depends on haste.

`auto` chooses so that the same call gives the same bits whenever it is made:

    the step has only + − × ÷ and the like   both faces give the same states; fused from FEWEST values a step on.
                                             A run without gradient goes on eagerly while its kernel is compiled; one
                                             with gradient waits for it, since gradients agree to rounding only.
    the step has exp, log, tanh …            fused at every size, so that a step, a run and a piece of one agree

Without LLVM (llvmlite), or without a folder to keep kernels in, everything is eager, and one warning says so.
"""

import threading
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from workbench.engine.equations.program import Program

FUSED = (torch.float32, torch.float64)
FEWEST = 256
_LOCK = threading.Lock()
_warned: set[str] = set()


def wants_kernel(program: "Program", backend: str, x: Tensor) -> bool:
    """Whether x (T, B, *F) is to be run by a kernel, if one can be had."""
    if backend == "eager" or program.functions or not len(x) or x.dtype not in FUSED or x.device.type != "cpu":
        return False
    if backend == "auto" and program.exact and x[0].numel() < FEWEST:
        return False
    if find_spec("llvmlite") is None:
        said = "llvmlite is not installed, so neurons run step by step in torch, which is slower"
        warn_once(f"{said}: pip install llvmlite")
        return False
    return True


def may_wait(program: "Program", backend: str, gradient: bool) -> bool:
    """Whether a run waits for its kernel to be compiled; if not, this one is eager."""
    return backend == "fused" or gradient or not program.exact


def warn_once(why: str) -> None:
    """Say `why` as a warning, the first time only."""
    with _LOCK:
        if why in _warned:
            return
        _warned.add(why)
    warnings.warn(why, RuntimeWarning, stacklevel=2)
