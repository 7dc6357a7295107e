"""Loss and accuracy while a network learns."""

from components.learning_curve.learning_curve import LearningCurve

__all__ = ["LearningCurve"]
