"""Results in words, as a clinician reads them: two in full, the others by the sentence that matters."""

from __future__ import annotations

import json
import re

import pytest

from report.paper.styles import named
from report.tracing import answers, lineage, rounding, words
from report.tracing.papers import Paper
from tests.conftest import Built, trialpress

MEDIAN = (
    "The median of JADAS-71 at Week 8 was 11.0 points. It is about the population “Participants with at least one "
    "infusion” (6 participants, those for whom first_infusion is recorded). All 6 of them had both values. It was "
    "computed from the columns physician_global, vas_wellbeing, active_joints, esr, visit, participant of "
    "data/assessments.csv and first_infusion, participant of data/participants.csv; jadas71 is the Juvenile Arthritis "
    "Disease Activity Score, 71 joints, with ESR (Consolaro et al., Arthritis Rheum 2009;61:658-666). Values were "
    "summarised as medians and ranges of the participants who have both assessments. Computed to all digits it is 11.0; "
    "it is printed as “11.0”: rounded to one decimal, halves away from zero (a median half-way between two values keeps "
    "its half). The data are live, not locked (fingerprint {fingerprint}). The data are a reconstruction: invented rows "
    "that reproduce published figures, not participants’ data."
)
FISHER = (
    "The P value of Fisher’s exact test of Post-ERCP pancreatitis, indomethacin against placebo, was 0.005. It is about "
    "the population “All randomised participants” (602 participants). The event was seen in 27 of 295 in the arm "
    "indomethacin and in 52 of 307 in the arm placebo. It was computed from the columns outcome, rx, id of "
    "data/patients.csv. Risks were compared with Fisher’s exact two-sided test. Computed to all digits it is "
    "0.005339051289448919; it is printed as “=0.005”: as the style nejm writes P values, three decimals below 0.01, two "
    "decimals above; below 0.001 and above 0.99 as a bound. The data are live, not locked (fingerprint {fingerprint})."
)


def told(paper: Paper, result: str) -> str:
    return " ".join(words.explain(paper, lineage.follow(paper, result)))


@pytest.mark.parametrize(
    ("name", "result", "golden"),
    [
        ("jia", "jadas71_week8.change.week8.median", MEDIAN),
        ("indomethacin", "pancreatitis.fisher.indomethacin.p.value", FISHER),
    ],
)
def test_two_results_are_told_in_full(read: dict[str, Paper], name: str, result: str, golden: str) -> None:
    paper = read[name]
    fingerprint = paper.results.header["lock"]["fingerprint"][:7]
    assert told(paper, result) == golden.replace("{fingerprint}", fingerprint)


SAID = [
    ("jia", "jadas71_week8.hodges_lehmann.conf.low", "The lower limit of the 95% confidence interval of the Hodges-Lehmann estimate of the change of JADAS-71 from Baseline to Week 8 was −14.9 points."),
    ("jia", "active_joints_week8.change.n_fell", "The number of participants whose Active joints was lower at Week 8 than at Baseline was 4."),
    ("jia", "crp_week8.shift.raised.n_fell", "The number of participants whose CRP was raised at Baseline and lower at Week 8 was 3."),
    ("jia", "inactive_year1.proportion.p", "The event was seen in 3 of 6 participants."),
    ("jia", "adverse_events.rate_ratio.p.value", "Counted were 25 events in 546 days of observation (3 months before) and 14 events in 542 days of observation (3 months after)."),
    ("jia", "adverse_events.events_by_period.after.rate", "The number of events per participant and month in the period “3 months after” was 0.79."),
    ("jia", "adverse_events.fisher_by_period.p.value", "was above 0.99."),
    ("jia", "chaq_week8.change.baseline.median", "was 1.69 (on the scale 0–3)."),
    ("jia", "safety.term.nausea.n", "There were 5 such events in 3 of 6 participants."),
    ("jia", "narrative.mas.weeks_after_infusion", "Weeks after the first infusion of the participant shown as P5 was 7 weeks."),
    ("jia", "disposition.assessed.n", "The number of participants in the flow’s box “Assessed for eligibility” has no value: number not given in the sources used."),
    ("indomethacin", "pancreatitis.risk_reduction.indomethacin.estimate", "The absolute risk reduction of Post-ERCP pancreatitis, indomethacin against placebo, was 7.8 percentage points."),
    ("indomethacin", "pancreatitis.relative_risk_reduction.indomethacin.estimate", "was 46%."),
    ("indomethacin", "pancreatitis.mantel_haenszel.indomethacin.estimate", "The Mantel-Haenszel risk ratio of Post-ERCP pancreatitis over the strata, indomethacin against placebo, was 0.55."),
    ("indomethacin", "pancreatitis.subgroup_sod.1_yes.indomethacin.estimate", "The event was seen in 23 of 248 in the arm indomethacin and in 40 of 247 in the arm placebo."),
    ("indomethacin", "pancreatitis.subgroup_sod.indomethacin.p.value", "The P value of the test whether the effect on Post-ERCP pancreatitis differs with Suspected sphincter of Oddi dysfunction (interaction) was 0.60."),
    ("indomethacin", "disposition.received.indomethacin.n", "It was not counted: it is the number of “Allocated” minus that of “Could not retain the suppositories”."),
    ("indomethacin", "disposition.excluded.n", "It was not counted in the data but taken from a source: Elmunzer et al., N Engl J Med 2012;366:1414-1422."),
    ("indomethacin", "bleeding.risk.placebo.p", "bleeding is yes where Bleeding (bleed) is recorded and Bleeding (bleed) is “Clinically significant” (1.0), and otherwise no"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "result", "said"), SAID, ids=[result for _, result, _ in SAID])
def test_a_result_is_told_by_what_it_is(read: dict[str, Paper], name: str, result: str, said: str) -> None:
    assert said in told(read[name], result)


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
def test_every_result_can_be_told_without_a_gap(read: dict[str, Paper], name: str) -> None:
    for row in read[name].results:
        text = told(read[name], row.result_id)
        assert not re.search(r"[{}]|  | ,|(?<!“)\bNone\b|“”", text), text
        assert text.startswith(("The ", "Weeks", "JADAS", "cJADAS")) or row.context == "individual", text


def test_p_values_are_told_by_the_journals_style(read: dict[str, Paper]) -> None:
    row = read["indomethacin"].results.by_id("pancreatitis.fisher.indomethacin.p.value")
    assert rounding.in_words(row, named("lancet")) == (
        "as the style lancet writes P values, 2 significant digits, at most 4 decimals; below 0.0001 and above 0.99 as a bound"
    )


def test_the_command_gives_words_and_code(jia: Built) -> None:
    done = trialpress("explain", "P = 0.16", study=jia.folder)
    assert done.returncode == 0
    assert "The P value of the signed-rank test of the change of VAS pain" in " ".join(done.stdout.split())
    assert "exactRankTests::wilcox.exact(" in done.stdout and "# needs the package exactRankTests" in done.stdout
    only = trialpress("explain", "--r", "P = 0.16", study=jia.folder).stdout
    assert only.startswith("# pain_week8.signed_rank.p.value") and "It is about the population" not in only
    found = json.loads(trialpress("explain", "--json", "P = 0.16", study=jia.folder).stdout)
    assert found["explained"][0]["packages"] == ["exactRankTests"]


def test_a_number_that_is_none_of_the_data_has_no_code(jia: Built) -> None:
    from report.stages import Order

    (each,) = answers.explain(Order(jia.folder), "queries.open.n").explained
    assert each.r_code == "" and each.no_code_because == "it counts the queries of the check, not values of the data"
