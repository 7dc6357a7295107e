"""The loops of narrow products: rows are looked through where they lie, and what is found is added to at once.

A word says of up to SPAN inputs which fired: bits that a kernel has left, or the outcome of comparing a vector of
numbers with 0. Its lowest bit is taken until none is left. The columns of the result are few enough for the processor's
registers.
"""

from functools import cache

from workbench.engine.equations.kernel_files import load
from workbench.engine.equations.llvm_text import REAL
from workbench.engine.equations.row_sums import VECTOR, everywhere
from workbench.engine.products.arguments import Loop, entries

SPAN = 64  # inputs that a word of bits tells of
_NAMES = ("rows", "stride", "table", "begin", "y", "wide", "count")
_NUMBERS = ("stride", "wide", "count")


@cache
def adding_found(kind: str, bits: bool, width: int) -> Loop:
    """The loop `add(table, inputs, first, last)` over rows first … last of y (R, O):

    y[r] = begin + the sum over i of x[r, i] · table[i], whose rows are `width` bytes. The entries are where the rows of
    x lie, numbers or `bits`, and the bytes between two of them; where table (I, width), begin and y lie; O; and R.
    """
    real, lanes, size, several = _sizes(kind, width)
    added = "of" if bits else "times"
    head = ["  %goes = icmp slt i64 %r, %last", "  br i1 %goes, label %take, label %done", "", "take:"]
    for i in range(several):
        head += [f"  %begin.{i} = getelementptr {real}, ptr %begin, i64 {i * lanes}"]
        head += [f"  %first.{i} = load <{lanes} x {real}>, ptr %begin.{i}, align {size}"]
        head += [f"  store <{lanes} x {real}> %first.{i}, ptr %total.{i}, align {VECTOR}"]
    found = []
    for i in range(several):
        found += [f"  %taken.{i} = getelementptr {real}, ptr %table.row, i64 {i * lanes}"]
        found += [f"  %of.{i} = load <{lanes} x {real}>, ptr %taken.{i}, align {size}"]
        found += _weighed(real, lanes, bits, i)
        found += [f"  %sum.{i} = load <{lanes} x {real}>, ptr %total.{i}, align {VECTOR}"]
        found += [f"  %more.{i} = fadd <{lanes} x {real}> %sum.{i}, %{added}.{i}"]
        found += [f"  store <{lanes} x {real}> %more.{i}, ptr %total.{i}, align {VECTOR}"]
    tail = ["  %y.at = mul i64 %r, %wide", f"  %y.row = getelementptr {real}, ptr %y, i64 %y.at"]
    for i in range(several):
        tail += _columns(lanes, i)
        tail += [f"  %sent.{i} = load <{lanes} x {real}>, ptr %total.{i}, align {VECTOR}"]
        tail += [f"  %y.{i} = getelementptr {real}, ptr %y.row, i64 {i * lanes}"]
        given = f"<{lanes} x {real}> %sent.{i}, ptr %y.{i}, i32 {size}, <{lanes} x i1> %there.{i}"
        tail += [f"  call void @llvm.masked.store.v{lanes}{_short(kind)}.p0({given})"]
    declared = [
        f"declare void @llvm.masked.store.v{lanes}{_short(kind)}.p0(<{lanes} x {real}>, ptr, i32, <{lanes} x i1>)"
    ]
    return load(_text(kind, bits, width, declared, ("%first", "0", "%inputs"), head, found, tail))


@cache
def scattering_found(kind: str, bits: bool, width: int) -> Loop:
    """The loop `scatter(table, inputs, first, last)` over inputs first … last: table[i] += the sum over r of
    x[r, i] · y[r]. The entries are those of `adding_found`; `first` is a multiple of SPAN."""
    real, lanes, size, several = _sizes(kind, width)
    vector, added = f"<{lanes} x {real}>", "of" if bits else "times"
    head = ["  %goes = icmp slt i64 %r, %count", "  br i1 %goes, label %take, label %done", "", "take:"]
    head += ["  %y.at = mul i64 %r, %wide", f"  %y.row = getelementptr {real}, ptr %y, i64 %y.at"]
    for i in range(several):
        head += _columns(lanes, i)
        head += [f"  %y.{i} = getelementptr {real}, ptr %y.row, i64 {i * lanes}"]
        given = f"ptr %y.{i}, i32 {size}, <{lanes} x i1> %there.{i}, {vector} zeroinitializer"
        head += [f"  %arrived.{i} = call {vector} @llvm.masked.load.v{lanes}{_short(kind)}.p0({given})"]
        head += [f"  store {vector} %arrived.{i}, ptr %total.{i}, align {VECTOR}"]
    found = []
    for i in range(several):
        found += [f"  %taken.{i} = getelementptr {real}, ptr %table.row, i64 {i * lanes}"]
        found += [f"  %sum.{i} = load {vector}, ptr %taken.{i}, align {size}"]
        found += [f"  %of.{i} = load {vector}, ptr %total.{i}, align {VECTOR}"]
        found += _weighed(real, lanes, bits, i)
        found += [f"  %more.{i} = fadd {vector} %sum.{i}, %{added}.{i}"]
        found += [f"  store {vector} %more.{i}, ptr %taken.{i}, align {size}"]
    return load(_text(kind, bits, width, [], ("0", "%first", "%last"), head, found, []))


