"""The feed loses no step, floods nobody and heals by itself: a page is played by a list of what it was sent."""

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from components.scope import Scope, feed
from components.scope.blocks import REWIND, WIDE

BANDS = [{"id": "in", "name": "in", "n": 4, "color": ""}, {"id": "hid", "name": "hid", "n": 3, "color": "layer0"}]
TRACES = [{"id": 5, "name": "mem", "color": "layer0", "theta": 1.0, "lo": None, "hi": None}]


class Page:
    """A page that decodes what arrives and answers when told to."""

    def __init__(self, scope: Scope, monkeypatch: pytest.MonkeyPatch):
        self.scope, self.feed = scope, scope.feed
        self.frames: list[dict[str, Any]] = []
        self.turns: list[Callable[[], Any]] = []
        self.feed.post = self.turns.append
        monkeypatch.setattr(scope, "_send_msg", self.receive)

    def receive(self, message):
        _seq, first, steps, spikes, traces, flags = np.frombuffer(message["data"], "<u4", 6, 8).tolist()
        counts = np.frombuffer(message["data"], "<u4", steps, 32)
        width = 4 if flags & WIDE else 2
        ids = np.frombuffer(message["data"], f"<u{width}", spikes, 32 + 4 * steps)
        at = 32 + 4 * steps + -(-width * spikes // 4) * 4
        values = np.frombuffer(message["data"], "<f4", traces * steps, at).reshape(traces, steps)
        when = np.repeat(np.arange(first, first + steps), counts)
        pairs = list(zip(when.tolist(), ids.tolist(), strict=True))
        self.frames.append(
            message | {"first": first, "steps": steps, "flags": flags, "spikes": pairs, "values": values, "seq": _seq}
        )

    def ready(self, hidden=False):
        self.feed.heard({"type": "_ready", "hidden": hidden})

    def ack(self, seq=None, hidden=False, idle=False):
        seq = self.frames[-1]["seq"] if seq is None else seq
        self.feed.heard({"type": "_ack", "seq": seq, "hidden": hidden, "idle": idle})

    def turn(self):
        """Let the loop do what it was asked for."""
        turns, self.turns[:] = list(self.turns), []
        for one in turns:
            one()


@pytest.fixture
def clock(monkeypatch):
    """Time as the feed sees it, in a list of one number; timers fire at once."""
    now = [100.0]
    monkeypatch.setattr(feed.time, "monotonic", lambda: now[0])

    class Loop:
        def call_later(self, wait, call, *arguments):
            now[0] += wait
            call(*arguments)

    monkeypatch.setattr(asyncio, "get_running_loop", Loop)
    return now


@pytest.fixture
def page(monkeypatch, clock):
    return Page(Scope(bands=BANDS, traces=TRACES, history=200, post=lambda call: None), monkeypatch)


def push(feed, first, steps, neuron=1, value=0.5):
    feed.push(first, [1] * steps, [neuron] * steps, [[value] * steps])


def test_what_was_pushed_before_the_page_is_replayed(page):
    push(page.feed, 0, 10)
    page.feed.mark(5, "label 3")
    assert page.frames == []
    page.ready()
    (frame,) = page.frames
    assert (frame["first"], frame["steps"], frame["marks"]) == (0, 10, [[5, "label 3"]])
    assert frame["bands"] == BANDS and frame["traces"] == TRACES


def test_everything_unsent_leaves_as_one_frame_and_four_are_under_way(page, clock):
    page.ready()
    page.ack()
    for first in range(0, 50, 5):
        clock[0] += 0.1
        push(page.feed, first, 5)
        page.turn()
    assert [(frame["first"], frame["steps"]) for frame in page.frames[1:]] == [(0, 5), (5, 5), (10, 5), (15, 5)]
    page.ack()
    assert [(frame["first"], frame["steps"]) for frame in page.frames[5:]] == [(20, 30)]


def test_frames_keep_to_their_pace(page, clock):
    page.ready()
    page.ack()
    began = clock[0]
    for first in range(200):
        clock[0] += 0.005
        push(page.feed, first, 1)
        page.turn()
        page.turn()
        page.ack()
    assert len(page.frames) - 1 <= (clock[0] - began) * feed.HZ + 1
    assert [pair for frame in page.frames for pair in frame["spikes"]] == [(step, 1) for step in range(200)]


def test_the_last_steps_leave_without_a_further_push(page):
    page.ready()
    page.ack()
    push(page.feed, 0, 5)
    page.turn()
    push(page.feed, 5, 5)
    for _ in range(4):
        page.turn()
    assert sum(frame["steps"] for frame in page.frames) == 10


def test_a_hidden_page_hears_once_a_second(page, clock):
    page.ready(hidden=True)
    page.ack(hidden=True)
    began = clock[0]
    for first in range(100):
        clock[0] += 0.02
        push(page.feed, first, 1)
        if clock[0] - began < 0.9:
            page.turn()
    assert len(page.frames) <= 1 + (clock[0] - began) * feed.HIDDEN_HZ + 1


def test_rewind_drops_the_future(page, clock):
    page.ready()
    push(page.feed, 0, 50)
    page.feed.mark(40, "7")
    page.turn()
    page.ack()
    clock[0] += 1
    page.feed.rewind(20)
    page.turn()
    page.ack()
    assert (page.frames[-1]["first"], page.frames[-1]["steps"], page.frames[-1]["flags"] & REWIND) == (20, 0, REWIND)
    clock[0] += 1
    push(page.feed, 20, 5, neuron=3)
    page.turn()
    page.ready()
    assert page.frames[-1]["spikes"] == [(step, 1) for step in range(20)] + [(step, 3) for step in range(20, 25)]
    assert page.frames[-1]["marks"] == []


def test_an_earlier_step_is_a_rewind(page):
    push(page.feed, 0, 50)
    push(page.feed, 10, 2, neuron=2)
    page.ready()
    assert page.frames[-1]["spikes"][-3:] == [(9, 1), (10, 2), (11, 2)]


def test_a_mark_before_its_step_survives_going_back(page):
    push(page.feed, 0, 50)
    page.feed.mark(30, "old")
    push(page.feed, 50, 5)
    page.feed.mark(10, "new")
    push(page.feed, 10, 2)
    page.ready()
    assert page.frames[-1]["marks"] == [[10, "new"]]


def test_reset_forgets_everything(page, clock):
    push(page.feed, 0, 50)
    page.ready()
    page.ack()
    clock[0] += 1
    page.feed.reset()
    page.turn()
    assert (page.frames[-1]["steps"], page.frames[-1]["marks"]) == (0, [])


def test_history_is_bounded(page):
    for first in range(0, 5000, 10):
        push(page.feed, first, 10)
    page.ready()
    assert 200 <= page.frames[-1]["steps"] <= 220
    assert page.frames[-1]["first"] + page.frames[-1]["steps"] == 5000


def test_lost_acknowledgements_are_healed(page, clock):
    page.ready()
    for first in (0, 5, 10, 15):
        clock[0] += 0.1
        push(page.feed, first, 5)
        page.turn()
    sent = len(page.frames)
    clock[0] += 3  # the page got all, but its answers were lost; its heartbeat comes through
    page.ack(idle=True)
    assert len(page.frames) == sent + 1
    assert page.frames[-1]["first"] + page.frames[-1]["steps"] == 20


def test_lost_frames_are_healed(page, clock):
    page.ready()
    page.ack()
    for first in (0, 5):
        clock[0] += 0.1
        push(page.feed, first, 5)
        page.turn()
    clock[0] += 3
    page.ack(seq=1, idle=True)
    assert (page.frames[-1]["first"], page.frames[-1]["steps"]) == (0, 10)
    assert "bands" in page.frames[-1]


def test_a_silent_page_stalls_the_feed(page, clock):
    page.ready()
    clock[0] += 9
    assert not page.feed.stalled
    clock[0] += 2
    assert page.feed.stalled
    page.ack()
    assert not page.feed.stalled


def test_new_bands_keep_the_history_they_share(page, clock):
    page.feed.push(0, [2, 1], [0, 5, 6], [[0.25, 0.75]])
    page.ready()
    page.ack()
    new = [{"id": "new", "name": "new", "n": 10, "color": ""}, BANDS[1]]
    trace = {**TRACES[0], "id": 11}
    page.scope.arrange(new, [trace, {**trace, "id": 3, "name": "other"}])
    clock[0] += 1
    page.feed.push(2, [1], [12], [[1.0], [2.0]])
    page.turn()
    assert page.frames[-1]["spikes"] == [(0, 11), (1, 12), (2, 12)]
    np.testing.assert_array_equal(page.frames[-1]["values"], [[0.25, 0.75, 1.0], [np.nan, np.nan, 2.0]])


def test_a_band_of_another_size_begins_anew(page):
    push(page.feed, 0, 5)
    page.scope.arrange([{**BANDS[0], "n": 5}, BANDS[1]], [])
    page.ready()
    assert (page.frames[-1]["steps"], page.frames[-1]["spikes"]) == (5, [])


def test_another_threshold_is_told_without_a_replay(page, clock):
    push(page.feed, 0, 5)
    page.ready()
    page.ack()
    page.scope.arrange(BANDS, [{**TRACES[0], "theta": 0.5}])
    clock[0] += 1
    page.turn()
    last = page.frames[-1]
    assert (last["steps"], last["flags"], last["traces"][0]["theta"]) == (0, 0, 0.5)
    page.ready()
    assert page.frames[-1]["steps"] == 5


def test_many_neurons_are_sent_with_wide_numbers(page):
    page.scope.arrange([{"id": "big", "name": "big", "n": 100_000, "color": ""}], [])
    page.feed.push(0, [2], [99_999, 3], [])
    page.ready()
    assert page.frames[-1]["flags"] & WIDE
    assert page.frames[-1]["spikes"] == [(0, 99_999), (0, 3)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, [1], [7], [[0.0]]), r"ids name neuron 7, the bands hold 0 … 6"),
        ((0, [2], [1], [[0.0]]), r"counts speak of 2 spikes, ids name 1"),
        ((0, [0], [], [[0.0], [1.0]]), r"traces must be \(traces, steps\) = \(1, 1\), got \(2, 1\)"),
    ],
)
def test_what_does_not_fit_is_refused(page, arguments, message):
    with pytest.raises(ValueError, match=message) as refusal:
        page.feed.push(*arguments)
    assert len(str(refusal.value)) <= 200
