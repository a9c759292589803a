"""What if some were left out: worked by hand from the CSV files, held against a study that never had them."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import math
import shutil
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from report import ard
from report.__main__ import main
from report.analysis import compute
from report.ard import Results, Row
from report.errors import DataError, ResultsError, StudyFileError
from report.lock import ledger
from report.paper import styles
from report.publish.extract import read as read_back
from report.study import file as study_file
from report.study.data import Count, Filter
from report.what_if import conditions, keeping, pairs
from tests.blinded import blinded
from tests.conftest import STUDIES, Built, copy_study

SIGNED = ["--by", "Ann Example", "--role", "statistician", "--reason", "an editor asked"]
LEFT_OUT = ("disposition", "individual", "waiver", "queries")  # contexts of rows that a what-if does not have


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def without(folder: Path, *asked: str) -> Results:
    study = study_file.read(folder)
    return compute.draft(folder, study, without=conditions.read(study, asked)).results


def fisher(a: int, b: int, c: int, d: int) -> float:
    """Two-sided: all tables with these margins that are no more likely than the one seen."""
    n, k, m = a + b, a + c, a + b + c + d
    chance = [
        math.comb(k, x) * math.comb(m - k, n - x) / math.comb(m, n) for x in range(max(0, n + k - m), min(n, k) + 1)
    ]
    seen = chance[a - max(0, n + k - m)]
    return sum(each for each in chance if each <= seen * (1 + 1e-7))


def test_counts_of_the_indomethacin_trial_without_a_centre_are_those_of_the_file(tmp_path: Path) -> None:
    folder = copy_study("indomethacin", tmp_path)
    people = [row for row in rows_of(folder / "data" / "patients.csv") if row["site"] != "3_UK"]
    made = without(folder, "site=3_UK")
    counted = {}
    for arm, code in (("indomethacin", "1_indomethacin"), ("placebo", "0_placebo")):
        of_arm = [row for row in people if row["rx"] == code]
        events = sum(row["outcome"] == "1_yes" for row in of_arm)
        counted[arm] = (events, len(of_arm) - events)
        assert made.by_id(f"pancreatitis.risk.{arm}.n").stat == events
        assert made.by_id(f"pancreatitis.risk.{arm}.N").stat == len(of_arm)
        assert made.by_id(f"population.randomised.{arm}.n").stat == len(of_arm)
        assert made.by_id(f"pancreatitis.mantel_haenszel.3_UK.{arm}.N").stat == 0
    assert counted == {"indomethacin": (26, 259), "placebo": (51, 244)}
    by_hand = fisher(*counted["indomethacin"], *counted["placebo"])
    assert made.by_id("pancreatitis.fisher.indomethacin.p.value").number() == pytest.approx(by_hand, rel=1e-9)


def test_median_and_signed_rank_p_of_the_jia_study_without_a_child(tmp_path: Path) -> None:
    folder = copy_study("jia", tmp_path)
    told = rows_of(folder / "data" / "assessments.csv")
    cell = {(row["participant"], row["visit"]): int(row["vas_wellbeing"]) for row in told if row["vas_wellbeing"]}
    left = sorted({row["participant"] for row in told} - {"J02"})
    change = [cell[who, "W8"] - cell[who, "W0"] for who in left]
    assert len({abs(each) for each in change}) == len(change) == 5  # no ties, no zeros: ranks are 1 to 5
    rank = {each: index for index, each in enumerate(sorted(change, key=abs), start=1)}
    seen = sum(rank[each] for each in change if each > 0)
    sums = [sum(chosen) for n in range(6) for chosen in itertools.combinations(range(1, 6), n)]
    p = min(1.0, 2 * min(sum(s <= seen for s in sums), sum(s >= seen for s in sums)) / len(sums))
    made = without(folder, "participants.participant=J02")
    assert made.by_id("wellbeing_week8.signed_rank.p.value").number() == p == 0.0625
    middle = statistics.median(cell[who, "W8"] for who in left)
    assert made.by_id("wellbeing_week8.change.week8.median").number() == middle


def taken_out(folder: Path, file: str, is_out: Callable[[dict[str, str]], bool]) -> None:
    path = folder / "data" / file
    rows = rows_of(path)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in rows if not is_out(row))


def comparable(results: Results) -> dict[str, Row]:
    return {
        row.result_id: row
        for row in results
        if row.context not in LEFT_OUT and not row.analysis_id.startswith("narrative")
    }


def test_the_rest_is_a_study_that_never_had_them(tmp_path: Path) -> None:
    """Every row, value and word: leaving out is the same as never having been in any file."""
    jia, never = copy_study("jia", tmp_path / "jia"), copy_study("jia", tmp_path / "never")
    for file in ("participants.csv", "assessments.csv", "adverse_events.csv"):
        taken_out(never, file, lambda row: row["participant"] == "J02")
    expected = comparable(compute.draft(never, study_file.read(never)).results)
    assert comparable(without(jia, "participants.participant=J02")) == expected
    assert len(expected) > 1000


def test_they_are_out_of_every_file(tmp_path: Path) -> None:
    """A population of the assessments has no need of the participants' own file."""
    folder = copy_study("jia", tmp_path)
    path = folder / "data" / "study.yaml"
    line = "populations:\n  seen: {label: Seen at week 8, dataset: assessments, where: {variable: visit, comparator: EQ, value: W8}}\n"
    path.write_text(path.read_text(encoding="utf-8").replace("populations:\n", line, 1), encoding="utf-8")
    assert without(folder, "participants.participant=J02").by_id("population.seen.n").stat == 5


