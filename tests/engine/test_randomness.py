"""Nothing in the engine reads or moves torch's global generator; two runs with one seed agree in parallel, too."""

from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor, nn

from workbench.engine.connections import Sum
from workbench.engine.data import load
from workbench.engine.encoders import Latency, Rate
from workbench.engine.graph_network import Network
from workbench.engine.losses import ce_rate
from workbench.engine.neurons import neurons
from workbench.engine.wire import Wire


def network() -> Network:
    fc, back = nn.Linear(64, 10), nn.Linear(10, 10)
    draw = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for p in (*fc.parameters(), *back.parameters()):
            p.copy_(torch.rand(p.shape, generator=draw) - 0.4)
    modules = {
        "rate": Rate(),
        "fc": fc,
        "sum": Sum(),
        "lif": next(model for model in neurons().values() if model.keeps_shape)(),
        "back": back,
    }
    pairs = [
        ("in", "rate", 0),
        ("rate", "fc", 0),
        ("fc", "sum", 0),
        ("sum", "lif", 0),
        ("lif", "back", 1),
        ("back", "sum", 0),
    ]
    return Network(modules, [Wire(f"{a}.out", f"{b}.in", d) for a, b, d in pairs], ["in"], "lif.out")


def run(net: Network, seed: int) -> Tensor:
    digits = load("digits").train
    x = digits.x[:16].expand(20, -1, -1)
    out, _ = net(x, generator=torch.Generator().manual_seed(seed))
    ce_rate(out, digits.y[:16]).backward()
    Latency()(x)
    return out.detach()


def test_the_global_generator_is_never_touched() -> None:
    net = network()
    torch.manual_seed(123)
    before = torch.get_rng_state()
    first = run(net, 0)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(7)
    assert torch.equal(run(net, 0), first) and not torch.equal(run(net, 1), first)


def test_one_seed_agrees_bit_for_bit_between_threads() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda i: run(network(), i % 2), range(8)))
    assert all(torch.equal(result, results[i % 2]) for i, result in enumerate(results))
