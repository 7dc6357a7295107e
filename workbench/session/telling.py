"""What a visitor is told at the top of the page: one sentence, in the place of the last one."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from workbench.design.memory import LACKING, lacked

HOUSE = str(Path(__file__).resolve().parents[1])


class Telling(param.Parameterized):
    """The notice. `refused` says that it is about what was not done; `details`, that it is a fault of ours."""

    notice = param.String(default="", doc="One sentence for the visitor, at the top of the page.")
    details = param.String(default="", doc="What a report about the notice should hold; empty where it is no fault.")
    refused = param.Boolean(default=False, doc="Whether the notice says why something was not done.")

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.log: Callable[[BaseException], None] = lambda error: None

    def say(self, sentence: str = "") -> None:
        """One sentence for the visitor in the place of the last one, which was about what was before."""
        self.param.update(notice=sentence, details="", refused=False)

    def unsay(self, sentence: str) -> None:
        """Take a sentence back that is not true any more, unless another one stands in its place."""
        if self.notice == sentence:
            self.say()

    def refuse(self, sentence: str) -> None:
        """Say why something is not done."""
        self.param.update(notice=sentence, details="", refused=True)

    def fail(self, error: BaseException) -> None:
        """What should not have happened: one sentence for the visitor, the rest for the log. What was refused by a
        sentence of our own is no fault."""
        if lacked(error):
            self.refuse(LACKING)
        elif isinstance(error, ValueError) and raised_here(error):
            self.refuse(_first_line(error))
        else:
            self.log(error)
            details = "".join(traceback.format_exception(error))
            self.param.update(details=details, notice=f"Something went wrong: {_first_line(error)}", refused=False)


def raised_here(error: BaseException) -> bool:
    """Whether a sentence of our own house was raised, and not one of the libraries below it."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename.startswith(HOUSE)


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
