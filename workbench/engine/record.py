"""What was seen during a run: named tensors over time, never changed afterwards."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from torch import Tensor


class Record(Mapping[str, Mapping[str, Tensor]]):
    """`record["hidden"]["mem"]` is (T, B, *F). Spikes are under "spk", the values of other nodes under "out"."""

    def __init__(self, values: Mapping[str, Mapping[str, Tensor]]) -> None:
        self._values = MappingProxyType({node: MappingProxyType(dict(named)) for node, named in values.items()})

    def __getitem__(self, node: str) -> Mapping[str, Tensor]:
        return self._values[node]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        inside = (f"{node}: {', '.join(named)}" for node, named in self.items())
        return f"Record({'; '.join(inside)})"
