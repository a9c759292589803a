"""Defects seeded in a copy of the JIA data, the queries that each must raise, and the list of queries as it is read.

A line of assessments.csv is a participant and a visit: nine lines each, in the order of VISITS.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterable
from pathlib import Path

import openpyxl

from tests.conftest import copy_study

PEOPLE, ASSESSMENTS, EVENTS = "participants.csv", "assessments.csv", "adverse_events.csv"
FILES = (PEOPLE, ASSESSMENTS, EVENTS)
VISITS = ("W0", "W2", "W4", "W8", "W12", "W18", "W26", "W39", "W52")
Asked = tuple[str, str, str, str]  # code, record, visit, field


@dataclasses.dataclass(frozen=True)
class Defect:
    """One cell made wrong, or a row added (``field`` empty), and the queries that it must raise."""

    file: str
    line: int
    field: str
    wrong: str
    queries: tuple[Asked, ...]


def people(line: int, field: str, wrong: str, code: str, asked: str = "") -> Defect:
    return Defect(PEOPLE, line, field, wrong, ((code, f"J0{line - 1}", "", asked or field),))


def visits(line: int, field: str, wrong: str, code: str) -> Defect:
    record, visit = f"J0{(line - 2) // len(VISITS) + 1}", VISITS[(line - 2) % len(VISITS)]
    return Defect(ASSESSMENTS, line, field, wrong, ((code, record, visit, field),))


def event(line: int, record: str, field: str, wrong: str, code: str) -> Defect:
    return Defect(EVENTS, line, field, wrong, ((code, record, "", field),))


DEFECTS = [
    people(2, "sex", "f", "data-category"),
    people(3, "age", "118", "data-range"),
    people(4, "age", "", "data-required"),
    people(5, "age", "17.15", "data-resolution"),
    people(6, "subtype", "sytemic", "data-category"),
    people(7, "disease_duration", "-5.4", "data-range"),
    people(2, "disease_duration", "11.6y", "data-number"),
    people(3, "biologicals_failed", "five", "data-integer"),
    people(4, "methotrexate_failed", "Yes", "data-category"),
    people(5, "corticosteroids_failed", "1", "data-category"),
    people(6, "consented", "2014-13-18", "data-date"),  # 10
    people(7, "first_infusion", "2015/01/19", "data-date"),
    people(2, "second_infusion", "2017-08-26", "data-date-late"),
    people(4, "consented", "2013-12-21", "data-date-order", "first_infusion"),
    visits(2, "physician_global", "four", "data-number"),
    visits(5, "physician_global", "45", "data-range"),
    visits(10, "physician_global", "1.05", "data-resolution"),
    visits(11, "vas_wellbeing", "760", "data-range"),
    visits(14, "vas_wellbeing", "5o", "data-integer"),
    visits(19, "vas_wellbeing", "18.5", "data-integer"),
    visits(20, "active_joints", "72", "data-range"),  # 20
    visits(23, "active_joints", "-3", "data-range"),
    visits(28, "active_joints", "n/a", "data-integer"),
    visits(29, "esr", "520", "data-range"),
    visits(32, "esr", "<28", "data-integer"),
    visits(37, "esr", " 18", "data-integer"),
    visits(38, "limited_joints", "68", "data-range"),
    visits(41, "limited_joints", "24?", "data-integer"),
    visits(46, "limited_joints", "2l", "data-integer"),
    visits(2, "date", "04/03/2013", "data-date"),
    visits(5, "date", "2013-02-30", "data-date"),  # 30
    visits(11, "date", "2103-06-17", "data-date-late"),
    visits(14, "date", "", "data-required"),
    visits(20, "date", "1899-12-31", "data-date-early"),
    visits(29, "date", "41694", "data-date"),
    visits(32, "date", "2015-04-21", "visit-window"),
    Defect(
        ASSESSMENTS, 47, "participant", "J60",
        (("data-orphan", "J60", "W0", "participant"),),
    ),  # of J06, whose start cannot be read: nobody can say that the visit was due
    Defect(ASSESSMENTS, 50, "visit", "W08", (("data-category", "J06", "W08", "visit"),)),
    Defect(
        ASSESSMENTS, 56, "", "J03,W52,2014-11-10,0.0,22,25,0,5,0.625,66,9,2,no,no",
        (("data-key-twice", "J03", "W52", ""), ("data-key-twice", "J03", "W52", "")),
    ),
    Defect(
        ASSESSMENTS, 57, "", ",W0,2013-01-01,1.0,10,12,1,1,0.500,80,10,2,no,no",
        (("data-key-missing", "", "W0", "participant"),),
    ),
    people(5, "infusion_reaction", "not", "data-category"),  # 40
    people(6, "tocilizumab_stopped", "25-08-2014", "data-date"),
    people(6, "mas_history", "y", "data-category"),
    visits(6, "chaq", "1.6", "data-resolution"),
    visits(9, "vas_pain", "400", "data-range"),
    visits(13, "physician_global", "3,0", "data-number"),
    visits(5, "crp", "3o", "data-integer"),
    visits(11, "esr", "8A", "data-integer"),
    visits(55, "active_uveitis", "none", "data-category"),
    visits(37, "active_uveitis", "none", "data-category"),
    visits(41, "systemic_features", "Yes", "data-category"),  # 50
    visits(46, "quality_of_life", "400", "data-range"),
    event(5, "J01", "onset", "2013-02-30", "data-date"),
    event(37, "J05", "onset", "29.10.2014", "data-date"),
    event(36, "J05", "severity", "moderat", "data-category"),
    event(3, "J01", "term", "nausia", "data-category"),
    event(9, "J02", "serious", "n", "data-category"),
    event(14, "J03", "event", "3?", "data-integer"),
    Defect(EVENTS, 25, "participant", "J40", (("data-orphan", "J40", "", "participant"),)),
    Defect(
        EVENTS, 11, "event", "3",
        (("data-key-twice", "J02", "", ""), ("data-key-twice", "J02", "", "")),
    ),
    Defect(EVENTS, 42, "", ",1,rash,2014-01-01,no,mild", (("data-key-missing", "", "", "participant"),)),  # 60
    event(20, "J04", "onset", "2017-12-15", "data-date-late"),
]  # fmt: skip
assert len(DEFECTS) == 62


def seed(folder: Path, defects: Iterable[Defect]) -> Path:
    """Return a copy of the JIA study with these defects in its data."""
    study, seeded = copy_study("jia", folder), list(defects)
    for file in FILES:
        path = study / "data" / file
        with path.open(encoding="utf-8", newline="") as given:
            rows = list(csv.reader(given))
        for defect in seeded:
            if defect.file == file and defect.field:
                rows[defect.line - 1][rows[0].index(defect.field)] = defect.wrong
            elif defect.file == file:
                rows.append(defect.wrong.split(","))
        with path.open("w", encoding="utf-8", newline="") as made:
            csv.writer(made, lineterminator="\n").writerows(rows)
    return study


def listed(study: Path) -> list[dict[str, str]]:
    """Return the list of queries as a spreadsheet program reads it."""
    sheet = openpyxl.load_workbook(study / "build" / "queries.xlsx").worksheets[0]
    head, *rows = ([cell.value or "" for cell in row] for row in sheet.iter_rows())
    return [dict(zip(head, row, strict=True)) for row in rows]


def asked(row: dict[str, str]) -> Asked:
    """Return what a line of the list asks about, as a defect names it."""
    return row["code"], row["record"], row["visit"], row["field"]
