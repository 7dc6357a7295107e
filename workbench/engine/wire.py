"""A wire, as a design draws it and a network sends along it."""

from dataclasses import dataclass

__all__ = ["Wire"]


@dataclass(frozen=True)
class Wire:
    """From an output port to an input port, "node.port" both; what is sent arrives `delay` steps later."""

    source: str
    target: str
    delay: int = 0

    @property
    def name(self) -> str:
        """How the wire's delay line is called in a state: "a.out->b.in"."""
        return f"{self.source}->{self.target}"

    @property
    def ends(self) -> tuple[str, str]:
        """What makes two wires the same: (source, target)."""
        return self.source, self.target

    @property
    def source_node(self) -> str:
        """The node it comes from."""
        return self.source.partition(".")[0]

    @property
    def target_node(self) -> str:
        """The node it leads to."""
        return self.target.partition(".")[0]

    @property
    def words(self) -> str:
        """The wire for a person: "fc1 → hidden"."""
        return f"{self.source_node} → {self.target_node}"
