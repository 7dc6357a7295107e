"""The palette keeps its promises: contrast on every background, and layers that cannot be mistaken for one another."""

from itertools import combinations

import numpy as np
import pytest

from components import theme

THEMES = {"light": theme.LIGHT, "dark": theme.DARK}
BACKGROUNDS = ("bg", "panel", "grid")
TEXTS = ("text", "text2", "text3", "ok", "bad")
LAYERS = tuple(theme.layer(index) for index in range(theme.LAYERS))
MARKS = (*LAYERS, "neg", "pos", "wire")


def linear(colour: str) -> np.ndarray:
    """Linear-light RGB in [0, 1] of an sRGB hex colour (IEC 61966-2-1)."""
    code = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, 1 … 21."""
    dark, light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str) -> np.ndarray:
    """CIE L*a*b* under D65."""
    x, y, z = [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]
    ratio = np.array([x, y, z]) @ linear(colour) / [0.95047, 1.0, 1.08883]
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """CIEDE2000 distance of two L*a*b* colours (Sharma, Wu and Dalal 2005, equations 2 to 22)."""
    mean_chroma = (np.hypot(*one[1:]) + np.hypot(*other[1:])) / 2
    stretch = 1 + 0.5 * (1 - np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7)))
    (l1, c1, h1), (l2, c2, h2) = (
        (light, np.hypot(a * stretch, b), np.degrees(np.arctan2(b, a * stretch)) % 360) for light, a, b in (one, other)
    )
    grey = c1 * c2 == 0
    turn = 0.0 if grey else (h2 - h1 + 180) % 360 - 180
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = h1 + h2 if grey else (h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    x = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    y = (c2 - c1) / (1 + 0.045 * chroma)
    z = d_hue / (1 + 0.015 * chroma * t)
    twist = 60 * np.exp(-(((hue - 275) / 25) ** 2))
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(np.radians(twist))
    return float(np.sqrt(x * x + y * y + z * z + rotation * y * z))


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [  # pairs 1, 7, 13 and 25 of the table published with the formula
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, -0.001, 2.49), (50.0, 0.0011, -2.49), 4.7461),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_the_distance_is_the_published_one(one, other, distance):
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(distance, abs=1e-4)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_text_and_marks_stand_out(name, background):
    tokens = THEMES[name]
    weak = [token for token in TEXTS if contrast(tokens[token], tokens[background]) < 4.5]
    weak += [token for token in MARKS if contrast(tokens[token], tokens[background]) < 3]
    assert not weak


@pytest.mark.parametrize("name", THEMES)
def test_layers_signs_and_errors_are_told_apart(name):
    tokens = {token: lab(THEMES[name][token]) for token in (*LAYERS, "neg", "pos", "bad")}
    near = {(a, b): ciede2000(tokens[a], tokens[b]) for a, b in combinations(tokens, 2)}
    assert not {pair: distance for pair, distance in near.items() if distance < 20}


def test_both_themes_have_the_same_tokens():
    assert list(theme.LIGHT) == list(theme.DARK)


def test_a_colour_that_is_too_near_or_too_faint_is_noticed():
    """Proof that the two checks above can fail: yellow on white, and the green of `ok` as a layer of its own."""
    assert contrast("#f0e442", theme.LIGHT["panel"]) < 3
    assert ciede2000(lab(theme.LIGHT["ok"]), lab(theme.LIGHT["layer0"])) < 20
