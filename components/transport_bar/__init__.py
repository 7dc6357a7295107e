"""Run and pause, step, time, speed: one bar for the simulation, a different-looking one for the training."""

from components.transport_bar.transport_bar import TransportBar

__all__ = ["TransportBar"]
