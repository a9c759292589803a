"""Fingerprints of files: one file, and several as one. No model is loaded for them: every stage asks for some."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path


def fingerprint(hashes: Mapping[str, str]) -> str:
    """Return one fingerprint of several files: the sha256 of a line each, "hash  name", sorted by name."""
    lines = "".join(f"{sha}  {name}\n" for name, sha in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
