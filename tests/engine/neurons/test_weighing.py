"""Neurons with weights against other ways to say the same, and the faults of snnTorch 1.0.0 that they must not have."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import workbench as wb
from workbench.engine.errors import KnobError, ShapeError

torch.set_num_threads(1)


def drive(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


# Recurrence.


@pytest.mark.parametrize("mechanism", ["subtract", "zero", "none"])
@pytest.mark.parametrize("delay", [True, False])
def test_all_to_all_typed_once_more_by_hand(mechanism: str, delay: bool) -> None:
    """RSynaptic without delay fails or does nothing in snnTorch 1.0.0."""
    x, alpha, beta = drive(40, 2, 5).double(), 0.75, 0.875
    neuron = wb.RSynaptic(alpha, beta, linear_features=5, reset_mechanism=mechanism, reset_delay=delay).double()
    weight, bias = neuron.recurrent.weight, neuron.recurrent.bias
    spk, syn, mem, seen = *torch.zeros(3, 2, 5).double(), []
    for row in x:
        reset = (mem > 1).double()
        syn = alpha * syn + row + spk @ weight.T + bias
        mem = beta * mem + syn
        mem = mem - reset if mechanism == "subtract" else mem * (1 - reset) if mechanism == "zero" else mem
        spk = (mem > 1).double()
        if not delay and mechanism != "none":
            mem = mem - (spk - reset) * (1 if mechanism == "subtract" else mem)
        seen.append((spk, syn, mem))
    spk, trace = neuron.trace(x)
    assert spk.sum() > 20
    for ours, theirs in zip((spk, trace["syn"], trace["mem"]), zip(*seen, strict=True), strict=True):
        assert torch.allclose(ours, torch.stack(theirs), rtol=0, atol=1e-12)


def test_a_diagonal_matrix_is_one_to_one() -> None:
    x, V = drive(40, 2, 5), torch.tensor([0.5, -0.5, 0.0, 1.0, -1.0])
    dense = wb.RLeaky(0.8, linear_features=5)
    with torch.no_grad():
        dense.recurrent.weight.copy_(V.diag())
        dense.recurrent.bias.zero_()
    assert torch.equal(dense(x)[0], wb.RLeaky(0.8, V=V)(x)[0])


def test_all_to_all_is_chosen_by_the_sizes_or_by_name() -> None:
    assert (
        wb.RLeaky(0.9, linear_features=4).all_to_all and wb.RLeaky(0.9, all_to_all=True, linear_features=4).all_to_all
    )
    assert not wb.RLeaky(0.9).all_to_all and not wb.RLeaky(0.9, 0.5, all_to_all=False).all_to_all
    assert [k.name for k in wb.RLeaky(0.9, linear_features=4).knobs] == ["beta", "threshold"]
    assert wb.RLeaky(0.9, conv2d_channels=2, kernel_size=(3, 5)).recurrent.weight.shape == (2, 2, 3, 5)


@pytest.mark.parametrize(
    ("sizes", "sentence"),
    [
        (
            {"all_to_all": True},
            r"all_to_all: needs linear_features .* or conv2d_channels and kernel_size .*, got neither",
        ),
        ({"conv2d_channels": 2}, r"all_to_all: needs .* got conv2d_channels"),
        ({"linear_features": 2, "kernel_size": 3}, r"all_to_all: needs .* got linear_features, kernel_size"),
        ({"linear_features": 2, "all_to_all": False}, r"linear_features: one to one has the weight V alone.*"),
        ({"linear_features": 0}, r"linear_features: must be a whole number from 1, got 0"),
        ({"conv2d_channels": 2, "kernel_size": 4}, r"kernel_size: must be an odd number \(or two\).* got 4"),
        ({"conv2d_channels": 2, "kernel_size": (3, 3, 3)}, r"kernel_size: must be an odd number .* got \(3, 3, 3\)"),
    ],
)
def test_sizes_that_make_no_recurrence(sizes: dict[str, Any], sentence: str) -> None:
    for model in (wb.RLeaky, wb.RSynaptic):
        with pytest.raises(KnobError, match=rf"^{model.__name__}\.{sentence}$") as refused:
            model(**sizes)
        assert len(str(refused.value)) <= 200


def test_recurrent_weights_that_are_not_learned_still_travel() -> None:
    neuron = wb.RLeaky(0.9, linear_features=4, learn_recurrent=False)
    assert not list(neuron.parameters()) and "recurrent.weight" in neuron.state_dict()
    assert neuron.recurrent.statistics == ("weight", "bias")


# Sums over the past.


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.999, 1.0])
def test_the_recurrence_is_the_convolution_over_the_whole_past(beta: float) -> None:
    """snnTorch's kernel, exp(-k/tau) with tau = 1/(1 - beta), summed in double over 600 steps."""
    x = drive(600, 2, 3)
    kernel = torch.exp(-torch.arange(600.0, dtype=torch.float64) * (1 - beta))
    padded = functional.pad(x.double().permute(1, 2, 0), (599, 0))
    want = functional.conv1d(padded.flatten(0, 1).unsqueeze(1), kernel.flip(0).reshape(1, 1, -1))
    want = want.reshape(2, 3, 600).permute(2, 0, 1)
    _, trace = wb.StateLeaky(beta).trace(x)
    assert (trace["mem"] - want).abs().max() <= 1e-5 * want.abs().max()


