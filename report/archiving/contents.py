"""What an archive holds, as bytes by name."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from report import ard, built
from report.archiving import citation, individuals, read_me
from report.archiving.individuals import Scope
from report.archiving.standing import RESULTS, Standing
from report.errors import Finding, TrialpressError, refuse_if_any
from report.lock import software
from report.lock.fingerprints import sha256_of
from report.lock.record import Place
from report.study.places import STUDY_FILE

PAPER, REBUILT, DATA = "paper.sha256", "rebuilt.sha256", "data.sha256"
SOFTWARE = "software"
LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.txt")
OF_LOCKS = ("data/lock.json", "data/locks/ledger.jsonl", "data/locks/allowed_signers")
OF_A_LOCK = ("lock.json", "manifest.sha256", "results.json")


def of(found: Standing, scope: Scope) -> dict[str, bytes]:
    """Return the files of the archive; TrialpressError where one would hold what may not leave the study."""
    refuse_if_any(_not_public(found) if scope.with_data else (), TrialpressError, "the data files cannot be archived")
    own = [name for name in LICENCES if (found.place.folder / name).is_file()]
    texts = {
        "README.md": read_me.readme(found, scope),
        "Makefile": read_me.makefile(is_whole=scope.is_whole),
        "LICENCE.md": read_me.licence(found, scope, own),
        "datacite.json": _json(citation.datacite(found, with_data=scope.with_data)),
        ".zenodo.json": _json(citation.zenodo(found)),
        PAPER: sums(found.outputs),
        DATA: sums({name: found.results.header["inputs"][name] for name in read_me.data_files(found)}),
    }
    return {
        **{name: text.encode() for name, text in texts.items()},
        **dict(_study_files(found, own)),
        **dict(_locks(found.place)),
        **dict(_software()),
        **(dict(_data(found)) if scope.with_data else {}),
        RESULTS: (found.place.build / RESULTS).read_bytes() if scope.is_whole else _without_individuals(found),
        built.RECORD: (found.place.build / built.RECORD).read_bytes(),
    }


def sums(hashes: Mapping[str, str]) -> str:
    """Return fingerprints as ``sha256sum -c`` reads them."""
    return "".join(f"{sha}  {name}\n" for name, sha in sorted(hashes.items()))


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _not_public(found: Standing) -> Iterator[Finding]:
    """Yield what keeps data files out: no licence, treatments that are sealed, or columns that name persons."""
    if not found.study.study.data_licence:
        told = "no licence says that the data are public"
        remedy = "write it as study: data_licence; or archive without --with-data: the paper is built all the same"
        yield Finding("archive-private", found.study.where("study"), told, remedy)
    if found.results.header["treatment"] != "real":
        told = "the treatments are not unblinded, and the data may tell them"
        yield Finding("archive-blinded", "data", told, "archive without --with-data")
    for name, dataset in found.study.datasets.items():
        if any(column.identifier for column in dataset.columns.values()):
            told, remedy = "it has columns that identify a person", "archive without --with-data"
            yield Finding("archive-identifier", found.study.where("datasets", name), told, remedy)


def _study_files(found: Standing, own: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in (STUDY_FILE.as_posix(), *found.record["templates"]["files"], *own):
        yield name, (found.place.folder / name).read_bytes()


def _locks(place: Place) -> Iterator[tuple[str, bytes]]:
    """Yield the lock in force, the ledger, and what may be known of each lock: nothing else of that folder."""
    for name in OF_LOCKS:
        if (place.folder / name).is_file():
            yield name, (place.folder / name).read_bytes()
    for folder in sorted((place.folder / "data" / "locks").glob("L*-*")):
        for path in (folder / name for name in OF_A_LOCK):
            if path.is_file():
                yield path.relative_to(place.folder).as_posix(), _public(path)


def _public(path: Path) -> bytes:
    """Return what is kept of a lock; TrialpressError where a row of a single participant is among its results."""
    if path.name == RESULTS and any(row.disclosure != "aggregate" for row in ard.read(path)):
        told = f"data/locks/{path.parent.name}/{RESULTS} holds rows of single participants; nothing was archived"
        raise TrialpressError(told, remedy="put the folder back from version control")
    return path.read_bytes()


def _software() -> Iterator[tuple[str, bytes]]:
    """Yield the package's own files, its pinned packages and its licence."""
    for name in software.code():
        yield f"{SOFTWARE}/{software.PACKAGE.name}/{name}", (software.PACKAGE / name).read_bytes()
    for path in (software.PINS, software.PINS.with_name("LICENSE"), software.PINS.with_name("pyproject.toml")):
        if path.is_file():
            yield f"{SOFTWARE}/{path.name}", path.read_bytes()


def _data(found: Standing) -> Iterator[tuple[str, bytes]]:
    """Yield the data files that the results were computed from, and what is said of them; changed ones are refused."""
    for name in read_me.data_files(found):
        path = found.place.data / name.removeprefix("data/")
        if not path.is_file() or sha256_of(path) != found.results.header["inputs"][name]:
            raise TrialpressError(f"{name} has changed since the paper was built", remedy="run `make report`")
        yield name, path.read_bytes()
    told = found.place.folder / "data" / "README.md"
    if told.is_file():
        yield "data/README.md", told.read_bytes()


def _without_individuals(found: Standing) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / RESULTS
        ard.write(path, individuals.without(found))
        return path.read_bytes()
