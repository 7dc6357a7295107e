"""Undo, redo and what they mean for what runs and what is learned."""

from workbench.run.training import Training


def watched(session, loop):
    """The weights that the simulation runs with, read in its lane."""
    found = []
    session.playback.ask(lambda simulation: found.append(simulation.weights()))
    loop.until(lambda: found)
    return found[0]


def test_redo_of_a_training_runs_what_was_learned(visit, loop):
    session = visit("digits")
    session.learning.batch()
    loop.until(lambda: len(session.document.history.entries) == 2)
    learned = session.document.weights
    session.undo()
    session.redo()
    assert session.document.weights == learned
    assert watched(session, loop) == learned


def test_what_is_turned_before_the_first_batch_counts_in_it(visit, loop):
    session = visit("digits")
    start = session.document.weights
    session.edit({"op": "set", "node": "hidden", "params": {"beta": 0.3}})
    session.edit({"op": "change", "fields": {"training": {"lr": 0.05}}})
    session.learning.batch()
    loop.until(lambda: session.document.weights != start)
    alone = Training(session.document.design, start)
    alone.batch()
    assert session.document.weights == alone.weights()


def test_every_reset_is_a_gesture_that_can_be_undone_and_redone(visit, loop):
    session = visit()
    session.playback.step(10)
    loop.until(lambda: session.playback.t_ms == 10)
    session.reset_time()
    session.playback.step(4)
    session.reset_time()
    loop.until(lambda: len(session.document.history.entries) == 3)
    session.undo()
    loop.until(lambda: session.playback.t_ms == 4)
    session.undo()
    loop.until(lambda: session.playback.t_ms == 10)
    session.redo()
    loop.until(lambda: session.playback.t_ms == 0)


def test_a_jump_over_resets_and_a_rebuilt_network_keeps_the_clock_going(visit, loop):
    session, frames = visit(), []
    session.reset_time()
    loop.until(lambda: len(session.document.history.entries) == 2)
    session.add("Linear")
    session.edit({"op": "wire", "source": "lif1.out", "target": "fc1.in"})
    session.reset_time()
    loop.until(lambda: len(session.document.history.entries) == 5)
    session.playback.speed = 1000
    session.playback.run()
    session.jump(0)
    session.playback.frames.listen(frames.append)
    loop.until(lambda: len(frames) > 3)
    assert session.notice == ""


def test_undo_in_a_copy_stays_in_the_copy(visit, loop):
    first = visit()
    first.sit(lambda: True)
    first.edit({"op": "rename", "name": "mine"})
    second = visit(first.document.design)
    second.sit(lambda: True)
    second.edit({"op": "rename", "name": "theirs"})
    copy = second.document.design.id
    second.undo()
    second.undo()
    assert second.document.design.id == copy != first.document.design.id
    assert second.document.design.name == "mine (copy)"


def test_a_network_that_breaks_and_is_mended_runs_on(visit, loop):
    session, frames = visit("digits"), []
    session.playback.run()
    session.edit({"op": "set", "node": "fc1", "params": {"in_features": 65}})
    assert not session.playback.running
    session.undo()
    assert session.playback.running
    session.playback.frames.listen(frames.append)
    loop.until(lambda: frames)


def test_another_number_of_steps_does_not_stop_the_clock(visit, loop):
    session, frames = visit("digits_latency"), []
    session.playback.speed = 1000
    session.playback.run()
    session.edit({"op": "change", "fields": {"training": {"steps": 40}}})
    session.playback.frames.listen(frames.append)
    loop.until(lambda: len(frames) > 3)
    assert session.notice == ""