def test_decay_by_beta_itself_is_a_leaky_without_reset() -> None:
    x = drive(50, 2, 3)
    ours, leaky = wb.StateLeaky(0.7, decay="beta"), wb.Leaky(0.7, reset_mechanism="none")
    assert torch.equal(ours(x)[0], leaky(x)[0]) and torch.equal(ours(x)[1]["mem"], leaky(x)[1]["mem"])
    slower = wb.StateLeaky(0.7).trace(torch.eye(1, 50).reshape(50, 1, 1))[1]["mem"].flatten()
    assert torch.allclose(slower, torch.exp(-0.3 * torch.arange(50.0)), rtol=1e-5)


def test_a_graded_spike_is_sent_once_not_squared() -> None:
    x = drive(50, 2, 3)
    graded = wb.StateLeaky(0.9, graded_spikes_factor=0.5)(x)[0]
    assert set(graded.unique().tolist()) == {0.0, 0.5}
    linear = wb.LinearLeaky(0.9, 3, 4, graded_spikes_factor=0.5)(3 * x)[0]
    assert set(linear.unique().tolist()) == {0.0, 0.5}


def test_levels_are_what_the_threshold_sees_and_the_exact_sum_goes_on() -> None:
    x, levels = drive(50, 2, 3), {"name": "uniform", "num_bits": 3}
    rounded, plain = wb.StateLeaky(0.9, state_quant=levels), wb.StateLeaky(0.9)
    assert torch.equal(rounded(x)[1]["mem"], plain(x)[1]["mem"])
    assert torch.equal(rounded(x)[0], (wb.state_quant(num_bits=3)(plain.trace(x)[1]["mem"]) > 1).float())


def test_a_linear_leaky_is_a_linear_and_a_state_leaky() -> None:
    both, x = wb.LinearLeaky(0.9, 3, 4, threshold=0.2), drive(30, 2, 3)
    weighted = functional.linear(x, both.linear.weight, both.linear.bias)
    assert torch.equal(both(x)[0], wb.StateLeaky(0.9, threshold=0.2)(weighted)[0])


def test_sums_refuse_what_they_do_not_do() -> None:
    with pytest.raises(KnobError, match=r"^StateLeaky\.kernel_truncation_steps: must be None, got 5; "):
        wb.StateLeaky(0.9, kernel_truncation_steps=5)
    with pytest.raises(KnobError, match=r"^StateLeaky\.decay: must be exp, beta, got tau$"):
        wb.StateLeaky(0.9, decay="tau")
    with pytest.raises(ShapeError, match=r"^StateLeaky: x must be \(T, B, …, 4\), got \(5, 2, 3\)$"):
        wb.StateLeaky(0.9, channels=4)(torch.zeros(5, 2, 3))
    with pytest.raises(KnobError, match=r"^LeakyParallel\.dropout: must be 0, got 0\.5; put a wb\.Dropout after it$"):
        wb.LeakyParallel(3, 4, dropout=0.5)


# The rectified layer.


@pytest.mark.parametrize("dense", [False, True])
def test_leaky_parallel_is_a_rectified_recurrent_layer(dense: bool) -> None:
    ours, x = wb.LeakyParallel(3, 4, weight_hh_enable=dense, learn_beta=True), drive(30, 2, 3)
    rnn = nn.RNN(3, 4, nonlinearity="relu")
    recurrent = ours.rnn.weight_hh_l0 if dense else ours.beta.diag()
    rnn.load_state_dict({**ours.rnn.state_dict(), "weight_hh_l0": recurrent.detach()})
    mem = rnn(x)[0]
    assert torch.allclose(ours.trace(x)[1]["mem"], mem, atol=1e-6) and (mem == 0).any() and (mem > 0).any()


