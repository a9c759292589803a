"""Broken data files: kinds of fault of a whole file, and of a cell by the type of its column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from tests.corpus.changes import Case, Change, Made, cell, edited, removed, whole

Which = Literal["single", "parallel"]


class Spot(NamedTuple):
    """A cell: the study, the file, the line, the column."""

    study: Which
    file: str
    line: int
    column: str

    @property
    def name(self) -> str:
        return f"{self.file.removesuffix('.csv')}-{self.column.replace('_', '-')}"

    @property
    def is_private(self) -> bool:
        """Whether what stands in the cell must never be shown: free text, or a column that names a person."""
        return self.column in ("born", "remarks", "term", "screening_number")


ESR, AGE, FAILED = (Spot("single", "assessments.csv", 5, "esr"), Spot("parallel", "patients.csv", 5, "age"),
                    Spot("single", "participants.csv", 4, "biologicals_failed"))  # fmt: skip
DURATION, GLOBAL, RISK, CRP = (
    Spot("single", "participants.csv", 4, "disease_duration"), Spot("single", "assessments.csv", 5, "physician_global"),
    Spot("parallel", "patients.csv", 6, "risk"), Spot("single", "laboratory.csv", 4, "crp"),
)  # fmt: skip
CHAQ = Spot("single", "assessments.csv", 5, "function")
SEX, VISIT, ARM, OUTCOME, SERIOUS = (
    Spot("single", "participants.csv", 4, "sex"), Spot("single", "assessments.csv", 5, "visit"),
    Spot("parallel", "patients.csv", 6, "rx"), Spot("parallel", "patients.csv", 6, "outcome"),
    Spot("single", "events.csv", 3, "serious"),
)  # fmt: skip
CONSENT, DATE, DRAWN, ONSET, BORN, INFUSION = (
    Spot("single", "participants.csv", 4, "consented"), Spot("single", "assessments.csv", 5, "date"),
    Spot("single", "laboratory.csv", 4, "drawn"), Spot("single", "events.csv", 3, "onset"),
    Spot("single", "participants.csv", 4, "born"), Spot("single", "participants.csv", 4, "first_infusion"),
)  # fmt: skip
PERSON, PATIENT = Spot("single", "participants.csv", 4, "participant"), Spot("parallel", "patients.csv", 5, "id")
ASSESSED, WITH_EVENT = (
    Spot("single", "assessments.csv", 5, "participant"),
    Spot("single", "events.csv", 3, "participant"),
)
REMARKS, TERM, SCREENED = (
    Spot("single", "participants.csv", 4, "remarks"), Spot("single", "events.csv", 3, "term"),
    Spot("single", "participants.csv", 4, "screening_number"),
)  # fmt: skip
REPORTED, SOURCE = Spot("parallel", "reported.csv", 3, "value"), Spot("parallel", "reported.csv", 3, "source")

NUMBERS = (ESR, AGE, DURATION, CRP, REPORTED)
DATES = (CONSENT, DATE, ONSET, BORN)

# kind: what stands in the cell: where
CELLS: dict[str, tuple[str, tuple[Spot, ...]]] = {
    "letter-for-digit": ("8o", NUMBERS),
    "unit-in-the-cell": ("84 mm/h", (ESR, CRP)),
    "below-detection": ("<0.5", (CRP, ESR)),
    "at-most-sign": ("≤5", (CRP, AGE)),
    "not-available": ("n/a", (ESR, DURATION, CONSENT, SEX)),
    "spreadsheet-error": ("#VALUE!", (ESR, RISK, ONSET)),
    "word-missing": ("missing", (FAILED, CRP, OUTCOME)),
    "code-for-missing": ("-99", (ESR, AGE, GLOBAL, SEX)),
    "decimal-comma": ("5,5", (GLOBAL, RISK, CRP)),
    "thousands-separator": ("1,234", (ESR, CRP, REPORTED)),
    "fraction-for-integer": ("8.5", (ESR, AGE, FAILED, REPORTED)),
    "power-of-ten": ("1.2E+01", (ESR, AGE)),
    "two-numbers": ("7-8", (FAILED, DURATION)),
    "out-of-range": ("999", (ESR, AGE, DURATION, RISK)),
    "of-300-digits": ("1e308", (CRP, GLOBAL)),
    "no-multiple-of-the-resolution": ("1.23", (GLOBAL, RISK, CHAQ, DURATION)),
    "empty": ("", (AGE, DURATION, FAILED, SEX, ARM, CONSENT, DATE, BORN, TERM, REPORTED, SOURCE)),
    "blanks-around": (" 5 ", (ESR, RISK, SEX, VISIT, CONSENT, PATIENT, TERM)),
    "negative": ("-5", (ESR, DURATION, REPORTED)),
    "formula": ("=1+1", (ESR, CRP)),
    "digits-of-another-script": ("٨٤", (ESR, CONSENT)),
    "other-case": ("f", (SEX,)),
    "label-for-code": ("Female", (SEX,)),
    "label-for-code-of-arm": ("Placebo", (ARM,)),
    "visit-unknown": ("W4", (VISIT,)),
    "yes-as-true": ("TRUE", (SERIOUS, OUTCOME)),
    "day-first": ("21-10-2013", DATES),
    "american-date": ("10/21/2013", (CONSENT, DATE)),
    "impossible-date": ("2013-02-30", DATES),
    "date-incomplete": ("2013-10", (CONSENT, ONSET)),
    "date-with-time": ("2013-10-21T09:30:00", (CONSENT, ONSET)),
    "date-as-serial-number": ("41568", DATES),
    "date-in-the-future": ("2103-10-21", DATES),
    "date-before-1900": ("1813-10-21", DATES),
    "date-of-the-year-1": ("0001-01-01", (CONSENT, BORN)),
    "date-before-another": ("2013-01-01", (INFUSION,)),
    "month-in-words": ("21 Oct 2013", (CONSENT, DRAWN)),
    "reordering-character": ("a\u202eb", (SEX, REMARKS, TERM, PATIENT, SCREENED, SOURCE)),
    "character-of-no-font": ("漢", (REMARKS, TERM)),
    "line-break": ("one\ntwo", (ESR, SEX)),
    "name-for-a-number": ("Jan de Vries", (ESR, SEX, CONSENT, ASSESSED, WITH_EVENT, BORN)),
    "unique-repeated": ("S12", (SCREENED,)),
    "key-twice": ("J02", (PERSON,)),
    "key-twice-patient": ("1002", (PATIENT,)),
    "key-twice-visit": ("W0", (Spot("single", "assessments.csv", 5, "visit"),)),
    "key-incomplete": ("", (PERSON, ASSESSED, VISIT, DRAWN, PATIENT, Spot("single", "events.csv", 3, "number"))),
    "orphan": ("J99", (ASSESSED, WITH_EVENT, Spot("single", "laboratory.csv", 4, "participant"))),
    "key-misread": ("x", (Spot("single", "events.csv", 3, "number"), DRAWN)),
}  # fmt: skip
SECRETS = {"name-for-a-number": "Jan de Vries"}


def of_cells() -> Iterator[Case]:
    """Yield a case for each kind of wrong cell and each place."""
    for kind, (value, spots) in CELLS.items():
        for spot in spots:
            secret = SECRETS.get(kind) or (value.strip() if spot.is_private and len(value.strip()) > 1 else "")
            change = cell(spot.file, spot.line, spot.column, value)
            place = f"data/{spot.file}:{spot.line}" if spot.file == "reported.csv" else f"line {spot.line}"
            yield Case(f"{kind}/{spot.name}", spot.study, (change,), place=place, secret=secret)


FILES: tuple[tuple[Which, str], ...] = (
    ("single", "participants.csv"), ("single", "assessments.csv"), ("single", "events.csv"),
    ("parallel", "patients.csv"), ("parallel", "reported.csv"),
)  # fmt: skip


def _header(content: bytes) -> bytes:
    return content.split(b"\n")[0] + b"\n"


def _in_line(number: int, old: bytes, new: bytes) -> Made:
    """Return a change of the first place in a line that holds a text."""

    def make(content: bytes) -> bytes:
        lines = content.split(b"\n")
        assert old in lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new, 1)
        return b"\n".join(lines)

    return make


def _twice(content: bytes) -> bytes:
    first, *rest = content.split(b",", 1)
    return first + b"," + first + b"," + rest[0].split(b",", 1)[1]


def _column(change: Callable[[list[bytes]], list[bytes]]) -> Made:
    """Return a change of every row's fields; the files of the corpus have no quoted fields."""
    return lambda content: b"\n".join(
        b",".join(change(row.split(b","))) if row else b"" for row in content.split(b"\n")
    )