def _text(
    kind: str,
    bits: bool,
    width: int,
    declared: list[str],
    ends: tuple[str, str, str],
    head: list[str],
    found: list[str],
    tail: list[str],
) -> str:
    """Rows from the first of `ends` on, after the `head` of each inputs between the other two: what is `found` there,
    then the `tail`. %total holds a row of the result, which LLVM keeps in registers."""
    real, lanes, size, several = _sizes(kind, width)
    vector, mask = f"<{lanes} x {real}>", f"<{lanes} x i1>"
    first_row, low, high = ends
    code = ["declare i64 @llvm.cttz.i64(i64, i1)", "declare i64 @llvm.smin.i64(i64, i64)"]
    code += [f"declare {vector} @llvm.masked.load.v{lanes}{_short(kind)}.p0(ptr, i32, {mask}, {vector})", *declared, ""]
    code += ["define void @run(ptr %entries, i64 %inputs, i64 %first, i64 %last) nounwind {", "start:"]
    code += entries("entries", _NAMES, numbers=_NUMBERS)
    code += [f"  %total.{i} = alloca {vector}, align {VECTOR}" for i in range(several)]
    code += ["  br label %each", "", "each:", f"  %r = phi i64 [ {first_row}, %start ], [ %r.next, %after ]", *head]
    code += ["  %r.next = add i64 %r, 1", "  %from = mul i64 %r, %stride"]
    code += ["  %row = getelementptr i8, ptr %rows, i64 %from", "  br label %look", "", "look:"]
    code += [f"  %i = phi i64 [ {low}, %take ], [ %i.next, %word ]", f"  %some = icmp slt i64 %i, {high}"]
    code += ["  br i1 %some, label %read, label %after", "", "read:"]
    code += _word_of_bits() if bits else _word_of_numbers(kind, lanes)
    code += ["  br label %word", "", "word:", "  %left = phi i64 [ %fired, %read ], [ %rest, %found ]"]
    code += ["  %any = icmp ne i64 %left, 0", "  br i1 %any, label %found, label %look", "", "found:"]
    code += ["  %place = call i64 @llvm.cttz.i64(i64 %left, i1 true)", "  %less = sub i64 %left, 1"]
    code += ["  %rest = and i64 %left, %less", "  %n = add i64 %i, %place"]
    if not bits:
        code += [f"  %value.at = getelementptr {real}, ptr %row, i64 %n", f"  %value = load {real}, ptr %value.at"]
        code += everywhere("%value", "value.all", real, lanes)
    code += [
        f"  %at = mul i64 %n, {width // size}",
        f"  %table.row = getelementptr {real}, ptr %table, i64 %at",
        *found,
    ]
    code += ["  br label %word", "", "after:", *tail, "  br label %each", "", "done:", "  ret void", "}"]
    return "\n".join(code) + "\n"


def _word_of_bits() -> list[str]:
    code = [f"  %i.next = add i64 %i, {SPAN}", "  %byte = lshr i64 %i, 3"]
    return [*code, "  %word.at = getelementptr i8, ptr %row, i64 %byte", "  %fired = load i64, ptr %word.at, align 1"]


def _word_of_numbers(kind: str, lanes: int) -> list[str]:
    real, size = REAL[kind], VECTOR // lanes
    vector, mask = f"<{lanes} x {real}>", f"<{lanes} x i1>"
    code = [f"  %i.next = add i64 %i, {lanes}", "  %over = sub i64 %inputs, %i"]
    code += [f"  %over.short = call i64 @llvm.smin.i64(i64 %over, i64 {lanes})"]
    code += ["  %over.32 = trunc i64 %over.short to i32", *everywhere("%over.32", "over.all", "i32", lanes)]
    code += [f"  %inside = icmp slt {_in_order(lanes)}, %over.all"]
    code += [f"  %values.at = getelementptr {real}, ptr %row, i64 %i"]
    given = f"ptr %values.at, i32 {size}, {mask} %inside, {vector} zeroinitializer"
    code += [f"  %values = call {vector} @llvm.masked.load.v{lanes}{_short(kind)}.p0({given})"]
    code += [f"  %is = fcmp une {vector} %values, zeroinitializer", f"  %is.bits = bitcast {mask} %is to i{lanes}"]
    return [*code, f"  %fired = zext i{lanes} %is.bits to i64"]


def _weighed(real: str, lanes: int, bits: bool, i: int) -> list[str]:
    """The line that gives %times.i, the value that was found times %of.i; none for bits, which are 1."""
    return [] if bits else [f"  %times.{i} = fmul <{lanes} x {real}> %value.all, %of.{i}"]


def _columns(lanes: int, i: int) -> list[str]:
    """The lines that give %there.i, which of the columns of a register there are."""
    code = [f"  %columns.{i} = sub i64 %wide, {i * lanes}", f"  %columns.32.{i} = trunc i64 %columns.{i} to i32"]
    code += everywhere(f"%columns.32.{i}", f"columns.all.{i}", "i32", lanes)
    return [*code, f"  %there.{i} = icmp slt {_in_order(lanes)}, %columns.all.{i}"]


def _in_order(lanes: int) -> str:
    return f"<{lanes} x i32> <{', '.join(f'i32 {i}' for i in range(lanes))}>"


def _sizes(kind: str, width: int) -> tuple[str, int, int, int]:
    """The type of a number, how many are in a register, the bytes of one, and the registers of a row."""
    size = 4 if kind == "float32" else 8
    return REAL[kind], VECTOR // size, size, width // VECTOR


def _short(kind: str) -> str:
    return "f32" if kind == "float32" else "f64"
