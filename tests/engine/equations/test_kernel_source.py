"""What a kernel is made of: text that LLVM takes as it stands, and memory as torch says it lies."""

import pytest
import torch

from workbench.engine.equations.fused import Call
from workbench.engine.equations.machine_code import compiled
from workbench.engine.equations.program import declare
from workbench.engine.neurons.leaky import Leaky

TEXT = 'mem = 0.1*mem**3 + x/2  # a "comment"\nspk = spike(mem - threshold)\nmem = max(mem - detach(spk), -1)'


def sources(kind: str) -> tuple[str, str]:
    fused = declare(TEXT, ("threshold",), ("mem",)).fused("1/(1 + u*u)", ())
    return fused.write(Call(kind, "s")).source, fused.write(Call(kind, "s", ("x",), ("0",))).source


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_its_source_tells_what_it_was_written_from(kind: str) -> None:
    forward, backward = sources(kind)
    real = {"float32": "float", "float64": "double"}[kind]
    assert forward.startswith("; Many steps forward of:\n;\n;     mem = 0.1*mem**3 + x/2\n")
    assert backward.startswith("; Many steps backwards of:") and "comment" not in forward
    assert f"fmul {real} %last_mem.j, %last_mem.j" in forward and f"store {real}" in forward
    told = {"float32": "0.100000001", "float64": "0.1"}[kind]  # as it is rounded
    assert f"; {told}\n" in forward and f"; {told}\n" in backward
    assert not {"fast", "contract", "reassoc", "nnan"} & set((forward + backward).split())


def test_each_of_its_loops_works_on_whole_vectors() -> None:
    from llvmlite import binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple("x86_64-unknown-linux-gnu").create_target_machine("haswell")
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = True
    for source in sources("float32"):
        module = llvm.parse_assembly(source)
        module.triple = machine.triple
        builder = llvm.create_pass_builder(machine, options)
        builder.getModulePassManager().run(module, builder)
        assert "fmul <8 x float>" in str(module) and "store <8 x float>" in str(module)


def test_what_llvm_refuses_is_an_error_and_no_crash() -> None:
    with pytest.raises(RuntimeError):
        compiled("define void @run() { this is no instruction }")


def test_a_view_that_torch_reads_with_its_sign_turned_is_read_so() -> None:
    x = torch.randn(5, 2, 3, dtype=torch.complex64).conj().imag
    assert x.is_neg()
    assert torch.equal(Leaky(backend="fused")(x)[1]["mem"], Leaky(backend="fused")(x.clone().resolve_neg())[1]["mem"])
