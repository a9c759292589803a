"""The page by which a lock is signed: what it says is what the lock and the ledger hold, and it can be signed by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from report import locking, stages
from report.analysis.compute import Computed
from report.ard import Results, Row
from report.lock.record import Signature
from report.publish import sign_off
from report.publish.read_pdf import read_pdf
from report.publish.sign_off import Signatory
from report.stages import Order
from report.study import file as study_file
from tests.invented import single
from tests.lock.locked import ADA, change, held, refusal, study_in

ROLES = [
    {"role": "Data manager", "meaning": "The database is closed & every query is answered or waived."},
    {"role": "Trial statistician", "meaning": "Analysis sets [#final] were *dated* before the lock."},
]
WAIVED = "waiver.W1"


def counted(result_id: str, analysis: str, stat: int | str, name: str, context: str) -> Row:
    return Row(
        result_id=result_id, analysis_id=analysis, variable="x", context=context, method="count", stat_name=name,
        stat_label="n", stat=stat, format_key="count",
    )  # fmt: skip


@pytest.fixture(autouse=True)
def checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the check pass with nothing open and two findings waived, and the clock stand."""
    rows = [counted("queries.open.n", "queries.open", 0, "n", "queries")]
    rows += [counted(f"waiver.{n}.finding", f"waiver.{n}", "told", "finding", "waiver") for n in (1, 2)]
    monkeypatch.setattr(stages, "checked", lambda order: Computed(Results({"treatment": "real"}, rows), ()))
    monkeypatch.setattr(locking, "_now", lambda: "2030-01-02T03:04:05Z")


@pytest.fixture
def order(tmp_path: Path) -> Order:
    study = single(lock={"names": {"hard": "database lock"}, "signatories": ROLES})
    study["study"]["protocol"] = {"version": "3.1", "date": "2019-02-03"}
    study["journal"] = {"paper": "us-letter"}
    return study_in(tmp_path, study)


def printed(order: Order) -> Path:
    return sign_off.write(order, study_file.read(order.folder), order.build)


def told(path: Path) -> str:
    document = read_pdf(path)
    return "\n".join([*(block.text for block in document.blocks), *document.furniture])


def test_it_says_what_was_locked(order: Order) -> None:
    """A fingerprint is found whole, 64 characters on one line, so that it can be searched and copied."""
    locking.lock(order, ADA, "hard")
    lock, said = held(order), told(printed(order))
    for text in (
        f"Sign-off of database lock {lock.id}", "Invented", f"database lock {lock.id}, of type hard",
        "2030-01-02 03:04:05 UTC", "2020-12-31", "Ada Byron, data manager", "final review", "version 3.1 of 2019-02-03",
        "not said in the study file", "0 open, 2 waived", lock.fingerprint, lock.results, "Dummy data: invented",
        f"data/locks/{lock.id}/manifest.sha256",
    ):  # fmt: skip
        assert text in said, text
    for file in lock.files:
        assert file.name in said and file.sha256 in said and f"{file.bytes:,}" in said
    assert len(lock.files) == 2 and "No data" not in said


def test_each_signatory_has_a_line_or_has_signed(order: Order) -> None:
    """Markup in a meaning is text. Who signed by command stands there with the time, and needs no line."""
    locking.lock(order, ADA, "hard")
    assert told(printed(order)).count("name in print") == 2
    locking.sign(
        order, Signature("Grace Hopper", "Trial statistician", "Analysis sets [#final] were *dated* before the lock.")
    )
    said = told(printed(order))
    assert said.count("name in print") == said.count("signed electronically") == 1
    assert "Grace Hopper" in said and "Analysis sets [#final] were *dated* before the lock." in said
    assert "The database is closed & every query is answered or waived." in said
    signing = sign_off.signatories(order, study_file.read(order.folder), held(order))
    assert [(each.role, each.by, each.at) for each in signing] == [
        ("Data manager", "", ""),
        ("Trial statistician", "Grace Hopper", "2030-01-02 03:04:05 UTC"),
    ]


def test_without_signatories_there_is_one_line(tmp_path: Path) -> None:
    order = study_in(tmp_path)
    locking.lock(order, ADA)
    said = told(printed(order))
    assert said.count("name in print") == 1 and "Role:" in said and "Sign-off of soft lock" in said


def test_without_a_lock_there_is_nothing_to_sign(order: Order) -> None:
    assert "nothing is locked" in refusal(lambda: printed(order)) and not (order.build / "sign-off.pdf").exists()


def test_changed_data_are_not_signed(order: Order) -> None:
    locking.lock(order, ADA, "hard")
    change(order.data / "people.csv", "P2,y,20", "P2,y,21")
    assert "people.csv" in refusal(lambda: printed(order))


def test_the_same_lock_gives_the_same_bytes(order: Order) -> None:
    locking.lock(order, ADA, "hard")
    first = printed(order).read_bytes()
    assert printed(order).read_bytes() == first
    assert b"pdfuaid" in first and b"2030-01-02" in first  # its date is the lock's


def test_six_long_names_break_over_pages_whole(order: Order, tmp_path: Path) -> None:
    """Every role, meaning and name is read back whole from one page each; the table's header stands on both pages."""
    locking.lock(order, ADA, "hard")
    names = [
        f"Prof. dr. Alexandrina Victoria van den Boogaard-Meijerink the {n}th, of the coordinating centre"
        for n in "456789"
    ]
    signing = [
        Signatory(f"Member {n} of the steering committee", f"Reviewed under procedure {n}. " * 4, names[n], "at")
        for n in range(6)
    ]
    study = study_file.read(order.folder)
    page = dataclasses.replace(sign_off.of(study, held(order), signing, "0 open, 0 waived"), paper="a4")
    path = sign_off.print_page(page, 0, tmp_path / "six.pdf")
    said = told(path)
    assert not [
        each for each in (*names, *(s.role for s in signing), *(s.meaning.strip() for s in signing)) if each not in said
    ]
    with PdfDocument(path) as pdf:
        pages = [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]
        assert [round(size) for size in pdf[0].get_size()] == [595, 842]
    assert len(pages) == 2 and all("Name and signature" in each for each in pages)
    for each in signing:
        assert sum(each.role in text for text in pages) == 1
