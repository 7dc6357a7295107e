"""The Train tab: what is learned and how, the curves of it, and where the held-out samples stand."""

from __future__ import annotations

from math import ceil
from typing import Any

import panel as pn

from components.learning_curve import LearningCurve
from components.settings_form import SettingsForm
from workbench.design import Design
from workbench.design.edit import Edit
from workbench.design.params import Param
from workbench.design.settings import applying
from workbench.design.values import plain
from workbench.engine.data import load
from workbench.engine.losses import LABELS
from workbench.session import Session
from workbench.session.curve import Progress
from workbench.session.measured import Measured

SIDE = (12, 22, 4, 22)  # as the forms below it
WORDS = {
    **LABELS,
    "lr": "learning rate",
    "population": "neurons a class",
    "correct_rate": "right class",
    "incorrect_rate": "other classes",
    "on_membrane": "right class",
    "off_membrane": "other classes",
    "on_step": "right class",
    "off_step": "other classes",
    "l1_rate_sparsity": "cost of a spike",
    "lower_rate_bound": "cost, too quiet",
    "lower_rate_hz": "too quiet below",
    "upper_rate_bound": "cost, too busy",
    "upper_rate_hz": "too busy above",
    "rate_target": "cost, off target",
    "target_rate_hz": "target",
}


class TrainView:
    """Curves above, settings below."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._drawn = self._marked = 0
        dark = session.selection.param.dark
        design = session.document.param.design
        self.curve = LearningCurve(
            end=pn.bind(lambda design: design.training["epochs"], design),
            held_out_of=pn.bind(held_out_size, design),
            parts=pn.bind(batches, design),
            empty="Run the training: loss and accuracy appear here.",
            dark=dark,
            sizing_mode="stretch_width",
            margin=SIDE,
        )
        self.form = SettingsForm(
            title=pn.bind(sizes, design), fields=pn.bind(fields, design), dark=dark, sizing_mode="stretch_width"
        )
        self.form.on_event(self._hear)
        session.learning.progress.listen(self._draw)
        session.learning.measured.listen(self._draw)
        self.panel = pn.Column(self.curve, self.form, sizing_mode="stretch_width")

    def agree(self, figures: list[dict[str, Any]]) -> None:
        """Say the held-out accuracy that the strip says, in the same words."""
        self.curve.tell_held_out(next((one["value"] for one in figures if one["label"] == "accuracy"), ""))

    def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] == "set":
            done = self._session.edit(changed(self._session.document.design, event["name"], event["value"]))
            if not done:
                self.form.refuse(event["name"], self._session.notice)
                self._session.say()

    def _draw(self, _: Progress | Measured | None) -> None:
        """What is new since the last time; a curve shorter than before belongs to a new training, or was thinned."""
        learning = self._session.learning
        if len(learning.curve) < self._drawn or len(learning.marks) < self._marked:
            self._drawn = self._marked = 0
            self.curve.reset()
        batches, marks = learning.curve[self._drawn :], learning.marks[self._marked :]
        self._drawn += len(batches)
        self._marked += len(marks)
        points = [{"x": x, "loss": loss, "accuracy": accuracy} for x, loss, accuracy in batches]
        points += [{"x": x, "held_out": accuracy} for x, accuracy in marks]
        if points:
            self.curve.append(sorted(points, key=lambda point: point["x"]))


def changed(design: Design, name: str, value: Any) -> Edit:
    """The edit that another setting means; other data to learn from are also what is shown."""
    fields: dict[str, Any] = {"training": {name: value}}
    if name == "data" and design.stimulus["kind"] == "data":
        fields["stimulus"] = {**plain(design.stimulus), "data": value}
    return {"op": "change", "fields": fields}


def held_out_size(design: Design) -> int:
    """How many samples are held out of training."""
    return len(load(design.training["data"]).held_out)


def batches(design: Design) -> int:
    """How many batches make an epoch."""
    return ceil(len(load(design.training["data"]).train) / design.training["batch"])


def sizes(design: Design) -> str:
    """digits · 1,437 to train, 360 held out"."""
    data = load(design.training["data"])
    return f"{data.name} · {len(data.train):,} to train, {len(data.held_out):,} held out"


def fields(design: Design) -> list[dict[str, Any]]:
    """The training plan as a form: of losses and rates, what makes a difference as it stands."""
    return [field(param, design.training[param.name]) for param in applying(design.training)]


def field(param: Param, value: Any) -> dict[str, Any]:
    """One setting as plain data."""
    label = WORDS.get(param.name, param.name)
    choices = [{"value": choice, "label": WORDS.get(choice, choice)} for choice in param.choices]
    return {
        "name": param.name,
        "label": label,
        "value": value,
        **({"choices": choices} if choices else {"lo": param.lo, "hi": param.hi}),
        **({"step": 1} if param.form == "whole" else {}),
        "unit": "" if param.unit in ("1", param.name) else param.unit,
        "meaning": param.meaning,
    }
