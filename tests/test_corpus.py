"""A corpus of broken studies, and what the author reads of each. The messages stand in tests/corpus/*.txt.

Each entry there is a title (kind of fault/place), a line with a dot, the change, a dot, the message, a dot. Where a
message is meant to change, write them anew and read what has changed:

    TRIALPRESS_WRITE_GOLDEN=1 pytest tests/test_corpus.py && git diff tests/corpus
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from report.__main__ import main
from tests.conftest import Built, trialpress
from tests.corpus import data_cases, flow_cases, golden, study_cases
from tests.corpus.changes import HERE, STUDY, Case, changed_lines, printable, section_begins, shown
from tests.corpus.golden import Entry
from tests.corpus.not_yet import NOT_YET

GROUPS = {
    "study-file": study_cases.cases(),
    "data-files": data_cases.cases(),
    "flow-and-waivers": flow_cases.cases(),
}
CASES = {case.id: case for cases in GROUPS.values() for case in cases}
WRITING = bool(os.environ.get("TRIALPRESS_WRITE_GOLDEN"))
GoldenFiles = dict[str, dict[str, Entry]]
Checks = Callable[[Case], tuple[int, str]]


@pytest.fixture(scope="module")
def entries() -> Iterator[GoldenFiles]:
    """The golden files as read; when they are written anew, those of the cases that ran are replaced at the end."""
    held = {group: golden.read(group) for group in GROUPS}
    yield held
    for group, cases in GROUPS.items() if WRITING else ():
        golden.write(group, {case.id: held[group][case.id] for case in cases if case.id in held[group]})


def put(case: Case, folder: Path) -> Path:
    """Write the files of a case to an empty study folder."""
    shutil.copytree(HERE / case.study, folder / "data")
    for file, content in case.files().items():
        (folder / "data" / file).unlink(missing_ok=True)
        if content is not None:
            (folder / "data" / file).write_bytes(content)
    return folder


def plain(told: str) -> str:
    """Return what is said without the time that it took, and with odd characters written out."""
    return printable(re.sub(r" *\d+\.\d s$", "", told, flags=re.M).strip("\n"))


@pytest.fixture
def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Checks:
    """Run ``trialpress check`` on a case within this process: the exit code and what is said."""

    def run(case: Case) -> tuple[int, str]:
        code = main(["check", "--study", str(put(case, tmp_path / "study"))])
        told = capsys.readouterr()
        return code, plain(told.err if code else told.out)

    return run


JARGON = re.compile(
    r"Input should|Field required|[Vv]alidation|pydantic|NoneType|None\b|\w+Error\b|Decimal|tuple|\bdict|instance of"
    r"|expected <|could not find expected|mapping values|while (parsing|scanning)|control characters|\bTrue\b|\bFalse\b"
)


def complaints(case: Case, code: int, told: str) -> list[str]:
    """Return what an author would hold against a message."""
    made = {
        "the exit code": code != (0 if case.asked else 1),
        "a defect": "Traceback" in told or "defect of trialpress" in told,
        "a path of the machine": re.search(r"/tmp/|/home/|/usr/|site-packages|\.py\b", told) is not None,
        "a programmer's words": JARGON.search(told) is not None,
        "what must not be shown": bool(case.secret) and case.secret in told,
        "the place": not names_the_place(case, told),
    }
    return [name for name, holds in made.items() if holds]


def names_the_place(case: Case, told: str) -> bool:
    """Return whether a message names the place; of the study file, the changed line or its section above it."""
    if case.place != "line":
        return (
            re.search(rf"(?<![\w.]){re.escape(case.place)}(?![\w])", told) is not None
            or case.place in told.split(": ")[0]
        )
    (change,) = [change for change in case.changes if change.file == STUDY]
    first, last = changed_lines(case, change)
    begins = section_begins(case, change, first)
    return any(begins <= int(line) <= last for line in re.findall(r"data/study\.yaml:(\d+)", told))


@pytest.mark.parametrize(("group", "name"), [(group, case.id) for group, cases in GROUPS.items() for case in cases])
def test_a_message(group: str, name: str, entries: GoldenFiles, checked: Checks) -> None:
    """What is said is what the golden file holds, and nothing can be held against it save what is known."""
    case = CASES[name]
    code, told = checked(case)
    if WRITING:
        entries[group][name] = Entry(shown(case), told)
    assert entries[group].get(name) == Entry(shown(case), told)
    assert ", ".join(complaints(case, code, told)) == NOT_YET.get(name, "")


def test_the_corpus_is_whole() -> None:
    """No case stands twice, none is without its message, no message without its case, and there are enough."""
    assert len(CASES) == sum(map(len, GROUPS.values())) >= 160
    assert NOT_YET.keys() <= CASES.keys()
    for group, cases in GROUPS.items():
        assert WRITING or list(golden.read(group)) == [case.id for case in cases]


@pytest.mark.parametrize("study", ["single", "parallel"])
def test_the_studies_have_no_fault(study: Literal["single", "parallel"], checked: Checks) -> None:
    """All changes start from files of which nothing is said."""
    code, told = checked(Case("none", study, ()))
    assert (code, told.startswith("check       nothing to correct in"), "question" in told) == (0, True, False)


AS_A_PROCESS = (
    "study-file/latin-1",
    "not-of-the-list/conditions-comparator",
    "utf-16/participants.csv",
    "letter-for-digit/assessments-esr",
    "flow-does-not-balance/assessed",
    "waiver-unsigned/reason",
    "visit-missing/assessments",
)


@pytest.mark.parametrize("name", AS_A_PROCESS)
def test_the_command_says_the_same(name: str, tmp_path: Path, entries: GoldenFiles) -> None:
    """A process of its own says what was said within this one, and nothing besides."""
    case = CASES[name]
    done = trialpress("check", study=put(case, tmp_path / "study"))
    told, silent = (done.stdout, done.stderr) if case.asked else (done.stderr, done.stdout)
    assert (done.returncode, silent) == (0 if case.asked else 1, "")
    assert plain(told) == next(held[name].message for held in entries.values() if name in held)


REFUSED = (
    ("study.yaml", "kind: single_arm", "kind: single-arm"),
    ("study.yaml", "    variable: jadas71\n", "    variable: jadas17\n"),
    ("study.yaml", "method: signed_rank", "method: wilcoxon"),
    ("study.yaml", "visits:\n", "visits\n"),
    ("participants.csv", "participant,sex", "patient,sex"),
    ("participants.csv", "J02,F,", "J02,"),
    ("assessments.csv", "J02,W0,", 'J02,"W0,'),
)


@pytest.mark.parametrize(
    ("file", "old", "new"), [*REFUSED, ("assessments.csv", "", ""), ("waivers.csv", "", "x,y\n1,2\n")]
)
def test_a_refused_report_leaves_what_was_built(file: str, old: str, new: str, jia: Built, tmp_path: Path) -> None:
    """``trialpress report`` on what cannot be read, keyed or planned: build/ stays as it was, byte for byte."""
    study = Path(shutil.copytree(jia.folder, tmp_path / "study"))
    before = built(study)
    spoil(study / "data" / file, old, new)
    done = trialpress("report", "--engine", "embedded", study=study)
    assert done.returncode == 1 and "Traceback" not in done.stderr and "defect" not in done.stderr, done.stderr
    assert f"data/{file}" in done.stderr and built(study) == before


def built(study: Path) -> dict[str, bytes]:
    """Return every file below build/ and what it holds."""
    made = {str(p.relative_to(study)): p.read_bytes() for p in (study / "build").rglob("*") if p.is_file()}
    assert {"build/results.json", "build/manuscript-draft.pdf"} <= made.keys()
    return made


def spoil(path: Path, old: str, new: str) -> None:
    """Replace a text at its first place; write a file that is not there; without either, take the file away."""
    if not old and not new:
        path.unlink()
        return
    text = path.read_text(encoding="utf-8") if old else ""
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
