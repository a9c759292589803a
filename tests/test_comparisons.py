"""Every method in a study file, from the data files to the printed table: nothing crashes, nothing is left unexplained."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from report.analysis import compute
from report.analysis.basis.methods import REGISTRY
from report.ard import Results
from report.errors import DataError
from report.paper import statistical_methods
from report.paper.displays import table_of
from report.paper.styles import STYLES
from report.study import file as study_file
from report.study.blinding import seen
from report.study.model import Study
from report.tracing import phrases, subjects
from tests import compared
from tests.invented import write

KINDS = {"by_arm": ("C", "L", "H"), "one_arm": ("C",), "crossed": ("C", "L")}


@pytest.fixture(scope="module", params=sorted(KINDS))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Results]:
    folder = tmp_path_factory.mktemp(request.param)
    write(folder, compared.study(request.param), **compared.files(KINDS[request.param]))
    study = study_file.read(folder)
    return study, compute.results(folder, study)


def test_every_method_is_used_in_one_of_these_trials() -> None:
    used = {use["method"] for kind in KINDS for each in compared.study(kind)["endpoints"] for use in each["methods"]}
    by_period = {"events_by_period", "rate_ratio", "fisher_by_period", "signed_rank_by_period"}
    assert used | by_period == set(REGISTRY)


def test_a_value_or_a_reason_in_every_row(built: tuple[Study, Results]) -> None:
    _, results = built
    for row in results:
        assert not row.error
        if row.stat is None:
            assert row.reason or row.query, row.result_id
        elif isinstance(row.stat, float):
            assert math.isfinite(row.stat), row.result_id


def test_each_method_gives_values(built: tuple[Study, Results]) -> None:
    """On data that are sound a method that only gives reasons does not work."""
    study, results = built
    for endpoint in study.endpoints:
        for use in endpoint.methods:
            rows = [row for row in results.select(analysis_id=f"{endpoint.id}.{use.name}") if row.format_key != "text"]
            without = [f"{row.result_id}: {row.reason}" for row in rows if row.stat is None]
            assert len(without) < len(rows), without


def test_every_row_of_a_method_can_be_told(built: tuple[Study, Results]) -> None:
    """``trialpress explain`` has a phrase for each statistic, and knows what it is of."""
    study, results = built
    for row in results:
        of = subjects.subject(study, row)
        assert of.kind != "other", row.result_id
        if of.use is not None:
            assert phrases.phrase(of.kind, of.use.method, row.stat_name), (of.use.method, row.stat_name)


def test_a_table_of_each_endpoint(built: tuple[Study, Results]) -> None:
    """Every method has a line; every estimate stands beside its interval; P stands in the stub, not in the cell."""
    study, results = built
    for display in (each for each in study.displays if each.endpoint):
        table = table_of(display, study, results, STYLES["plain"])
        printed = {piece.result_id for text in table.texts for piece in text.results}
        for use in study.endpoint(str(display.endpoint)).methods:
            if use.method == "shift":  # it has a table of its own
                continue
            of_method = {row.result_id for row in results.select(analysis_id=f"{display.endpoint}.{use.name}")}
            assert printed & of_method, f"{display.id} shows nothing of {use.name}"
        for line in table.lines:
            assert len(line.cells) in (0, 1, len(table.headings) - 1), line.stub.plain
            assert line.stub.plain.strip() and not re.search(r"[_{}]", line.stub.plain), line.stub.plain


def test_labels_say_what_they_are(built: tuple[Study, Results]) -> None:
    """A stub in a table is the label of an estimate or of a test: it is no bare P, and begins with a capital."""
    _, results = built
    for row in results:
        if row.stat_name == "estimate" or row.stat_name.startswith("p.value"):
            assert len(row.stat_label) > 3 or row.analysis_id.startswith("baseline"), row.result_id
            assert row.stat_label[0].isupper() or row.stat_label.startswith("t test"), (row.result_id, row.stat_label)


# --- several tests together -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def by_arm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Results]:
    folder = tmp_path_factory.mktemp("planned")
    write(folder, compared.planned(), **compared.files(KINDS["by_arm"]))
    study = study_file.read(folder)
    return study, compute.results(folder, study)


def test_a_plan_decides_on_the_tests_of_the_endpoints(by_arm: tuple[Study, Results]) -> None:
    """Holm on the two doses, whose p are far apart, then a sequence that stops at once and leaves its last untested."""
    _, results = by_arm
    p = {arm: results.by_id(f"change.ancova.{arm}.p.value").number() for arm in "lh"}
    named = {arm: results.by_id(f"multiplicity.key.change.ancova.{arm}.p.adjusted").number() for arm in "lh"}
    assert named["h"] == pytest.approx(2 * p["h"]) and named["l"] == pytest.approx(max(p["l"], 2 * p["h"]))
    decided = {row.result_id: row.stat for row in results.select(context="multiplicity", stat_name="decision")}
    assert decided == {
        "multiplicity.key.change.ancova.l.decision": "rejected",
        "multiplicity.key.change.ancova.h.decision": "rejected",
        "multiplicity.key.response.fisher.h.decision": "not rejected",
        "multiplicity.key.severity.proportional_odds.h.decision": "not tested",
    }
    assert results.by_id("severity.proportional_odds.h.significant").stat is False


@pytest.mark.parametrize(("style", "withheld"), [("plain", False), ("nejm", True)])
def test_what_a_journal_prints_after_a_failed_step(by_arm: tuple[Study, Results], style: str, withheld: bool) -> None:
    """NEJM prints no P of a hypothesis that the plan did not reach; its estimate and interval stand in either."""
    study, results = by_arm
    p = results.by_id("severity.proportional_odds.h.p.value")
    printed = {
        display.id: {
            piece.result_id for text in table_of(display, study, results, STYLES[style]).texts for piece in text.results
        }
        for display in study.displays
    }
    for display in ("tbl-severity", "tbl-key"):
        assert (p.result_id in printed[display]) is not withheld
    assert "severity.proportional_odds.h.estimate" in printed["tbl-severity"]
    assert "response.fisher.h.p.value" in printed["tbl-key"]


def test_the_methods_write_themselves(by_arm: tuple[Study, Results]) -> None:
    """Each test and its choices, the plan for several tests, and the programs with their versions."""
    study, results = by_arm
    told = " ".join(text.plain for text in statistical_methods.paragraphs(study, results, STYLES["plain"]))
    for endpoint in study.endpoints:
        for use in endpoint.methods:
            assert str(results.by_id(f"{endpoint.id}.{use.name}.sentence").stat) in told, use.name
    assert "serial gatekeeping" in told and "Holm’s procedure; then a fixed sequence" in told
    assert re.search(r"Results were computed with trialpress\xa0[\d.]+, Python\xa0[\d.]+, NumPy\xa0[\d.]+", told)


def test_a_hypothesis_with_no_p_or_with_several_is_refused(tmp_path: Path) -> None:
    changed = compared.study("by_arm")
    gate = {"procedure": "holm", "hypotheses": [{"endpoint": "change", "method": "ancova"},
                                                {"endpoint": "course", "method": "gee", "arm": "h"}]}  # fmt: skip
    changed["multiplicity"] = [{**compared.PLAN, "gates": [gate]}]
    changed["displays"] = []
    write(tmp_path, changed, **compared.files(KINDS["by_arm"]))
    with pytest.raises(DataError) as refused:
        compute.results(tmp_path, study_file.read(tmp_path))
    told = [f"{each.message}: {each.remedy}" for each in refused.value.findings]
    assert told == [
        "change.ancova gives no p of all arms: write arm: one of h, l",
        "course.gee gives 2 p values, as one a visit, and a hypothesis has one: name a test with one p, such as one with effect: overall",
    ]


# --- drafts and reports to the board ----------------------------------------------------------------------------------


def drawn(study: Study, results: Results) -> None:
    """Draw every table; each is printed whatever its rows lack."""
    for display in study.displays:
        assert table_of(display, study, results, STYLES["plain"]).lines, display.id


def test_an_open_report_tells_all_participants_together(tmp_path: Path) -> None:
    """Numbers, times and counts are described without arms; what only compares is left out, with its tables."""
    write(tmp_path, compared.planned(), **compared.files(KINDS["by_arm"]))
    study = study_file.read(tmp_path)
    results = compute.draft(tmp_path, study, treatment="pooled").results
    assert not [row.result_id for row in results if row.group1 == "arm"]
    pooled = seen(study, "pooled")
    assert {each.id for each in study.endpoints} - {each.id for each in pooled.endpoints} == {"severity", "course"}
    assert not pooled.multiplicity
    drawn(pooled, results)


@pytest.mark.parametrize(
    ("file", "old", "new", "holed", "sound"),
    [
        ("scores", "P05,W8,", "P05,W8,x", {"change", "clustered", "course"}, {"response", "survival", "relapses"}),
        ("people", "P05,L,", "P05,L,x", {"change", "response", "survival", "relapses"}, {"severity", "colds", "moved"}),
    ],
)
def test_a_draft_has_holes_where_a_query_is_open(
    tmp_path: Path, file: str, old: str, new: str, holed: set[str], sound: set[str]
) -> None:
    """A score that is no number takes the change and the course; an age that is none takes what adjusts for it."""
    files = compared.files(KINDS["by_arm"])
    assert files[file].count(old) == 1
    write(tmp_path, compared.planned(), **{**files, file: files[file].replace(old, new)})
    study = study_file.read(tmp_path)
    results = compute.draft(tmp_path, study).results
    of_method = [
        row for row in results if row.query and row.stat_name != "significant"
    ]  # which rests on the whole plan
    with_hole = {row.analysis_id.partition(".")[0] for row in of_method}
    assert holed <= with_hole and not sound & with_hole
    assert all(row.query for row in results.select(context="multiplicity") if row.stat_name == "decision")
    drawn(study, results)
