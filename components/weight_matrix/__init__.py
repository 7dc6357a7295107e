"""A layer's weights as a map of signs and sizes."""

from components.weight_matrix.weight_matrix import WeightMatrix

__all__ = ["WeightMatrix"]