def test_one_beta_for_each_neuron_is_used() -> None:
    """snnTorch 1.0.0 ignores it and draws its weights at random."""
    betas, x = [0.0, 0.5, 0.9, 1.0], drive(30, 2, 3)
    together = wb.LeakyParallel(3, 4, beta=betas).trace(x)[1]["mem"]
    for i, beta in enumerate(betas):
        assert torch.equal(together[..., i], wb.LeakyParallel(3, 4, beta=beta).trace(x)[1]["mem"][..., i])


def test_beta_is_brought_into_its_range_when_built() -> None:
    assert wb.LeakyParallel(3, 4, beta=[1.5, -1.0, 0.3, 0.2]).beta.tolist() == pytest.approx([1.0, 0.0, 0.3, 0.2])
    dense = wb.LeakyParallel(3, 4, beta=0.4, weight_hh_enable=True).rnn.weight_hh_l0
    assert dense.unique().tolist() == pytest.approx([0.4]) and dense.shape == (4, 4)


# The matrix of memories.


@pytest.mark.parametrize("gate", [-3.0, 0.0, 2.0, 4.0])
def test_the_scan_is_sound_over_thousands_of_steps(gate: float) -> None:
    """snnTorch's quotient of cumulative sum and product has lost everything by step 41 for a gate of 0."""
    steps, neuron = 3000, wb.AssociativeLeaky(2, 2, 2, use_q_projection=False)
    with torch.no_grad():
        neuron.to_alpha.weight.zero_()
        neuron.to_alpha.bias.fill_(gate)
    x = drive(steps, 1, 2)
    value = functional.linear(x, neuron.to_v.weight, neuron.to_v.bias).double()
    key = functional.linear(x, neuron.to_k.weight, neuron.to_k.bias).double()
    kept, mem, want = torch.tensor(gate, dtype=torch.float64).sigmoid(), torch.zeros(1, 4).double(), []
    for v, k in zip(value, key, strict=True):
        mem = kept * mem + (v.unsqueeze(-1) * k.unsqueeze(-2)).flatten(1)
        want.append(mem)
    want = torch.stack(want)
    got = neuron.trace(x)[1]["mem"]
    assert (got - want).abs().max() <= 1e-5 * want.abs().max()
    assert (got[-1] - want[-1]).abs().max() <= 1e-4 * want[-1].abs().max()


def test_a_square_of_memories_and_what_is_none() -> None:
    neuron = wb.AssociativeLeaky.from_num_spiking_neurons(5, 9)
    out, state = neuron(drive(4, 2, 5))
    assert out.shape == (4, 2, 9) and state["mem"].shape == (2, 9) and neuron.emits == "out"
    for call in (
        lambda: wb.AssociativeLeaky.from_num_spiking_neurons(5, 8),
        lambda: wb.AssociativeLeaky(5, 2, 3, num_spiking_neurons=5),
    ):
        with pytest.raises(KnobError, match=r"^AssociativeLeaky\.num_spiking_neurons: must be .* got [58]$"):
            call()


def test_the_query_reads_the_spikes_out() -> None:
    neuron, x = wb.AssociativeLeaky(3, 2, 4), 3 * drive(6, 2, 3)
    out, _ = neuron(x)
    spikes = (neuron.trace(x)[1]["mem"] > 1).float().reshape(6, 2, 2, 4)
    query = functional.linear(x, neuron.to_q.weight, neuron.to_q.bias).reshape(6, 2, 4, 2)
    assert spikes.sum() > 0 and torch.allclose(
        out, torch.einsum("tbvk,tbkw->tbvw", spikes, query).flatten(2), atol=1e-6
    )
    assert neuron(x[:0])[0].shape == (0, 2, 4)
    net = wb.Sequential(neuron)
    assert net.record(x, ["out", "mem"])["0"]["out"].shape == (6, 2, 4)


# Long short-term memory.


