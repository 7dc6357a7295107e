"""No figure is shown for another design, and every frame says which weights it was made with."""

from workbench.session.measured import Measured


def test_what_was_measured_before_an_edit_does_not_arrive_after_it(visit, loop):
    session, seen = visit("digits"), []
    session.learning.measured.listen(seen.append)
    loop.until(lambda: seen)
    assert seen[-1].of(session.document.design)
    late = Measured(session.document.design, seen[-1].answers, seen[-1].cost, None)
    session.edit({"op": "set", "node": "fc1", "params": {"out_features": 16}})
    del seen[:]
    session.learning.measuring.tell(late)  # the lane had just finished it
    loop.until(lambda: seen)
    assert seen[0].design == session.document.design
    assert seen[0].cost.value("parameters") == 65 * 16 + 17 * 10


def test_probing_keeps_the_weights_that_run_and_their_version(visit, loop):
    session, frames = visit("digits"), []
    session.playback.frames.listen(frames.append)
    session.learning.run()
    loop.until(lambda: session.learning.version > 2)
    probes = [{"node": "hidden", "state": "mem", "neurons": [3]}]
    session.edit({"op": "change", "fields": {"probes": probes}})
    session.learning.pause()
    loop.until(lambda: not session.learning.running)
    session.playback.step(1)
    loop.until(lambda: frames)
    running = []
    session.playback.ask(lambda simulation: running.append(simulation.weights()))
    loop.until(lambda: running)
    assert running == [session.document.weights]
    assert frames[-1].weights_version == session.learning.version
    assert frames[-1].traces["hidden"]["mem"].shape == (1, 1)


def test_frames_after_a_structural_edit_carry_the_version_of_their_weights(visit, loop):
    session, frames = visit("digits"), []
    session.playback.frames.listen(frames.append)
    session.learning.batch()
    loop.until(lambda: len(session.document.history.entries) == 2)
    learned = session.learning.version
    session.add("Leaky")
    session.playback.step(1)
    loop.until(lambda: frames)
    assert frames[-1].weights_version == learned, "nothing of the weights has changed"
    session.edit({"op": "set", "node": "fc1", "params": {"out_features": 16}})
    session.playback.step(1)
    loop.until(lambda: frames[-1].weights_version > learned)
    assert frames[-1].weights_version == session.learning.version
