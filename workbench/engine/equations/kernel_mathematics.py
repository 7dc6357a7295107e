"""The source of exp, log, tanh and sigmoid that a kernel carries along, because libm's are called one value at a time.

These are polynomials of fixed length without a branch, so that LLVM works on whole vectors. Ranges and infinities are
IEEE's: exp reaches down to denormals and up to infinity, log(0) is -infinity, log of a negative number is NaN, and NaN
stays NaN. Largest errors, as tests/engine/equations/test_kernel_mathematics.py measures them over the whole range:

              exp      log      tanh     sigmoid
    float32   2 ulp    2 ulp    4 ulp    4 ulp
    float64   2 ulp    2 ulp    4 ulp    4 ulp

Coefficients: Moshier's Cephes library (exp, log and tanh in single and double precision).
"""

HEAD = {
    "float32": """
real, whole = np.float32, np.int32
zero, half, one, two = real(0.0), real(0.5), real(1.0), real(2.0)
""",
    "float64": """
real, whole = np.float64, np.int64
zero, half, one, two = real(0.0), real(0.5), real(1.0), real(2.0)
""",
}

_INLINE = '@njit(forceinline=True, error_model="numpy")'

_EXP = {
    "float32": f"""
{_INLINE}
def power_of_two(k):
    return whole((k + whole(127)) << whole(23)).view(real)


{_INLINE}
def exp(x):
    c = real(89.0) if x > real(89.0) else (real(-105.0) if x < real(-105.0) else x)
    n = np.floor(c * real(1.4426950408889634) + half)
    r = c - n * real(0.693359375) - n * real(-2.12194440e-4)
    p = real(1.9875691500e-4)
    p = p * r + real(1.3981999507e-3)
    p = p * r + real(8.3334519073e-3)
    p = p * r + real(4.1665795894e-2)
    p = p * r + real(1.6666665459e-1)
    p = p * r + real(5.0000001201e-1)
    y = (p * r * r + r) + one
    k = whole(n)
    h = k >> whole(1)
    y = y * power_of_two(h) * power_of_two(k - h)
    return x if x != x else y
""",
    "float64": f"""
{_INLINE}
def power_of_two(k):
    return whole((k + whole(1023)) << whole(52)).view(real)


{_INLINE}
def exp(x):
    c = real(710.0) if x > real(710.0) else (real(-746.0) if x < real(-746.0) else x)
    n = np.floor(c * real(1.4426950408889634073599) + half)
    r = c - n * real(6.93145751953125e-1) - n * real(1.42860682030941723212e-6)
    q = r * r
    p = real(1.26177193074810590878e-4)
    p = p * q + real(3.02994407707441961300e-2)
    p = (p * q + real(9.99999999999999999910e-1)) * r
    d = real(3.00198505138664455042e-6)
    d = d * q + real(2.52448340349684104192e-3)
    d = d * q + real(2.27265548208155028766e-1)
    d = d * q + two
    y = one + two * (p / (d - p))
    k = whole(np.int32(n))
    h = k >> whole(1)
    y = y * power_of_two(h) * power_of_two(k - h)
    return x if x != x else y
""",
}

_LOG = {
    "float32": f"""
{_INLINE}
def log(x):
    small = x < real(1.17549435e-38)
    factor = real(8388608.0) if small else one
    bits = real(x * factor).view(whole)
    shift = real(149.0) if small else real(126.0)
    e = real(bits >> whole(23)) - shift
    m = whole((bits & whole(0x007FFFFF)) | whole(0x3F000000)).view(real)
    low = m < real(0.707106781186547524)
    e = e - one if low else e
    m = (m + m if low else m) - one
    z = m * m
    p = real(7.0376836292e-2)
    p = p * m + real(-1.1514610310e-1)
    p = p * m + real(1.1676998740e-1)
    p = p * m + real(-1.2420140846e-1)
    p = p * m + real(1.4249322787e-1)
    p = p * m + real(-1.6668057665e-1)
    p = p * m + real(2.0000714765e-1)
    p = p * m + real(-2.4999993993e-1)
    p = p * m + real(3.3333331174e-1)
    y = m * z * p + e * real(-2.12194440e-4) - half * z
    y = (m + y) + e * real(0.693359375)
    y = real(-np.inf) if x == zero else y
    y = real(np.nan) if x < zero else y
    return x if (x == real(np.inf)) | (x != x) else y
""",
    "float64": f"""
{_INLINE}
def log(x):
    small = x < real(2.2250738585072014e-308)
    factor = real(4503599627370496.0) if small else one
    bits = real(x * factor).view(whole)
    shift = real(1074.0) if small else real(1022.0)
    e = real(np.int32(bits >> whole(52))) - shift
    m = whole((bits & whole(0x000FFFFFFFFFFFFF)) | whole(0x3FE0000000000000)).view(real)
    low = m < real(0.70710678118654752440)
    e = e - one if low else e
    m = (m + m if low else m) - one
    z = m * m
    p = real(1.01875663804580931796e-4)
    p = p * m + real(4.97494994976747001425e-1)
    p = p * m + real(4.70579119878881725854e0)
    p = p * m + real(1.44989225341610930846e1)
    p = p * m + real(1.79368678507819816313e1)
    p = p * m + real(7.70838733755885391666e0)
    d = m + real(1.12873587189167450590e1)
    d = d * m + real(4.52279145837532221105e1)
    d = d * m + real(8.29875266912776603211e1)
    d = d * m + real(7.11544750618563894466e1)
    d = d * m + real(2.31251620126765340583e1)
    y = m * (z * p / d) - e * real(2.121944400546905827679e-4) - half * z
    y = (m + y) + e * real(0.693359375)
    y = real(-np.inf) if x == zero else y
    y = real(np.nan) if x < zero else y
    return x if (x == real(np.inf)) | (x != x) else y
""",
}

_TANH = {
    "float32": f"""
{_INLINE}
def tanh(x):
    a = abs(x)
    z = x * x
    p = real(-5.70498872745e-3)
    p = p * z + real(2.06390887954e-2)
    p = p * z + real(-5.37397155531e-2)
    p = p * z + real(1.33314422036e-1)
    p = p * z + real(-3.33332819422e-1)
    near = p * z * x + x
    far = one - two / (exp(a + a) + one)
    return near if a < real(0.625) else (far if x > zero else -far)
""",
    "float64": f"""
{_INLINE}
def tanh(x):
    a = abs(x)
    z = x * x
    p = real(-9.64399179425052238628e-1)
    p = p * z + real(-9.92877231001918586564e1)
    p = p * z + real(-1.61468768441708447952e3)
    d = z + real(1.12811678491632931402e2)
    d = d * z + real(2.23548839060100448583e3)
    d = d * z + real(4.84406305325125486048e3)
    near = x + x * (z * p / d)
    far = one - two / (exp(a + a) + one)
    return near if a < real(0.625) else (far if x > zero else -far)
""",
}

_SIGMOID = f"""
{_INLINE}
def sigmoid(x):
    e = exp(-abs(x))
    return (e if x < zero else one) / (one + e)
"""

_NEEDS = {"tanh": ("exp",), "sigmoid": ("exp",)}


def prelude(kind: str, used: set[str]) -> str:
    """The names and functions that a kernel of dtype `kind` needs whose operations are `used`."""
    wanted = used | {name for op in used for name in _NEEDS.get(op, ())}
    sources = {"exp": _EXP[kind], "log": _LOG[kind], "tanh": _TANH[kind], "sigmoid": _SIGMOID}
    return HEAD[kind] + "".join(f"\n{source}" for name, source in sources.items() if name in wanted)
