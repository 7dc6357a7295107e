"""The package's names: what is not there is answered by what was probably meant."""

import pytest

import workbench as wb


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Leeky", "; did you mean Leaky?"),
        ("surrogate", "; see wb.surrogates"),
        ("utils", "; see wb.states; there is no hidden state to reset"),
        ("xyzzy", ""),
    ],
)
def test_a_name_that_is_not_there(name: str, hint: str) -> None:
    with pytest.raises(AttributeError) as told:
        getattr(wb, name)
    assert str(told.value) == f"module 'workbench' has no attribute {name!r}{hint}"


def test_what_it_points_to_is_there() -> None:
    for name in ("losses", "regularisers", "accuracy_rate", "encoders", "targets", "plots", "surrogates", "states"):
        assert getattr(wb, name)
