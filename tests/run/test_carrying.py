"""What weights keep when their design is edited, and what undoing the edit brings back."""

import numpy as np

from workbench.run.weights import Weights


def trained(design):
    return Weights({n: {k: a + 1 for k, a in named.items()} for n, named in Weights.initial(design).items()})


def test_initial_weights_come_from_the_seed_alone(digits):
    assert Weights.initial(digits) == Weights.initial(digits.rename("another title").move({"fc1": (5, 5)}))
    assert Weights.initial(digits) != Weights.initial(digits.with_(seed=1))
    assert Weights.initial(digits, seed=1) == Weights.initial(digits.with_(seed=1))
    assert (
        list(Weights.initial(digits)) == ["fc1", "fc2"] and Weights.initial(digits).size == 64 * 32 + 32 + 32 * 10 + 10
    )


def test_weights_know_whether_they_fit(digits):
    assert Weights.initial(digits).fits(digits)
    assert not Weights.initial(digits).fits(digits.set("fc1", out_features=33))
    assert not Weights().fits(digits)


def test_what_fits_is_kept_and_the_rest_is_drawn_anew(digits):
    mine, wider = trained(digits), digits.set("fc1", out_features=40)
    carried = mine.carried(wider)
    assert carried.kept == ("fc2.bias",)
    assert set(carried.lost) == {"fc1.weight", "fc1.bias", "fc2.weight"}
    assert carried.weights.fits(wider)
    assert np.array_equal(carried.weights["fc2"]["bias"], mine["fc2"]["bias"])
    assert np.array_equal(carried.weights["fc1"]["weight"], Weights.initial(wider)["fc1"]["weight"])


def test_undoing_the_edit_brings_everything_back(digits):
    mine = trained(digits)
    assert mine.carried(digits) == (mine, tuple(key for key, _ in mine.flat()), ())
    removed = digits.remove(["fc2"])
    assert mine.carried(removed).lost == ("fc2.bias", "fc2.weight")
    assert mine.carried(digits).weights.hash == mine.hash
