"""An encoder that needs a whole presentation, made to run in pieces of any length."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from workbench.engine.encoders import Encoder


class Window(nn.Module):
    """Runs a `whole_run` encoder over windows of `steps` steps, each of which reads its first value only.

    The spikes of the window under way are the state: {"ahead": (B, steps, *F), "at": (B,)}, `at` the step within it.
    A new window begins where the last one ended, and wherever the state is at rest (None).
    """

    time_aware = True

    def __init__(self, encoder: Encoder, steps: int) -> None:
        super().__init__()
        self.encoder, self.steps = encoder, steps

    def forward(self, x: Tensor, state: Mapping[str, Tensor] | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """x (T, B, *F) gives spikes (T, B, *F) and the state."""
        at = int(state["at"][0]) if state else self.steps
        ahead = state["ahead"].transpose(0, 1) if state else x
        pieces, done = [], 0
        while done < len(x):
            if at == self.steps:
                at, ahead = 0, self.encoder(x[done].expand(self.steps, *x.shape[1:]))
            piece = ahead[at : at + len(x) - done]
            pieces.append(piece)
            done, at = done + len(piece), at + len(piece)
        spikes = torch.cat(pieces) if pieces else x
        return spikes, {"ahead": ahead.transpose(0, 1), "at": torch.full((x.shape[1],), at)}