def test_everybody_with_a_row_that_fulfils_a_condition_is_out(tmp_path: Path) -> None:
    """An event, a visit, an age: whoever has one such row is out of every file."""
    jia, never = copy_study("jia", tmp_path / "jia"), copy_study("jia", tmp_path / "never")
    severe = {row["participant"] for row in rows_of(jia / "data" / "adverse_events.csv") if row["severity"] == "severe"}
    raised = {
        r["participant"]
        for r in rows_of(jia / "data" / "assessments.csv")
        if r["visit"] == "W8" and float(r["chaq"]) >= 2.5
    }
    assert 0 < len(severe | raised) < 6
    for file in ("participants.csv", "assessments.csv", "adverse_events.csv"):
        taken_out(never, file, lambda row: row["participant"] in severe | raised)
    asked = jia / "asked.yaml"
    asked.write_text(
        "and:\n  - {variable: visit, comparator: EQ, value: W8}\n  - {variable: chaq, comparator: GE, value: 2.5}\n"
    )
    study = study_file.read(jia)
    both = conditions.read(study, ["severity=severe"], asked)
    made = compute.draft(jia, study, without=both).results
    assert made.header["what_if"]["excluded"] == len(severe | raised)
    assert comparable(made) == comparable(compute.draft(never, study_file.read(never)).results)


def of_file(folder: Path, text: str) -> tuple[Count, ...]:
    path = folder / "asked.yaml"
    path.write_text(text, encoding="utf-8")
    return conditions.read(study_file.read(STUDIES["jia"]), [], path)