WHOLE_FILE: dict[str, tuple[str, Made]] = {
    "empty-file": ("the file is empty", lambda _: b""),
    "header-only": ("there is no row under the header", _header),
    "not-utf-8": ("", _in_line(3, b",", "é,".encode("latin-1"))),
    "utf-16": ("saved as UTF-16", lambda content: content.decode().encode("utf-16")),
    "semicolons": ("separated by semicolons", lambda content: content.replace(b",", b";")),
    "tabs": ("separated by tabs", lambda content: content.replace(b",", b"\t")),
    "excel-workbook": ("an Excel workbook with another name", lambda _: b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xff\xfe"),
    "quote-unclosed": ("", _in_line(3, b",", b',"')),
    "quote-within": ("", _in_line(3, b",", b',"a"b,')),
    "row-too-short": ("", lambda content: content[: content.rindex(b",")] + b"\n"),
    "row-too-long": ("", _in_line(3, b",", b",extra,")),
    "nul": ("", _in_line(3, b",", b"\x00,")),
    "title-above-the-header": ("", lambda content: b"Export of 1 May\n" + content),
    "key-column-renamed": ("", lambda content: b"patient_no" + content[content.index(b",") :]),
    "key-column-missing": ("the first column is taken out", _column(lambda row: row[1:])),
    "last-column-missing": ("the last column is taken out", _column(lambda row: row[:-1])),
    "extra-column": ("a column x is put in at the end", _column(lambda row: [*row, b"x"])),
    "column-without-a-name": ("a comma is put in at the end of each line", _column(lambda row: [*row, b""])),
    "column-twice": ("", lambda content: content.replace(_header(content), _twice(_header(content)))),
    "header-in-capitals": ("", lambda content: content.replace(_header(content), _header(content).upper())),
    "header-missing": ("the first line is taken out", lambda content: content[content.index(b"\n") + 1 :]),
    "total-line": ("", lambda content: content + b"Total" + b"," * content.split(b"\n")[0].count(b",") + b"\n"),
}  # fmt: skip
BLANK_HEADER = {
    "blank-in-header": edited(",date,", ", date,", "assessments.csv"),
    "column-renamed": edited(",esr\n", ",bse\n", "assessments.csv"),
}


def of_files() -> Iterator[Case]:
    """Yield a case for each kind of wrong file and each file."""
    for study, file in FILES:
        yield Case(f"missing-file/{file}", study, (removed(file),), place=f"data/{file}")
        for kind, (told, make) in WHOLE_FILE.items():
            yield Case(f"{kind}/{file}", study, (Change(file, make, told),), place=f"data/{file}")
    for kind, change in BLANK_HEADER.items():
        yield Case(f"{kind}/assessments.csv", "single", (change,), place="data/assessments.csv")


GONE = edited("J05,W0,2014-09-08,7.0,88,2.5,22,24,66\nJ05,W8,2014-11-05,7.0,80,2.5,22,24,70\n", "", "assessments.csv")
NAMED = "J03,S13,2000-06-02,M,9.5,4,2013-10-21,2013-11-11,2015-01-31,asks for Jan de Vries\n"
SEVERAL: dict[str, tuple[Change, ...]] = {
    "header-missing/free-text-in-the-first-row": (whole("participants.csv", NAMED),),
    "visit-missing/end-of-the-window-far-away": (edited("window: [42, 70]", "window: [42, 99999999]"), cell("assessments.csv", 5, "visit", "W9")),
    "visit-missing/participant-without-any": (GONE,),
    "row-for-a-column/rows-and-columns-exchanged": (whole("laboratory.csv", "participant,J01,J02\ndrawn,2013-03-01,2013-06-17\ncrp,12.5,48.1\n"),),

    "many-faults/assessments": (cell("assessments.csv", 2, "esr", "8o"), cell("assessments.csv", 3, "date", "29.4.2013"),
                                cell("assessments.csv", 4, "visit", "W6"), cell("participants.csv", 2, "sex", "V")),
    "two-files-unreadable/single": (removed("events.csv"), whole("laboratory.csv", b"participant,drawn\xff\n")),
    "columns-exchanged/assessments": (edited("active_joints,limited_joints", "limited_joints,active_joints", "assessments.csv"),
                                      cell("assessments.csv", 10, "limited_joints", "72")),
    "decimal-comma-throughout/laboratory": (whole("laboratory.csv", "participant;drawn;crp\nJ01;2013-03-01;12,5\nJ02;2013-06-17;48,1\n"),
                                            edited("    file: laboratory.csv\n", "    file: laboratory.csv\n    format: {separator: semicolon}\n")),
    "decimal-comma-declared/laboratory": (edited("    file: laboratory.csv\n", "    file: laboratory.csv\n    format: {decimal: comma}\n"),),
    "date-form-declared/laboratory": (edited("    file: laboratory.csv\n", "    file: laboratory.csv\n    format: {date: DD.MM.YYYY}\n"),),
    "nobody-fulfils/populations": (edited("where: {variable: first_infusion, comparator: NE, value: null}", "where: {variable: biologicals_failed, comparator: GT, value: 19}"),),
    "identifier-is-the-participant/orphan": (edited("participant: {type: text, required: true}\n      number", "participant: {type: text, identifier: true, required: true}\n      number"),
                                             cell("events.csv", 3, "participant", "Jan de Vries")),
}  # fmt: skip
SAID = {"visit-missing/participant-without-any": "J05, W0"}  # what the message must name, if not a file first
WITH_A_NAME = ("header-missing/free-text-in-the-first-row", "identifier-is-the-participant/orphan")


def of_several() -> Iterator[Case]:
    """Yield cases with several changes at once."""
    for name, changes in SEVERAL.items():
        secret = "Jan de Vries" if name in WITH_A_NAME else ""
        yield Case(name, "single", changes, place=SAID.get(name, "data/"), secret=secret)


BASELINES = "J02,W0,2013-06-17,5.0,76,1.5,6,9,84\n"
QUESTIONS: dict[str, tuple[Change, str]] = {
    "visit-missing/assessments": (edited(BASELINES, "", "assessments.csv"), "J02, W0"),
    "visits-missing/assessments": (Change("assessments.csv", lambda content: _without(content, b"J02,W0", b"J03,W0")), "J03, W0"),
    "visit-early/assessments": (cell("assessments.csv", 5, "date", "2013-07-01"), "line 5"),
    "visit-late/assessments": (cell("assessments.csv", 5, "date", "2013-09-30"), "line 5"),
    "visit-before-the-start/assessments": (cell("assessments.csv", 5, "date", "2012-08-13"), "line 5"),
}  # fmt: skip


def _without(content: bytes, *begins: bytes) -> bytes:
    lines = content.split(b"\n")
    kept = [line for line in lines if not line.startswith(begins)]
    assert len(kept) == len(lines) - len(begins)
    return b"\n".join(kept)


def questions() -> Iterator[Case]:
    """Yield what is asked, and does not refuse."""
    for name, (change, place) in QUESTIONS.items():
        yield Case(name, "single", (change,), asked=True, place=place)


def cases() -> list[Case]:
    """Return all cases of the data files."""
    return [*of_files(), *of_cells(), *of_several(), *questions()]
