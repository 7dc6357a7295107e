"""A design in a link: the same document, the same bits, and nothing that a damaged link can do but be refused."""

import base64
import json
import random
import zlib

import numpy as np
import pytest

from workbench.design.starters import templates
from workbench.run.links import MOST_BYTES, Link, read, write
from workbench.run.weights import Weights

DIGITS = templates()["digits"]


def trained(design, seed=1):
    """Weights as a training leaves them: numbers that no seed of the design gives."""
    draw = np.random.default_rng(seed)
    shapes = Weights.initial(design).shapes
    return Weights(
        {
            node: {name: draw.normal(size=shape).astype(np.float32) for name, shape in named.items()}
            for node, named in shapes.items()
        }
    )


@pytest.mark.parametrize("name", sorted(templates()))
def test_a_link_opens_to_the_same_document(name):
    design = templates()[name]
    assert read(write(design)) == Link(design)


def test_the_convolution_is_short_enough_for_any_mail():
    assert len(write(templates()["digits_convolution"])) < 2000


def test_weights_come_back_bit_for_bit():
    back = read(write(DIGITS, trained(DIGITS)))
    assert back.design == DIGITS and back.weights is not None
    assert back.weights.hash == trained(DIGITS).hash


def test_weights_from_a_seed_are_not_carried():
    assert write(DIGITS, Weights.initial(DIGITS)) == write(DIGITS)


def test_what_cannot_be_carried_is_a_sentence():
    wide = DIGITS.set("fc1", out_features=2000)
    with pytest.raises(ValueError, match="letters long, and 32,000 are safe; share it without its weights"):
        write(wide, trained(wide))
    double = Weights({n: {k: v.astype(np.float64) for k, v in named.items()} for n, named in trained(DIGITS).items()})
    with pytest.raises(ValueError, match="does not hold 32-bit numbers"):
        write(DIGITS, double)


def test_weights_that_do_not_fit_the_design_as_it_is_are_refused():
    for broken in (DIGITS.set("fc2", in_features=77), DIGITS.set("fc2", out_features=7)):
        with pytest.raises(ValueError, match="does not fit the network as it is now"):
            write(broken, trained(DIGITS))
    unanswered = DIGITS.remove("out")
    assert read(write(unanswered, trained(DIGITS))) == Link(unanswered, trained(DIGITS))


def test_five_hundred_damaged_links_are_each_refused_by_a_sentence():
    draw, sound = random.Random(0), write(DIGITS, trained(DIGITS))
    for _ in range(500):
        letters = list(sound)
        match draw.randrange(5):
            case 0:
                letters[draw.randrange(len(letters))] = draw.choice("!§ é<>\"'/\\\0")
            case 1:
                at = draw.randrange(2, len(letters) - 4)
                letters[at] = draw.choice([c for c in "ABCDabcd0123-_" if c != letters[at]])
            case 2:
                del letters[draw.randrange(len(letters) - 2) :]
            case 3:
                at = draw.randrange(2, len(letters) - 2)
                del letters[at : at + draw.randrange(1, 9)]
            case 4:
                letters.insert(draw.randrange(2, len(letters) - 4), draw.choice("ABCxyz09"))
        with pytest.raises(ValueError) as refusal:
            read("".join(letters))
        assert len(str(refusal.value)) <= 200 and "\n" not in str(refusal.value)


def packed(content):
    return "1." + base64.urlsafe_b64encode(zlib.compress(content)).decode()


def header(**more):
    return json.dumps({"design": DIGITS.to_json(), **more}).encode()


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("", "no link to a design"),
        ("hello", "no link to a design"),
        ("2.abc", "version 2 and this workbench reads 1"),
        (packed(b"\0" * (MOST_BYTES + 10)), "unpacks to more than 4 MB"),
        ("1." + "A" * 40_000, "longer than 32,000 letters"),
        (packed(b"[]\0"), "damaged"),
        (packed(b'{"design": 7}\0'), "damaged"),
        (packed(header()), "damaged"),
        (packed(header() + b"\0\1\2\3\4"), "damaged"),
        (packed(header(weights="0123456789abcdef") + b"\0\0\0\0\0"), "damaged"),
        (packed(header(script="x") + b"\0"), "does not know"),
        (packed(b'{"design": {"format": "snn-workbench/1", "nodes": [{"id": "a", "kind": "Exec"}]}}\0'), "Exec"),
        (packed(b'{"design": {}}\0'), "There is no"),
    ],
)
def test_what_is_no_link_of_ours_is_refused_by_a_sentence_of_its_own(link, words):
    with pytest.raises(ValueError, match=words):
        read(link)


def test_weights_that_are_not_the_ones_shared_are_refused():
    content = zlib.decompress(base64.urlsafe_b64decode(write(DIGITS, trained(DIGITS))[2:] + "=="))
    other = content[:-4] + b"\0\0\0\0"
    with pytest.raises(ValueError, match="damaged"):
        read(packed(other))
    with pytest.raises(ValueError, match="damaged"):
        read(packed(content[:-4] + np.float32(np.nan).tobytes()))
