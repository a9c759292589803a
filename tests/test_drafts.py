"""Drafts from live data: forty defects seeded in a copy of the JIA data, the holes they leave, and the way to a lock."""

from __future__ import annotations

import csv
import dataclasses
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from report import ard
from report.analysis import compute
from report.checking.faults import Query
from report.study import file as study_file
from tests.conftest import Built, build, copy_study, trialpress

PEOPLE, VISITS = "participants.csv", "assessments.csv"


@dataclasses.dataclass(frozen=True)
class Defect:
    """One cell made wrong, or a row added (``field`` empty), and the queries that it must raise."""

    file: str
    line: int
    field: str
    wrong: str
    queries: tuple[tuple[str, str, str, str], ...]  # code, record, visit, field


def people(line: int, field: str, wrong: str, code: str, asked: str = "") -> Defect:
    return Defect(PEOPLE, line, field, wrong, ((code, f"J0{line - 1}", "", asked or field),))


def visits(line: int, field: str, wrong: str, code: str) -> Defect:
    record, visit = f"J0{(line - 2) // 3 + 1}", ("W0", "W8", "W52")[(line - 2) % 3]
    return Defect(VISITS, line, field, wrong, ((code, record, visit, field),))


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
    people(6, "consented", "2014-13-18", "data-date"),
    people(7, "first_infusion", "2015/01/19", "data-date"),
    people(2, "second_infusion", "2017-08-26", "data-date-late"),
    people(4, "consented", "2013-12-21", "data-date-order", "first_infusion"),
    visits(2, "physician_global", "four", "data-number"),
    visits(3, "physician_global", "45", "data-range"),
    visits(4, "physician_global", "1.05", "data-resolution"),
    visits(5, "vas_wellbeing", "760", "data-range"),
    visits(6, "vas_wellbeing", "5o", "data-integer"),
    visits(7, "vas_wellbeing", "18.5", "data-integer"),
    visits(8, "active_joints", "72", "data-range"),
    visits(9, "active_joints", "-3", "data-range"),
    visits(10, "active_joints", "n/a", "data-integer"),
    visits(11, "esr", "520", "data-range"),
    visits(12, "esr", "<28", "data-integer"),
    visits(13, "esr", " 18", "data-integer"),
    visits(14, "limited_joints", "68", "data-range"),
    visits(15, "limited_joints", "24?", "data-integer"),
    visits(16, "limited_joints", "2l", "data-integer"),
    visits(2, "date", "04/03/2013", "data-date"),
    visits(3, "date", "2013-02-30", "data-date"),
    visits(5, "date", "2103-06-17", "data-date-late"),
    visits(6, "date", "", "data-required"),
    visits(8, "date", "1899-12-31", "data-date-early"),
    visits(11, "date", "41694", "data-date"),
    visits(12, "date", "2015-04-21", "visit-window"),
    Defect(
        VISITS, 17, "participant", "J60",
        (("data-orphan", "J60", "W0", "participant"),),
    ),  # of J06, whose start cannot be read: nobody can say that the visit was due
    Defect(VISITS, 18, "visit", "W08", (("data-category", "J06", "W08", "visit"),)),
    Defect(
        VISITS, 20, "", "J03,W52,2014-11-10,0.0,22,0,5,9",
        (("data-key-twice", "J03", "W52", ""), ("data-key-twice", "J03", "W52", "")),
    ),
    Defect(
        VISITS, 21, "", ",W0,2013-01-01,1.0,10,1,1,10",
        (("data-key-missing", "", "W0", "participant"),),
    ),
]  # fmt: skip
assert len(DEFECTS) == 40


def seed(folder: Path, defects: list[Defect]) -> Path:
    """Return a copy of the JIA study with these defects in its data."""
    study = copy_study("jia", folder)
    for file in (PEOPLE, VISITS):
        path = study / "data" / file
        with path.open(encoding="utf-8", newline="") as given:
            rows = list(csv.reader(given))
        for defect in defects:
            if defect.file == file and defect.field:
                rows[defect.line - 1][rows[0].index(defect.field)] = defect.wrong
            elif defect.file == file:
                rows.append(defect.wrong.split(","))
        with path.open("w", encoding="utf-8", newline="") as made:
            csv.writer(made, lineterminator="\n").writerows(rows)
    return study


