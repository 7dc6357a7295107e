"""What every part keeps, whoever writes it: words for people, sizes that come true, owned randomness."""

import json
import math

import pytest
import torch

from workbench.design import Design
from workbench.design.build import build, node_generator
from workbench.design.check import check
from workbench.design.parts import parts
from workbench.design.parts.base import GROUPS, Part
from workbench.design.reading import read_node
from workbench.engine.layers import learned as learned_of
from workbench.engine.neurons import neurons
from workbench.run.playable import playable
from workbench.run.weights import Weights

torch.set_num_threads(1)

ALL = list(parts().values())
MODULES = [part for part in ALL if part.inputs]
each = pytest.mark.parametrize("part", ALL, ids=lambda part: part.kind)
each_module = pytest.mark.parametrize("part", MODULES, ids=lambda part: part.kind)


def fitting(part: Part) -> tuple[int, ...]:
    """A row of 6, or the first shape with channels that the part takes as it comes from the palette."""
    shapes = ((6,), (2, 6), (2, 6, 6))
    return next(shape for shape in shapes if part.misfit(part.values({}), (shape,)) is None)


def alone(part: Part) -> Design:
    """in → the part, under a current."""
    design = Design.new().add("Input", shape=fitting(part)).with_(stimulus={"kind": "current"})
    return design.add(part.kind, id="it").wire("in.out", "it.in")


def test_every_neuron_of_the_engine_is_a_part():
    assert set(neurons()) == {part.kind for part in ALL if part.group == "neurons"}


def test_kinds_and_stems_are_told_apart():
    assert len({part.stem for part in ALL}) == len(ALL) == len({part.title for part in ALL})
    assert [part.group for part in ALL] == sorted((part.group for part in ALL), key=GROUPS.index)


@each
def test_a_part_speaks_to_people(part: Part):
    assert part.title
    assert part.meaning.endswith(".")
    assert len(part.meaning) <= 90
    assert part.__class__.__doc__
    for param in part.params:
        assert param.meaning
        assert param.unit
        assert not param.optional or param.empty
        assert param.form not in ("number", "whole", "numbers") or param.lo < param.hi  # pyright: ignore
        assert param.form != "choice" or param.default in param.choices


@each
def test_the_defaults_are_allowed_and_survive_a_file(part: Part):
    said = json.loads(json.dumps({param.name: param.default for param in part.params}))
    node = read_node("it", part.kind, said, (0, 0))
    design = Design.new().add(part.kind, **said)
    assert Design.load(design.dumps()) == design
    assert part.values(node.params) == part.values({})


@each
def test_bounds_are_kept(part: Part):
    for param in part.params:
        if param.lo is None or param.hi is None or param.form == "flag":
            continue
        for value in (param.lo, param.hi):
            assert param.read(value, "it") == value
        for value in (param.lo - 1, param.hi * 2 + 1, "1", None if not param.optional else "x", float("nan")):
            with pytest.raises(ValueError, match=r"^it: must be a"):
                param.read(value, "it")


@each_module
def test_what_the_palette_shows_runs_at_once(part: Part):
    design = alone(part)
    assert check(design) == []
    network = build(design)
    out, _ = network(torch.rand(12, 3, *fitting(part)), generator=torch.Generator().manual_seed(0))
    assert out.shape[:2] == (12, 3)


@each_module
@pytest.mark.parametrize("shape", [(6,), (1,), (2, 3), (2, 3, 4)])
def test_the_stated_size_comes_true(part: Part, shape: tuple[int, ...]):
    params = part.values({})
    misfit = part.misfit(params, (shape,))
    if misfit is not None:
        assert misfit.expects
        assert misfit.mends or part.inputs[0].many
        return
    stated = part.out(params, (shape,))
    design = Design.new().add("Input", shape=shape).with_(stimulus={"kind": "current"})
    network = build(design.add(part.kind, id="it").wire("in.out", "it.in").with_(output="it.out"))
    out, _ = network(torch.rand(4, 2, *shape), generator=torch.Generator().manual_seed(0))
    assert tuple(out.shape[2:]) == stated


@each_module
def test_parameters_are_named_and_counted_exactly(part: Part):
    learned = {param.name: True for param in part.params if param.name.startswith("learn_")}
    size = math.prod(part.out(part.values({}), (fitting(part),)) or ())
    rows = {param.name: (param.default,) * size for param in part.params if f"learn_{param.name}" in learned}
    one = {name: row[:1] for name, row in rows.items()}
    for said in ({}, learned, {**learned, **one}, {**learned, **rows}):
        params, shape = part.values(said), fitting(part)
        module = part.make(params, shape, node_generator(0, "it"))
        shapes = {name: tuple(value.shape) for name, value in module.named_parameters()}
        assert part.learned(params, shape) == shapes
        assert part.parameters(params, shape) == sum(value.numel() for value in module.parameters())
        kept = {name: tuple(value.shape) for name, value in learned_of(module).items()}
        assert part.learned(params, shape) | part.statistics(params, shape) == kept


@each_module
def test_making_a_part_draws_from_its_own_generator_only(part: Part):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    one = part.make(part.values({}), fitting(part), node_generator(0, "it"))
    two = part.make(part.values({}), fitting(part), node_generator(0, "it"))
    assert torch.equal(before, torch.get_rng_state())
    for a, b in zip(one.state_dict().values(), two.state_dict().values(), strict=True):
        assert torch.equal(a, b)


@each_module
def test_weights_are_all_that_a_run_needs_beside_the_design(part: Part):
    design = alone(part)
    assert Weights.of(build(design)) == Weights.initial(design)


@each_module
def test_live_it_gives_the_same_bits_in_pieces_and_in_any_batch(part: Part):
    network, x = playable(alone(part)), torch.rand(12, 3, *fitting(part), generator=torch.Generator().manual_seed(1))

    def run(x: torch.Tensor, first: int, cuts: tuple[int, ...]) -> torch.Tensor:
        draws, state, pieces = [node_generator(i, "x") for i in range(first, first + x.shape[1])], None, []
        for piece in x.tensor_split(cuts):
            out, state = network(piece, state, generator=draws)
            pieces.append(out)
        return torch.cat(pieces)

    together = run(x, 0, ())
    assert torch.equal(run(x, 0, (1, 5, 6)), together)
    alone_each = [run(x[:, b : b + 1], b, ()) for b in range(3)]
    assert torch.equal(torch.cat(alone_each, 1), together)


@each_module
def test_probed_states_are_recorded(part: Part):
    network = build(alone(part))
    states = [state for state in part.states if state not in ("spk", "out")]
    _, _, record = network(
        torch.rand(5, 2, *fitting(part)), generator=torch.Generator().manual_seed(0), record={"it": states}
    )
    assert set(part.states) <= set(record["it"])


@each_module
def test_live_parameters_are_attributes_of_the_module(part: Part):
    module = part.make(part.values({}), fitting(part), node_generator(0, "it"))
    for param in part.params:
        assert param.structural or hasattr(module, param.name)


@each_module
def test_a_part_that_says_it_fires_gives_zeros_and_ones(part: Part):
    if not part.spikes:
        return
    out, _ = build(alone(part))(torch.rand(12, 3, *fitting(part)), generator=torch.Generator().manual_seed(0))
    assert set(out.unique().tolist()) <= {0.0, 1.0}
