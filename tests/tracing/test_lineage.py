"""Numbers of different kinds, each followed by hand to its row, its files and its columns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from report.ard import Results
from report.study.data import Filter
from report.tracing import conditions, finding, lineage, r_code
from report.tracing.lineage import Lineage
from report.tracing.papers import Paper
from tests.conftest import ROOT

JADAS = {"physician_global", "vas_wellbeing", "active_joints", "esr"}


@dataclass(frozen=True)
class Case:
    """What is typed, the results it is, and what they rest on; ``says`` stands in the first's lineage."""

    study: str
    asked: str
    results: tuple[str, ...]
    files: dict[str, set[str]]
    says: dict[str, object]


def jia(asked: str, results: str, files: dict[str, set[str]], **says: object) -> Case:
    return Case("jia", asked, tuple(results.split()), files, says)


def indo(asked: str, results: str, files: dict[str, set[str]], **says: object) -> Case:
    return Case("indomethacin", asked, tuple(results.split()), files, says)


TREATED = {"first_infusion", "participant"}
CASES = (
    jia("from 24.5 to 11.0 for the Juvenile", "jadas71_week8.change.baseline.median jadas71_week8.change.week8.median",
        {"assessments": JADAS | {"visit", "participant"}, "participants": TREATED}, unit="points"),
    jia("-8.4 (-14.9 to -0.4)", "jadas71_week8.hodges_lehmann.estimate jadas71_week8.hodges_lehmann.conf.low jadas71_week8.hodges_lehmann.conf.high",
        {"assessments": JADAS | {"visit", "participant"}, "participants": TREATED}, value=-8.4, visit="Baseline (W0) and Week 8 (W8)"),
    jia("P = 0.16", "pain_week8.signed_rank.p.value", {"assessments": {"vas_pain", "visit", "participant"}, "participants": TREATED},
        value=0.15625, population="treated", population_where="first_infusion is recorded"),
    jia("smallest exact P there can be is 0.03125", "jadas71_week8.signed_rank.p.floor",
        {"assessments": JADAS | {"visit", "participant"}, "participants": TREATED}, value=0.03125, format_key="p_exact"),
    jia("25 adverse events", "adverse_events.events_by_period.before.n_event",
        {"adverse_events": {"onset", "participant"}, "participants": TREATED | {"second_infusion"}}, value=25, level="3 months before"),
    jia("infusion occurred in 0 of 6 (0%)", "infusion_reaction.proportion.n infusion_reaction.proportion.N infusion_reaction.proportion.p",
        {"participants": TREATED | {"infusion_reaction"}}, value=0, endpoint="Acute infusion reaction"),
    jia("was 9.2 years", "baseline.disease_duration.median", {"participants": TREATED | {"disease_duration"}},
        value=9.2, unit="years", rounding="rounded to one decimal, halves away from zero (a median half-way between two values keeps its half)"),
    jia("7 weeks after the infusion", "narrative.mas.weeks_after_infusion",
        {"adverse_events": {"onset", "term", "participant"}, "participants": TREATED}, value=7.0,
        rows_where="Adverse event (term) is “Macrophage activation syndrome” (macrophage_activation_syndrome)"),
    jia("by week 8 in 3 of 4", "crp_week8.shift.raised.n_fell crp_week8.shift.raised.N",
        {"assessments": {"crp", "visit", "participant"}, "participants": TREATED}, value=3),
    jia("disposition.completed.n", "disposition.completed.n", {"assessments": {"visit", "participant"}},
        value=6, rows_where="visit is “Week 8” (W8)"),
    jia("disease was reached by 3 of 6 (50%)", "inactive_year1.proportion.n inactive_year1.proportion.N inactive_year1.proportion.p",
        {"assessments": {"active_joints", "systemic_features", "active_uveitis", "esr", "crp", "physician_global", "visit", "participant"},
         "participants": TREATED}, value=3, visit="One year (W52)"),
    indo("27 of 295 (9.2%)", "pancreatitis.risk.indomethacin.n pancreatitis.risk.indomethacin.N pancreatitis.risk.indomethacin.p",
         {"patients": {"outcome", "rx", "id"}}, value=27, arm="indomethacin", population_where="all rows"),
    indo("P=0.005", "pancreatitis.fisher.indomethacin.p.value", {"patients": {"outcome", "rx", "id"}},
         value=0.005339051289448919, arm="indomethacin, compared with placebo", role="primary endpoint, specified in the protocol"),
    indo("12.8 (7.6 to 41.1), benefit", "pancreatitis.number_needed_to_treat.indomethacin.estimate pancreatitis.number_needed_to_treat.indomethacin.conf.low pancreatitis.number_needed_to_treat.indomethacin.conf.high pancreatitis.number_needed_to_treat.indomethacin.direction",
         {"patients": {"outcome", "rx", "id"}}, format_key="fixed:1"),
    indo("Of 799 patients", "disposition.assessed.n", {"reported": {"id", "arm", "value", "source"}},
         value=799, method="reported: Elmunzer et al., N Engl J Med 2012;366:1414-1422"),
    indo("suspected in 495 patients", "pancreatitis.subgroup_sod.1_yes.N_level", {"patients": {"outcome", "sod", "rx", "id"}}, value=495),
    indo("It has an entry for 27 patients", "population.bleeding_recorded.n", {"patients": {"bleed", "id"}}, value=27,
         population_where="Bleeding (bleed) is recorded"),
    indo("disposition.received.indomethacin.n", "disposition.received.indomethacin.n",
         {"patients": {"rx", "id"}, "reported": {"id", "arm", "value", "source"}}, value=294, method="allocated minus not_received"),
    indo("pancreatitis.subgroup_age_group.older.placebo.n", "pancreatitis.subgroup_age_group.older.placebo.n",
         {"patients": {"outcome", "age", "rx", "id"}}, value=24, level="Older than 45 years", arm="placebo"),
)  # fmt: skip


