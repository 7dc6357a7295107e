"""LLVM's language → machine code for this processor → a function. LLVM comes as llvmlite.

numba, which is made of the same, is not needed for this: its types, its analysis of Python and its start cost a second
in every process, and the text that a kernel is written in (kernel_source.py) needs none of them.
"""

import ctypes
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import llvmlite
import llvmlite.binding as llvm

_LOCK = threading.Lock()
_kept: list[Any] = []  # what owns the code of functions that were handed out


@cache
def processor() -> str:
    """What machine code depends on besides its source."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    version = ".".join(map(str, llvm.llvm_version_info))
    names = [llvmlite.__version__, version, _triple(), llvm.get_host_cpu_name(), _features()]
    return " ".join(names)


def compiled(source: str) -> bytes:
    """The object file of a module. Raises RuntimeError where LLVM refuses it."""
    processor()
    with _LOCK, llvm.create_context() as context, llvm.parse_assembly(source, context) as module:
        module.triple = _triple()
        module.verify()
        machine = _machine()
        choices = llvm.create_pipeline_tuning_options(speed_level=2)
        choices.loop_vectorization = True
        builder = llvm.create_pass_builder(machine, choices)
        builder.getModulePassManager().run(module, builder)
        return machine.emit_object(module)


def function(code: bytes, name: str) -> Callable[..., None]:
    """The function `name(pointer, whole, whole, whole number)` of an object file. It runs without Python's lock."""
    processor()
    with _LOCK:
        module = llvm.parse_assembly(f'target triple = "{_triple()}"')
        engine = llvm.create_mcjit_compiler(module, _machine())
        engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        engine.finalize_object()
        _kept.append(engine)
        address = engine.get_function_address(name)
    return ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)(address)


def _machine() -> llvm.TargetMachine:
    target = llvm.Target.from_triple(_triple())
    return target.create_target_machine(
        llvm.get_host_cpu_name(), _features(), opt=2, reloc="pic", codemodel="jitdefault", jit=True
    )


def _triple() -> str:
    """LLVM loads code while a program runs from one kind of object file only on Windows, which is not its usual one."""
    return llvm.get_process_triple() + ("-elf" if sys.platform == "win32" else "")


@cache
def _features() -> str:
    return llvm.get_host_cpu_features().flatten()
