"""One torch thread: the tests are small, and their numbers should not hang on how many cores there are."""

import torch

torch.set_num_threads(1)
