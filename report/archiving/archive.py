"""Make an archive and prove it; check one that was made elsewhere.

An archive is built from once before it is written: what does not give the paper again is no archive.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from report import built, modes
from report.archiving import contents, individuals, packing, rebuilding, standing
from report.archiving.individuals import Scope
from report.archiving.standing import Standing
from report.errors import Finding, TrialpressError, refuse_if_any
from report.lock import software
from report.lock.record import Place

NEEDED = ("README.md", contents.PAPER, standing.RESULTS, built.RECORD, "data/study.yaml")


def make(place: Place, to: Path | None = None, *, with_data: bool = False) -> tuple[Path, str]:
    """Write the archive of the paper in the build folder; return its path and what was made.

    TrialpressError where the paper is unsound, where something may not be archived, or where the archive does not give
    the paper again.
    """
    found = standing.read(place)
    path = _path(found, to)
    scope = individuals.scope(found, with_data=with_data)
    files = contents.of(found, scope)
    made = _rebuilt(files, found.mode)
    if scope.is_whole:
        refuse_if_any(_not_same(found, made), TrialpressError, "nothing was archived")
    else:
        files[contents.REBUILT] = contents.sums(made).encode()
    packing.pack(files, path)
    return path, f"{len(files)} files; {_summed_up(scope)}"


def _summed_up(scope: Scope) -> str:
    if scope.is_whole:
        return "the paper is built from it byte for byte"
    return f"individual data are left out, {len(scope.lost)} parts of the paper with them"


def _path(found: Standing, to: Path | None) -> Path:
    """Return where the archive goes; TrialpressError where its name hides that the paper is not final."""
    if to is None:
        return found.place.build / f"{found.name}.zip"
    mark = modes.MARKS[found.mode].replace(" ", "-")
    if to.suffix != ".zip" or mark not in to.name or not to.parent.is_dir():
        told = f"{to.name} cannot be the archive's name: a .zip in a folder that is there" + (
            f", with {mark} in its name, for the paper is not final" if mark else ""
        )
        raise TrialpressError(told, remedy=f"write --to {found.name}.zip, or leave --to out")
    return to


def _rebuilt(files: Mapping[str, bytes], mode: str) -> dict[str, str]:
    """Build the paper from the files of an archive, by the software that is among them."""
    with tempfile.TemporaryDirectory() as folder:
        packing.lay_out(files, Path(folder))
        return rebuilding.rebuild(Path(folder), Path(folder) / contents.SOFTWARE, mode)


def _not_same(found: Standing, made: dict[str, str]) -> Iterator[Finding]:
    told = "the archive gives other bytes than the build"
    remedy = "make report ENGINE=embedded, then archive: the version of Quarto is not pinned"
    for name in rebuilding.differing(found.outputs, made):
        yield Finding("archive-differs", name, told, remedy)


def check(path: Path) -> tuple[bool, list[str]]:
    """Build the paper of an archive with the software at hand; return whether it is the same, and what to say of it."""
    files = packing.unpack(path)
    lacking = [name for name in NEEDED if name not in files]
    if lacking:
        raise TrialpressError(f"{path.name} is not an archive of trialpress: it has no {', '.join(lacking)}")
    record = json.loads(files[built.RECORD])
    wanted = _sums(files.get(contents.REBUILT, files[contents.PAPER]))
    with tempfile.TemporaryDirectory() as folder:
        packing.lay_out(files, Path(folder))
        made = rebuilding.rebuild(Path(folder), software.PACKAGE.parent, record["mode"])
    differs = rebuilding.differing(wanted, made)
    return not differs, [*standing.other_software(record), *_said(path, wanted, differs, contents.REBUILT in files)]


def _sums(content: bytes) -> dict[str, str]:
    lines = (line.split("  ", 1) for line in content.decode().splitlines())
    return {name: sha for sha, name in lines}


def _said(path: Path, wanted: Mapping[str, str], differs: list[str], is_reduced: bool) -> Iterator[str]:
    for name in differs:
        yield f"{name} is not the archived one"
    if not differs:
        yield f"{path.name}: {len(wanted)} files are built from it, byte for byte"
    if is_reduced:
        yield "rows of single participants are not in this archive; its README.md names what cannot be built"
