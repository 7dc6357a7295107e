"""What is asked for while a batch is under way waits for it, and the visitor is told what for."""

from threading import Event

from workbench.design.starters import templates
from workbench.runner import Runner
from workbench.session.at_rest import BLINK_S, AtRest
from workbench.session.learning import Learning
from workbench.session.telling import Telling


def test_undo_of_a_long_batch_says_what_it_waits_for(visit, loop):
    session, busy, held = visit("digits"), Event(), Event()
    session.edit({"op": "set", "node": "hidden", "params": {"beta": 0.7}})
    session.learning.run()
    loop.until(lambda: session.learning.curve)
    session.runner.train.tell(lambda: (busy.set(), held.wait(20)))  # as long as a batch of a large network
    loop.until(busy.is_set)
    session.undo()
    assert session.learning.stopping
    loop.until(lambda: session.notice, seconds=10)
    assert session.notice == "The batch under way is finished first, then it is undone."
    held.set()
    loop.until(lambda: not session.learning.running)
    assert session.notice == ""
    assert session.document.history.entries[-1].label.startswith("Train")
    assert session.document.history.position == len(session.document.history.entries) - 2


def test_what_is_done_within_a_blink_is_not_told(visit, loop):
    session, said = visit("digits"), []
    session.learning.run()
    loop.until(lambda: len(session.learning.curve) > 3)
    session.param.watch(lambda event: said.append(event.new), "notice")
    session.undo()
    assert session.learning.stopping
    loop.until(lambda: not session.learning.running)
    loop.turn(2 * BLINK_S)
    assert not any(said)


def test_what_was_said_since_stays(visit, loop):
    session, busy, held = visit("digits"), Event(), Event()
    session.learning.run()
    loop.until(lambda: session.learning.curve)
    session.runner.train.tell(lambda: (busy.set(), held.wait(20)))
    loop.until(busy.is_set)
    session.open(templates()["one_neuron"].fresh())
    loop.until(lambda: session.notice)
    session.refuse("This link is damaged.")
    held.set()
    loop.until(lambda: not session.learning.running)
    assert session.notice == "This link is damaged."
    assert session.document.design.name == "One leaky neuron"


def test_redo_is_refused_while_training_takes_its_place(visit, loop):
    session = visit("digits")
    session.edit({"op": "set", "node": "hidden", "params": {"beta": 0.7}})
    session.undo()
    session.learning.run()
    loop.until(lambda: session.learning.curve)
    session.redo()
    assert session.notice == "Training has gone on from here, so what was undone before cannot be done again."
    assert session.refused and session.learning.running
    session.learning.pause()
    loop.until(lambda: not session.learning.running)
    assert [entry.label for entry in session.document.history.entries][1:] == ["Train, epoch 1"]


def test_what_fails_does_not_keep_from_what_was_asked_for_after_it(loop):
    telling, runner, done = Telling(), Runner(loop.post, lambda error: None), []
    learning = Learning(runner)
    learning.running = True
    at_rest = AtRest(learning, runner, telling)
    at_rest.do(lambda: (_ for _ in ()).throw(RuntimeError("first")), "one thing is done")
    at_rest.do(lambda: done.append("second"), "another is")
    learning.running = False
    at_rest.rested()
    assert done == ["second"] and telling.notice == "Something went wrong: first"
    runner.close()
