"""What stands on the page belongs to what runs, and to one moment."""

from workbench.design import Design
from workbench.views.canvas import CanvasView
from workbench.views.moments import Rates
from workbench.views.scope import ScopeView
from workbench.views.strip import Strip
from workbench.views.tile import TileView
from workbench.views.transport import SimulationBar


def test_nothing_of_the_old_run_stays_beside_a_new_design(visit, loop):
    session = visit("digits")
    scope, tile, bar = ScopeView(session), TileView(session), SimulationBar(session).bar
    canvas, said = CanvasView(session, Rates(session)).canvas, []
    canvas._send_msg = lambda data: said.append(data["type"])
    session.playback.run()
    loop.until(lambda: scope.scope.feed._next > 3 and tile.tile.shown["data"] and bar._t_ms)
    said.clear()
    session.open(Design.new("Untitled"))
    loop.until(lambda: "clear" in said and tile.tile.shown["data"] is None and not scope.scope.feed._layout.bands)
    loop.turn(0.3)  # what was under way
    assert bar._t_ms == 0 and scope.scope.feed._next == 0 and tile.tile.shown["data"] is None


def test_a_broken_design_keeps_its_last_picture(visit, loop):
    session = visit("digits")
    scope = ScopeView(session)
    session.playback.step(5)
    loop.until(lambda: scope.scope.feed._next == 5)
    session.edit({"op": "set", "node": "fc1", "params": {"in_features": 65}})
    loop.turn(0.3)
    assert session.playback.broken and scope.scope.feed._next == 5


def test_nodes_and_strip_tell_the_rates_of_one_moment(visit, loop):
    session = visit("digits")
    moments, nodes, strip = Rates(session), [], []
    canvas = CanvasView(session, moments).canvas
    canvas.set_rates = lambda rates: nodes.append(sum(rates.values()) / len(rates))
    Strip(session, moments).listen(lambda told: strip.extend(one["value"] for one in told if one["label"] == "rate"))
    session.playback.run()
    loop.until(lambda: len(nodes) >= 3)
    session.playback.pause()
    loop.turn(0.3)
    assert set(strip) == {f"{rate:.1f} Hz" for rate in nodes}


def test_a_rebuild_leaves_a_mark_on_the_axis(visit, loop):
    session = visit("one_neuron")
    scope = ScopeView(session)
    session.playback.step(30)
    loop.until(lambda: scope.scope.feed._next == 30)
    assert not scope.scope.feed._marks
    session.edit({"op": "set", "node": session.document.design.nodes[-1].id, "params": {"reset_mechanism": "zero"}})
    loop.until(lambda: list(scope.scope.feed._marks) == [(30, "rebuilt")])