def test_a_file_holds_conditions_as_the_study_file_writes_them(tmp_path: Path) -> None:
    no = Filter(variable="infusion_reaction", comparator="EQ", value="no")  # a text, as in YAML 1.2
    bare = "{variable: infusion_reaction, comparator: EQ, value: no}"
    assert of_file(tmp_path, bare) == (Count(dataset="participants", where=no),)
    placed = "dataset: assessments\nwhere: {variable: participant, comparator: IN, value: [J01, J02]}"
    children = Count(dataset="assessments", where=Filter(variable="participant", comparator="IN", value=("J01", "J02")))
    assert of_file(tmp_path, placed) == (children,)
    assert of_file(tmp_path, f"- {bare}\n- {{{placed.replace(chr(10), ', ')}}}") == (
        Count(dataset="participants", where=no),
        children,
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("and: [{variable: chaq, comparator: GE, value: 2}, {variable: sex, comparator: EQ, value: F}]", "its variables stand in several data sets: assessments, participants"),
        ("{variable: colour, comparator: EQ, value: red}", "there is no variable named colour"),
        ("{variable: sex, comparator: '=', value: F}", "did you mean EQ?"),
        ("dataset: participants", "a condition is missing"),
        ("{dataset: participants, where: {variable: sex, comparator: EQ, value: F}, label: Girls}", "label"),
        ("just words", "this is not a condition"),
        ("{variable: [", "this is not YAML"),
    ],
)  # fmt: skip
def test_what_a_file_cannot_say(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        of_file(tmp_path, text)
    assert told in "\n".join(refused.value.lines())


def hashes(folder: Path, *but: str) -> dict[str, str]:
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in found.items()
        if not name.startswith(but) and not name.endswith(".held")
    }


@pytest.fixture(scope="module")
def asked(jia: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], int]:
    folder = tmp_path_factory.mktemp("asked") / "jia"
    shutil.copytree(jia.folder, folder)
    before = hashes(folder)
    code = main(["whatif", "--study", str(folder), "--exclude", "participants.participant=J02", *SIGNED])
    return folder, before, code


HOME = Path("build") / "what-if" / "without-participant-J02"


def test_the_main_outputs_stay_byte_for_byte(asked: tuple[Path, dict[str, str], int]) -> None:
    folder, before, code = asked
    assert code == 0
    assert hashes(folder, "build/what-if/", "data/locks/") == before


def test_the_look_stands_in_the_ledger_with_what_was_seen(asked: tuple[Path, dict[str, str], int]) -> None:
    folder, before, _ = asked
    look = json.loads((folder / ledger.LEDGER).read_text(encoding="utf-8"))["look"]
    assert (look["kind"], look["by"], look["role"], look["reason"]) == (
        "what_if",
        "Ann Example",
        "statistician",
        "an editor asked",
    )
    assert look["about"] == "without 1 of 6 participants: those of whom participant is J02"
    rest = hashlib.sha256((folder / HOME / "results.json").read_bytes()).hexdigest()
    assert look["seen"] == {
        "results.json": before["build/results.json"],
        "what-if/without-participant-J02/results.json": rest,
    }


def test_every_page_is_marked_and_both_values_stand_side_by_side(asked: tuple[Path, dict[str, str], int]) -> None:
    folder, _, _ = asked
    for kind in ("html", "pdf", "docx"):
        document = read_back(folder / HOME / f"what-if.{kind}")
        pages = document.furniture if kind == "pdf" else (" ".join(document.furniture),)
        assert all("WHAT IF" in page and "Post hoc: no result of the paper" in page for page in pages), kind
        assert "Asked by Ann Example, statistician: an editor asked." in document.text()
        told = [row for row in document.table(1) if row[0].strip() == "P, signed-rank test"]
        assert told[0][1:] == ["0.03125", "0.0625", "P is no longer below 0.05"], kind


def test_while_a_trial_is_blinded_its_arms_are_dummies_here_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = blinded(tmp_path)
    assert main(["whatif", "--study", str(folder), "--exclude", "site=3_UK", *SIGNED]) == 0
    told = capsys.readouterr().out
    document = read_back(folder / "build" / "what-if" / "without-site-3_UK" / "what-if.pdf")
    assert "Participants with the event, Arm X (dummy)" in told and "Indomethacin:" not in told
    assert all("WHAT IF" in page and "Dummy treatment" in page for page in document.furniture)
    assert not [row for row in document.table(1) if "Placebo" in row[0] or row[0].endswith("Indomethacin")]
    assert main(["whatif", "--study", str(folder), "--exclude", "rx=0_placebo", *SIGNED]) == 1
    assert "hidden until the trial is unblinded" in capsys.readouterr().err