def asked(queries: tuple[Query, ...]) -> list[tuple[str, str, str, str]]:
    return sorted((q.fault.code, q.spot.record, q.spot.visit, q.fault.column) for q in queries)


def listed(study: Path) -> list[dict[str, str]]:
    """Return the list of queries as a spreadsheet program reads it."""
    sheet = openpyxl.load_workbook(study / "build" / "queries.xlsx").worksheets[0]
    head, *rows = ([cell.value or "" for cell in row] for row in sheet.iter_rows())
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(seed(tmp_path_factory.mktemp("seeded"), DEFECTS))


def test_every_defect_is_asked_about_and_nothing_else(drafted: Built) -> None:
    wanted = sorted(query for defect in DEFECTS for query in defect.queries)
    got = [(row["code"], row["record"], row["visit"], row["field"]) for row in listed(drafted.folder)]
    assert sorted(got) == wanted
    assert [row["Query"] for row in listed(drafted.folder)] == [f"Q{n}" for n in range(1, len(wanted) + 1)]


def test_the_first_page_counts_the_open_queries(drafted: Built) -> None:
    """41 queries; the visit outside its window is a question and leaves no hole: 40 are open."""
    for document in drafted.all.values():
        texts = [block.text for block in document.blocks]
        assert any("Open queries: 40." in text for text in texts[:12])


def test_the_draft_has_its_holes_in_all_formats(drafted: Built) -> None:
    """Queries are numbered by file, line and column: Q8 and Q14 ask about a start, Q1 about a sex, Q39 about a visit of J06;
    Q28 is the first of two rows with one key, one of which may be J06's, who lacks a row."""
    for document in drafted.all.values():
        cells = {block.text for block in document.blocks if block.table}
        told = " ".join(block.text for block in document.blocks)
        assert {"Participants (n = [open queries Q8, Q14])", "[open queries Q1, Q8, Q14]"} <= {
            cell.replace("\u00a0", " ") for cell in cells
        }
        assert "and [open queries Q28, Q39] were assessed at week 8" in told and "enrolled 6 children" in told.replace(
            "\u00a0", " "
        )
        assert "Median JADAS-71 [open queries Q8, Q14, Q16 and 7 more] from" in told and "24.5" not in told


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_no_wrong_value_reaches_the_paper(drafted: Built, kind: str) -> None:
    told = " ".join(block.text for block in drafted.all[kind].blocks)
    for wrong in ("118", "17.15", "760", "520", "1.05", "sytemic", "11.6y", "41694"):
        assert wrong not in told


def test_no_cell_of_the_list_can_run(tmp_path: Path) -> None:
    study = seed(tmp_path, [visits(6, "vas_wellbeing", '=1+HYPERLINK("http://x","y")', "data-integer")])
    assert trialpress("check", study=study).returncode == 1
    (row,) = listed(study)
    assert row["value"] == '=1+HYPERLINK("http://x","y")'
    with zipfile.ZipFile(study / "build" / "queries.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert (
            "<f>" not in sheet
            and "<hyperlink" not in sheet
            and 'quotePrefix="1"' in book.read("xl/styles.xml").decode()
        )


ENDPOINT = {"jadas71_week8.change", "jadas71_week8.hodges_lehmann", "jadas71_week8.signed_rank"}
AT_BASELINE = {
    f"baseline.{n}" for n in ("physician_global", "vas_wellbeing", "active_joints", "limited_joints", "esr", "jadas71")
}
ALL_OF_BASELINE = AT_BASELINE | {f"baseline.{n}" for n in (
    "N", "age", "sex", "subtype", "disease_duration", "biologicals_failed", "methotrexate_failed", "corticosteroids_failed"
)}  # fmt: skip
ONE = "individual.jadas71"


