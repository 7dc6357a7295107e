"""News from the lanes to whoever listens: frames, samples, learning steps. Not for what a user edits: that is param."""

from collections.abc import Callable
from typing import Any

from workbench.runner import Runner


class Channel:
    """One kind of news. `send` calls the listeners in the sender's thread, `show` on the loop and the newest only."""

    def __init__(self, runner: Runner, name: str) -> None:
        self._runner = runner
        self._name = name
        self._listeners: list[Callable[[Any], None]] = []

    def listen(self, listener: Callable[[Any], None]) -> None:
        """Call `listener(news)` from now on."""
        self._listeners.append(listener)

    def send(self, news: Any) -> None:
        """At once, here, every single one: for a listener that must not miss any."""
        for listener in self._listeners:
            listener(news)

    def show(self, news: Any) -> None:
        """Soon, on the loop; replaces news of this channel not yet shown."""
        self._runner.show(self._name, self.send, news)
