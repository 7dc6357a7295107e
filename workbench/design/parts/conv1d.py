"""Conv1d: a learned window slides over rows."""

from __future__ import annotations

from workbench.design.parts.sliding import Convolution


class Conv1d(Convolution):
    """The same weights at every place of rows, (C, L)."""

    kind = "Conv1d"
    title = "Conv1d"
    meaning = "Slides one learned window over rows: channels × length."
    stem = "rowconv"
    axes = 1