@pytest.mark.parametrize(
    ("number", "holes"),
    [
        (0, {"baseline.sex"}),
        (2, {"baseline.age"}),
        (6, {"baseline.disease_duration"}),
        (10, set()),  # nothing rests on the date of consent
        (11, {"disposition.treated", "population.treated", ONE, *ENDPOINT, *ALL_OF_BASELINE}),
        (14, {"baseline.physician_global", "baseline.jadas71", ONE, *ENDPOINT}),
        (15, {"disposition.analysed", ONE, *ENDPOINT}),  # week 8
        (16, set()),  # one year, of which nothing is shown
        (26, {"baseline.limited_joints"}),
        (27, set()),  # limited joints at week 8
        (29, set()),  # the date of a visit
        (35, set()),  # outside its window: a question
        (36, {ONE, *ENDPOINT, *AT_BASELINE}),  # a row of nobody at baseline, where J06 lacks one
        (
            37,
            {"disposition.completed", "disposition.analysed", ONE, *ENDPOINT},
        ),  # J06's row has no visit: it may be week 8
        (38, set()),  # two rows of one year
        (39, set()),  # a row of nobody at baseline, where nobody lacks one
    ],
)
def test_a_hole_stands_wherever_the_value_would_and_nowhere_else(tmp_path: Path, number: int, holes: set[str]) -> None:
    study = seed(tmp_path, [DEFECTS[number]])
    made = compute.draft(study, study_file.read(study))
    assert {row.analysis_id for row in made.results if row.query} == holes


def test_a_hole_of_one_participant_leaves_the_others(tmp_path: Path) -> None:
    study = seed(tmp_path, [DEFECTS[14]])
    made = compute.draft(study, study_file.read(study)).results
    rows = made.select(analysis_id=ONE)
    assert [(row.group1_level, row.visit) for row in rows if row.query] == [("P1", "baseline")]
    assert len(rows) == 12 and sum(row.stat is None for row in rows) == 1


SIGNED = ("A. Statistician", "trial statistician", "confirmed by the site")


def waive(study: Path, *codes: str) -> int:
    """Write a waiver for each listed query of these codes, as an author copies the lines; return how many."""
    named = ("code", "file", "record", "visit", "field", "value")
    rows = [[row[name] for name in named] for row in listed(study) if row["code"] in codes]
    with (study / "data" / "waivers.csv").open("w", encoding="utf-8", newline="") as made:
        csv.writer(made, lineterminator="\n").writerows(
            [[*named, "name", "role", "reason"], *(r + list(SIGNED) for r in rows)]
        )
    return len(rows)


def lock(study: Path) -> subprocess.CompletedProcess[str]:
    return trialpress("lock", "--by", "A. Statistician", "--role", "statistician", "--reason", "final", study=study)


RESOLVED = (11, 18, 24, 36, 37, 38, 39)  # starts, week-8 values on which the flow rests, and rows that nobody can place


def test_waived_and_resolved_it_locks(tmp_path: Path) -> None:
    """All forty refuse the lock: 33 rules broken, 14 of them among the participants. Seven corrected, 32 queries waived."""
    study = seed(tmp_path / "all", DEFECTS)
    done = lock(study)
    assert done.returncode == 1 and not (study / "data" / "lock.json").exists()
    assert "the check has 33 findings and 1 question; build/queries.xlsx lists them, row by row" in done.stderr, (
        done.stderr
    )
    kept = seed(tmp_path / "kept", [defect for n, defect in enumerate(DEFECTS) if n not in RESOLVED])
    assert lock(kept).returncode == 1
    assert waive(kept, *{row["code"] for row in listed(kept) if row["Blocks"] == "yes"}) == 32
    done = lock(kept)
    assert done.returncode == 0, done.stderr
    made = build(kept)
    for document in made.all.values():
        told = " ".join(block.text for block in document.blocks)
        assert "[open quer" not in told and "soft lock (L1-" in told
        assert told.count("By A. Statistician, trial statistician: confirmed by the site") == 32
        assert "physician_global, W8: a value from 0 to 10 was expected; taken as written" in told
    results = ard.read(kept / "build" / "results.json")
    assert results.one(analysis_id="baseline.age", stat_name="max").stat == 118
    assert results.one(analysis_id="queries.waived", stat_name="n").stat == 32


def test_a_waiver_of_a_value_that_cannot_be_read_makes_it_missing(tmp_path: Path) -> None:
    study = seed(tmp_path, [DEFECTS[6]])
    trialpress("check", study=study)
    assert waive(study, "data-number") == 1
    results = compute.results(study, study_file.read(study))
    described = {row.stat_name: row.stat for row in results.select(analysis_id="baseline.disease_duration")}
    assert (described["N_nonmiss"], described["N_miss"]) == (5, 1)