def test_no_stage_takes_it_for_the_papers(asked: tuple[Path, dict[str, str], int], tmp_path: Path) -> None:
    folder = tmp_path / "jia"
    shutil.copytree(asked[0], folder)
    shutil.copyfile(folder / HOME / "results.json", folder / "build" / "results.json")
    with pytest.raises(ResultsError, match="has format 2, what if"):
        ard.read(folder / "build" / "results.json")
    assert main(["displays", "--study", str(folder)]) == 1


@pytest.mark.parametrize(
    ("text", "told", "remedy"),
    [
        ("site=3", "'3' is not a value of site (category)", "one of: 1_UM, 2_IU, 3_UK, 4_Case"),
        ("site=University of Kentucky", "is not a value of site", "write its code, 3_UK"),
        ("sit=3_UK", "there is no variable named sit", "did you mean site?"),
        ("patient.site=3_UK", "there is no data set named patient", "did you mean patients?"),
        ("age>=old", "'old' is not a value of age (integer)", "write a number, without quotes"),
        ("site>1", "GT compares numbers and dates, not type category", "write EQ, NE, IN or NOTIN"),
        ("site in 3_UK,4_Cas", "'4_Cas' is not a value of site", "did you mean 4_Case?"),
        ("age>null", "goes with EQ (missing) or NE", "write comparator: EQ or NE"),
        ("site", "this is not a condition", "site=3, age>=80"),
    ],
)
def test_what_cannot_be_left_out_is_told_with_what_to_write(text: str, told: str, remedy: str) -> None:
    study = study_file.read(Path(__file__).parent.parent / "examples" / "indomethacin")
    with pytest.raises(DataError) as refused:
        conditions.read(study, [text])
    lines = "\n".join(refused.value.lines())
    assert told in lines and remedy in lines and lines.startswith(text)


def test_all_conditions_are_refused_at_once_and_a_variable_of_several_files_must_be_placed() -> None:
    study = study_file.read(Path(__file__).parent.parent)
    with pytest.raises(DataError) as refused:
        conditions.read(study, ["participant=J02", "colour=red", "sex=M"])
    assert [finding.where for finding in refused.value.findings] == ["participant=J02", "colour=red"]
    assert "name one, as participants.participant" in refused.value.findings[0].remedy


def test_nobody_and_everybody_are_refused(tmp_path: Path) -> None:
    folder = copy_study("indomethacin", tmp_path)
    with pytest.raises(DataError, match="none of the 602 participants fulfils"):
        without(folder, "age>99")
    with pytest.raises(DataError, match="all 602 participants fulfil"):
        without(folder, "age<60", "age>=60")


def test_nobody_is_left_out_by_an_identifier(tmp_path: Path) -> None:
    folder = copy_study("indomethacin", tmp_path)
    path = folder / "data" / "study.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "id: {type: text, required: true}", "id: {type: text, required: true, identifier: true}"
        )
    )
    with pytest.raises(DataError) as refused:
        without(folder, "id=1001")
    assert "id is an identifier" in "\n".join(refused.value.lines())


def test_an_open_query_on_who_is_left_out_leaves_a_hole_in_every_result(tmp_path: Path) -> None:
    folder = copy_study("indomethacin", tmp_path)
    path = folder / "data" / "patients.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1001,1_UM,", "1001,,", 1))
    made = without(folder, "site=3_UK")
    numbers = [row for row in made if row.format_key in ("count", "percent", "p", "points:1", "ratio:2")]
    assert numbers and all(row.stat is None and row.query == "Q1" for row in numbers)


def test_p_is_held_against_the_planned_level(tmp_path: Path) -> None:
    """Without the largest centre Fisher's p is 0.0447: below 0.05, and not below the 0.041 that was planned."""
    folder = copy_study("indomethacin", tmp_path)
    study = study_file.read(folder)
    everybody = compute.draft(folder, study).results
    rest = without(folder, "site=2_IU")
    people = [row for row in rows_of(folder / "data" / "patients.csv") if row["site"] != "2_IU"]
    cells = [
        sum(r["rx"] == rx and r["outcome"] == o for r in people)
        for rx in ("1_indomethacin", "0_placebo")
        for o in ("1_yes", "0_no")
    ]
    assert 0.041 < fisher(*cells) < 0.05
    found = pairs.groups(study, everybody, rest, styles.named("nejm"))
    turned = {pair.label: pair.turns for _, pair in pairs.turned(found)}
    assert turned["P, Fisher’s exact test, Indomethacin"] == "P is no longer below 0.041"


