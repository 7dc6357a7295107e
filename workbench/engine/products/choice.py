"""Whether a product follows the events: where it can, where it is worth it, and where the result stays the same.

    product = "auto"    measured at every call: up to SPARSE of the inputs fired, and the product is a large one
    product = "dense"   torch's own product, always

The choice depends on the values alone, so that equal seeds give equal weights.
"""

from functools import cache
from importlib.util import find_spec

import torch
from torch import Tensor, nn

from workbench.engine.equations.choice import warn_once
from workbench.engine.errors import KnobError
from workbench.engine.products.kernels import ready
from workbench.engine.products.spikes import Spikes

SPARSE = 0.15  # share of fired inputs up to which it is faster
FEWEST_ROWS = 256  # below, turning the weights round costs what is won
NARROWEST = 32  # outputs below which no lists are made (narrow.py)
SMALLEST = 1 << 24  # multiplications of the dense product
_SAMPLED = 32  # rows looked at first
_KINDS = (torch.float32, torch.float64)
PRODUCTS = ("auto", "dense")


def follows_events(module: nn.Linear, x: Tensor, spikes: Spikes | None = None) -> bool:
    """Whether the product of `module` with the rows x (R, I) may follow the events in x, as far as a sample tells.

    With `spikes`, x only says its shape, and the sample is of these.
    """
    if not may_follow(module, x):
        return False
    rows, inputs = x.shape
    apart = max(1, rows // _SAMPLED)
    fired = spikes.sample(apart) if spikes else int(torch.count_nonzero(x.detach()[::apart]))
    return fired <= 2 * SPARSE * -(-rows // apart) * inputs and _kernels()


def may_follow(module: nn.Linear, x: Tensor) -> bool:
    """Whether it may, whatever rows x (R, I) hold."""
    if wanted(module) == "dense" or not _possible(module, x):
        return False
    rows, inputs = x.shape
    large = rows * inputs * module.out_features >= SMALLEST
    return rows >= FEWEST_ROWS and large


def narrow(module: nn.Linear) -> bool:
    """Whether what fired is added up as it is found, and no lists are made."""
    return module.out_features < NARROWEST


def wanted(module: nn.Linear) -> str:
    """The attribute `product` of a module. Raises KnobError where it is no choice."""
    product = getattr(module, "product", "auto")
    if product not in PRODUCTS:
        raise KnobError(f"Linear.product: must be {' or '.join(PRODUCTS)}, got {str(product)[:40]}")
    return product


def _possible(module: nn.Linear, x: Tensor) -> bool:
    """Plain tensors of one dtype in this machine's memory, and no transformation of torch's under way."""
    tensors = [x, module.weight, *([] if module.bias is None else [module.bias])]
    plain = all(type(t) in (Tensor, nn.Parameter) and t.layout is torch.strided for t in tensors)
    same = x.dtype in _KINDS and all(t.dtype is x.dtype and t.device.type == "cpu" for t in tensors)
    transformed = torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active()
    return plain and same and not transformed and not torch.is_autocast_enabled("cpu")


@cache
def _kernels() -> bool:
    """Whether the loops can be had: LLVM is there, and a folder that can keep what it compiles."""
    if find_spec("llvmlite") is None:
        warn_once(
            "llvmlite is not installed, so products do not follow the events, which is slower: pip install llvmlite"
        )
        return False
    try:
        ready()
    except Exception as error:  # such as no folder to keep what is compiled in
        warn_once(f"products do not follow the events, which is slower: {str(error).strip()[:120]}")
        return False
    return True