def test_a_waiver_ends_with_its_value(tmp_path: Path) -> None:
    """118 years were let stand; when the site corrects it to 181, nobody has said so of that."""
    study = seed(tmp_path, [DEFECTS[1]])
    trialpress("check", study=study)
    assert waive(study, "data-range") == 1 and trialpress("check", study=study).returncode == 0
    path = study / "data" / PEOPLE
    path.write_text(path.read_text(encoding="utf-8").replace(",118,", ",181,"), encoding="utf-8")
    done = trialpress("check", study=study)
    assert done.returncode == 1 and "[data-range]" in done.stderr and "[waiver-unused]" in done.stderr


@pytest.mark.parametrize("number", [36, 37, 38, 39])
def test_what_nobody_can_waive(tmp_path: Path, number: int) -> None:
    study = seed(tmp_path, [DEFECTS[number]])
    trialpress("check", study=study)
    waive(study, "data-orphan", "data-category", "data-key-twice", "data-key-missing")
    done = trialpress("check", study=study)
    assert done.returncode == 1 and "[waiver-impossible]" in done.stderr


def test_a_template_may_not_keep_a_waiver_to_itself(tmp_path: Path) -> None:
    study = seed(tmp_path, [DEFECTS[1]])
    trialpress("check", study=study)
    waive(study, "data-range")
    (study / "templates" / "95-appendix.qmd.j2").unlink()
    done = trialpress("report", study=study)
    assert done.returncode == 1 and "no template says so" in done.stderr and "provenance()" in done.stderr


def test_a_template_may_not_keep_open_queries_to_itself(tmp_path: Path) -> None:
    study = seed(tmp_path, [DEFECTS[1]])
    front = study / "templates" / "00-front.qmd.j2"
    front.write_text(front.read_text(encoding="utf-8").replace("{{ data_notice() }}", ""), encoding="utf-8")
    done = trialpress("report", study=study)
    assert done.returncode == 1 and "queries are open, and no template counts them" in done.stderr


def test_the_paper_is_built_without_the_data(tmp_path: Path) -> None:
    """After the results, every data file is taken away: the paper needs results.json and the study file."""
    study = copy_study("jia", tmp_path)
    assert trialpress("results", study=study).returncode == 0
    for path in (study / "data").glob("*.csv"):
        path.unlink()
    for stage in ("displays", "manuscript", "publish"):
        done = trialpress(stage, "--engine", "embedded", study=study)
        assert done.returncode == 0, done.stderr


def test_an_open_outcome_of_one_arm_leaves_the_other_arms_risk(tmp_path: Path) -> None:
    """Patient 1009 had indomethacin: that arm's risk and every comparison are open, placebo's risk is not."""
    study = copy_study("indomethacin", tmp_path)
    path = study / "data" / "patients.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[9].startswith("1009,") and "1_indomethacin" in lines[9]
    lines[9] = lines[9].replace("2_male,0_no", "2_male,2_maybe", 1).replace("1_female,0_no", "1_female,2_maybe", 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    rows = compute.draft(study, study_file.read(study)).results
    holes = {row.result_id for row in rows if row.query}
    assert {f"pancreatitis.risk.indomethacin.{name}" for name in ("n", "N", "p", "N_miss")} <= holes
    assert "disposition.analysed.indomethacin.n" in holes and "pancreatitis.fisher.indomethacin.p.value" in holes
    assert not [name for name in holes if ".placebo." in name or "N_population" in name or name.startswith("baseline")]


def test_nobody_can_be_let_stand_without_an_arm(tmp_path: Path) -> None:
    """A participant whose arm is empty would be in no arm and lost in silence; a waiver cannot allow that."""
    study = copy_study("indomethacin", tmp_path)
    path = study / "data" / "patients.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",1_indomethacin,", ",,", 1), encoding="utf-8")
    trialpress("check", study=study)
    assert waive(study, "data-required") == 1
    done = trialpress("check", study=study)
    assert done.returncode == 1 and "[waiver-impossible]" in done.stderr