def pair_of(estimate: float, low: float, high: float, key: str, context: str = "proportion_ratio") -> list[Row]:
    told = {"estimate": estimate, "conf.low": low, "conf.high": high}
    return [
        Row(result_id=f"x.{name}", analysis_id="x", variable="v", context=context, method="m", stat_name=name,
            stat_label=name, stat=value, format_key=key)
        for name, value in told.items()
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "key", "turns"),
    [
        ((0.5, 0.3, 0.9), (0.6, 0.4, 1.1), "ratio:2", "the interval now holds 1"),
        ((0.5, 0.3, 1.1), (0.6, 0.4, 0.9), "ratio:2", "the interval no longer holds 1"),
        ((0.9, 0.3, 1.4), (1.1, 0.4, 1.5), "ratio:2", "the estimate changes sides of 1"),
        ((-2.0, -3.0, -1.0), (-1.0, -3.0, 0.5), "fixed:1", "the interval now holds 0"),
        ((-2.0, -3.0, -1.0), (-1.0, -3.0, -0.5), "fixed:1", ""),
        ((0.5, 0.3, 0.9), (0.5, 0.3, 0.9), "ratio:2", ""),
    ],
)
def test_what_turns_over(
    before: tuple[float, float, float], after: tuple[float, float, float], key: str, turns: str
) -> None:
    assert pairs._turned(pair_of(*before, key), pair_of(*after, key)) == turns


def test_folders_are_told_apart() -> None:
    def name(*filters: dict[str, object]) -> str:
        return conditions.slug([Count(dataset="d", where=Filter.model_validate(each)) for each in filters])

    one = {"variable": "a", "comparator": "EQ", "value": "x"}
    other = {"variable": "b", "comparator": "GE", "value": 3}
    assert name(one) == "without-a-x"
    assert name(other) == "without-b-ge-3"
    names = [
        name(one, other),
        name({"and": [one, other]}),
        name({"or": [one, other]}),
        name({"not": one}),
        name({**one, "value": "x!"}),
    ]
    assert len(set(names)) == len(names) and "without-a-x" not in names


# Keeping --------------------------------------------------------------------------------------------------------------

SITE = Count(dataset="patients", where=Filter(variable="site", comparator="EQ", value="3_UK"))
AGE = Count(dataset="patients", where=Filter(variable="age", comparator="GE", value=80))


def keep(folder: Path, exclude: Count, reason: str = 'it was "asked": why not # so') -> str:
    study = study_file.read(folder)
    plan = keeping.analysis(study, [exclude], conditions.slug([exclude]), conditions.in_words(study, [exclude]), reason)
    keeping.keep(folder, study, plan)
    return plan.id


def test_what_is_kept_is_put_in_and_nothing_else_is_changed(tmp_path: Path) -> None:
    folder = copy_study("indomethacin", tmp_path)
    path = folder / "data" / "study.yaml"
    before = path.read_text(encoding="utf-8")
    keep(folder, SITE)
    once = path.read_text(encoding="utf-8")
    assert once.startswith(before)
    keep(folder, AGE)
    assert path.read_text(encoding="utf-8").startswith(once)
    plans = study_file.read(folder).sensitivity
    assert [each.id for each in plans] == ["without_site_3_uk", "without_age_ge_80"]
    assert [each.exclude for each in plans] == [(SITE,), (AGE,)]
    assert {each.specified_in for each in plans} == {"data_driven"}
    assert plans[0].source == 'it was "asked": why not # so'
    with pytest.raises(StudyFileError, match="has this analysis already, as without_site_3_uk"):
        keep(folder, SITE)


