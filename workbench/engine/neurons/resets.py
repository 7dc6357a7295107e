"""What a spike does to the membrane: the lines that snnTorch's models share, in the order in which it executes them."""

from workbench.engine.knobs import Option

RESETS = ("subtract", "zero", "none")
RESET_MECHANISM = Option("reset_mechanism", "subtract", RESETS, "what a spike does to the membrane")
RESET_DELAY = Option("reset_delay", True, (False, True), "resets one step after the spike instead of at once")

RESET = "reset = detach(spike(mem - threshold))"
FIRE = "spk = spike(mem - threshold)"


def with_reset(mechanism: str, mem: str, *before: str, delay: bool = True) -> str:
    """One step of a model whose membrane becomes `mem`, after the lines `before` that make what `mem` reads.

    The reset looks at the membrane that the last step left, and passes no gradient; it takes `threshold` from the new
    membrane ("subtract"), or all of it ("zero"). Without `delay` the last line resets at once what has just fired, less
    what was reset already, and passes gradient.
    """
    if mechanism == "none":
        return "\n".join([*before, f"mem = {mem}", FIRE])
    update = [f"mem = {mem}", "mem = mem - reset*mem"] if mechanism == "zero" else [f"mem = {mem} - reset*threshold"]
    return "\n".join([RESET, *before, *update, FIRE, *([] if delay else [at_once(mechanism)])])


def at_once(mechanism: str, fired: str = "spk") -> str:
    """The line that resets in the step of the spike itself."""
    return f"mem = mem - ({fired} - reset)*{'threshold' if mechanism == 'subtract' else 'mem'}"
