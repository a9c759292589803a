"""Files that nobody reads before the unblinding: which they are, and whether they are still what they were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from report.errors import Finding
from report.lock.fingerprints import sha256_of
from report.lock.record import Place
from report.study.data import Dataset
from report.study.model import Study


def files(place: Place, study: Study) -> dict[str, Path]:
    """Return the files that nobody reads before the unblinding, by name."""
    return {f"data/{each.file}": place.data / each.file for each in study.datasets.values() if each.sealed}


def faults(place: Place, study: Study) -> list[Finding]:
    """Return a finding for each sealed file that is not the one whose fingerprint the study file holds."""
    sealed = [(name, each) for name, each in study.datasets.items() if each.sealed]
    found = [fault(d, sha256_of(place.data / d.file), study.where("datasets", name, "file")) for name, d in sealed]
    return [finding for each in found for finding in each]


def fault(dataset: Dataset, sha256: str, place: str) -> list[Finding]:
    """Return a finding when a sealed file that is opened is not the one whose fingerprint was written down."""
    if dataset.sealed_sha256 in (None, sha256):
        return []
    told = f"its SHA-256 is {sha256[:16]}…, and {str(dataset.sealed_sha256)[:16]}… was written down when it was sealed"
    remedy = f"put the sealed file there; see sealed_sha256 beside {place}"
    return [Finding("sealed-changed", f"data/{dataset.file}", told, remedy)]


def opened_otherwise(place: Place, then: Mapping[str, str]) -> list[Finding]:
    """Return a finding for each sealed file that is not as it was when it was opened."""
    told, remedy = "it is not the file that was opened at the unblinding", "put that file back"
    paths = {name: place.data / name.removeprefix("data/") for name in then}
    altered = [name for name, path in paths.items() if not path.is_file() or sha256_of(path) != then[name]]
    return [Finding("lock-opened-file", name, told, remedy) for name in altered]
