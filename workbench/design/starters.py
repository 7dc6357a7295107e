"""Designs to begin with: every file of templates/ is one, found by itself."""

from functools import cache
from importlib.resources import files

from workbench.design.document import Design

# The order in which they teach; a new one comes after these.
_ORDER = (
    "one_neuron",
    "two_neurons",
    "digits",
    "digits_latency",
    "digits_convolution",
    "excitatory_inhibitory",
    "loop_with_delay",
)


@cache
def templates() -> dict[str, Design]:
    """{slug: design}. To work on one, take `.fresh()`, which has an id of its own."""
    found = {
        file.name.removesuffix(".json"): file
        for file in files("workbench.design").joinpath("templates").iterdir()
        if file.name.endswith(".json")
    }
    slugs = sorted(found, key=lambda slug: (_ORDER.index(slug) if slug in _ORDER else len(_ORDER), slug))
    return {slug: Design.load(found[slug].read_bytes()) for slug in slugs}
