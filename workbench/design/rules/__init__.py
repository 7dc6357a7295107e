"""The rules a design is checked by. Each takes (design, its flow of shapes, the nodes that run) and yields problems."""

from workbench.design.problem import Level


def level(node: str, alive: set[str]) -> Level:
    """The same fault is an error where it runs and a note where it is loose."""
    return "error" if node in alive else "note"