@pytest.mark.parametrize("hidden", [3, 7])
def test_a_cell_remembers_whatever_its_size(hidden: int) -> None:
    """In snnTorch 1.0.0 one whose hidden_size is not its input_size starts from nothing at every step."""
    ours, x = wb.SLSTM(3, hidden, threshold=0.1), drive(25, 2, 3)
    lstm = nn.LSTM(3, hidden)
    lstm.load_state_dict({f"{name}_l0": value for name, value in ours.lstm_cell.state_dict().items()})
    mem, (_, syn) = lstm(x)
    spk, trace = ours.trace(x)
    assert torch.allclose(trace["mem"], mem, atol=1e-6) and torch.allclose(trace["syn"][-1], syn[0], atol=1e-6)
    assert torch.equal(spk, (trace["mem"] > 0.1).float()) and 0 < spk.mean() < 1


def test_a_window_of_one_is_a_cell_at_every_place() -> None:
    image, row = wb.SConv2dLSTM(3, 4, kernel_size=1, threshold=0.1), wb.SLSTM(3, 4, threshold=0.1)
    order = torch.tensor([0, 1, 3, 2])  # the convolution has its gates in the order input, forget, output, cell
    with torch.no_grad():
        weight = image.conv.weight.reshape(4, 4, 7)[order].flatten(0, 1)
        row.lstm_cell.weight_ih.copy_(weight[:, :3])
        row.lstm_cell.weight_hh.copy_(weight[:, 3:])
        row.lstm_cell.bias_ih.copy_(image.conv.bias.reshape(4, 4)[order].flatten())
        row.lstm_cell.bias_hh.zero_()
    x = drive(8, 2, 3, 2, 2)
    places = row.trace(x.permute(0, 1, 3, 4, 2).flatten(1, 3))[1]["mem"].reshape(8, 2, 2, 2, 4).permute(0, 1, 4, 2, 3)
    assert torch.allclose(image.trace(x)[1]["mem"], places, atol=1e-6)


def test_pools_shrink_what_is_sent_and_keep_the_states() -> None:
    x = drive(5, 2, 1, 7, 6)
    for pool, layer in (("max_pool", nn.MaxPool2d((3, 2))), ("avg_pool", nn.AvgPool2d((3, 2)))):
        pools: dict[str, Any] = {pool: (3, 2)}
        neuron = wb.SConv2dLSTM(1, 2, 3, threshold=0.05, reset_mechanism="subtract", **pools)
        spk, trace = neuron.trace(x)
        assert spk.shape == (5, 2, 2, 2, 3) and trace["mem"].shape == (5, 2, 2, 7, 6)
        assert torch.equal(spk, (layer(trace["mem"].flatten(0, 1)) > 0.05).float().reshape(spk.shape))
        assert neuron(x[:0])[0].shape == (0, 2, 2, 2, 3)
        state = None
        for t, row in enumerate(x):
            out, state = neuron.step(row, state)
            assert torch.equal(out, spk[t])
        with pytest.raises(ShapeError, match=r"^SConv2dLSTM: pools of \(3, 2\) are larger than the image of \(2, 6\)$"):
            neuron(torch.zeros(1, 1, 1, 2, 6))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"max_pool": 2, "avg_pool": 2}, r"avg_pool: must be 0 beside max_pool; choose one of the two"),
        ({"max_pool": -1}, r"max_pool: must be 0 or a whole number \(or two\) from 1, got -1"),
        (
            {"avg_pool": 2, "refractory": 3},
            r"refractory: must be 0 where membranes are pooled, since no single one fires",
        ),
    ],
)
def test_pools_that_cannot_be(more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(KnobError, match=rf"^SConv2dLSTM\.{sentence}$"):
        wb.SConv2dLSTM(1, 2, 3, **more)


def test_two_layers_learn_in_a_stack_and_in_a_loop_over_steps() -> None:
    """States go in and out by name; nothing is shared between two networks, nor wiped between two calls."""
    net = wb.Sequential(wb.SLSTM(3, 8, threshold=0.1), wb.LinearLeaky(0.9, 8, 2, threshold=0.3))
    x, labels = drive(12, 16, 3), torch.arange(16) % 2
    x[:, :, 0] += labels.float() * 2 - 1
    optimiser = torch.optim.Adam(net.parameters(), lr=0.02)
    losses, state = [], {}
    for _ in range(30):
        out, state = net(x)
        loss = functional.cross_entropy(out.sum(0), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0] and list(state) == ["0", "1"]
