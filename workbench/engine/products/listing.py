"""The loops that turn lists by row into lists by input.

A chunk is so many rows of a gradient as stay in a core's own cache (events.py). Each is turned by one thread.
"""

from functools import cache

from workbench.engine.equations.kernel_files import load
from workbench.engine.products.arguments import Loop, ends, entries


@cache
def counting() -> Loop:
    """The loop `count(table, inputs, first, last)`: how many entries each list of chunks first … last will have.

    The entries of the table are those of `turning`; the lengths are added to the numbers of its `next`.
    """
    return _over_chunks([])


@cache
def turning() -> Loop:
    """The loop `turn(table, inputs, first, last)`: lists by row as those by input of chunks first … last.

    In each list the rows are in order. The entries are where the starts by row and the places lie; where the next row
    of each list, of number chunk · I + input, is to be put, which is counted on; where the rows, each from its chunk's
    first on, and the entries that they were are put; the rows of a chunk, and how many rows there are.
    """
    put = ["%turned.at = getelementptr i32, ptr %turned, i64 %at", "store i32 %own, ptr %turned.at"]
    put += ["%was.at = getelementptr i64, ptr %was, i64 %at", "store i64 %k, ptr %was.at"]
    return _over_chunks(put)


def _over_chunks(put: list[str]) -> Loop:
    """A loop over the entries of chunks, each of which counts the number of its list on, and is `put` somewhere."""
    code = ["declare i64 @llvm.smin.i64(i64, i64)", ""]
    code += ["define void @run(ptr %table, i64 %inputs, i64 %first, i64 %last) nounwind {", "start:"]
    names = ("starts", "places", "next", "turned", "was", "chunk", "rows")
    code += entries("table", names, numbers=names[5:])
    code += ["  br label %part", "", "part:", "  %c = phi i64 [ %first, %start ], [ %c.next, %each ]"]
    code += ["  %goes = icmp slt i64 %c, %last", "  br i1 %goes, label %open, label %done", "", "open:"]
    code += ["  %c.next = add i64 %c, 1", "  %low = mul i64 %c, %chunk", "  %high.whole = add i64 %low, %chunk"]
    code += ["  %high = call i64 @llvm.smin.i64(i64 %high.whole, i64 %rows)", "  %lists = mul i64 %c, %inputs"]
    code += ["  %next.own = getelementptr i64, ptr %next, i64 %lists", "  br label %each", "", "each:"]
    code += ["  %r = phi i64 [ %low, %open ], [ %r.next, %entry ]", "  %more = icmp slt i64 %r, %high"]
    code += ["  br i1 %more, label %take, label %part", "", "take:", "  %r.next = add i64 %r, 1"]
    code += ["  %own.64 = sub i64 %r, %low", "  %own = trunc i64 %own.64 to i32", *ends("starts", "%r", "%r.next")]
    code += ["  br label %entry", "", "entry:", "  %k = phi i64 [ %k.first, %take ], [ %k.next, %put ]"]
    code += ["  %some = icmp slt i64 %k, %end", "  br i1 %some, label %put, label %each", "", "put:"]
    code += ["  %k.next = add i64 %k, 1", "  %place.at = getelementptr i32, ptr %places, i64 %k"]
    code += ["  %place = load i32, ptr %place.at", "  %wide = sext i32 %place to i64"]
    code += ["  %next.at = getelementptr i64, ptr %next.own, i64 %wide", "  %at = load i64, ptr %next.at"]
    code += ["  %at.next = add i64 %at, 1", "  store i64 %at.next, ptr %next.at", *(f"  {line}" for line in put)]
    return load("\n".join([*code, "  br label %entry", "", "done:", "  ret void", "}"]) + "\n")
