"""One thing that is wrong or unfinished in a design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.design.fixes import Fix

Level = Literal["error", "note"]


@dataclass(frozen=True)
class Problem:
    """One sentence about one place; `port` is the port's name, `fix` the ways out, `rule` the short name of the rule.

    An error stops what runs, a note does not.
    """

    level: Level
    node: str | None
    port: str | None
    message: str
    fix: tuple[Fix, ...] = ()
    rule: str = ""

    @property
    def place(self) -> tuple[str, str | None, str | None]:
        """What makes it the same problem after an edit elsewhere."""
        return self.rule, self.node, self.port
