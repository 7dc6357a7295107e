"""exp, log, tanh and sigmoid as a kernel carries them along, because libm's are called one value at a time.

These are polynomials of fixed length without a branch, so that LLVM works on whole vectors. Ranges and infinities are
IEEE's: exp reaches down to denormals and up to infinity, log(0) is -infinity, log of a negative number is NaN, and NaN
stays NaN. Largest errors, as tests/engine/equations/test_kernel_mathematics.py measures them over the whole range:

              exp      log      tanh     sigmoid
    float32   2 ulp    2 ulp    4 ulp    4 ulp
    float64   2 ulp    2 ulp    4 ulp    4 ulp

Coefficients: Moshier's Cephes library (exp, log and tanh in single and double precision).
"""

import math
from collections.abc import Callable, Sequence
from functools import cache

from workbench.engine.equations.llvm_text import REAL, Lines, Term, Value, choose


def functions(kind: str, used: set[str]) -> tuple[list[str], set[str]]:
    """The text, for dtype `kind`, of those of FUNCTIONS in `used` and of what they need; and what it calls."""
    wanted = used | {name for op in used for name in _NEEDS.get(op, ())}
    found = [_function(kind, name) for name in FUNCTIONS if name in wanted]
    return [line for text, _ in found for line in text], set().union(*(calls for _, calls in found))


def absolute(x: Value) -> Value:
    return x.lines.call("llvm.fabs", x)


@cache
def _function(kind: str, name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    lines, real = Lines(kind), REAL[kind]
    result = FUNCTIONS[name](Value(lines, "%x", real))
    head = f"define internal {real} @{name}({real} %x) alwaysinline nounwind {{"
    return (head, *lines.text, f"  ret {real} {result.name}", "}", ""), frozenset(lines.calls)


def _polynomial(x: Value, first: float, *others: float) -> Value:
    """((first·x + second)·x + third) … by Horner's rule."""
    found: Term = first
    for coefficient in others:
        found = x * found + coefficient
    assert isinstance(found, Value)
    return found


def _power_of_two(k: Value) -> Value:
    lines = k.lines
    bias, shift = (127, 23) if lines.kind == "float32" else (1023, 52)
    return ((k + bias) << shift).converted("bitcast", lines.real)


def _exp(x: Value) -> Value:
    lines = x.lines
    single = lines.kind == "float32"
    high, low = (89.0, -105.0) if single else (710.0, -746.0)
    c = choose(x > high, high, choose(x < low, low, x))
    n = lines.call("llvm.floor", c * math.log2(math.e) + 0.5)
    if single:
        r = c - n * 0.693359375 - n * -2.12194440e-4
        p = _polynomial(r, *_EXP_SINGLE)
        y = (p * r * r + r) + 1.0
    else:
        r = c - n * 6.93145751953125e-1 - n * 1.42860682030941723212e-6
        q = r * r
        p = _polynomial(q, *_EXP_ABOVE) * r
        y = p / (_polynomial(q, *_EXP_BELOW) - p) * 2.0 + 1.0
    k = n.converted("fptosi", "i32").converted("sext", lines.whole)
    h = k >> 1
    y = y * _power_of_two(h) * _power_of_two(k - h)
    return choose(x.is_nan(), x, y)


def _log(x: Value) -> Value:
    lines = x.lines
    single = lines.kind == "float32"
    bits, bias = (23, 126) if single else (52, 1022)
    small = x < 2.0**-bias
    whole = (x * choose(small, 2.0**bits, 1.0)).converted("bitcast", lines.whole)
    e = (whole >> bits).converted("trunc", "i32").converted("sitofp", lines.real) - choose(small, bias + bits, bias)
    half = 0x3F000000 if single else 0x3FE0000000000000
    m = ((whole & ((1 << bits) - 1)) | half).converted("bitcast", lines.real)
    low = m < math.sqrt(0.5)
    e = choose(low, e - 1.0, e)
    m = choose(low, m + m, m) - 1.0
    z = m * m
    if single:
        y = m * z * _polynomial(m, *_LOG_SINGLE) + e * -2.12194440e-4 - z * 0.5
    else:
        quotient = z * _polynomial(m, *_LOG_ABOVE) / _polynomial(m, *_LOG_BELOW)
        y = m * quotient - e * 2.121944400546905827679e-4 - z * 0.5
    y = (m + y) + e * 0.693359375
    y = choose(x.equals(0.0), -math.inf, y)
    y = choose(x < 0.0, math.nan, y)
    return choose(x.equals(math.inf) | x.is_nan(), x, y)


def _tanh(x: Value) -> Value:
    lines = x.lines
    a, z = absolute(x), x * x
    if lines.kind == "float32":
        near = _polynomial(z, *_TANH_SINGLE) * z * x + x
    else:
        near = x * (z * _polynomial(z, *_TANH_ABOVE) / _polynomial(z, *_TANH_BELOW)) + x
    far = 1.0 - 2.0 / (lines.call("exp", a + a) + 1.0)
    return choose(a < 0.625, near, choose(x > 0.0, far, -far))


def _sigmoid(x: Value) -> Value:
    e = x.lines.call("exp", -absolute(x))
    return choose(x < 0.0, e, 1.0) / (e + 1.0)


FUNCTIONS: dict[str, Callable[[Value], Value]] = {"exp": _exp, "log": _log, "tanh": _tanh, "sigmoid": _sigmoid}
_NEEDS = {"tanh": ("exp",), "sigmoid": ("exp",)}

Numbers = Sequence[float]
_EXP_SINGLE: Numbers = (
    1.9875691500e-4,
    1.3981999507e-3,
    8.3334519073e-3,
    4.1665795894e-2,
    1.6666665459e-1,
    5.0000001201e-1,
)
_EXP_ABOVE: Numbers = (1.26177193074810590878e-4, 3.02994407707441961300e-2, 9.99999999999999999910e-1)
_EXP_BELOW: Numbers = (3.00198505138664455042e-6, 2.52448340349684104192e-3, 2.27265548208155028766e-1, 2.0)
_LOG_SINGLE: Numbers = (
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
)
_LOG_ABOVE: Numbers = (
    1.01875663804580931796e-4,
    4.97494994976747001425e-1,
    4.70579119878881725854e0,
    1.44989225341610930846e1,
    1.79368678507819816313e1,
    7.70838733755885391666e0,
)
_LOG_BELOW: Numbers = (
    1.0,
    1.12873587189167450590e1,
    4.52279145837532221105e1,
    8.29875266912776603211e1,
    7.11544750618563894466e1,
    2.31251620126765340583e1,
)
_TANH_SINGLE: Numbers = (
    -5.70498872745e-3,
    2.06390887954e-2,
    -5.37397155531e-2,
    1.33314422036e-1,
    -3.33332819422e-1,
)
_TANH_ABOVE: Numbers = (-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3)
_TANH_BELOW: Numbers = (1.0, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3)
