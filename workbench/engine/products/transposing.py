"""The loop that transposes a matrix. That of torch has one thread, and weights are turned round at every call."""

from functools import cache

from workbench.engine.equations.kernel_files import load
from workbench.engine.equations.llvm_text import REAL
from workbench.engine.products.arguments import Loop, entries

GROUP = {"float32": 16, "float64": 8}  # rows and columns that are transposed at a time: a line of the cache


@cache
def transposing(kind: str) -> Loop:
    """The loop `transpose(table, wide, first, last)` over groups of GROUP rows first … last of y: y[i, j] = x[j, i].

    x has `wide` rows. The entries are where x and y lie, how many columns x has, the elements between two rows of
    each, how many rows of x go to a block of y, a multiple of GROUP unless it is all of them, and the elements between
    two blocks. What is read of x lies apart, so it is asked for one group ahead.
    """
    real, group = REAL[kind], GROUP[kind]
    code = ["declare i64 @llvm.smin.i64(i64, i64)", "declare void @llvm.prefetch.p0(ptr, i32, i32, i32)", ""]
    code += [*_tile(kind), "define void @run(ptr %table, i64 %wide, i64 %first, i64 %last) nounwind {", "start:"]
    names = ("x", "y", "rows", "x.apart", "y.apart", "columns", "block.apart")
    code += entries("table", names, numbers=names[2:])
    code += ["  br label %group", "", "group:", "  %g = phi i64 [ %first, %start ], [ %g.next, %tile ]"]
    code += ["  %goes = icmp slt i64 %g, %last", "  br i1 %goes, label %open, label %done", "", "open:"]
    code += ["  %g.next = add i64 %g, 1", f"  %low = mul i64 %g, {group}", f"  %high.whole = add i64 %low, {group}"]
    code += ["  %high = call i64 @llvm.smin.i64(i64 %high.whole, i64 %rows)", "  br label %tile", "", "tile:"]
    code += ["  %c = phi i64 [ 0, %open ], [ %c.whole, %square ], [ %c.end, %row ]"]
    code += ["  %again = icmp slt i64 %c, %wide", "  br i1 %again, label %begin, label %group", "", "begin:"]
    code += [f"  %c.whole = add i64 %c, {group}", "  %c.end = call i64 @llvm.smin.i64(i64 %c.whole, i64 %wide)"]
    code += ["  %block = sdiv i64 %c, %columns", "  %block.low = mul i64 %block, %columns"]
    code += ["  %own = sub i64 %c, %block.low", "  %block.at = mul i64 %block, %block.apart"]
    code += ["  %y.rows = mul i64 %low, %y.apart", "  %y.own = add i64 %y.rows, %own"]
    code += ["  %y.at = add i64 %y.own, %block.at", f"  %y.tile = getelementptr {real}, ptr %y, i64 %y.at"]
    code += ["  %x.low = mul i64 %c, %x.apart", "  %x.at = add i64 %x.low, %low"]
    code += [f"  %x.tile = getelementptr {real}, ptr %x, i64 %x.at"]
    code += ["  %wide.whole = icmp sle i64 %c.whole, %wide", "  %high.is = icmp sle i64 %high.whole, %rows"]
    code += ["  %whole = and i1 %wide.whole, %high.is", "  br i1 %whole, label %square, label %rest", "", "square:"]
    code += ["  call void @tile(ptr %x.tile, i64 %x.apart, ptr %y.tile, i64 %y.apart)", "  br label %tile", "", "rest:"]
    code += ["  %height = sub i64 %high, %low", "  %width = sub i64 %c.end, %c", "  br label %row", "", "row:"]
    code += ["  %i = phi i64 [ 0, %rest ], [ %i.next, %column ]", "  %more = icmp slt i64 %i, %height"]
    code += ["  br i1 %more, label %line, label %tile", "", "line:", "  %i.next = add i64 %i, 1"]
    code += ["  %to.row = mul i64 %i, %y.apart", f"  %to = getelementptr {real}, ptr %y.tile, i64 %to.row"]
    code += [f"  %from = getelementptr {real}, ptr %x.tile, i64 %i", "  br label %column", "", "column:"]
    code += ["  %j = phi i64 [ 0, %line ], [ %j.next, %column ]", "  %from.row = mul i64 %j, %x.apart"]
    code += [f"  %read.at = getelementptr {real}, ptr %from, i64 %from.row", f"  %value = load {real}, ptr %read.at"]
    code += [f"  %write.at = getelementptr {real}, ptr %to, i64 %j", f"  store {real} %value, ptr %write.at"]
    code += ["  %j.next = add i64 %j, 1", "  %on = icmp slt i64 %j.next, %width"]
    code += ["  br i1 %on, label %column, label %row", ""]
    return load("\n".join([*code, "done:", "  ret void", "}"]) + "\n")


def _tile(kind: str) -> list[str]:
    """The function `tile(x, apart, y, apart)`: GROUP rows of GROUP columns, transposed.

    Vectors that lie half of them apart are merged, number by number; after as many rounds as the logarithm of their
    number says, each number stands where it belongs.
    """
    real, group, size = REAL[kind], GROUP[kind], 64 // GROUP[kind]
    vector, half = f"<{group} x {real}>", group // 2
    code = ["define internal void @tile(ptr %x, i64 %x.apart, ptr %y, i64 %y.apart) noinline nounwind {", "start:"]
    for i in range(group):
        code += [f"  %x.{i} = mul i64 %x.apart, {i}", f"  %from.{i} = getelementptr {real}, ptr %x, i64 %x.{i}"]
        code += [f"  %ahead.{i} = getelementptr {real}, ptr %from.{i}, i64 {group}"]
        code += [f"  call void @llvm.prefetch.p0(ptr %ahead.{i}, i32 0, i32 2, i32 1)"]
        code += [f"  %v.0.{i} = load {vector}, ptr %from.{i}, align {size}"]
    rounds = group.bit_length() - 1
    for n in range(rounds):
        for i in range(group):
            first = i % 2 * half
            merged = ", ".join(f"i32 {k}" for j in range(first, first + half) for k in (j, j + group))
            two = f"{vector} %v.{n}.{i // 2}, {vector} %v.{n}.{i // 2 + half}"
            code += [f"  %v.{n + 1}.{i} = shufflevector {two}, <{group} x i32> <{merged}>"]
    for i in range(group):
        code += [f"  %y.{i} = mul i64 %y.apart, {i}", f"  %to.{i} = getelementptr {real}, ptr %y, i64 %y.{i}"]
        code += [f"  store {vector} %v.{rounds}.{i}, ptr %to.{i}, align {size}"]
    return [*code, "  ret void", "}", ""]
