"""Rows of a table added up in registers, for the loops of kernels.py.

What is summed up never leaves the processor's registers until the last row was added, where a loop over rows in plain
Python would read and write it at every row. (Measured: twice as fast. numba keeps no array in registers, so the
instructions are written out here.) Each column is summed in the order of the rows, so the width changes no bit.
"""

from functools import cache
from typing import Any

from llvmlite import binding, ir

_VECTOR = 64  # bytes: one register, or several where those of the machine are smaller
_REGISTERS = 16 if binding.get_host_cpu_features().get("avx512f") else 4
WIDTH = _VECTOR * _REGISTERS
"""Bytes of a row. A table of some thousand rows then stays in a core's own cache."""


@cache
def summing() -> Any:
    """sum_rows(total, start, table, places, values, k, end), for loops that numba compiles.

    total = start + the sum of values[k:end] times the rows places[k:end] of a table; `values` None: all are 1. `total`
    and `start` (C) and `table` (R, C) are contiguous with C · itemsize = WIDTH, which is not checked; the table is fast
    where it begins at a multiple of 64 bytes.
    """
    from numba import types  # only here: importing it takes a third of a second
    from numba.core.errors import TypingError
    from numba.extending import intrinsic

    @intrinsic
    def sum_rows(typing: Any, total: Any, start: Any, table: Any, places: Any, values: Any, k: Any, end: Any) -> Any:
        if not isinstance(values, types.Array | types.NoneType):  # such as "an array or None", decided when it runs
            raise TypingError(f"sum_rows takes values that are an array, or that are None, got {values}")
        return types.void(total, start, table, places, values, types.intp, types.intp), _written

    return sum_rows


def _written(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """The instructions: load the start, add a row for each place, store the total."""
    data = [
        context.make_array(kind)(context, builder, given).data if hasattr(kind, "ndim") else None
        for kind, given in zip(signature.args, arguments, strict=True)
    ]
    total, start, table, places, values, *_ = data
    *_, first, end = arguments
    size = signature.args[0].dtype.bitwidth // 8
    number, whole = context.get_value_type(signature.args[0].dtype), ir.IntType(64)
    vector = ir.VectorType(number, _VECTOR // size)

    def place_of(row: Any, i: int) -> Any:
        return builder.gep(row, [ir.Constant(whole, i)])

    total, start = (builder.bitcast(at, vector.as_pointer()) for at in (total, start))
    before = [builder.load(place_of(start, i), align=size) for i in range(_REGISTERS)]
    entered = builder.block
    check, body, done = (builder.append_basic_block(f"rows.{name}") for name in ("check", "body", "done"))
    builder.branch(check)

    builder.position_at_end(check)
    k, sums = builder.phi(whole), [builder.phi(vector) for _ in before]
    builder.cbranch(builder.icmp_signed("<", k, end), body, done)

    builder.position_at_end(body)
    place = builder.sext(builder.load(builder.gep(places, [k])), whole)
    row = builder.gep(table, [builder.mul(place, ir.Constant(whole, WIDTH // size))])
    row = builder.bitcast(row, vector.as_pointer())
    parts = [builder.load(place_of(row, i), align=size) for i in range(_REGISTERS)]
    if values is not None:
        factor = _spread(builder, builder.load(builder.gep(values, [k])), vector)
        parts = [builder.fmul(part, factor) for part in parts]
    after = [builder.fadd(s, part) for s, part in zip(sums, parts, strict=True)]
    following = builder.add(k, ir.Constant(whole, 1))
    builder.branch(check)
    for phi, at_first, then in zip([k, *sums], [first, *before], [following, *after], strict=True):
        phi.add_incoming(at_first, entered)
        phi.add_incoming(then, body)

    builder.position_at_end(done)
    for i, s in enumerate(sums):
        builder.store(s, place_of(total, i), align=size)
    return context.get_dummy_value()


def _spread(builder: Any, value: Any, vector: Any) -> Any:
    """A vector of one number."""
    nothing, whole = ir.Constant(vector, ir.Undefined), ir.IntType(32)
    one = builder.insert_element(nothing, value, ir.Constant(whole, 0))
    return builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(whole, vector.count), None))
