"""Whatever travels in the wheel and was made by others is named in NOTICE, with its version and licence."""

import json
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]


def shipped(lock: str) -> list[str]:
    """`name version (licence)` of every package whose code may end in a bundle; types leave no trace there."""
    packages = json.loads(lock)["packages"].items()
    named = {path.removeprefix("node_modules/"): package for path, package in packages if path}
    return [
        f"{name} {package['version']} ({package['license']})"
        for name, package in named.items()
        if not package.get("dev") and not name.startswith("@types/")
    ]


def unnamed(lock: str, notice: str) -> list[str]:
    return [package for package in shipped(lock) if f"  {package}\n      Copyright" not in notice]


def test_every_bundled_package_is_named():
    lock, notice = (HOUSE / "components" / "package-lock.json").read_text(), (HOUSE / "NOTICE").read_text()
    assert len(shipped(lock)) > 5
    assert unnamed(lock, notice) == []


def test_a_package_that_is_not_named_is_seen():
    lock = '{"packages": {"node_modules/zdog": {"version": "1.1.3", "license": "MIT"}}}'
    assert unnamed(lock, (HOUSE / "NOTICE").read_text()) == ["zdog 1.1.3 (MIT)"]


def test_the_digits_are_credited():
    notice = (HOUSE / "NOTICE").read_text()
    assert "Alpaydin" in notice and "Kaynak" in notice and "CC BY 4.0" in notice
    assert "LeCun" in notice and "Cortes" in notice and "CC BY-SA 3.0" in notice
