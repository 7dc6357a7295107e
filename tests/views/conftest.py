"""Sessions without a page, for the views of them: those of tests/session."""

from tests.session.conftest import loop, shelf, visit

__all__ = ["loop", "shelf", "visit"]
