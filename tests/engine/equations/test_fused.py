"""The fused face against the eager one: bits where IEEE leaves no choice, else rounding; memory, threads, refusals."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from torch import Tensor

from workbench.engine.equations.buffers import empty
from workbench.engine.equations.program import Program, declare
from workbench.engine.surrogates import SURROGATES, Surrogate, atan, fast_sigmoid, step_function

Result = tuple[list[Tensor], list[Tensor], list[Tensor]]

EXACT = {
    "leaky": ("r = detach(spike(u - a)); u = clip(b, 0, 1)*u + x - r*a; spk = spike(u - a)", ("u",)),
    "reset at once": ("u = b*u + x; spk = spike(u - a); u = u - spk*a", ("u",)),
    "two states": ("u = b*u + x; v = a*v + u; spk = spike(v - 1); u = u - detach(spk)", ("u", "v")),
    "states that swap": ("u = v + 0.1*x; v = u_prev; spk = spike(u - a)*x", ("u", "v")),
    "no state at all": ("y = a*x; spk = spike(y - b)*y", ()),
    "a state never assigned": ("spk = spike(x + u)", ("u",)),
    "a state that remembers the input": ("u = x; spk = spike(u_prev - b)", ("u",)),
    "states of knobs alone": ("u = b; v = 2; spk = v*x*u", ("u", "v")),
    "an output of knobs alone": ("u = u + x; spk = a*b", ("u",)),
    "an output that is a number": ("u = u + x; spk = 1", ("u",)),
    "an output that is the old state": ("spk = u; u = b*u + x", ("u",)),
    "an output that is a state": ("spk = spike(u - a); u = b*u + x - spk*0.5", ("spk", "u")),
    "a spike of knobs": ("u = u*b + x*spike(a - b); spk = spike(u - 0.7)", ("u",)),
    "choices": ("u = min(max(0.9*u + x, -1), b + 1); spk = where(u > a, spike(u), u*u)", ("u",)),
    "quotients and roots": ("u = x/(abs(u) + b) - sqrt(abs(x) + a)/3; spk = spike(-u)", ("u",)),
    "powers": ("u = b*u + x**2 - 0.1*x**3 + 1/(u**2 + 1)**-1*0.01 + (x + 2)**-2 + (x + 2)**0.5; spk = u**0", ("u",)),
    "rounded": ("u = b*u + x; spk = round(4*u)/4 + spike(u - a)", ("u",)),
    "knob comparisons": ("u = b*u + where(a > b, x, 2*x); spk = spike(u - 1)", ("u",)),
}
INEXACT = {
    "all functions": ("u = 0.5*tanh(u) + sigmoid(x)*exp(-b*x) + log(abs(u) + a); spk = spike(u - 1)", ("u",)),
    "powers of everything": ("u = 0.5*(abs(u) + 0.1)**a + x**4 - 2**x + (x + 1)**-3; spk = spike(u - 1)", ("u",)),
}


def run(program: Program, how: str, dtype: torch.dtype, surrogate: Surrogate, shape: tuple[int, ...]) -> list[Tensor]:
    """Outputs, traces, last states and all gradients of one run; the second knob is one per neuron."""
    generator = torch.Generator().manual_seed(0)

    def drawn(*size: int) -> Tensor:
        return torch.rand(size, generator=generator, dtype=torch.float64).to(dtype).requires_grad_()

    x, states = drawn(*shape), [drawn(*shape[1:]) for _ in program.states]
    params = [drawn(), drawn(*shape[2:])]
    outs, traces, last = drive(program, how, [x * 1.3 - 0.3], states, params, surrogate)
    weights = torch.linspace(0.5, 1.5, x.numel(), dtype=dtype).view(shape)
    loss = sum((v * weights).sum() for v in (*outs, *traces)) + sum((v * v).sum() for v in last)
    assert isinstance(loss, Tensor)
    leaves = [x, *states, *params]
    grads = torch.autograd.grad(loss, leaves, allow_unused=True) if loss.requires_grad else [None] * len(leaves)
    return [
        *(v.detach() for v in (*outs, *traces, *last)),
        *(torch.zeros_like(v) if g is None else g for g, v in zip(grads, leaves, strict=True)),
    ]


def drive(
    program: Program, how: str, inputs: list[Tensor], states: list[Tensor], params: list[Tensor], surrogate: Surrogate
) -> Result:
    if how == "eager":
        return program.run(inputs, states, params, surrogate, step_function)
    return fused(program, surrogate, inputs, states, params, traced=True)


def fused(
    program: Program,
    surrogate: Surrogate,
    inputs: list[Tensor],
    states: list[Tensor],
    params: list[Tensor],
    traced: bool = False,
) -> Result:
    assert surrogate.text is not None
    kernels = program.fused(surrogate.text, tuple(name for name, _ in surrogate.params))
    return kernels.run(inputs, states, params, (surrogate.text, surrogate.params), traced)


def compare(text: str, states: tuple[str, ...], dtype: torch.dtype, surrogate: Surrogate, bits: bool) -> None:
    program = declare(text, ("a", "b"), states)
    assert program.exact == bits
    eager, fused = (run(program, how, dtype, surrogate, (7, 2, 3)) for how in ("eager", "fused"))
    values = 1 + 2 * len(states)
    small = 1e-6 if dtype == torch.float32 else 1e-14
    for i, (e, f) in enumerate(zip(eager, fused, strict=True)):
        assert e.shape == f.shape and e.dtype == f.dtype == dtype
        if i < values and bits:
            assert torch.equal(e, f), text
        else:
            assert (e - f).abs().max() <= (small if i < values else 10 * small) * e.abs().max().clamp(min=1e-30), text


@pytest.mark.parametrize("name", EXACT)
def test_where_only_plus_minus_times_divided_occur_the_bits_agree(name: str) -> None:
    text, states = EXACT[name]
    compare(text, states, torch.float32, fast_sigmoid(5), bits=True)


@pytest.mark.parametrize("name", INEXACT)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_where_functions_occur_the_faces_agree_to_rounding(name: str, dtype: torch.dtype) -> None:
    text, states = INEXACT[name]
    compare(text, states, dtype, fast_sigmoid(5), bits=False)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("name", SURROGATES)
def test_every_surrogate(name: str, dtype: torch.dtype) -> None:
    text, states = EXACT["reset at once"]
    compare(text, states, dtype, SURROGATES[name](), bits=True)


LEAKY = declare(*EXACT["leaky"][:1], ("a", "b"), ("u",))


def leaky(x: Tensor, traced: bool = False, b: Any = 0.9) -> Result:
    params = [x.new_tensor(1.0), torch.as_tensor(b, dtype=x.dtype)]
    return fused(LEAKY, atan(2.0), [x], [torch.zeros_like(x[0])], params, traced)


def test_any_shape_and_any_layout() -> None:
    base = torch.rand(12, 6, 4, 5)
    for x in (base, base[::2], base[:, ::3], base[..., 1:4], base.transpose(1, 3), base[:, 0, 0, 0].view(12, 1)):
        (spk,), _, (last,) = leaky(x)
        (want,), _, (end,) = leaky(x.contiguous())
        assert spk.shape == x.shape and torch.equal(spk, want) and torch.equal(last, end)
    per_channel = torch.tensor([0.5, 0.9, 0.7, 0.6]).view(4, 1)
    (spk,), _, _ = leaky(base, b=per_channel)
    assert torch.equal(spk, leaky(base, b=per_channel.expand(4, 5))[0][0])


def test_an_input_that_is_the_same_at_every_step_is_not_copied_out_and_gets_its_whole_gradient() -> None:
    row = torch.rand(1, 3, 4)
    grads = []
    for repeat in (lambda r: r.expand(9, 3, 4), lambda r: r.repeat(9, 1, 1)):
        leaf = row.clone().requires_grad_()
        leaky(repeat(leaf))[0][0].sum().backward()
        assert leaf.grad is not None
        grads.append(leaf.grad)
    assert torch.allclose(*grads)


def test_a_batch_of_nobody() -> None:
    (spk,), _, (last,) = leaky(torch.rand(5, 0, 3))
    assert spk.shape == (5, 0, 3) and last.shape == (0, 3)


def test_results_are_never_overwritten_by_a_later_call() -> None:
    """Large buffers are used again, but not while anybody can see them."""
    x = torch.rand(64, 8, 300)
    first = leaky(x, traced=True)
    kept = [v.clone() for group in first for v in group]
    view = first[0][0][3, :2].numpy()
    spikes = view.copy()
    for _ in range(4):
        leaky(torch.rand(64, 8, 300) * 3, traced=True)
    assert all(torch.equal(a, b) for a, b in zip((v for group in first for v in group), kept, strict=True))
    del first
    leaky(torch.rand(64, 8, 300) * 3)
    assert (view == spikes).all()  # one small view keeps the whole memory


def test_memory_that_nobody_sees_any_more_is_used_again() -> None:
    tensor = empty((300, 1000), torch.float32)
    place = tensor.data_ptr()
    row = tensor[5]
    del tensor
    assert empty((300, 1000), torch.float32).data_ptr() != place
    del row
    assert any(place == empty((300, 1000), torch.float32).data_ptr() for _ in range(8))


def test_a_gradient_that_was_held_is_not_lost() -> None:
    x = torch.rand(64, 8, 300, requires_grad=True)
    leaky(x)[0][0].sum().backward()
    assert x.grad is not None
    kept, held = x.grad.clone(), x.grad
    y = x.detach().clone().requires_grad_()
    leaky(y)[0][0].mul(2).sum().backward()
    assert torch.equal(kept, held)


def test_writing_into_what_is_needed_for_the_gradient_is_noticed() -> None:
    program = declare("u = b*u + x*x; spk = spike(u - a)", ("a", "b"), ("u",))
    given = torch.rand(5, 2, 3, requires_grad=True) * 1
    (spk,), _, _ = fused(program, atan(2.0), [given], [torch.zeros(2, 3)], [torch.tensor(0.5), torch.tensor(0.5)])
    with torch.no_grad():
        given.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        spk.sum().backward()


def test_the_input_is_kept_only_where_the_gradient_reads_it() -> None:
    x = torch.rand(5, 2, 3, requires_grad=True)
    kept: list[tuple[int, ...]] = []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: (kept.append(tuple(t.shape)), t)[1], lambda t: t):
        leaky(x)
    assert (6, 6) in kept and (5, 6) not in kept


def test_without_gradient_no_trace_is_kept() -> None:
    with torch.no_grad():
        outs, traces, last = leaky(torch.rand(5, 2, 3))
    assert not traces and len(outs) == len(last) == 1


def test_there_is_no_second_gradient_and_torch_says_so() -> None:
    x = torch.rand(5, 2, 3, requires_grad=True)
    (grad,) = torch.autograd.grad(leaky(x)[0][0].sum(), x, create_graph=True)
    with pytest.raises(RuntimeError):
        grad.sum().backward()


@pytest.fixture
def threads() -> Iterator[Any]:
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_any_number_of_threads_gives_the_same_bits(threads: Any) -> None:
    x = torch.rand(10, 8, 3000, requires_grad=True)
    found = []
    for count in (1, 2, 3, 5):
        threads(count)
        x.grad = None
        (spk,), (trace,), _ = leaky(x, traced=True)
        (spk.sum() + trace.square().sum()).backward()
        assert x.grad is not None
        found.append((spk.detach(), trace.detach(), x.grad))
    assert all(torch.equal(a, b) for other in found[1:] for a, b in zip(found[0], other, strict=True))


def test_many_threads_at_once(threads: Any) -> None:
    threads(2)
    xs = [torch.rand(20, 4, 3000) for _ in range(12)]
    want = [leaky(x)[0][0] for x in xs]
    barrier = threading.Barrier(4)

    def work(mine: int) -> bool:
        torch.set_num_threads(2)
        barrier.wait(30)
        leaf = [x.clone().requires_grad_() for x in xs]
        good = True
        for x, spk in (*zip(leaf, want, strict=True),) * 3:
            out = leaky(x)[0][0]
            out.sum().backward()
            good &= torch.equal(out, spk)
        return good and all(x.grad is not None for x in leaf) and mine < 4

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))
