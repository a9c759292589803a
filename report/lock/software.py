"""The software that computed: its fingerprint, and whether it is what requirements.lock pins.

The fingerprint covers every file of this package and requirements.lock. Packages are compared by version; their
content was compared with the hashes of requirements.lock when they were installed.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from report.lock.fingerprints import fingerprint, sha256_of

PACKAGE = Path(__file__).parent.parent
PINS = PACKAGE.parent / "requirements.lock"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
BUILDERS = ("flit-core",)  # installs the package and computes nothing


def not_pinned(pins: Path = PINS) -> list[str]:
    """Return, in words, each package that is not installed as requirements.lock pins it; nothing when all are."""
    if not pins.is_file():
        return ["there is no requirements.lock: the packages are not pinned"]
    wanted = {name: pin for name, pin in PIN.findall(pins.read_text(encoding="utf-8")) if name not in BUILDERS}
    return [told for name, pin in wanted.items() if (told := _unlike(name, pin))]


def _unlike(name: str, pin: str) -> str:
    try:
        found = version(name)
    except PackageNotFoundError:
        return f"{name} {pin} is pinned and not installed"
    return "" if found == pin else f"{name} {found} is installed, {pin} is pinned"


@cache
def code() -> dict[str, str]:
    """Return the sha256 of every file of this package by its path within it; compiled files are none of them."""
    paths = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(PACKAGE).as_posix(): sha256_of(path) for path in paths}


def software() -> dict[str, str]:
    """Return the fingerprints of this package's code and of the pinned packages."""
    pins = {"requirements": sha256_of(PINS)} if PINS.is_file() else {}
    return {"code": fingerprint(code()), **pins}
