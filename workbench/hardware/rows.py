"""The table a cost estimate is: every figure with its unit, its layer, where it comes from and what it is of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["exact", "measured"]


@dataclass(frozen=True)
class Row:
    """One figure.

    `kind` is "exact" when it follows from the document and the sizes alone, "measured" when the network was run for
    it. `of` says what the figure is of: a split and how many of its samples, or a stretch of model time. `layer` is a
    node id (for delay buffers `source->target`), "" for the whole network.
    """

    name: str
    layer: str
    value: float
    unit: str
    kind: Kind
    of: str

    def to_json(self) -> dict[str, str | float]:
        """The row as plain data."""
        return {
            "name": self.name,
            "layer": self.layer,
            "value": self.value,
            "unit": self.unit,
            "kind": self.kind,
            "of": self.of,
        }


@dataclass(frozen=True)
class Estimate:
    """A costed network: `rows` in the order a reader wants them, sums first, then layer by layer."""

    target: str
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def value(self, name: str, layer: str = "") -> float:
        """The figure of one row. Raises KeyError naming what is there when there is no such row."""
        for row in self.rows:
            if (row.name, row.layer) == (name, layer):
                return row.value
        known = ", ".join(sorted({row.name for row in self.rows}))
        raise KeyError(f"no figure {name!r} for layer {layer!r}; there are: {known}")

    def to_json(self) -> dict[str, object]:
        """The table as plain data, as `workbench estimate --json` prints it."""
        return {"target": self.target, "rows": [row.to_json() for row in self.rows]}
