"""Real participants' rows stay out of version control: what git may take, and what it already has.

A study whose rows are real and not public (``Study.study.is_private``) gets a data/.gitignore that leaves git the study
file, the lock and the ledger, and nothing else of data/. Everything that is built holds rows too, and is ignored in
every study. Where git is missing, or the study lies in no repository, there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from report.errors import SHOWN_CASES, Finding
from report.lock import record as locks
from report.lock import sealed
from report.lock.record import Place
from report.lock.writing import write
from report.study.model import Study
from report.version_control import git

IGNORE = Path("data") / ".gitignore"
ATTRIBUTES = Path("data") / ".gitattributes"
OURS = "# written by trialpress"
KEPT = (
    "study.yaml", "README.md", "lock.json", "locks/ledger.jsonl", "locks/allowed_signers", ".gitignore",
    ".gitattributes",
)  # fmt: skip
KEPT_OF_A_LOCK = ("lock.json", "manifest.sha256", "results.json")  # in data/locks/<id>/

_IGNORE = f"""\
{OURS}: these are real participants' data, which are not public
/*
!/study.yaml
!/README.md
!/lock.json
!/.gitignore
!/.gitattributes
!/locks/
/locks/*
!/locks/ledger.jsonl
!/locks/allowed_signers
!/locks/L*/
/locks/L*/*
!/locks/L*/lock.json
!/locks/L*/manifest.sha256
!/locks/L*/results.json
"""
_ATTRIBUTES = f"""\
{OURS}: a lock is a fingerprint of every byte, so line ends stay as they are
* -text
"""


def protect(place: Place, study: Study) -> None:
    """Let git ignore what is built and, in a private study, all of data/ but the study file, the lock and the ledger.

    A data/.gitignore that somebody else wrote stays; ``exposed`` then says what it leaves open.
    """
    _say(place.build / ".gitignore", "*\n")
    if study.study.is_private and (not (place.folder / IGNORE).exists() or is_ours(place)):
        _say(place.folder / IGNORE, _IGNORE)


def is_ours(place: Place) -> bool:
    """Return whether data/.gitignore is one that ``protect`` wrote."""
    return (place.folder / IGNORE).is_file() and _text(place.folder / IGNORE).startswith(OURS)


def _say(path: Path, text: str) -> None:
    if not path.is_file() or _text(path) != text:
        write(path, text)


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


def pin_line_ends(place: Place, study: Study) -> None:
    """Write data/.gitattributes, so that git never changes a locked byte, unless it or the project's own does that."""
    names = list(locks.files(place, study))
    told = git(place.folder, "check-attr", "-z", "text", "--", *names)
    is_pinned = told is not None and bool(names) and all(value == "unset" for value in told[2::3])
    if not is_pinned and not (place.folder / ATTRIBUTES).exists():
        write(place.folder / ATTRIBUTES, _ATTRIBUTES)


def exposed(place: Place, study: Study) -> list[Finding]:
    """Return a finding for rows that git holds already, and one for those that it would take next."""
    if not study.study.is_private:
        return []
    held = sorted(_listed(place, study, "--cached"))
    open_to = sorted(_listed(place, study, "--others", "--exclude-standard"))
    return [*_held(place, held), *_open(place, open_to)]


def is_watched(place: Place) -> bool:
    """Return whether git can say anything: it is there, and the study or its data lie in a repository."""
    return any(git(folder, "rev-parse", "--git-dir") is not None for folder in (place.folder, place.data))


def _held(place: Place, paths: list[Path]) -> Iterator[Finding]:
    if paths:
        told = f"git holds {_number(paths)} with real participants' rows, which are not public"
        remedy = (
            f"git rm --cached {locks.shown(paths[0], place)} (and so for each), then commit; "
            "earlier commits hold the rows still: do not publish them"
        )
        yield Finding("private-in-git", "data", told, remedy, _cases(place, paths), len(paths))


def _open(place: Place, paths: list[Path]) -> Iterator[Finding]:
    if paths:
        told = f"git would take {_number(paths)} with real participants' rows, which are not public"
        remedy = "name them in a .gitignore, or move them out of the project and name their folder by DATA"
        yield Finding("private-not-ignored", "data", told, remedy, _cases(place, paths), len(paths))


def _number(paths: list[Path]) -> str:
    return "a file" if len(paths) == 1 else f"{len(paths)} files"


def _cases(place: Place, paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(locks.shown(path, place) for path in paths)[:SHOWN_CASES]


def _listed(place: Place, study: Study, *which: str) -> set[Path]:
    """Return the private files among those that ``git ls-files`` lists in the places where such files lie."""
    found: set[Path] = set()
    for folder, is_private in _places(place, study):
        listed = git(folder, "ls-files", "-z", *which, "--", ".") if folder.is_dir() else None
        found |= {folder / name for name in listed or () if is_private(folder / name)}
    return found


def _places(place: Place, study: Study) -> Iterator[tuple[Path, Callable[[Path], bool]]]:
    """Yield each folder that may hold rows, with what tells a private file in it.

    In data/ that is all but what ``protect`` leaves to git, in build/ all; elsewhere the data files, by the name that
    the study file gives them and by the one that a link leads to, and the copies of the locks.
    """
    home = (place.folder / "data").resolve()
    rows = {
        path
        for each in (*locks.files(place, study).values(), *sealed.files(place, study).values())
        for path in (each.parent.resolve() / each.name, each.resolve())
    }
    copies = place.data.resolve() / locks.LOCKS
    kept = {home / name for name in (*KEPT, f"{locks.LOCKS}/{locks.PRIVATE}/.gitignore")}
    yield home, lambda path: path not in kept and not _is_of_a_lock(path, home / locks.LOCKS)
    yield place.build.resolve(), lambda path: True
    for folder in sorted({path.parent for path in rows} | {copies}):
        if not folder.is_relative_to(home):
            yield folder, lambda path: path in rows or path.is_relative_to(copies)


def _is_of_a_lock(path: Path, home: Path) -> bool:
    """Return whether a file is one of those that a lock leaves for everybody: no participant's row is in them."""
    return path.name in KEPT_OF_A_LOCK and path.parent.parent == home and path.parent.name.startswith("L")