def followed(read: dict[str, Paper], case: Case) -> list[Lineage]:
    paper = read[case.study]
    found = finding.find(paper, case.asked)
    assert [match.results for match in found.matches] == [case.results], case.asked
    return [lineage.follow(paper, result) for result in case.results]


@pytest.mark.parametrize("case", CASES, ids=[case.asked for case in CASES])
def test_a_number_leads_to_its_row_files_and_columns(read: dict[str, Paper], case: Case) -> None:
    lines = followed(read, case)
    for each in lines:
        held = {file.name.removeprefix("data/").removesuffix(".csv"): set(file.columns) for file in each.files}
        assert held == case.files
        assert all(len(file.sha256) == 64 for file in each.files)
    for name, value in case.says.items():
        assert getattr(lines[0], name) == value, name


def test_the_study_file_is_named_by_its_line(read: dict[str, Paper]) -> None:
    each = lineage.follow(read["jia"], "jadas71_week8.signed_rank.p.value")
    name, line, place = each.declared.split(":", 2)
    written = (ROOT / name).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert place == " endpoints.jadas71_week8.methods.signed_rank" and "method: signed_rank" in written
    (step,) = each.steps
    assert (step.rule, step.source) == ("jadas", "Consolaro et al., Arthritis Rheum 2009;61:658-666")
    assert "jadas71:" in (ROOT / name).read_text(encoding="utf-8").splitlines()[int(step.declared.split(":")[1]) - 1]


def test_a_comparison_is_told_with_the_numbers_of_both_arms(read: dict[str, Paper]) -> None:
    each = lineage.follow(read["indomethacin"], "pancreatitis.fisher.indomethacin.p.value")
    told = {number.result_id: number.text for number in each.numbers}
    for arm, n, total in (("indomethacin", "27", "295"), ("placebo", "52", "307")):
        assert told[f"pancreatitis.risk.{arm}.n"] == n and told[f"pancreatitis.risk.{arm}.N"] == total


def test_a_lock_is_named(read: dict[str, Paper]) -> None:
    paper = read["jia"]
    lock = {
        "state": "soft",
        "name": "soft lock",
        "id": "L1-3f9a2c7",
        "fingerprint": "3f9a2c7",
        "by": "A. Nurse",
        "role": "data manager",
    }
    locked = replace(paper, results=Results({**paper.results.header, "lock": lock}, paper.results.rows))
    each = lineage.follow(locked, "disposition.enrolled.n")
    assert each.lock == "under the soft lock L1-3f9a2c7, set by A. Nurse, data manager"


def test_an_old_paper_says_so(read: dict[str, Paper]) -> None:
    old = replace(read["jia"], is_of_this_file=False)
    assert any("has changed since" in note for note in lineage.follow(old, "disposition.enrolled.n").notes)


def test_a_condition_is_told_in_words(read: dict[str, Paper]) -> None:
    where = Filter.model_validate(
        {
            "and": [
                {"variable": "age", "comparator": "GE", "value": 12},
                {"or": [
                    {"variable": "sex", "comparator": "EQ", "value": "F"},
                    {"not": {"variable": "subtype", "comparator": "IN", "value": ["systemic", "extended_oligoarticular"]}},
                ]},
                {"variable": "second_infusion", "comparator": "EQ", "value": None},
            ]
        }
    )  # fmt: skip
    assert conditions.in_words(read["jia"].study, "participants", where) == (
        "Age (age) is at least 12 and (Sex (sex) is “Female” (F) or not (ILAR category (subtype) is one of "
        "“Systemic” (systemic), “Extended oligoarticular” (extended_oligoarticular))) and second_infusion is missing"
    )


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
def test_every_result_can_be_followed(read: dict[str, Paper], name: str) -> None:
    paper = read[name]
    for row in paper.results:
        each = lineage.follow(paper, row.result_id)
        assert each.files or row.context in ("queries", "waiver") or row.stat is None, row.result_id


def test_dummy_arms_rest_on_no_column(read: dict[str, Paper]) -> None:
    paper = read["indomethacin"]
    dry = replace(paper, results=Results({**paper.results.header, "treatment": "dummy"}, paper.results.rows))
    each = lineage.follow(dry, "pancreatitis.risk.placebo.n")
    assert {file.name: set(file.columns) for file in each.files} == {"data/patients.csv": {"outcome", "id"}}
    assert any("dummies" in note for note in each.notes)
    assert (
        r_code.r_code(dry, paper.results.by_id("pancreatitis.risk.placebo.n")).reason
        == "treatments are dummies, which are not in the data files"
    )
