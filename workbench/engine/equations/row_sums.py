"""Rows of a table added up in registers: the one loop that all products by events have in common, as LLVM's text.

What is summed up never leaves the processor's registers until the last row was added, where a loop over rows would read
and write it at every row. (Measured: twice as fast.) Each column is summed in the order of the rows, so neither the
width nor who does it changes a bit: a product alone and a layer in one kernel (listed.py) give the same numbers.
"""

from workbench.engine.equations.llvm_text import REAL

VECTOR = 64  # bytes: one register, or several where those of the machine are smaller


def summing(kind: str, width: int, valued: bool = False) -> list[str]:
    """The function `sum(total, start, table, places, values, k, end)` for rows of `width` bytes of a dtype.

    total = start + the sum of values[k:end] times the rows places[k:end] of a table; unless `valued` all of these are
    1, and nothing is looked for at `values`. `total` is nowhere among what is read.
    """
    real, size = REAL[kind], 4 if kind == "float32" else 8
    lanes = VECTOR // size
    vector, all_ = f"<{lanes} x {real}>", range(width // VECTOR)

    def each(form: str) -> list[str]:
        return [f"  {form.format(i=i, v=vector, at=i * lanes)}" for i in all_]

    takes = "ptr noalias %total, ptr noalias %start, ptr noalias %table"
    takes += ", ptr noalias %places, ptr noalias %values, i64 %first, i64 %end"
    code = [f"define internal void @sum({takes}) noinline nounwind {{", "begin:"]
    code += each(f"%start.{{i}} = getelementptr {real}, ptr %start, i64 {{at}}")
    code += each(f"%first.{{i}} = load {{v}}, ptr %start.{{i}}, align {size}")
    code += ["  br label %row", "", "row:", "  %k = phi i64 [ %first, %begin ], [ %k.next, %fired ]"]
    code += each("%sum.{i} = phi {v} [ %first.{i}, %begin ], [ %more.{i}, %fired ]")
    code += ["  %some = icmp slt i64 %k, %end", "  br i1 %some, label %fired, label %done", "", "fired:"]
    code += ["  %place.at = getelementptr i32, ptr %places, i64 %k", "  %place = load i32, ptr %place.at"]
    code += ["  %wide = sext i32 %place to i64", f"  %at = mul i64 %wide, {width // size}"]
    code += [f"  %taken = getelementptr {real}, ptr %table, i64 %at"]
    code += each(f"%taken.{{i}} = getelementptr {real}, ptr %taken, i64 {{at}}")
    code += each(f"%of.{{i}} = load {{v}}, ptr %taken.{{i}}, align {size}")
    if valued:
        code += [f"  %value.at = getelementptr {real}, ptr %values, i64 %k", f"  %value = load {real}, ptr %value.at"]
        code += everywhere("%value", "times", real, lanes)
        code += each("%by.{i} = fmul {v} %times, %of.{i}")
    code += each(f"%more.{{i}} = fadd {{v}} %sum.{{i}}, %{'by' if valued else 'of'}.{{i}}")
    code += ["  %k.next = add i64 %k, 1", "  br label %row", "", "done:"]
    code += each(f"%total.{{i}} = getelementptr {real}, ptr %total, i64 {{at}}")
    code += each(f"store {{v}} %sum.{{i}}, ptr %total.{{i}}, align {size}")
    return [*code, "  ret void", "}", ""]


def everywhere(value: str, name: str, type_: str, lanes: int) -> list[str]:
    """The lines that give %name, a vector with `value` in every lane."""
    vector = f"<{lanes} x {type_}>"
    return [
        f"  %{name}.first = insertelement {vector} poison, {type_} {value}, i64 0",
        f"  %{name} = shufflevector {vector} %{name}.first, {vector} poison, <{lanes} x i32> zeroinitializer",
    ]
