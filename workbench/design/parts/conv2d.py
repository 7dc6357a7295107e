"""Conv2d: a learned window slides over images."""

from __future__ import annotations

from workbench.design.parts.sliding import Convolution


class Conv2d(Convolution):
    """The same weights at every place of images, (C, H, W)."""

    kind = "Conv2d"
    title = "Conv2d"
    meaning = "Slides one learned window over images: channels × height × width."
    stem = "conv"
    axes = 2
