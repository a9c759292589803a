"""What a lock leaves on the disk, and whether it is still as the ledger says.

    data/locks/<id>/                     lock.json, manifest.sha256 and results.json: no participant's row
    data/locks/private/<id>/data/        copies of the locked files, beside the data and never in version control
    data/locks/private/<id>/edition/     the last paper that was published under the lock, with what it was made from

The ledger's line of a lock holds the sha256 of the data files and of results.json; lock.json and manifest.sha256 follow
from that line. The edition is of this computer alone, and lists its own files.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from report.ard import Results, Row, read, text
from report.errors import Finding, LockError, refuse_if_any
from report.lock.entries import sha256
from report.lock.fingerprints import sha256_of
from report.lock.record import LOCK, LOCKS, PRIVATE, Lock, Place, copies, private, public
from report.lock.writing import write

RESULTS, MANIFEST, EDITION = "results.json", "manifest.sha256", "edition"
PUT_BACK = "put the files of the lock back from version control"


def manifest(hashes: Mapping[str, str]) -> str:
    """Return files and fingerprints as ``sha256sum --check`` reads them."""
    return "".join(f"{sha}  {name}\n" for name, sha in sorted(hashes.items()))


def with_results(made: Lock, computed: Results, standing: Mapping[str, Any]) -> tuple[Lock, str]:
    """Return a lock that knows its results, and the text of what is kept of them where everybody may read it.

    That is no row of an individual, and of a trial whose arms are sealed nothing by arm and nothing that is hidden.
    """
    header = {**computed.header, "lock": dict(standing)}
    is_sealed = header["treatment"] != "real"
    of_groups = [row for row in computed if row.disclosure == "aggregate"]
    rows = [row for row in of_groups if not is_sealed or (row.is_pooled and not row.query)]
    told = text(Results(header, rows))
    return made.model_copy(update={"results": sha256(told)}), told


def prepare(place: Place, made: Lock, results: str) -> None:
    """Write what a lock leaves aside; LockError when a file changed meanwhile, and then nothing is left."""
    private_aside, public_aside = (_aside(folder) for folder in _homes(place, made))
    try:
        changed = [name for name, sha in made.hashes.items() if not _copied(place, name, sha, private_aside / "data")]
        refuse_changed(changed)
        for name, content in _texts(made, results).items():
            write(public_aside / name, content)
    except BaseException:
        for aside in (private_aside, public_aside):
            shutil.rmtree(aside, ignore_errors=True)
        raise


def settle(place: Place, known: Iterable[str]) -> None:
    """Put in place what lies aside of locks that the ledger knows, and remove what lies aside of any other."""
    ids = set(known)
    for home in {place.folder / "data" / LOCKS, place.data / LOCKS / PRIVATE}:
        for aside in home.glob(".L*.new"):
            name = aside.name.removeprefix(".").removesuffix(".new")
            if name in ids:
                shutil.rmtree(home / name, ignore_errors=True)
                aside.rename(home / name)
            else:
                shutil.rmtree(aside)
    _keep_out(place.data / LOCKS / PRIVATE)


def _keep_out(home: Path) -> None:
    """Let git ignore all that is private."""
    if home.is_dir() and not (home / ".gitignore").is_file():
        write(home / ".gitignore", "*\n")


def _homes(place: Place, lock: Lock) -> tuple[Path, Path]:
    return private(place, lock), public(place, lock)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.new")


def _texts(lock: Lock, results: str) -> dict[str, str]:
    return {LOCK.name: lock.text(), MANIFEST: manifest(lock.hashes), RESULTS: results}


def _copied(place: Place, name: str, locked_as: str, folder: Path) -> bool:
    """Copy a data file, and return whether the copy is what was locked."""
    relative = name.removeprefix("data/")
    (folder / relative).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(place.data / relative, folder / relative)
    return sha256_of(folder / relative) == locked_as


def refuse_changed(names: Sequence[str]) -> None:
    """Raise LockError when files changed while they were being locked."""
    told, remedy = "it changed while it was being locked", "let whatever writes it end, and lock again"
    refuse_if_any([Finding("lock-moving", name, told, remedy) for name in names], LockError, "nothing was locked")


def moved(place: Place, lock: Lock, now: Results) -> list[str]:
    """Return the ids of the results that are no longer what they were when the lock was made.

    Numbers may differ in their last digits, as they do between processors. Rows that came since are none of them.
    """
    path = public(place, lock) / RESULTS
    if not path.is_file() or sha256_of(path) != lock.results:
        raise LockError(f"the results kept under {lock.title} are not there, or were edited", remedy=PUT_BACK)
    there = {row.result_id: row for row in now}
    return [row.result_id for row in read(path) if not _same(row, there.get(row.result_id))]


def _same(then: Row, now: Row | None) -> bool:
    if now is None:
        return False
    alike = replace(now, stat=then.stat) == then
    if isinstance(then.stat, float) and isinstance(now.stat, float):
        return alike and math.isclose(then.stat, now.stat, rel_tol=1e-9, abs_tol=1e-12)
    return alike and then.stat == now.stat


def faults(place: Place, known: Sequence[Lock]) -> Iterator[Finding]:
    """Yield what is not as the ledger says: for each lock its public files, and the copies where they are at hand."""
    for lock in known:
        yield from _public_faults(place, lock)
        if private(place, lock).is_dir():
            yield from _copy_faults(place, lock)
            yield from _edition_faults(place, lock)
    yield from _unknown(place, known)


def _public_faults(place: Place, lock: Lock) -> Iterator[Finding]:
    home, remedy = public(place, lock), "put it back from version control"
    home = home if home.is_dir() or not _aside(home).is_dir() else _aside(home)  # the machine stopped in between
    wanted = {LOCK.name: lock.text(), MANIFEST: manifest(lock.hashes)}
    altered = [name for name, content in wanted.items() if not _is(home / name, content)]
    found = home / RESULTS
    altered += [RESULTS] if not found.is_file() or sha256_of(found) != lock.results else []
    for name in altered:
        told = f"it {_how(home / name)} since {lock.title} was made"
        yield Finding("lock-kept", f"data/{LOCKS}/{lock.id}/{name}", told, remedy)


def _copy_faults(place: Place, lock: Lock) -> Iterator[Finding]:
    remedy = "put the copy back from a backup; without it, what a later lock changes cannot be told row by row"
    for name, sha in lock.hashes.items():
        path = copies(place, lock) / name.removeprefix("data/")
        if not path.is_file() or sha256_of(path) != sha:
            told = f"the copy {_how(path)} since {lock.title} was made"
            yield Finding("lock-copy", _shown(lock, "data", name.removeprefix("data/")), told, remedy)


def _edition_faults(place: Place, lock: Lock) -> Iterator[Finding]:
    home = private(place, lock) / EDITION
    if not (home / MANIFEST).is_file():
        return
    for line in (home / MANIFEST).read_text(encoding="utf-8").splitlines():
        sha, _, name = line.partition("  ")
        if not (home / name).is_file() or sha256_of(home / name) != sha:
            told = f"it {_how(home / name)} since it was kept"
            yield Finding("lock-edition", _shown(lock, EDITION, name), told, "build the paper under its lock again")


def _unknown(place: Place, known: Iterable[Lock]) -> Iterator[Finding]:
    """Yield what locks that the ledger does not know have left: its end was cut off, or a lock was cut short."""
    ids = {lock.id for lock in known}
    home = place.folder / "data" / LOCKS
    for folder in sorted(home.glob("L*-*")):
        if folder.name not in ids:
            told = "the ledger does not know this lock: lines were cut off its end, or the lock was cut short"
            remedy = f"put data/{LOCKS}/ledger.jsonl back from version control; if that is whole, remove this folder"
            yield Finding("lock-unknown", f"data/{LOCKS}/{folder.name}", told, remedy)


def _is(path: Path, content: str) -> bool:
    return path.is_file() and path.read_bytes() == content.encode()


def _how(path: Path) -> str:
    return "has been edited" if path.is_file() else "has been removed or renamed"


def _shown(lock: Lock, *parts: str) -> str:
    return "/".join(["data", LOCKS, PRIVATE, lock.id, *parts])


def drop_editions(place: Place, known: Iterable[Lock]) -> None:
    """Remove the papers that were kept under locks: those of dummy arms must not outlive the unblinding."""
    for lock in known:
        shutil.rmtree(private(place, lock) / EDITION, ignore_errors=True)


def keep_edition(place: Place, lock: Lock, parts: Mapping[str, Path]) -> None:
    """Copy a published paper and what it was made from, files and folders by name, in place of the last kept."""
    final = private(place, lock) / EDITION
    aside = final.with_name(f".{EDITION}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, path in parts.items():
        shutil.copytree(path, aside / name) if path.is_dir() else shutil.copyfile(path, aside / name)
    held = {path.relative_to(aside).as_posix(): sha256_of(path) for path in aside.rglob("*") if path.is_file()}
    write(aside / MANIFEST, manifest(held))
    shutil.rmtree(final, ignore_errors=True)
    aside.rename(final)
