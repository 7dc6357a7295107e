"""Where the lessons lie: in the package when it was installed from a wheel, beside it in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def tutorials() -> Path:
    """The folder that holds one folder per lesson.

    Raises FileNotFoundError, with a sentence, in an installation whose lessons were left out.
    """
    for place in (PACKAGE / "tutorials", PACKAGE.parent / "tutorials"):
        if (place / "01_rc_circuit").is_dir():
            return place
    raise FileNotFoundError("The lessons are missing from this installation; install snn-workbench again to get them.")
