"""Products by events give what dense products give: forwards and backwards, whatever fired and however it lies."""

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import workbench as wb
from workbench.engine.errors import GradientError, KnobError
from workbench.engine.products import choice, events
from workbench.engine.products.choice import follows_events
from workbench.engine.products.events import Fired
from workbench.engine.products.linear import _Product, linear

ROWS, IN, OUT = (4, 75), 40, 300  # more columns than a block has, and no multiple of anything
DTYPES = [torch.float32, torch.float64]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Products of any size may follow the events."""
    for name in ("FEWEST_ROWS", "NARROWEST", "SMALLEST"):
        monkeypatch.setattr(choice, name, 1)


def layer(dtype: torch.dtype = torch.float64, bias: bool = True) -> nn.Linear:
    draw = torch.Generator().manual_seed(1)
    made = nn.Linear(IN, OUT, bias, device="meta", dtype=dtype).to_empty(device="cpu")
    for parameter in made.parameters():
        nn.init.normal_(parameter, generator=draw)
    return made


def spikes(share: float = 0.1, dtype: torch.dtype = torch.float64, seed: int = 2) -> Tensor:
    return (torch.rand(*ROWS, IN, generator=torch.Generator().manual_seed(seed)) < share).to(dtype)


def by_events(out: Tensor) -> bool:
    """Whether a result was made by events; nothing but its gradient's history tells."""
    todo = [out.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None:
            if "_Product" in node.name():
                return True
            todo += [before for before, _ in node.next_functions]
    return False


def gradients(module: nn.Linear, x: Tensor, run) -> list[Tensor]:
    """The result and the gradients of x, weight and bias, for an arbitrary gradient that arrives."""
    x = x.detach().clone().requires_grad_()
    out = run(x)
    arriving = torch.randn(out.shape, dtype=out.dtype, generator=torch.Generator().manual_seed(3))
    return [out, *torch.autograd.grad(out, [x, *module.parameters()], arriving)]


def close(ours: list[Tensor], theirs: list[Tensor], dtype: torch.dtype) -> None:
    bound = 1e-5 if dtype == torch.float32 else 1e-13
    for a, b in zip(ours, theirs, strict=True):
        assert a.shape == b.shape and a.dtype == b.dtype
        assert (a - b).abs().max() <= bound * b.abs().max().clamp(min=1)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("graded", [False, True], ids=["spikes", "graded"])
def test_it_is_the_dense_product_both_ways(dtype: torch.dtype, bias: bool, graded: bool) -> None:
    module, x = layer(dtype, bias), spikes(dtype=dtype)
    if graded:
        x = x * torch.randn(x.shape, dtype=dtype, generator=torch.Generator().manual_seed(4))
    ours = gradients(module, x, lambda x: linear(module, x))
    assert by_events(ours[0])
    close(ours, gradients(module, x, module), dtype)


def test_the_gradients_are_those_of_differences() -> None:
    module, x = layer(), spikes()[:1, :3]
    fired = Fired.of(x.flatten(0, 1), 1.0)
    assert fired is not None
    given = (x.flatten(0, 1), module.weight, module.bias)
    assert torch.autograd.gradcheck(lambda w, b: _Product.apply(fired, given[0], w, b), given[1:], fast_mode=True)


@pytest.mark.parametrize("share", [0.0, 1.0], ids=["silent", "all fire"])
def test_nothing_or_everything_fires(share: float) -> None:
    module, x = layer(), spikes(share)
    ours = gradients(module, x, lambda x: linear(module, x))
    assert by_events(ours[0]) == (share == 0)
    close(ours, gradients(module, x, module), torch.float64)
    fired = Fired.of(x.flatten(0, 1), 1.0)  # the loops themselves, whatever is chosen
    assert fired is not None
    close([fired.times(module.weight, module.bias)], [module(x).flatten(0, 1)], torch.float64)
    g = torch.randn(ROWS[0] * ROWS[1], OUT, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    close([fired.transposed_times(g)], [g.t() @ x.flatten(0, 1)], torch.float64)


def test_any_number_of_fired_inputs_in_a_row() -> None:
    x = torch.ones(IN, IN, dtype=torch.float64).tril()  # 1, 2, … 40 of them: every rest of a division by four
    fired, module = Fired.of(x, 1.0), layer()
    assert fired is not None
    close([fired.times(module.weight, None)], [functional.linear(x, module.weight)], torch.float64)


def test_a_batch_of_one_and_no_time_axis_to_spare() -> None:
    module, x = layer(), spikes()
    for part in (x[:, :1], x[:1], x[:1, :1], x.unsqueeze(2)):
        ours = gradients(module, part, lambda x: linear(module, x))
        assert by_events(ours[0])
        close(ours, gradients(module, part, module), torch.float64)


def test_values_that_do_not_lie_in_a_row() -> None:
    module, x = layer(), spikes()
    wide = torch.zeros(*ROWS, 2 * IN, dtype=torch.float64)
    wide[..., ::2] = x
    for strided in (x.transpose(0, 1), wide[..., ::2], x[:, ::3], x.flip(0)):
        ours = linear(module, strided)
        assert by_events(ours)
        close([ours], [module(strided)], torch.float64)
    module.weight.data = module.weight.data.t().contiguous().t()
    ours, arriving = linear(module, x), torch.ones((), dtype=torch.float64)
    (ours.sum() * arriving).backward()  # the gradient that arrives is one number, spread out
    assert module.weight.grad is not None
    close([module.weight.grad], [x.sum((0, 1)).expand(OUT, IN)], torch.float64)


def test_nan_is_seen() -> None:
    module, x = layer(), spikes()
    x[1, 2, 3] = torch.nan
    x[2, 5, 7] = torch.inf
    ours, theirs = linear(module, x), module(x)
    assert by_events(ours) and torch.equal(ours.isnan(), theirs.isnan()) and ours.isnan().sum() == OUT
    assert torch.equal(ours.isinf(), theirs.isinf())


@pytest.mark.parametrize("broken", [torch.nan, torch.inf])
def test_a_weight_that_is_not_finite_spreads_to_inputs_that_did_not_fire(broken: float) -> None:
    module, x = layer(), spikes()
    with torch.no_grad():
        module.weight[5, 6] = broken
    assert torch.equal(linear(module, x).isnan(), module(x).isnan())


def test_a_gradient_that_is_not_finite_spreads_as_in_the_dense_product() -> None:
    module, x = layer(), spikes()
    arriving = torch.ones(*ROWS, OUT, dtype=torch.float64)
    arriving[0, 0, 4] = torch.nan
    (ours,) = torch.autograd.grad(linear(module, x), [module.weight], arriving)
    (theirs,) = torch.autograd.grad(module(x), [module.weight], arriving)
    assert torch.equal(ours.isnan(), theirs.isnan()) and ours.isnan().any()
    close([ours.nan_to_num()], [theirs.nan_to_num()], torch.float64)


def test_a_second_derivative_is_refused_in_a_sentence_and_dense_has_it() -> None:
    module, x = layer(), spikes()
    (first,) = torch.autograd.grad(linear(module, x).square().sum(), [module.weight], create_graph=True)
    with pytest.raises(GradientError, match=r'cannot be differentiated again; set product = "dense" on that Linear$'):
        torch.autograd.grad(first.sum(), [module.weight])
    setattr(module, "product", "dense")  # noqa: B010
    (first,) = torch.autograd.grad(linear(module, x).square().sum(), [module.weight], create_graph=True)
    torch.autograd.grad(first.sum(), [module.weight])


def test_changing_the_input_afterwards_changes_no_gradient() -> None:
    module, x = layer(), spikes()
    expected = torch.autograd.grad(module(x).sum(), [module.weight])[0].clone()
    out = linear(module, x)
    x.zero_()
    close([torch.autograd.grad(out.sum(), [module.weight])[0]], [expected], torch.float64)


def test_changing_the_weight_before_the_gradient_of_the_input_is_refused_by_torch() -> None:
    module, x = layer(), spikes().requires_grad_()
    out = linear(module, x)
    with torch.no_grad():
        module.weight += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()


def test_what_stands_still_is_multiplied_once() -> None:
    module, x = layer(), torch.rand(3, IN, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    seen = list[int]()
    handle = module.register_forward_hook(lambda _, given, out: seen.append(len(given[0])))
    linear(module, x.expand(7, 3, IN))
    handle.remove()
    assert seen == [7], "a module with hooks is called as it is"
    ours = gradients(module, x, lambda x: linear(module, x.expand(7, 3, IN)))
    assert ours[0].stride(0) == 0
    close(ours, gradients(module, x, lambda x: module(x.expand(7, 3, IN))), torch.float64)


class Twice(nn.Linear):
    """A Linear of somebody's own."""

    def forward(self, input: Tensor) -> Tensor:
        return 2 * super().forward(input)


def test_dense_where_it_must_be() -> None:
    module, x = layer(), spikes()
    rows = x.flatten(0, 1)
    assert follows_events(module, rows)
    assert not follows_events(module, rows.half()) and not follows_events(module, rows.to("meta"))
    assert not follows_events(module, rows.float()), "torch shall say that the dtypes differ"
    assert not follows_events(module, torch.ones_like(rows))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert not follows_events(module, rows)
    own = Twice(IN, OUT, dtype=torch.float64)
    assert torch.equal(linear(own, x), own(x))
    found = torch.func.vmap(lambda row: linear(module, row.expand(4, IN)))(rows[:5])
    close([found[:, 0]], [module(rows[:5])], torch.float64)
    with pytest.raises(KnobError, match=r"^Linear\.product: must be auto or dense, got sparse$"):
        setattr(module, "product", "sparse")  # noqa: B010
        linear(module, x)


def test_small_and_narrow_products_stay_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    module, x = layer(), spikes().flatten(0, 1)
    assert not follows_events(module, x)
    big = nn.Linear(784, 1000, device="meta").to_empty(device="cpu")
    for parameter in big.parameters():
        nn.init.constant_(parameter, 0.1)
    fired = (torch.rand(400, 784, generator=torch.Generator().manual_seed(0)) < 0.05).float()
    assert follows_events(big, fired) and not follows_events(big, fired[:100])
    often = (fired + fired.roll(1, 1) + fired.roll(2, 1) + fired.roll(3, 1)).sign()
    assert 0.15 < often.mean() < 0.2 and by_events(linear(big, fired)) and not by_events(linear(big, often))


def test_without_llvm_everything_is_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    choice._kernels.cache_clear()
    try:
        with pytest.warns(RuntimeWarning, match="llvmlite is not installed, so products do not follow the events"):
            out = linear(layer(), spikes())
        assert not by_events(out)
    finally:
        choice._kernels.cache_clear()


def test_equal_bits_on_any_number_of_threads_and_from_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LEAST", 8)
    module, x, before = layer(torch.float32), spikes(dtype=torch.float32), torch.get_num_threads()

    def found(_: int = 0) -> list[Tensor]:
        return [t.clone() for t in gradients(module, x, lambda x: linear(module, x))]

    try:
        results = []
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            results.append(found())
    finally:
        torch.set_num_threads(before)
    with ThreadPoolExecutor(4) as pool:
        results += pool.map(found, range(8))
    y, _, w, _ = range(4)
    assert all(torch.equal(result[which], results[0][which]) for result in results for which in (y, w))


def test_inside_networks_the_users_own_linear_follows_the_events() -> None:
    fc1, fc2 = layer(torch.float32), nn.Linear(OUT, 5)
    net = wb.Sequential(fc1, wb.Leaky(0.9), fc2, wb.Leaky(0.9))
    plain = copy.deepcopy(net)
    for _, module in plain.layers():
        if isinstance(module, nn.Linear):
            setattr(module, "product", "dense")  # noqa: B010
    x = spikes(dtype=torch.float32)
    for one in (net, plain):
        one(x)[0].sum().backward()
    assert by_events(net.record(x, ["out"])["0"]["out"]) and not by_events(plain.record(x, ["out"])["0"]["out"])
    for (name, ours), (_, theirs) in zip(net.named_parameters(), plain.named_parameters(), strict=True):
        assert ours.grad is not None and theirs.grad is not None, name
        assert (ours.grad - theirs.grad).abs().max() <= 1e-4 * theirs.grad.abs().max(), name
