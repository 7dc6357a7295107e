"""Feed: from the thread of a simulation to the page, without losing a step and without flooding anybody."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from components.pace import Post, reach
from components.scope.blocks import Block, Layout, encode, joined, neurons

if TYPE_CHECKING:
    from components.scope.scope import Scope

HZ, HIDDEN_HZ = 32.0, 1.0
UNDER_WAY = 4
"""Frames that may be on their way to the page, which answers two at a time; all younger ones leave as one frame."""
PATIENCE = 10.0
"""Seconds of silence of the page after which the feed is stalled."""


class Feed:
    """Collects steps from any thread and sends them from the event loop: at most 32 frames a second, four under way.

    ``post(callback)`` runs ``callback`` on the page's event loop; left out it is found where the feed is made, or in a
    notebook when the page first speaks (components/pace.py).

    What was pushed within the scope's ``history`` is remembered and replayed when a page appears or comes back.
    """

    def __init__(self, scope: Scope, post: Post | None = None) -> None:
        self.post = post or reach()
        self._scope = scope
        self._lock = threading.RLock()
        self._layout = Layout([], [])
        self._blocks: deque[Block] = deque()
        self._marks: deque[tuple[int, str]] = deque()
        self._unsent_marks: list[tuple[int, str]] = []
        self._ahead: list[tuple[int, str]] = []  # marks since the last push: they belong to the steps that come
        self._next = self._sent = 0  # the steps after the newest pushed and after the newest sent
        self._changed = self._rewound = self._whole = self._restyled = False  # what the next frame has to say
        self._open = self._hidden = False  # the page: has it appeared, is it in a hidden tab
        self._asked = self._waiting = False  # a turn on the loop is coming: at once, or when a frame may leave
        self._seq = self._acked = 0
        self._sent_at = self._due = 0.0  # when the newest frame left, and when the next one may
        self._heard_at = time.monotonic()

    @property
    def stalled(self) -> bool:
        """Whether the page has not answered for ten seconds: a good moment to pause what makes the steps."""
        return self._seq > self._acked and time.monotonic() - self._heard_at > PATIENCE

    # --- from any thread -----------------------------------------------------------------------------------------

    def arrange(self, bands: Sequence[Mapping[str, Any]], traces: Sequence[Mapping[str, Any]]) -> None:
        """Say what the steps pushed from now on are about, as `Scope.arrange` writes it; shared history is kept."""
        new = Layout([dict(band) for band in bands], [dict(trace) for trace in traces])
        with self._lock:
            old, self._layout = self._layout, new
            if new == old:
                return
            if old.counts_as(new):
                self._restyled = True
            else:
                self._whole = True
                held = joined(list(self._blocks), self._next, len(old.traces))
                self._blocks = deque([old.moved(held, new)] if self._blocks else [])
        self._ask()

    def push(self, first: int, counts: Any, ids: Any, traces: Any) -> None:
        """Add steps ``first``, ``first`` + 1, …

        ``counts`` (steps,): spikes in each step. ``ids`` (spikes,): neuron numbers through all bands, in time order.
        ``traces`` (traces, steps): values in the order of the traces arranged. A step before the newest one means
        that the run went back (``rewind``); a step beyond it leaves a visible gap.
        Raises ValueError when the arrays do not fit each other or what was arranged.
        """
        block = Block(
            int(first), np.array(counts, np.uint32), np.array(ids, np.uint32), np.array(traces, np.float32, ndmin=2)
        )
        with self._lock:
            if not self._layout.traces and block.traces.size == 0:
                block = Block(block.first, block.counts, block.ids, np.empty((0, len(block.counts)), np.float32))
            self._refuse_misfit(block)
            if block.first < self._next:
                ahead = [mark for mark in self._ahead if mark[0] >= block.first]
                self._forget(block.first)
                self._marks.extend(ahead)
                self._unsent_marks += ahead
            self._blocks.append(block)
            self._next, self._ahead = block.end, []
            while self._blocks[0].end <= self._next - self._scope.history:
                self._blocks.popleft()
            while self._marks and self._marks[0][0] < self._next - self._scope.history:
                self._marks.popleft()
        self._ask()

    def mark(self, step: int, label: str) -> None:
        """Draw a line with ``label`` where ``step`` begins, such as the start of a presentation."""
        with self._lock:
            self._marks.append((int(step), str(label)))
            self._unsent_marks.append((int(step), str(label)))
            self._ahead.append((int(step), str(label)))
        self._ask()

    def rewind(self, step: int) -> None:
        """The run went back: steps and marks from ``step`` on are forgotten, on the page too."""
        with self._lock:
            self._forget(int(step))
        self._ask()

    def reset(self) -> None:
        """Forget everything; the next step may have any number."""
        with self._lock:
            self._blocks.clear()
            self._marks.clear()
            self._unsent_marks.clear()
            self._ahead.clear()
            self._next = self._sent = 0
            self._whole = True
        self._ask()

    # --- on the event loop ---------------------------------------------------------------------------------------

    def heard(self, message: dict[str, Any]) -> None:
        """Take what the page says: it is there (``_ready``), how far it is (``_ack``)."""
        self._heard_at = time.monotonic()
        if self.post is None:
            self.post = reach()
        self._hidden = bool(message["hidden"])
        if message["type"] == "_ready":
            self._open = self._whole = True
            self._acked = self._seq
        elif message["type"] == "_ack":
            # A page that still lacks frames a second after the last one left will never get them: its socket was lost.
            if message["idle"] and message["seq"] < self._seq and self._heard_at - self._sent_at > 1:
                self._whole, self._acked = True, self._seq
            self._acked = max(self._acked, min(int(message["seq"]), self._seq))
        self._tick()

    def _ask(self) -> None:
        """Want a frame to leave; asks for a turn on the loop unless a timer or an acknowledgement will bring one."""
        self._changed = True
        coming = self._asked or self._waiting or self._seq - self._acked >= UNDER_WAY
        if self._open and not coming and self.post is not None:
            self._asked = True
            self.post(self._turn)

    def _turn(self) -> None:
        self._asked = self._waiting = False
        self._tick()

    def _tick(self) -> None:
        """Send what waits if it may leave now; else come back when it may. An acknowledgement comes back by itself."""
        with self._lock:
            waits = self._changed or self._whole
        if not self._open or not waits or self._seq - self._acked >= UNDER_WAY:
            return
        wait = (self._sent_at + 1 / HIDDEN_HZ if self._hidden else self._due) - time.monotonic()
        if wait <= 0.002 or self._whole:
            self._send()
        elif not self._waiting and self.post is not None:
            self._waiting = True
            asyncio.get_running_loop().call_later(wait, self.post, self._turn)

    def _send(self) -> None:
        """Everything not yet sent leaves as one frame; a whole replay says anew what the numbers mean."""
        with self._lock:
            whole, layout = self._whole, self._layout
            blocks = [block for block in self._blocks if whole or block.first >= self._sent]
            block = joined(blocks, self._next, len(layout.traces))
            marks = list(self._marks) if whole else self._unsent_marks
            self._seq += 1
            wide = neurons(layout.bands) > 1 << 16
            data = encode(self._seq, block, wide=wide, reset=whole, rewind=self._rewound)
            self._sent, self._unsent_marks = self._next, []
            styled = whole or self._restyled
            self._changed = self._rewound = self._whole = self._restyled = False
        message: dict[str, Any] = {"type": "frame", "data": data, "marks": [list(mark) for mark in marks]}
        if styled:
            message |= {"bands": list(layout.bands), "traces": list(layout.traces), "history": self._scope.history}
        self._sent_at = time.monotonic()
        self._due = max(self._due + 1 / HZ, self._sent_at + 0.5 / HZ)  # a grid: a late frame delays no other
        self._scope._send_msg(message)

    # --- with the lock held --------------------------------------------------------------------------------------

    def _forget(self, step: int) -> None:
        while self._blocks and self._blocks[-1].end > step:
            kept = self._blocks.pop().until(step)
            if len(kept.counts):
                self._blocks.append(kept)
        self._marks = deque(mark for mark in self._marks if mark[0] < step)
        self._unsent_marks = [mark for mark in self._unsent_marks if mark[0] < step]
        self._ahead = []
        self._next, self._sent, self._rewound = step, min(self._sent, step), True

    def _refuse_misfit(self, block: Block) -> None:
        traces = (len(self._layout.traces), len(block.counts))
        if block.traces.shape != traces:
            raise ValueError(
                f"Feed.push: traces must be (traces, steps) = {traces}, got {block.traces.shape}; "
                "arrange the traces before pushing their values."
            )
        if block.ids.shape != (int(block.counts.sum()),):
            raise ValueError(
                f"Feed.push: counts speak of {int(block.counts.sum())} spikes, ids name {block.ids.size}; "
                "give one neuron number a spike."
            )
        size = neurons(self._layout.bands)
        if block.ids.size and block.ids.max() >= size:
            raise ValueError(
                f"Feed.push: ids name neuron {int(block.ids.max())}, the bands hold 0 … {size - 1}; "
                "arrange the bands before pushing their spikes."
            )
