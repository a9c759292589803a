"""Each kind of tampering with a build is found by its file, and nothing is said of one that is as it was made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from report.errors import Finding, ResultsError
from report.lock.fingerprints import sha256_of
from report.stages import Order
from report.tracing import verify, whose_file
from tests.conftest import Built, trialpress

Tamper = Callable[[Path], None]


@pytest.fixture
def copy(jia: Built, tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    shutil.copytree(jia.folder, folder)
    return folder


def found(folder: Path) -> tuple[Finding, ...]:
    return verify.verify(Order(folder)).findings


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
def test_a_build_as_it_was_made_holds(name: str, request: pytest.FixtureRequest) -> None:
    built: Built = request.getfixturevalue(name)
    held = verify.verify(Order(built.folder))
    assert held.findings == () and held.lines == tuple(verify.CHECKS)


def replaced(name: str, old: str, new: str) -> Tamper:
    def tamper(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return tamper


def flipped(name: str) -> Tamper:
    def tamper(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[-3] ^= 1
        (folder / name).write_bytes(bytes(content))

    return tamper


def removed(name: str) -> Tamper:
    return lambda folder: (folder / name).unlink()


def added(name: str) -> Tamper:
    def tamper(folder: Path) -> None:
        (folder / name).write_text("something\n", encoding="utf-8")

    return tamper


def renamed(name: str, other: str) -> Tamper:
    def tamper(folder: Path) -> None:
        (folder / name).rename(folder / other)

    return tamper


def reordered(folder: Path) -> None:
    path = folder / "data" / "assessments.csv"
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *rest, first]) + "\n", encoding="utf-8")


def recorded(*steps: str, value: object, file: str = "record.json") -> Tamper:
    def tamper(folder: Path) -> None:
        path = folder / "build" / file
        content = json.loads(path.read_text(encoding="utf-8"))
        inner = content
        for step in steps[:-1]:
            inner = inner[step]
        assert inner[steps[-1]] != value
        inner[steps[-1]] = value
        path.write_text(json.dumps(content), encoding="utf-8")

    return tamper


def with_its_hash(folder: Path) -> None:
    """Change a number in the HTML, and its fingerprint in environment.json too."""
    html = folder / "build" / "manuscript-draft.html"
    replaced("build/manuscript-draft.html", ">24.5</span>", ">23.5</span>")(folder)
    recorded("outputs", html.name, value=sha256_of(html), file="environment.json")(folder)


def display(folder: Path) -> None:
    replaced("build/displays/tbl-outcomes.json", '"24.5"', '"23.5"')(folder)


TAMPERINGS: dict[str, tuple[Tamper, str, str]] = {
    "a byte of the PDF": (flipped("build/manuscript-draft.pdf"), "verify-output", "build/manuscript-draft.pdf"),
    "a byte of the DOCX": (flipped("build/manuscript-draft.docx"), "verify-output", "build/manuscript-draft.docx"),
    "a number of the HTML": (
        replaced("build/manuscript-draft.html", ">24.5</span>", ">23.5</span>"), "verify-output", "build/manuscript-draft.html",
    ),
    "a number of the HTML with its hash": (with_its_hash, "gate-unexpected-result", "manuscript-draft.html"),
    "no PDF": (removed("build/manuscript-draft.pdf"), "verify-output", "build/manuscript-draft.pdf"),
    "a paper of another mode": (added("build/manuscript-final.pdf"), "verify-stray", "build/manuscript-final.pdf"),
    "a value of the results": (replaced("build/results.json", '"stat": 24.5', '"stat": 23.5'), "verify-results", "build/results.json"),
    "no results": (removed("build/results.json"), "verify-results", "build/results.json"),
    "a value of the data": (replaced("data/assessments.csv", "J01,W0,2013-03-04,4.0", "J01,W0,2013-03-04,4.1"), "verify-data", "data/assessments.csv"),
    "rows in another order": (reordered, "verify-data", "data/assessments.csv"),
    "no data file": (removed("data/adverse_events.csv"), "verify-data", "data/adverse_events.csv"),
    "a data file of another name": (renamed("data/participants.csv", "data/people.csv"), "verify-data", "data/participants.csv"),
    "waivers that came later": (added("data/waivers.csv"), "verify-data", "data/waivers.csv"),
    "another study file": (replaced("data/study.yaml", "Week 8", "Week eight"), "verify-study", "data/study.yaml"),
    "another template": (replaced("templates/40-results.qmd.j2", "The", "A"), "verify-templates", "templates/40-results.qmd.j2"),
    "no template": (removed("templates/40-results.qmd.j2"), "verify-templates", "templates/40-results.qmd.j2"),
    "one template more": (added("templates/45-more.qmd.j2"), "verify-templates", "templates/45-more.qmd.j2"),
    "no record": (removed("build/record.json"), "verify-missing", "build/record.json"),
    "a record that is none": (added("build/record.json"), "verify-record", "build/record.json"),
    "a part of the record": (recorded("populations", "population.treated.n", value=7), "verify-record", "build/record.json"),
    "a part of the record gone": (recorded("manifest", value=None), "verify-record", "build/record.json"),
    "another cut-off in the record": (recorded("data_cutoff", value="2017-01-31"), "verify-record", "build/record.json"),
    "another fingerprint in the record": (recorded("manifest", "files", "data/assessments.csv", value="0" * 64), "verify-data", "data/assessments.csv"),
    "another mode in the record": (recorded("mode", value="final"), "verify-output", "build/manuscript-final.html"),
    "another lock in the record": (
        recorded("lock", value={"state": "hard", "id": "L1-3f9a2c7", "fingerprint": "3f9a2c7"}), "verify-lock", "data/lock.json",
    ),
    "other code": (recorded("software", "code", value="0" * 64), "verify-software", "trialpress’s code"),
    "another package": (recorded("software", "numpy", value="1.0.0"), "verify-software", "numpy"),
    "another number in printed.json": (replaced("build/printed.json", '"24.5"', '"23.5"'), "gate-missing-result", "prose"),
    "a number of a table": (display, "verify-display", "build/displays/tbl-outcomes.json"),
    "a letter of a figure": (replaced("build/displays/fig-flow.svg", "<path", "<path "), "verify-part", "build/displays/fig-flow.svg"),
    "a word of the manuscript": (replaced("build/manuscript.qmd", " the ", " a "), "verify-part", "build/manuscript.qmd"),
    "a page of another look": (replaced("build/style/page.css", "color", "colour"), "verify-part", "build/style/page.css"),
    "a filter more": (added("build/style/more.lua"), "verify-part", "build/style/more.lua"),
    "a figure gone": (removed("build/displays/fig-flow.svg"), "verify-display", "build/displays/fig-flow.svg"),
    "a display more": (added("build/displays/tbl-more.json"), "verify-display", "build/displays/tbl-more.json"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_tampering_is_found_by_its_file(copy: Path, what: str) -> None:
    tamper, code, where = TAMPERINGS[what]
    tamper(copy)
    findings = found(copy)
    assert (code, where) in {(each.code, each.where) for each in findings}, findings
    assert all(each.remedy for each in findings)


def test_a_finding_does_not_hide_another(copy: Path) -> None:
    removed("build/manuscript-draft.pdf")(copy)
    replaced("data/assessments.csv", "J01,W0,2013-03-04,4.0", "J01,W0,2013-03-04,4.1")(copy)
    added("build/displays/tbl-more.json")(copy)
    assert {"verify-output", "verify-data", "verify-display"} <= {each.code for each in found(copy)}


def test_no_row_of_the_data_is_told(copy: Path) -> None:
    replaced("data/assessments.csv", "J01,W0,2013-03-04,4.0", "J01,W0,2013-03-04,4.7")(copy)
    told = "\n".join(line for each in found(copy) for line in each.lines())
    assert "J01" not in told and "4.7" not in told


def test_a_lock_since_the_build_and_its_ledger_are_found(copy: Path) -> None:
    signed = trialpress("lock", "--by", "A. Nurse", "--role", "data manager", "--reason", "review", study=copy)
    assert signed.returncode == 0, signed.stderr
    assert [(each.code, each.where) for each in found(copy)] == [("verify-lock", "data/lock.json")]
    replaced("data/locks/ledger.jsonl", "A. Nurse", "B. Nurse")(copy)
    told = "\n".join(each.message for each in found(copy))
    assert "ledger" in told


def test_the_command_says_all_and_ends_with_1(jia: Built, copy: Path) -> None:
    clean = trialpress("verify", "build/", study=jia.folder)
    assert clean.returncode == 0 and len(clean.stdout.splitlines()) == len(verify.CHECKS) and not clean.stderr
    flipped("build/manuscript-draft.pdf")(copy)
    done = trialpress("verify", study=copy)
    assert done.returncode == 1 and "build/manuscript-draft.pdf" in done.stderr


# a file that somebody sends -------------------------------------------------------------------------------------------


def test_a_file_of_this_build_is_known(jia: Built, tmp_path: Path) -> None:
    sent = tmp_path / "paper final v2.pdf"
    shutil.copy(jia.folder / "build" / "manuscript-draft.pdf", sent)
    told = whose_file.whose(Order(jia.folder), sent)
    assert told.is_ours and "manuscript-draft.pdf of this build, byte by byte" in told.lines[0]
    assert any("live data, not locked" in line for line in told.lines)


def test_a_changed_file_is_told_by_its_number(jia: Built, tmp_path: Path) -> None:
    sent = tmp_path / "manuscript-draft.html"
    shutil.copy(jia.folder / "build" / "manuscript-draft.html", sent)
    replaced("manuscript-draft.html", ">24.5</span>", ">23.5</span>")(tmp_path)
    told = whose_file.whose(Order(jia.folder), sent)
    assert not told.is_ours and told.findings
    assert any("23.5" in case for each in told.findings for case in each.cases)


def test_a_file_that_was_only_saved_again_is_told_so(jia: Built, tmp_path: Path) -> None:
    sent = tmp_path / "paper.html"
    sent.write_bytes((jia.folder / "build" / "manuscript-draft.html").read_bytes() + b"\n")
    told = whose_file.whose(Order(jia.folder), sent)
    assert not told.is_ours and told.findings == () and any("word for word" in line for line in told.lines)


def test_another_paper_is_not_ours(jia: Built, indomethacin: Built) -> None:
    told = whose_file.whose(Order(jia.folder), indomethacin.folder / "build" / "manuscript-draft.docx")
    assert not told.is_ours and any("Indomethacin after ERCP" in line for line in told.lines) and told.findings


def test_what_is_no_paper_is_refused(jia: Built, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="there is no such file"):
        whose_file.whose(Order(jia.folder), tmp_path / "none.pdf")
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    with pytest.raises(ResultsError, match="neither HTML nor PDF nor DOCX"):
        whose_file.whose(Order(jia.folder), tmp_path / "a.txt")
