"""The threads that torch itself computes with, for kernels: those of its own OpenMP.

Between two products of torch its threads wait turning in circles, for milliseconds; a thread of anybody else's that is
woken on one of their cores gets half of it. (Measured on two cores: with threads of our own a layer took as long on
both as on one; with torch's, little more than half.) A function in LLVM's text is therefore given to GNU's OpenMP, the
way compilers give theirs: each thread asks for its number, and calls the kernel for that share.
"""

import ctypes
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import torch

from workbench.engine.equations.kernel_files import load

_ENTRIES = ("kernel", "table", "size", "parts", "number", "all")
Team = Callable[[Callable[..., None], list[int], list[int]], None]


@cache
def team() -> Team | None:
    """`share(kernel, arguments, cuts)`, which calls `kernel(*arguments, first, last)` for each two cuts that follow one
    another, all at once; None where torch has other threads than GNU's OpenMP."""
    if (openmp := _openmp()) is None:
        return None
    try:
        member = _address(load(source()))
    except (ImportError, OSError, RuntimeError):
        return None
    known = [_address(openmp.omp_get_thread_num), _address(openmp.omp_get_num_threads)]
    start = openmp.GOMP_parallel
    start.argtypes, start.restype = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint), None

    def share(kernel: Callable[..., None], arguments: list[int], cuts: list[int]) -> None:
        parts = len(cuts) - 1
        told = np.array([_address(kernel), *arguments, parts, *known, *cuts], np.int64)
        start(member, told.ctypes.data, parts, 0)

    return share


def source() -> str:
    """The text of what each thread runs: its own share, and more of them where there are fewer threads than shares."""
    code = ["define void @run(ptr %told) nounwind {", "start:"]
    for i, name in enumerate(_ENTRIES):
        code += [f"  %{name}.entry = getelementptr i64, ptr %told, i64 {i}"]
        code += [f"  %{name} = load {'i64' if name in ('size', 'parts') else 'ptr'}, ptr %{name}.entry"]
    code += [f"  %cuts = getelementptr i64, ptr %told, i64 {len(_ENTRIES)}"]
    for name, function in (("mine", "number"), ("threads", "all")):
        code += [f"  %{name}.32 = call i32 %{function}()", f"  %{name} = zext i32 %{name}.32 to i64"]
    code += ["  br label %share", "", "share:", "  %part = phi i64 [ %mine, %start ], [ %part.next, %take ]"]
    code += ["  %more = icmp slt i64 %part, %parts", "  br i1 %more, label %take, label %done", "", "take:"]
    code += ["  %part.next = add i64 %part, %threads", "  %first.at = getelementptr i64, ptr %cuts, i64 %part"]
    code += ["  %first = load i64, ptr %first.at", "  %last.at = getelementptr i64, ptr %first.at, i64 1"]
    code += ["  %last = load i64, ptr %last.at"]
    code += ["  call void %kernel(ptr %table, i64 %size, i64 %first, i64 %last)", "  br label %share"]
    return "\n".join([*code, "", "done:", "  ret void", "}"]) + "\n"


def _openmp() -> ctypes.CDLL | None:
    """The library that torch has loaded; no other is, since its threads would be others."""
    if not hasattr(os, "RTLD_NOLOAD"):
        return None
    for path in sorted((Path(torch.__file__).parent / "lib").glob("libgomp*.so*")):
        try:
            return ctypes.CDLL(str(path), mode=os.RTLD_NOLOAD | os.RTLD_NOW)
        except OSError:  # it lies there, and torch was built to use another
            continue
    return None


def _address(function: object) -> int:
    found = ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]
    assert found is not None
    return found
