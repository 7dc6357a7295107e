"""How many processor cores the arithmetic of one thread may take.

Left alone, torch splits every product over all cores and lets them wait for each other at its end. Beside a page, a
browser and a second lane some core is always late, and a batch was measured to take ten times longer on two cores than
on one. torch keeps the number for each thread by itself, so a lane sets its own.
"""

import os


def one_core() -> None:
    """For this thread: a step of a simulation is too small to share."""
    import torch

    torch.set_num_threads(1)


def half_the_cores() -> None:
    """For this thread: a batch may use what is left beside the page, the browser and the simulation."""
    import torch

    torch.set_num_threads(max(1, (os.cpu_count() or 1) // 2))
