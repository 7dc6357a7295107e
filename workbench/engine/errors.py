"""What the engine refuses. Each is one plain sentence: the field, the given value, what is allowed, the way out."""

__all__ = ["DataError", "GradientError", "KnobError", "ShapeError", "WiringError"]


class KnobError(ValueError):
    """A knob or option was given a value it cannot take."""


class ShapeError(ValueError):
    """A tensor's axes do not fit what the module was built for."""


class WiringError(ValueError):
    """The modules and wires of a network do not make a network."""


class DataError(ValueError):
    """A file of data that cannot be used."""


class GradientError(RuntimeError):
    """A gradient was asked for that is not there."""
