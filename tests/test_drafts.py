"""Drafts from live data: defects seeded in a copy of the JIA data, the holes as they are read, and the way to a lock."""

from __future__ import annotations

import csv
import subprocess
import zipfile
from pathlib import Path

import pytest

from report import ard
from report.__main__ import main
from report.analysis import compute
from report.study import file as study_file
from tests.conftest import Built, build, copy_study, trialpress
from tests.seeded import DEFECTS, FILES, PEOPLE, asked, listed, seed, visits


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(seed(tmp_path_factory.mktemp("seeded"), DEFECTS))


def test_every_defect_is_asked_about_and_nothing_else(drafted: Built) -> None:
    """Each once, numbered in the order of the files and of their lines."""
    wanted = sorted(query for defect in DEFECTS for query in defect.queries)
    rows = listed(drafted.folder)
    assert sorted(map(asked, rows)) == wanted
    assert [row["Query"] for row in rows] == [f"Q{n}" for n in range(1, len(wanted) + 1)]
    places = [(FILES.index(row["file"].removeprefix("data/")), int(row["Line"])) for row in rows]
    assert places == sorted(places)


def test_the_first_page_counts_the_open_queries(drafted: Built) -> None:
    """64 queries; the visit outside its window is a question and leaves no hole: 63 are open."""
    for document in drafted.all.values():
        texts = [block.text for block in document.blocks]
        assert any("Open queries: 63." in text for text in texts[:12])


def hole(study: Path, *numbers: int) -> str:
    """Return the hole that these defects leave, by the numbers under which the list asks about them."""
    number_of = {asked(row): int(row["Query"][1:]) for row in reversed(listed(study))}  # of two, the first
    held = sorted(number_of[DEFECTS[n].queries[0]] for n in numbers)
    more = f" and {len(held) - 3} more" if len(held) > 3 else ""
    return f"[open queries {', '.join(f'Q{n}' for n in held[:3])}{more}]"


STARTS = (11, 13)  # of J06 and of J03
BASELINE_OR_WEEK_8 = (14, 15, 17, 18, 20, 21, 23, 24, 47)  # components of JADAS-71
EVENT_OF_SOMEBODY = (58, 59, 60)
ONSETS = (12, 52, 53, 61)  # with the second infusion that ends the later period


def test_the_draft_has_its_holes_in_all_formats(drafted: Built) -> None:
    """Each is worked out from the defects that the value rests on.

    J06, whose start cannot be read, may not have been treated; so that rows that may be J06's open no value of those
    who were. The flow counts all: J06 lacks a row at week 8, which may be the one without a visit or one of two.
    """
    made = drafted.folder
    cells = {
        f"Participants (n = {hole(made, *STARTS)})", hole(made, 0, *STARTS), hole(made, 40, *STARTS),
        hole(made, *STARTS, *EVENT_OF_SOMEBODY, 54), hole(made, *STARTS, 43),
    }  # fmt: skip
    scores = hole(made, *STARTS, *BASELINE_OR_WEEK_8)
    events = hole(made, *STARTS, *ONSETS, *EVENT_OF_SOMEBODY)
    sentences = (
        f"and {hole(made, 37, 38)} were assessed at week 8",
        "enrolled 6 children",
        f"Median JADAS-71 {scores} from",
        f"before the first infusion {events} adverse events began",
        f"weeks after the infusion and {hole(made, *STARTS, 41, 53, 55, 59)} weeks after tocilizumab had been stopped",
        f"An acute reaction to an infusion occurred in {hole(made, *STARTS, 40)} children",
    )
    for document in drafted.all.values():
        assert cells - {block.text.replace("\u00a0", " ") for block in document.blocks if block.table} == set()
        told = " ".join(block.text for block in document.blocks).replace("\u00a0", " ")
        assert [sentence for sentence in sentences if sentence not in told] == []
        assert "24.5" not in told


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_no_wrong_value_reaches_the_paper(drafted: Built, kind: str) -> None:
    told = " ".join(block.text for block in drafted.all[kind].blocks)
    for wrong in ("118", "17.15", "760", "520", "1.05", "sytemic", "11.6y", "41694"):
        assert wrong not in told


def test_no_cell_of_the_list_can_run(tmp_path: Path) -> None:
    study = seed(tmp_path, [visits(14, "vas_wellbeing", '=1+HYPERLINK("http://x","y")', "data-integer")])
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


RESOLVED = (11, 36, 37, 38, 39, 57, 58, 59, 60)  # a start, and rows that nobody can place


def test_waived_and_resolved_it_locks(tmp_path: Path) -> None:
    """All refuse the lock: 51 rules broken, 17 among the participants, 25 among the assessments, 9 among the events.

    Nine are corrected, and with them 11 of the 63 open queries; the other 52 are waived.
    """
    study = seed(tmp_path / "all", DEFECTS)
    done = lock(study)
    assert done.returncode == 1 and not (study / "data" / "lock.json").exists()
    assert "the check has 51 findings and 1 question; build/queries.xlsx lists them, row by row" in done.stderr, (
        done.stderr
    )
    kept = seed(tmp_path / "kept", [defect for n, defect in enumerate(DEFECTS) if n not in RESOLVED])
    assert lock(kept).returncode == 1
    assert waive(kept, *{row["code"] for row in listed(kept) if row["Blocks"] == "yes"}) == 52
    done = lock(kept)
    assert done.returncode == 0, done.stderr
    made = build(kept)
    for document in made.all.values():
        told = " ".join(block.text for block in document.blocks)
        assert "[open quer" not in told and "soft lock (L1-" in told
        assert told.count("By A. Statistician, trial statistician: confirmed by the site") == 52
        assert "physician_global, W8: a value from 0 to 10 was expected; taken as written" in told
    results = ard.read(kept / "build" / "results.json")
    assert results.one(analysis_id="baseline.age", stat_name="max").stat == 118
    assert results.one(analysis_id="queries.waived", stat_name="n").stat == 52


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


@pytest.mark.parametrize("number", [36, 37, 38, 39, 57, 58, 59, 60])
def test_what_nobody_can_waive(tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int) -> None:
    study = seed(tmp_path, [DEFECTS[number]])
    assert main(["check", "--study", str(study)]) == 1
    waive(study, "data-orphan", "data-category", "data-integer", "data-key-twice", "data-key-missing")
    assert main(["check", "--study", str(study)]) == 1 and "[waiver-impossible]" in capsys.readouterr().err


def test_a_template_may_not_keep_a_waiver_to_itself(tmp_path: Path) -> None:
    study = seed(tmp_path, [DEFECTS[1]])
    trialpress("check", study=study)
    waive(study, "data-range")
    appendix = study / "templates" / "95-appendix.qmd.j2"
    appendix.write_text(appendix.read_text(encoding="utf-8").replace("{{ provenance() }}", ""), encoding="utf-8")
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
