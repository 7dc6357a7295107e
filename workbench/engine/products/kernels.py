"""The loops of the event-driven products, in LLVM's text as those of neurons are.

A fired entry is a row of a table to be added to a row of the result. Forwards the table holds the weights, and the
registers hold a width of columns of the result (row_sums.py). Backwards it is the gradient that arrives: four of its
rows are added in one pass, because what they are added to is then read and written once instead of four times, and so
many of them are taken at a time as stay in a core's own cache. Every row of a result is computed by one thread in one
order: the number of threads changes nothing.
"""

from functools import cache

from workbench.engine.equations.kernel_files import load
from workbench.engine.equations.llvm_text import REAL
from workbench.engine.equations.row_sums import VECTOR, summing
from workbench.engine.products.arguments import Loop, ends, entries
from workbench.engine.products.listing import counting, turning
from workbench.engine.products.noting import noting
from workbench.engine.products.transposing import transposing

AT_ONCE = 4  # rows that are added in one pass


def width(bytes: int) -> int:
    """Bytes of a row of a table of weights, where all of its columns take so many: up to as many registers as there
    are. Some thousand rows then stay in a core's own cache."""
    return min(-(-bytes // VECTOR) * VECTOR, _widest())


@cache
def _widest() -> int:
    from llvmlite.binding import get_host_cpu_features  # only here: LLVM is large

    return VECTOR * (16 if get_host_cpu_features().get("avx512f") else 4)


@cache
def ready() -> None:
    """Compile the loops, or read them from the cache. Raises ImportError, OSError or RuntimeError where that fails."""
    for without_numbers in (counting, turning):
        without_numbers()
    for kind in REAL:
        noting(kind)
        transposing(kind)
        gathering(kind, False)
        adding(kind, _widest(), False)


@cache
def adding(kind: str, wide: int, valued: bool) -> Loop:
    """The loop `add(table, blocks, first, last)` over rows first … last of y (R, O), `wide` bytes of columns at a time:

    y[r] = start + the sum of the rows that fired of a table, times the values if they are `valued`. The entries are
    where starts, places, values, start and y lie, and O; then for each block where its table lies, its first column in
    y, and how many columns y has of it.
    """
    real, size = REAL[kind], 4 if kind == "float32" else 8
    lanes = wide // size
    code = ["declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)", "", *summing(kind, wide, valued)]
    code += ["define void @run(ptr %table, i64 %blocks, i64 %first, i64 %last) nounwind {", "start:"]
    code += [f"  %total = alloca [{lanes} x {real}], align {VECTOR}"]
    shared, own = ("starts", "places", "values", "begin", "y", "apart"), ("rows", "low", "count")
    code += entries("table", shared, numbers=("apart",))
    code += [f"  %block.first = getelementptr i64, ptr %table, i64 {len(shared)}", "  br label %block", "", "block:"]
    code += ["  %b = phi i64 [ 0, %start ], [ %b.next, %after ]", "  %goes = icmp slt i64 %b, %blocks"]
    code += ["  br i1 %goes, label %take, label %done", "", "take:", "  %b.next = add i64 %b, 1"]
    code += [f"  %b.at = mul i64 %b, {len(own)}", "  %block.table = getelementptr i64, ptr %block.first, i64 %b.at"]
    code += entries("block.table", own, numbers=("low", "count"))
    code += [f"  %begin.block = getelementptr {real}, ptr %begin, i64 %low", f"  %whole = icmp eq i64 %count, {lanes}"]
    code += [f"  %bytes = mul i64 %count, {size}", "  br label %each", "", "each:"]
    code += ["  %r = phi i64 [ %first, %take ], [ %r.next, %summed ]", "  %more = icmp slt i64 %r, %last"]
    code += ["  br i1 %more, label %sum, label %after", "", "sum:", "  %r.next = add i64 %r, 1"]
    code += ends("starts", "%r", "%r.next")
    code += [
        "  %row = mul i64 %r, %apart",
        "  %at = add i64 %row, %low",
        f"  %y.row = getelementptr {real}, ptr %y, i64 %at",
    ]
    code += ["  %into = select i1 %whole, ptr %y.row, ptr %total"]
    given = "ptr %into, ptr %begin.block, ptr %rows, ptr %places, ptr %values, i64 %k.first, i64 %end"
    code += [f"  call void @sum({given})", "  br i1 %whole, label %summed, label %part", "", "part:"]
    code += ["  call void @llvm.memcpy.p0.p0.i64(ptr %y.row, ptr %total, i64 %bytes, i1 false)", "  br label %summed"]
    code += ["", "summed:", "  br label %each", "", "after:", "  br label %block", "", "done:", "  ret void", "}"]
    return load("\n".join(code) + "\n")


@cache
def gathering(kind: str, valued: bool) -> Loop:
    """The loop `gather(table, chunks, first, last)` over rows first … last of y (I, O), chunk after chunk:

    y[i] += the sum of the rows of g (R, O) in which i fired, times the values if they are `valued`. The entries are
    where starts (chunks · I + 1), rows within a chunk, values, g and y lie, then I, O and the rows of a chunk.
    """
    real = REAL[kind]
    code = [*_passing("some", real, AT_ONCE, valued), *_passing("one", real, 1, valued)]
    code += ["define void @run(ptr %table, i64 %chunks, i64 %first, i64 %last) nounwind {", "start:"]
    names = ("starts", "fired", "values", "g", "y", "inputs", "wide", "chunk")
    code += entries("table", names, numbers=names[5:])
    code += ["  br label %part", "", "part:", "  %c = phi i64 [ 0, %start ], [ %c.next, %each ]"]
    code += ["  %goes = icmp slt i64 %c, %chunks", "  br i1 %goes, label %take, label %done", "", "take:"]
    code += ["  %c.next = add i64 %c, 1", "  %lists = mul i64 %c, %inputs", "  %rows = mul i64 %c, %chunk"]
    code += ["  %low = mul i64 %rows, %wide", f"  %g.part = getelementptr {real}, ptr %g, i64 %low", "  br label %each"]
    code += ["", "each:", "  %i = phi i64 [ %first, %take ], [ %i.next, %single ]", "  %more = icmp slt i64 %i, %last"]
    code += ["  br i1 %more, label %list, label %part", "", "list:", "  %i.next = add i64 %i, 1"]
    code += ["  %own = add i64 %lists, %i", "  %after = add i64 %own, 1", *ends("starts", "%own", "%after")]
    code += ["  %at = mul i64 %i, %wide", f"  %into = getelementptr {real}, ptr %y, i64 %at", "  br label %several"]
    passed = "ptr %into, ptr %g.part, ptr %fired, ptr %values, i64 %{k}, i64 %wide"
    for name, count, before, then in (("several", AT_ONCE, "list", "single"), ("single", 1, "several", "each")):
        start, k = ("k.first", "k") if name == "several" else ("k", "k1")
        code += ["", f"{name}:", f"  %{k} = phi i64 [ %{start}, %{before} ], [ %{k}.next, %{name}.pass ]"]
        code += [f"  %{k}.next = add i64 %{k}, {count}", f"  %{k}.fits = icmp sle i64 %{k}.next, %end"]
        code += [f"  br i1 %{k}.fits, label %{name}.pass, label %{then}", "", f"{name}.pass:"]
        code += [f"  call void @{'some' if count > 1 else 'one'}({passed.format(k=k)})", f"  br label %{name}"]
    return load("\n".join([*code, "", "done:", "  ret void", "}"]) + "\n")


def _passing(name: str, real: str, count: int, valued: bool) -> list[str]:
    """The function `name(into, g, fired, values, k, wide)`: `count` rows from entry k on are added up, pair by pair,
    and added to one. LLVM makes vectors of it."""
    takes = "ptr noalias %into, ptr noalias %g, ptr noalias %fired, ptr noalias %values, i64 %k, i64 %wide"
    code = [f"define internal void @{name}({takes}) noinline nounwind {{", "start:"]
    for n in range(count):
        code += [f"  %k.{n} = add i64 %k, {n}", f"  %fired.{n} = getelementptr i32, ptr %fired, i64 %k.{n}"]
        code += [f"  %row.{n} = load i32, ptr %fired.{n}", f"  %wide.{n} = sext i32 %row.{n} to i64"]
        code += [f"  %at.{n} = mul i64 %wide.{n}, %wide", f"  %g.{n} = getelementptr {real}, ptr %g, i64 %at.{n}"]
        if valued:
            code += [f"  %value.at.{n} = getelementptr {real}, ptr %values, i64 %k.{n}"]
            code += [f"  %value.{n} = load {real}, ptr %value.at.{n}"]
    code += ["  br label %column", "", "column:", "  %j = phi i64 [ 0, %start ], [ %j.next, %column ]"]
    sums = []
    for n in range(count):
        code += [f"  %from.{n} = getelementptr inbounds {real}, ptr %g.{n}, i64 %j"]
        code += [f"  %read.{n} = load {real}, ptr %from.{n}"]
        code += [f"  %times.{n} = fmul {real} %value.{n}, %read.{n}"] if valued else []
        sums.append(f"%times.{n}" if valued else f"%read.{n}")
    while len(sums) > 1:
        pairs = list(zip(sums[::2], sums[1::2], strict=True))
        code += [f"  %pair.{len(pairs)}.{n} = fadd {real} {a}, {b}" for n, (a, b) in enumerate(pairs)]
        sums = [f"%pair.{len(pairs)}.{n}" for n in range(len(pairs))]
    code += [f"  %to = getelementptr inbounds {real}, ptr %into, i64 %j", f"  %old = load {real}, ptr %to"]
    code += [f"  %new = fadd {real} %old, {sums[0]}", f"  store {real} %new, ptr %to"]
    code += ["  %j.next = add nuw nsw i64 %j, 1", "  %again = icmp slt i64 %j.next, %wide"]
    return [*code, "  br i1 %again, label %column, label %done", "", "done:", "  ret void", "}", ""]
