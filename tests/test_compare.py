"""The second programmer's results against ours: equal, just within and just beyond, missing, and not to be read."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import shutil
import subprocess
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from report import ard
from report.__main__ import main
from report.analysis import compute
from report.ard import Results, Row
from report.errors import DataError, ResultsError, StudyFileError
from report.lock import ledger
from report.publish.extract import read as read_back
from report.quality import checking_results, compare, required, theirs, tolerances
from report.quality.compare import Comparison
from report.quality.words import heading, label
from report.stages import Order
from report.study import file as study_file
from report.study.model import Study
from report.study.sensitivity import Quality
from tests.conftest import ROOT, STUDIES, copy_study

R_SCRIPT = ROOT / "tests" / "second_programmer" / "indomethacin.R"
R_RESULTS = R_SCRIPT.with_suffix(".csv")
Pair = tuple[Study, Results]


@pytest.fixture(scope="module")
def indomethacin_results() -> Pair:
    study = study_file.read(STUDIES["indomethacin"])
    return study, compute.results(STUDIES["indomethacin"], study)


@pytest.fixture(scope="module")
def jia_results() -> Pair:
    study = study_file.read(STUDIES["jia"])
    return study, compute.results(STUDIES["jia"], study)


def as_given(row: Row) -> str:
    return "NA" if row.stat is None else row.stat if isinstance(row.stat, str) else repr(row.stat)


def written(path: Path, lines: Iterable[Iterable[str]], header: str = "result_id,stat") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(lines)
    return path


def all_of(results: Results) -> dict[str, str]:
    return {row.result_id: as_given(row) for row in results}


def compared(pair: Pair, given: dict[str, str], folder: Path) -> Comparison:
    study, results = pair
    return compare.compare(study, results, theirs.read(written(folder / "theirs.csv", given.items()), results))


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
def test_results_equal_to_ours_agree_in_any_order(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    pair: Pair = request.getfixturevalue(f"{name}_results")
    given = list(all_of(pair[1]).items())
    random.Random(1).shuffle(given)
    held = compared(pair, dict(given), tmp_path)
    assert held.holds and len(held.of("agrees")) == len(pair[1].rows) == len(held.compared)


def test_an_independent_program_in_r_agrees_on_all_that_is_required(indomethacin_results: Pair) -> None:
    study, results = indomethacin_results
    held = compare.compare(study, results, theirs.read(R_RESULTS, results))
    assert held.holds and len(held.of("agrees")) == 40 and not held.only_theirs
    limit = next(
        each for each in held.compared if each.ours.result_id == "pancreatitis.risk_ratio.indomethacin.conf.low"
    )
    assert limit.difference is not None and 0 < abs(limit.difference) < Decimal("1e-8")  # a search of its own


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_the_r_program_gives_the_results_that_are_kept() -> None:
    data = STUDIES["indomethacin"] / "data" / "patients.csv"
    done = subprocess.run(
        ["Rscript", "--vanilla", R_SCRIPT, data], capture_output=True, text=True, timeout=120, check=True
    )
    now, kept = (
        {row["result_id"]: row["stat"] for row in csv.DictReader(text.splitlines())}
        for text in (done.stdout, R_RESULTS.read_text())
    )
    assert now.keys() == kept.keys()
    assert {name: float(value) for name, value in now.items()} == pytest.approx(
        {n: float(v) for n, v in kept.items()}, rel=1e-7
    )


KINDS = {
    "count": ("pancreatitis.risk.placebo.n", Decimal(0)),
    "limit_by_iteration": ("pancreatitis.risk_reduction.indomethacin.conf.low", Decimal("1e-3")),
    "limit": ("pancreatitis.mantel_haenszel.indomethacin.conf.high", Decimal("1e-6")),
    "test": ("pancreatitis.fisher.indomethacin.p.value", Decimal("1e-6")),
    "estimate": ("pancreatitis.risk_ratio.indomethacin.estimate", Decimal("1e-8")),
    "description": ("baseline.age.placebo.mean", Decimal("1e-8")),
}


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("kind", KINDS)
def test_the_edge_of_each_tolerance(kind: str, sign: int, indomethacin_results: Pair, tmp_path: Path) -> None:
    """At the edge a value agrees; beyond it by the last digit it is the only one that is told."""
    study, results = indomethacin_results
    name, tolerance = KINDS[kind]
    row = results.by_id(name)
    ours = Decimal(repr(row.stat))
    assert (tolerances.of(study, row).kind, Decimal(repr(tolerances.of(study, row).tolerance))) == (kind, tolerance)
    edge = ours + sign * tolerance * abs(ours)
    at = compared(indomethacin_results, {**all_of(results), name: str(edge)}, tmp_path)
    beyond = compared(indomethacin_results, {**all_of(results), name: str(edge + sign * Decimal("1e-24"))}, tmp_path)
    assert at.holds
    assert [each.ours.result_id for each in beyond.of("differs")] == [name] and not beyond.holds


@pytest.mark.parametrize("value", ["1.0", "0.999999", "0"])
def test_a_count_is_exact_and_a_nothing_is_nothing(value: str, jia_results: Pair, tmp_path: Path) -> None:
    name = "safety.serious.yes.n_event"  # one event
    held = compared(jia_results, {**all_of(jia_results[1]), name: value}, tmp_path)
    assert held.holds is (value == "1.0")


def test_a_rounding_of_nothing_agrees_with_nothing(jia_results: Pair, tmp_path: Path) -> None:
    name = "infusion_reaction.proportion.conf.low"  # 0 of 6
    assert jia_results[1].by_id(name).stat == 0
    assert compared(jia_results, {**all_of(jia_results[1]), name: "-3e-17"}, tmp_path).holds
    assert not compared(jia_results, {**all_of(jia_results[1]), name: "1e-9"}, tmp_path).holds


@pytest.mark.parametrize(
    ("value", "agrees"), [("NaN", True), ("not estimable", True), ("NA", True), ("1.5", False), ("Inf", False)]
)
def test_not_estimable_agrees_with_not_estimable(
    value: str, agrees: bool, indomethacin_results: Pair, tmp_path: Path
) -> None:
    name = "pancreatitis.subgroup_site.4_Case.indomethacin.estimate"
    held = compared(indomethacin_results, {**all_of(indomethacin_results[1]), name: value}, tmp_path)
    assert held.holds is agrees
    name = "pancreatitis.risk_ratio.indomethacin.estimate"
    if agrees or value == "Inf":  # ours is a number
        assert not compared(indomethacin_results, {**all_of(indomethacin_results[1]), name: value}, tmp_path).holds


@pytest.mark.parametrize(("value", "agrees"), [("TRUE", True), ("True", True), ("FALSE", False)])
def test_a_decision_is_compared_as_one(value: str, agrees: bool, indomethacin_results: Pair, tmp_path: Path) -> None:
    name = "pancreatitis.fisher.indomethacin.significant"
    assert compared(indomethacin_results, {**all_of(indomethacin_results[1]), name: value}, tmp_path).holds is agrees


def test_words_are_the_same_or_not(jia_results: Pair, tmp_path: Path) -> None:
    name = "adverse_events.signed_rank_by_period.zeros"
    held = compared(jia_results, {**all_of(jia_results[1]), name: "Drop"}, tmp_path)
    assert [each.ours.result_id for each in held.of("differs")] == [name]


def test_what_is_required_and_missing_fails(indomethacin_results: Pair, tmp_path: Path) -> None:
    given = {
        row["result_id"]: row["stat"] for row in csv.DictReader(R_RESULTS.read_text(encoding="utf-8").splitlines())
    }
    del given["pancreatitis.fisher.indomethacin.p.value"]
    held = compared(indomethacin_results, given, tmp_path)
    assert [each.ours.result_id for each in held.of("missing")] == ["pancreatitis.fisher.indomethacin.p.value"]
    assert not held.holds


def test_required_are_primary_endpoints_and_safety_totals(jia_results: Pair) -> None:
    study, results = jia_results
    analyses = {row.analysis_id.partition(".")[0] for row in required.of(study, results)}
    assert analyses == {"adverse_events", "acr70_week8", "acr70_year1", "safety"}
    safety = {row.analysis_id for row in required.of(study, results) if row.analysis_id.startswith("safety")}
    assert safety == {"safety.events", "safety.serious"}
    more = study.model_copy(update={"quality": Quality(required=("jadas71_week8", "populations"))})
    assert {row.analysis_id.partition(".")[0] for row in required.of(more, results)} == {"jadas71_week8", "population"}


def test_the_study_file_sets_tolerances_and_says_so(indomethacin_results: Pair, tmp_path: Path) -> None:
    study, results = indomethacin_results
    name = "pancreatitis.fisher.indomethacin.p.value"
    wider = study.model_copy(update={"quality": Quality(tolerances={"test": 0.01})})
    value = str(Decimal(repr(results.by_id(name).stat)) * Decimal("1.009"))
    given = {**all_of(results), name: value}
    assert not compared((study, results), given, tmp_path).holds
    assert compared((wider, results), given, tmp_path).holds
    assert tolerances.of(wider, results.by_id(name)).words == "0.01 relative (study file)"


def test_the_study_file_names_kinds_and_results_that_there_are(tmp_path: Path) -> None:
    folder = copy_study("indomethacin", tmp_path)
    path = folder / "data" / "study.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\nquality: {required: [primary, pancreatits]}\n", encoding="utf-8")
    with pytest.raises(StudyFileError) as refused:
        study_file.read(folder)
    assert "did you mean pancreatitis?" in "\n".join(refused.value.lines())
    path.write_text(text + "\nquality: {tolerances: {counts: 0.001}}\n", encoding="utf-8")
    with pytest.raises(StudyFileError):
        study_file.read(folder)


def test_a_result_is_named_by_its_columns_too(jia_results: Pair, tmp_path: Path) -> None:
    study, results = jia_results
    header = "analysis_id,stat_name,group1_level,variable_level,visit,stat"
    lines = [[str(getattr(row, key)) for key in theirs.KEYS] + [as_given(row)] for row in results]
    held = compare.compare(study, results, theirs.read(written(tmp_path / "theirs.csv", lines, header), results))
    assert held.holds and len(held.of("agrees")) == len(results.rows)
    short = [["jadas71_week8.signed_rank", "p.value", "", "", "", "0.03125"]]  # the only one: no need to say its visit
    read = theirs.read(written(tmp_path / "short.csv", short, header), results)
    assert read[0].ours is results.by_id("jadas71_week8.signed_rank.p.value")
    unclear = [["jadas71_week8.change", "median", "", "", "", "24.5"]]  # at which visit?
    assert theirs.read(written(tmp_path / "unclear.csv", unclear, header), results)[0].ours is None


def test_all_faults_of_a_file_are_told_at_once(indomethacin_results: Pair, tmp_path: Path) -> None:
    _, results = indomethacin_results
    fingerprint = results.header["lock"]["fingerprint"][:7]
    lines = [
        ["pancreatitis.risk.placebo.n", "52", fingerprint, "indomethacin", "double"],
        ["pancreatitis.risk.placebo.n", "52", fingerprint, "indomethacin", "double"],
        ["pancreatitis.risk_ratio.indomethacin.estimate", "0,54", fingerprint, "indomethacin", "double"],
        ["pancreatitis.risk_ratio.indomethacin.conf.low", "", fingerprint, "indomethacin", "double"],
        ["", "1", "L1-0000000", "another", "twice"],
    ]
    path = written(tmp_path / "theirs.csv", lines, "result_id,stat,lock,study,level")
    with pytest.raises(DataError) as refused:
        theirs.read(path, results)
    found = {finding.code: finding.cases for finding in refused.value.findings}
    assert found == {
        "qc-study": ("line 6: another",),
        "qc-lock": ("line 6: L1-0000000",),
        "qc-id": ("line 6: no id",),
        "qc-stat": (
            "line 4: pancreatitis.risk_ratio.indomethacin.estimate",
            "line 5: pancreatitis.risk_ratio.indomethacin.conf.low",
        ),
        "qc-level": ("line 6: no id",),
        "qc-twice": ("line 2: pancreatitis.risk.placebo.n", "line 3: pancreatitis.risk.placebo.n"),
    }


def test_columns_that_there_are_not(indomethacin_results: Pair, tmp_path: Path) -> None:
    path = written(tmp_path / "theirs.csv", [["a", "b", "1"]], "analysis_id,value,programer")
    with pytest.raises(DataError) as refused:
        theirs.read(path, indomethacin_results[1])
    told = "\n".join(refused.value.lines())
    for part in (
        "column named value",
        "did you mean programmer?",
        "the column stat is missing",
        "no column names the results",
    ):
        assert part in told


def test_a_review_is_no_second_program(indomethacin_results: Pair, tmp_path: Path) -> None:
    study, results = indomethacin_results
    lines = [["bleeding.risk.placebo.n", "", "review"], ["pancreatitis.risk.placebo.n", "", "review"]]
    held = compare.compare(
        study, results, theirs.read(written(tmp_path / "t.csv", lines, "result_id,stat,level"), results)
    )
    verdicts = {each.ours.result_id: each.verdict for each in held.compared}
    assert verdicts["bleeding.risk.placebo.n"] == "reviewed"
    assert verdicts["pancreatitis.risk.placebo.n"] == "missing"


def test_what_rests_on_an_open_query_is_not_compared(tmp_path: Path) -> None:
    folder = copy_study("indomethacin", tmp_path)
    path = folder / "data" / "patients.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "1001,1_UM,26,2.0,1_female,1_yes", "1001,1_UM,26,2.0,1_female,maybe", 1
        )
    )
    study = study_file.read(folder)
    pair = study, compute.draft(folder, study).results
    held = compared(pair, {"pancreatitis.fisher.indomethacin.p.value": "0.005"}, tmp_path)
    asked = {each.ours.result_id for each in held.of("open query")}
    assert asked == {"pancreatitis.fisher.indomethacin.p.value"} and not held.holds


def test_every_result_has_words_of_its_own(jia_results: Pair, indomethacin_results: Pair) -> None:
    for study, results in (jia_results, indomethacin_results):
        told = [(heading(study, row), label(study, row)) for row in results if row.format_key != "text"]
        assert all(head and said for head, said in told)
    study, results = indomethacin_results
    row = results.by_id("pancreatitis.risk_reduction.indomethacin.conf.low")
    assert heading(study, row) == "Post-ERCP pancreatitis (primary endpoint)"
    assert label(study, row) == "Risk difference (Miettinen-Nurminen): Lower limit, Indomethacin"


# The command ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_study("indomethacin", tmp_path_factory.mktemp("qc"))
    study = study_file.read(folder)
    (folder / "build").mkdir()
    ard.write(folder / "build" / "results.json", compute.results(folder, study))
    return folder


def run(folder: Path, file: Path, *more: str) -> int:
    return main(["compare", str(file), "--study", str(folder), *more])


def test_a_signed_comparison_names_who_signed_and_stands_in_the_ledger(
    computed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(
            computed,
            R_RESULTS,
            "--by",
            "Ann Example",
            "--role",
            "statistician",
            "--reason",
            "QC of the primary endpoint",
        )
        == 0
    )
    assert "40 agree, 0 differ, 0 required and missing" in capsys.readouterr().out
    look = json.loads((computed / ledger.LEDGER).read_text(encoding="utf-8").splitlines()[-1])["look"]
    prints = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (computed / "build" / "results.json", R_RESULTS)
    }
    assert (look["kind"], look["by"], look["seen"]) == ("comparison", "Ann Example", prints)
    assert look["about"] == "second programmer: 40 agree, 0 differ, 0 required and missing"
    rows = list(csv.DictReader((computed / "build" / "qc.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 40
    row = next(row for row in rows if row["result_id"] == "pancreatitis.risk.placebo.n")
    assert (row["ours"], row["theirs"], row["difference"], row["tolerance"], row["verdict"]) == (
        "52",
        "52",
        "0",
        "exact",
        "agrees",
    )
    assert (row["level"], row["programmer"], row["qc_by"], row["qc_date"]) == (
        "double",
        "A. Second",
        "Ann Example",
        look["at"][:10],
    )
    for kind in ("html", "pdf", "docx"):
        document = read_back(computed / "build" / f"qc.{kind}")
        assert (
            f"Signed by Ann Example, statistician, on {look['at'][:10]}: QC of the primary endpoint." in document.text()
        )
        line = next(row for row in document.table(2) if row[0].strip() == "Fisher’s exact test: p, Indomethacin")
        assert line[1] == "0.00533905128945" and line[5:] == ["agrees", "double"], kind


def test_a_difference_is_told_with_both_values_and_ends_with_1(
    computed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = R_RESULTS.read_text(encoding="utf-8").replace(
        "pancreatitis.risk.placebo.n,52,", "pancreatitis.risk.placebo.n,53,"
    )
    path = tmp_path / "theirs.csv"
    path.write_text(text + "pancreatitis.invented.p,0.5,A. Second,x,y\n", encoding="utf-8")
    before = (computed / ledger.LEDGER).read_bytes() if (computed / ledger.LEDGER).exists() else b""
    assert run(computed, path) == 1
    told = capsys.readouterr().out
    assert "differs: pancreatitis.risk.placebo.n: ours 52, theirs 53, line 4; tolerance exact" in told
    assert "only theirs: pancreatitis.invented.p, line 42" in told and "Not signed." in told
    assert "Not all that is required agrees: 39 agree, 1 differs" in read_back(computed / "build" / "qc.html").text()
    assert ((computed / ledger.LEDGER).read_bytes() if before else b"") == before  # nobody signed


def test_half_a_signature_is_a_wrong_call(computed: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run(computed, R_RESULTS, "--by", "Ann Example")
    assert ended.value.code == 2


def test_results_of_other_data_are_not_compared(computed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(computed, folder)
    path = folder / "data" / "patients.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(ResultsError, match=r"data/patients\.csv changed since the results were computed"):
        checking_results.check(Order(folder), R_RESULTS, None)


def test_the_value_of_one_participant_is_never_shown(
    jia_results: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, results = jia_results
    folder = copy_study("jia", tmp_path / "jia")
    (folder / "build").mkdir()
    ard.write(folder / "build" / "results.json", compute.results(folder, study))
    name = "individual.jadas71.P1.baseline.value"
    assert results.by_id(name).stat == 14.8
    given = {row.result_id: as_given(row) for row in required.of(study, results)} | {name: "14.8125"}
    assert run(folder, written(tmp_path / "theirs.csv", given.items())) == 1
    shown = capsys.readouterr().out + (folder / "build" / "qc.csv").read_text(encoding="utf-8")
    shown += read_back(folder / "build" / "qc.html").text()
    assert "14.8" not in shown and "one participant's, not shown" in shown
