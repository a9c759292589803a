"""What an archive says of itself: how the paper is built again, from what, and what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from report.archiving import citation
from report.archiving.individuals import Scope
from report.archiving.standing import BUILD, Standing
from report.paper.numbers import LEFT_OUT
from report.study.places import STUDY_FILE

MAKEFILE = """\
# The paper from this archive: `make setup` once, then `make paper` without the data, or `make report` from them.
#
# Offline, `make setup WHEELS=/folder` takes the packages from a folder of wheels.

.PHONY: setup paper report

PYTHON ?= .venv/bin/python
RUN    := PYTHONPATH=software PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m report
FROM   := $(if $(WHEELS),--no-index --find-links="$(WHEELS)")
SUM    := $(if $(wildcard /usr/bin/sha256sum /bin/sha256sum),sha256sum,shasum -a 256)

setup:  ## install what software/requirements.lock pins
	python3 -m venv .venv
	.venv/bin/python -m pip install $(FROM) --require-hashes -r software/requirements.lock

paper:  ## build the paper from results.json, the study file and the templates, and compare it with the one archived
	rm -rf build && mkdir build && cp results.json build/
	$(RUN) displays
	$(RUN) manuscript
	$(RUN) publish --engine embedded
	$(SUM) -c @REBUILT@

report:  ## hold the data files in data/ against those of the paper, build it from them, and compare
	$(SUM) -c data.sha256
	rm -rf build
	$(RUN) report --engine embedded
	$(SUM) -c paper.sha256
"""

LICENCE = """\
# Licence

| part | licence |
|---|---|
| text and results: `data/study.yaml`, `templates/`, `results.json`, `record.json` | {text} |
| data files | {data} |
| software: `software/` | MIT, `software/LICENSE` |
"""

_README = """\
# {title}

{description}

{standing}

## The paper without the data sets

    make setup
    make paper

in this folder gives `build/manuscript-{mode}.html`, `.pdf` and `.docx`{promise}
`make setup` needs Python 3.11 and downloads the packages that `software/requirements.lock` pins, by hash; the wheels
themselves are not in this archive. After that nothing is read from a network. Without make, its lines can be typed as
they stand in `Makefile`.

## The paper from the data

{data}

    make report

The files are held against `data.sha256` first, and the paper built from them against `paper.sha256`.

## What is here

| file | what it is |
|---|---|
| `data/study.yaml` | the study file: protocol and analysis plan as data |
| `templates/` | the paper's own text, and its references |
| `results.json` | the results, a row each{reduced} |
| `record.json` | what the paper rests on: lock, manifest, templates, software |
| `data/lock.json`, `data/locks/` | where there are locks: the one in force, the ledger, what may be known of each |
| `paper.sha256`{rebuilt} | fingerprints of the paper and its record |
| `data.sha256` | fingerprints of the data files |
| `software/` | the program itself and its pinned packages; MIT licence |
| `datacite.json`, `.zenodo.json` | citation metadata |
| `LICENCE.md` | which licence holds for which part |

## What is not here

{absent}

## To be completed before it is deposited

{complete}
"""

SAME = ", byte for byte the paper that was archived."
REDUCED = """:
the paper without what is left out below, which says so in its place. All else in it is as it was, and
`rebuilt.sha256` holds the fingerprints of what is built."""


def makefile(*, is_whole: bool) -> str:
    """Return the archive's Makefile."""
    return MAKEFILE.replace("@REBUILT@", "paper.sha256" if is_whole else "rebuilt.sha256")


def licence(found: Standing, scope: Scope, own: Sequence[str]) -> str:
    """Return which licence holds for which part; ``own`` are files of the study that say it."""
    data = found.study.study.data_licence if scope.with_data else "not in this archive"
    return LICENCE.format(text=", ".join(f"`{name}`" for name in own) or "to be completed", data=data)


def readme(found: Standing, scope: Scope) -> str:
    """Return the archive's README."""
    return _README.format(
        title=found.study.study.short_title,
        description=citation.description(found),
        standing=_standing(found),
        mode=found.mode,
        promise=SAME if scope.is_whole else REDUCED,
        data=_data(found, scope),
        reduced="" if scope.is_whole else ", without rows of single participants",
        rebuilt="" if scope.is_whole else ", `rebuilt.sha256`",
        absent="\n".join(_absent(scope)),
        complete="\n".join(f"- {each}" for each in citation.COMPLETE),
    )


def _standing(found: Standing) -> str:
    if found.mode == "final":
        return f"The paper is final, under {found.record['lock']['name']} {found.record['lock']['id']}."
    return f"**{found.version}**: the paper is not final, and says so on every page."


def _data(found: Standing, scope: Scope) -> str:
    named = ", ".join(f"`{name}`" for name in data_files(found))
    if scope.with_data:
        return f"The data files are in this archive: {named}."
    return f"Where access to the data is granted, put these files in their places: {named}. Then"


def data_files(found: Standing) -> list[str]:
    """Return the files that the results were computed from, without the study file."""
    return [name for name in found.results.header["inputs"] if name != STUDY_FILE.as_posix()]


def _absent(scope: Scope) -> Iterator[str]:
    if not scope.with_data:
        yield "- The data sets. Who grants access to them is for the study to say."
    yield "- The packages’ wheels: `software/requirements.lock` names each with its hash."
    yield f"- The finished paper: it is built, in `{BUILD}/`."
    if scope.is_whole:
        return
    yield f"- Rows of single participants, for {scope.why}."
    if scope.lost:
        yield f"  This cannot be built without them; in its place stands “{LEFT_OUT}”:"
        yield from (f"    - {each.line()}" for each in scope.lost)
