"""A loop that looks for events: the places of a row in which something fired, a vector at a time, without a branch.

A vector of numbers is compared with 0 at once, and the places whose comparison holds are stored one behind the other,
for which processors have an instruction. Spikes that a kernel has left as bits (equations/listed.py) are read as they
are: a bit is such a comparison already.
"""

from collections.abc import Callable
from functools import cache

from workbench.engine.equations.kernel_files import load
from workbench.engine.equations.llvm_text import REAL
from workbench.engine.equations.row_sums import VECTOR, everywhere

BITS = "bits"
ROOM = 16  # places, all of which are stored at once, whether there are so many or not


@cache
def noting(kind: str) -> Callable[..., None]:
    """The loop over rows first … last of numbers of a dtype, or of BITS: `note(table, inputs, first, last)`.

    The table holds where the rows begin, the bytes between two of them, and where is room for ROOM + inputs places of
    each row. Those of all rows are written one behind the other, from the room of the first row on. Then where, for
    every row, it is put how many they are, and a number that is not 0 where some are not 1 (NaN is none, and counts as
    fired). Raises OSError or RuntimeError where it cannot be had.
    """
    return load(source(kind))


def source(kind: str) -> str:
    """The text of that loop."""
    lanes = 16 if kind == BITS else VECTOR // (4 if kind == "float32" else 8)
    mask, whole, places = f"<{lanes} x i1>", f"i{lanes}", f"<{lanes} x i32>"
    one_after_other = f"{places} <{', '.join(f'i32 {i}' for i in range(lanes))}>"
    compress, count = f"@llvm.experimental.vector.compress.v{lanes}i32", f"@llvm.ctpop.{whole}"
    code = [f"declare {places} {compress}({places}, {mask}, {places})", f"declare {whole} {count}({whole})"]
    if kind == BITS:
        code += [""]
        look = [
            "%byte = lshr i64 %i, 3",
            "%word.at = getelementptr i8, ptr %row, i64 %byte",
            "%word = load i16, ptr %word.at, align 1",
            f"%fired = bitcast i16 %word to {mask}",
            "%odd.next = add i64 %odd, 0",
        ]
    else:
        real, short = REAL[kind], "f32" if kind == "float32" else "f64"
        vector, read = f"<{lanes} x {real}>", f"@llvm.masked.load.v{lanes}{short}.p0"
        ones, where = f"<{', '.join([f'{real} 1.0'] * lanes)}>", f"ptr %value.at, i32 {VECTOR // lanes}"
        code += [f"declare {vector} {read}(ptr, i32, {mask}, {vector})", ""]
        look = [
            "%left = sub i64 %inputs, %i",
            f"%left.short = call i64 @llvm.smin.i64(i64 %left, i64 {lanes})",
            "%left.32 = trunc i64 %left.short to i32",
            *everywhere("%left.32", "left.all", "i32", lanes),
            f"%there = icmp slt {one_after_other}, %left.all",
            f"%value.at = getelementptr {real}, ptr %row, i64 %i",
            f"%values = call {vector} {read}({where}, {mask} %there, {vector} zeroinitializer)",
            f"%fired = fcmp une {vector} %values, zeroinitializer",
            f"%other = fcmp une {vector} %values, {ones}",
            f"%strange = and {mask} %fired, %other",
            f"%strange.bits = bitcast {mask} %strange to {whole}",
            f"%strange.64 = zext {whole} %strange.bits to i64",
            "%odd.next = or i64 %odd, %strange.64",
        ]
        code.insert(0, "declare i64 @llvm.smin.i64(i64, i64)")
    entries = ("rows", "stride", "places", "sizes", "odds")
    code += ["define void @run(ptr %table, i64 %inputs, i64 %first, i64 %last) nounwind {", "start:"]
    for i, name in enumerate(entries):
        code += [f"  %{name}.entry = getelementptr i64, ptr %table, i64 {i}"]
        code += [f"  %{name} = load {'i64' if name == 'stride' else 'ptr'}, ptr %{name}.entry"]
    code += [
        f"  %room = add i64 %inputs, {ROOM}",
        "  %begin = mul i64 %first, %room",
        "  br label %each",
        "",
        "each:",
        "  %r = phi i64 [ %first, %start ], [ %r.next, %noted ]",
    ]
    code += ["  %begun = phi i64 [ %begin, %start ], [ %at, %noted ]"]
    code += ["  %more = icmp slt i64 %r, %last", "  br i1 %more, label %take, label %done", "", "take:"]
    code += ["  %r.next = add i64 %r, 1", "  %from = mul i64 %r, %stride"]
    code += ["  %row = getelementptr i8, ptr %rows, i64 %from", "  br label %vector", "", "vector:"]
    code += [
        "  %i = phi i64 [ 0, %take ], [ %i.next, %look ]",
        "  %at = phi i64 [ %begun, %take ], [ %at.next, %look ]",
    ]
    code += ["  %odd = phi i64 [ 0, %take ], [ %odd.next, %look ]", "  %goes = icmp slt i64 %i, %inputs"]
    code += ["  br i1 %goes, label %look, label %noted", "", "look:", *(f"  {line.strip()}" for line in look)]
    code += ["  %i.32 = trunc i64 %i to i32", *everywhere("%i.32", "i.all", "i32", lanes)]
    code += [f"  %these = add {one_after_other}, %i.all"]
    code += ["  %places.at = getelementptr i32, ptr %places, i64 %at"]
    code += [f"  %close = call {places} {compress}({places} %these, {mask} %fired, {places} poison)"]
    code += [f"  store {places} %close, ptr %places.at, align 4"]
    code += [f"  %fired.bits = bitcast {mask} %fired to {whole}"]
    code += [f"  %found = call {whole} {count}({whole} %fired.bits)", f"  %found.64 = zext {whole} %found to i64"]
    code += [
        "  %at.next = add i64 %at, %found.64",
        f"  %i.next = add i64 %i, {lanes}",
        "  br label %vector",
        "",
        "noted:",
    ]
    code += ["  %size = sub i64 %at, %begun"]
    for name, value in (("sizes", "size"), ("odds", "odd")):
        code += [f"  %{name}.at = getelementptr i64, ptr %{name}, i64 %r", f"  store i64 %{value}, ptr %{name}.at"]
    return "\n".join([*code, "  br label %each", "", "done:", "  ret void", "}"]) + "\n"
