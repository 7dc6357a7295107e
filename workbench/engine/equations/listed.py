"""A layer in one kernel: where few inputs fired, each step of a sample adds up their weights and moves its neurons on.

What a Linear sends is then neither written nor read: a width of columns of one sample's current lies in the core's
nearest cache when the neurons take it. The lists say which inputs fired at each row of (T·B, I); the table holds the
weights turned round, (blocks, I, width), so that a fired input is one row of a block to be added.

One share of the work is one block of columns of one sample, and whoever does it does all its steps. A column is
summed in the order of the lists from its bias on, as in every product by events: the same bits as in two kernels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from numpy import ndarray

from workbench.engine.equations.llvm_text import REAL
from workbench.engine.equations.row_sums import VECTOR

ARGUMENTS = (("list", "starts"), ("list", "places"), ("list", "tables"), ("list", "bias"))
BITS = ("list", "bits")
PREFETCH = "declare void @llvm.prefetch.p0(ptr, i32, i32, i32)"
LEAST = 16  # blocks below which a share is not worth waking a thread for


@dataclass(frozen=True)
class Lists:
    """What such a kernel is given. `samples` is B; `features` is O, of which the tables may hold some more."""

    starts: ndarray  # (T·B + 1): row r fired at places[starts[r]:starts[r + 1]], all of them with the value 1
    places: ndarray
    tables: ndarray  # (blocks, I, width)
    bias: ndarray  # (blocks · width)
    samples: int
    features: int
    bits: ndarray | None = None  # (T·B, bytes): where what fired is written to, instead of as numbers

    @property
    def width(self) -> int:
        """Bytes of a row of a block."""
        return self.tables.shape[2] * self.tables.itemsize

    def cuts(self) -> list[int]:
        """Where the blocks of all samples are cut into a share for each of torch's threads."""
        units = len(self.tables) * self.samples
        parts = min(torch.get_num_threads(), max(1, units // LEAST))
        return [units * part // parts for part in range(parts + 1)]

    def entries(self) -> list[int]:
        """Of each of ARGUMENTS, and of BITS if there is such, where it lies, and a number that is needed beside it."""
        arrays = [self.starts, self.places, self.tables, self.bias]
        beside = [self.samples, 0, self.tables[0].size, self.features]
        if self.bits is not None:
            arrays.append(self.bits)
            beside.append(self.bits.strides[0])
        return [n for array, number in zip(arrays, beside, strict=True) for n in (array.ctypes.data, number)]


def driver(
    kind: str, width: int, cut: Sequence[str], handed: str, written: Sequence[str], bits: bool = False
) -> list[str]:
    """The function `run` over shares first … last, after its arguments were taken from the table.

    `cut` are the lines before a step of the function @neurons, which is `handed` its arguments; %total is the current.
    The rows `written` to are asked for before the sum, which takes long enough for them to come from far away: they
    are too short, and lie too far from those of the step before, for the processor to foresee them. With `bits`, what
    fired is handed over in %fired, and kept as bits.
    """
    real, lanes = REAL[kind], width // (4 if kind == "float32" else 8)
    code = [f"  %total = alloca [{lanes} x {real}], align {VECTOR}"]
    code += [f"  %fired = alloca [{lanes} x {real}], align {VECTOR}"] if bits else []
    code += ["  br label %share", "", "share:"]
    code += ["  %u = phi i64 [ %first, %start ], [ %u.next, %after ]", "  %more = icmp slt i64 %u, %last"]
    code += ["  br i1 %more, label %take, label %done", "", "take:", "  %u.next = add i64 %u, 1"]
    code += ["  %block = sdiv i64 %u, %list_starts.stride", "  %sample = srem i64 %u, %list_starts.stride"]
    code += [f"  %low = mul i64 %block, {lanes}", "  %left = sub i64 %list_bias.stride, %low"]
    code += [f"  %whole = icmp sgt i64 %left, {lanes}", f"  %count = select i1 %whole, i64 {lanes}, i64 %left"]
    code += ["  %before = mul i64 %sample, %list_bias.stride", "  %begin = add i64 %before, %low"]
    code += [f"  %bias = getelementptr {real}, ptr %list_bias.all, i64 %low"]
    code += ["  %table.begin = mul i64 %block, %list_tables.stride"]
    code += [f"  %weights = getelementptr {real}, ptr %list_tables.all, i64 %table.begin"]
    code += _nothing_fired(real, width) if bits else []
    code += ["  br label %time", "", "time:", "  %t = phi i64 [ 0, %take ], [ %t.next, %step ]"]
    code += ["  %t.next = add i64 %t, 1", "  %goes = icmp slt i64 %t, %steps"]
    code += ["  br i1 %goes, label %step, label %after", "", "step:"]
    code += ["  %rows = mul i64 %t, %list_starts.stride", "  %row = add i64 %rows, %sample"]
    code += ["  %from = getelementptr i64, ptr %list_starts.all, i64 %row", "  %k = load i64, ptr %from"]
    code += ["  %to = getelementptr i64, ptr %from, i64 1", "  %end = load i64, ptr %to"]
    code += [f"  {line}" for line in cut]
    for row in written:
        for i in range(width // VECTOR):
            code += [f"  %{row}.{i} = getelementptr i8, ptr %{row}, i64 {i * VECTOR}"]
            code += [f"  call void @llvm.prefetch.p0(ptr %{row}.{i}, i32 1, i32 3, i32 1)"]
    code += ["  call void @sum(ptr %total, ptr %bias, ptr %weights, ptr %list_places.all, ptr null, i64 %k, i64 %end)"]
    return [
        *code,
        f"  call void @neurons({handed}, i64 %count)",
        *(_kept_as_bits(real, width) if bits else []),
        "  br label %time",
        "",
        "after:",
        "  br label %share",
        "",
        "done:",
        "  ret void",
        "}",
    ]


def _nothing_fired(real: str, width: int) -> list[str]:
    """The lines that clear %fired: a block at the edge has columns that nobody writes to."""
    lanes = VECTOR // (4 if real == "float" else 8)
    code = []
    for i in range(width // VECTOR):
        code += [f"  %clear.{i} = getelementptr {real}, ptr %fired, i64 {i * lanes}"]
        code += [f"  store <{lanes} x {real}> zeroinitializer, ptr %clear.{i}, align {VECTOR}"]
    return code


def _kept_as_bits(real: str, width: int) -> list[str]:
    """The lines that compare %fired with 0, a vector at a time, and store the outcomes in the row's place."""
    lanes = VECTOR // (4 if real == "float" else 8)
    code = ["  %bits.row = mul i64 %row, %list_bits.stride", "  %bits.low = udiv i64 %low, 8"]
    code += ["  %bits.at = add i64 %bits.row, %bits.low"]
    code += ["  %bits = getelementptr i8, ptr %list_bits.all, i64 %bits.at"]
    for i in range(width // VECTOR):
        code += [f"  %spikes.at.{i} = getelementptr {real}, ptr %fired, i64 {i * lanes}"]
        code += [f"  %spikes.{i} = load <{lanes} x {real}>, ptr %spikes.at.{i}, align {VECTOR}"]
        code += [f"  %some.{i} = fcmp une <{lanes} x {real}> %spikes.{i}, zeroinitializer"]
        code += [f"  %word.{i} = bitcast <{lanes} x i1> %some.{i} to i{lanes}"]
        code += [f"  %word.at.{i} = getelementptr i8, ptr %bits, i64 {i * lanes // 8}"]
        code += [f"  store i{lanes} %word.{i}, ptr %word.at.{i}, align 1"]
    return code