@pytest.mark.parametrize("indent", ["", "  "])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_section_in_the_middle_grows_where_it_stands(tmp_path: Path, indent: str, newline: str) -> None:
    folder = copy_study("indomethacin", tmp_path)
    path = folder / "data" / "study.yaml"
    entry = "- {id: first, label: First, exclude: [{dataset: patients, where: {variable: age, comparator: GT, value: 70}}], specified_in: protocol, source: s}"
    text = path.read_text(encoding="utf-8")
    head, tail = text.split("\nabbreviations:\n")
    middle = f"\nsensitivity:  # planned\n{indent}{entry}\n\n# below stand the abbreviations\nabbreviations:\n"
    path.write_bytes((head + middle + tail).replace("\n", newline).encode())
    keep(folder, SITE)
    now = path.read_bytes().decode()
    assert "\n" not in now.replace(newline, "") if newline == "\r\n" else "\r" not in now
    lines = now.replace("\r\n", "\n")
    added = lines.replace(head + f"\nsensitivity:  # planned\n{indent}{entry}\n", "").replace(
        "\n# below stand the abbreviations\nabbreviations:\n" + tail, ""
    )
    assert added.startswith(f"{indent}- id: without_site_3_uk\n") and len(added.splitlines()) == 6
    assert [each.id for each in study_file.read(folder).sensitivity] == ["first", "without_site_3_uk"]


def test_what_cannot_be_put_in_is_told_and_the_file_stays(tmp_path: Path) -> None:
    folder = copy_study("indomethacin", tmp_path)
    path = folder / "data" / "study.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nsensitivity: []\n", encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(StudyFileError) as refused:
        keep(folder, SITE)
    assert "is written in brackets" in str(refused.value) and "id: without_site_3_uk" in refused.value.remedy
    assert path.read_bytes() == before


def test_a_kept_analysis_is_computed_by_each_build_and_told_as_post_hoc(tmp_path: Path) -> None:
    folder = copy_study("indomethacin", tmp_path)
    what_if = without(folder, "site=3_UK")
    keep(folder, SITE, "an editor asked")
    study = study_file.read(folder)
    made = compute.draft(folder, study).results
    kept = {row.result_id.removeprefix("without_site_3_uk."): row for row in made.select(context="sensitivity")}
    assert kept["left_out.n"].stat == 22
    for endpoint in study.endpoints:
        rows = [r for r in what_if if r.analysis_id.startswith(f"{endpoint.id}.") and ".subgroup" not in r.analysis_id]
        decided = [r for r in rows if r.stat_name == "significant"]
        assert rows and not any(r.result_id in kept for r in decided)
        assert {r.result_id: r.stat for r in rows if r not in decided} == {
            r.result_id: kept[r.result_id].stat for r in rows if r not in decided
        }
    assert main(["report", "--engine", "embedded", "--study", str(folder)]) == 0
    told = read_back(folder / "build" / "manuscript-draft.html").text()
    assert (
        "Sensitivity analysis: Without participants of whom Centre is University of Kentucky (left out: 22), not prespecified (an editor asked)."
        in told
    )


def test_names_of_sensitivity_analyses_are_their_own(tmp_path: Path) -> None:
    folder = copy_study("indomethacin", tmp_path)
    path = folder / "data" / "study.yaml"
    entries = "".join(
        f"  - {{id: {name}, label: L, exclude: [{{dataset: patients, where: {{variable: {variable}, comparator: EQ, value: 3_UK}}}}], specified_in: data_driven, source: s}}\n"
        for name, variable in (("pancreatitis", "site"), ("safety", "site"), ("fine", "sites"))
    )
    path.write_text(path.read_text(encoding="utf-8") + "\nsensitivity:\n" + entries, encoding="utf-8")
    with pytest.raises(StudyFileError) as refused:
        study_file.read(folder)
    told = "\n".join(refused.value.lines())
    assert "pancreatitis is the name of other results already" in told
    assert "safety is the name of other results already" in told
    assert "there is no variable of patients named sites" in told
