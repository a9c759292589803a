"""The published figures that both papers must show: what the article says, our result, and where it stands.

``docs/published-figures.md`` is made of this list (``python docs/published_figures.py``); ``test_published.py`` reads
each figure from the finished files.
"""

from __future__ import annotations

from dataclasses import dataclass

SWART = "Swart et al. 2019, abstract"
SWART_CONGRESS = "Swart et al. 2018, EULAR abstract OP0203"
REPORTED = "news report of Swart et al. 2019, and what was handed on of it"
ELMUNZER = "Elmunzer et al. 2012, as its public reproduction gives it"
FIGURE_3 = "Elmunzer et al. 2012, figure of subgroups"


@dataclass(frozen=True)
class Figure:
    """One published figure. ``said`` is a piece of the sentence, or of the cell, in which the result must stand.

    For a cell ``line`` holds the stub of its line, and ``said`` is the cell.
    """

    study: str
    published: str
    source: str
    result: str
    ours: str
    said: str
    line: str = ""


def jia(published: str, result: str, ours: str, said: str, line: str = "", source: str = SWART) -> Figure:
    return Figure("jia", published, source, result, ours, said, line)


def indo(published: str, result: str, ours: str, said: str, line: str = "", source: str = ELMUNZER) -> Figure:
    return Figure("indomethacin", published, source, result, ours, said, line)


_YEARS = "The median disease duration was 9.2 years, and a median of 5 biologicals had failed"
_FAILED = (
    "Methotrexate had failed in 6 of 6 (100%) and corticosteroids in 6 of 6 (100%); 1 of 6 (17%) had systemic onset"
)
_INFUSED = "The study enrolled 6 children; 6 received a first infusion, 3 of them a second"
_REACTION = "An acute reaction to an infusion occurred in 0 of 6 (0%) children (95% CI: 0%, 46%)"
_EVENTS = (
    "before the first infusion 25 adverse events began in 546 days of observation, and in the 3 months after it 14"
)
_MAS = "An evolving macrophage activation syndrome began in the child with systemic onset, 7 weeks after the infusion and 9 weeks after tocilizumab had been stopped"
_WELLBEING = "Median VAS well-being fell from 75 to 56 mm"
_JADAS = "Median JADAS-71 fell from 24.5 to 11.0"
_CJADAS = "Median cJADAS10 fell from 18.0 to 10.6"
_NEITHER = "Median VAS pain fell from 68 to 57 mm (P = 0.16), CHAQ fell from 1.69 to 1.50 (P = 0.19), and quality of life rose from 45 to 50.5 (P = 0.25)"
_ONLY = "those with P below 0.05 were: VAS well-being, JADAS-71 and cJADAS10"
_RAISED = "Of the children whose value was raised at baseline, CRP had fallen by week 8 in 3 of 4 and ESR in 3 of 4"
_YEAR = "The median CRP was 2.5 mg/L, within the limit of normal, and the median ESR 11 mm/h, within it"

JIA = (
    jia("six children", "disposition.enrolled.n", "6", _INFUSED),
    jia("median disease duration 9.2 years", "baseline.disease_duration.median", "9.2", _YEARS),
    jia("median of five biologicals failed", "baseline.biologicals_failed.median", "5", _YEARS),
    jia("all had failed methotrexate", "baseline.methotrexate_failed.yes.n", "6", _FAILED),
    jia("all had failed corticosteroids", "baseline.corticosteroids_failed.yes.n", "6", _FAILED),
    jia("one of six with systemic onset", "baseline.subtype.systemic.n", "1", _FAILED),
    jia("all had a first infusion", "disposition.treated.n", "6", _INFUSED),
    jia("three had a second infusion", "population.reinfused.n", "3", _INFUSED),
    jia("no acute infusion reaction", "infusion_reaction.proportion.n", "0", _REACTION),
    jia("0 of 6: exact upper limit 46%", "infusion_reaction.proportion.conf.high", "46%", _REACTION,
        source="computed (Clopper-Pearson)"),
    jia("fewer adverse events after than before (numbers not given)", "adverse_events.events_by_period.before.n_event",
        "25", _EVENTS),
    jia("fewer adverse events after than before (numbers not given)", "adverse_events.events_by_period.after.n_event",
        "14", _EVENTS),
    jia("Fisher’s exact test of adverse events (table and P not given)", "adverse_events.fisher_by_period.p.value",
        "> 0.99", "Fisher’s exact test of the children with at least one event, by period, gave P > 0.99", source=REPORTED),
    jia("VAS well-being 75 before", "wellbeing_week8.change.baseline.median", "75", _WELLBEING),
    jia("VAS well-being 56 at week 8", "wellbeing_week8.change.week8.median", "56", _WELLBEING),
    jia("VAS well-being: P below 0.05", "wellbeing_week8.signed_rank.p.value", "VAS well-being", _ONLY),
    jia("JADAS-71 24.5 before", "jadas71_week8.change.baseline.median", "24.5", _JADAS),
    jia("JADAS-71 11.0 at week 8", "jadas71_week8.change.week8.median", "11.0", _JADAS),
    jia("JADAS-71: P below 0.05", "jadas71_week8.signed_rank.p.value", "= 0.03125",
        "P = 0.03125, the smallest value that 6 differences allow"),
    jia("cJADAS10 18.0 before", "cjadas10_week8.change.baseline.median", "18.0", _CJADAS),
    jia("cJADAS10 10.6 at week 8", "cjadas10_week8.change.week8.median", "10.6", _CJADAS),
    jia("cJADAS10: P below 0.05", "cjadas10_week8.signed_rank.p.value", "cJADAS10", _ONLY),
    jia("VAS pain improves, not significantly", "pain_week8.signed_rank.p.value", "= 0.16", _NEITHER, source=REPORTED),
    jia("CHAQ improves, not significantly", "chaq_week8.signed_rank.p.value", "= 0.19", _NEITHER, source=REPORTED),
    jia("quality of life improves, not significantly", "quality_of_life_week8.signed_rank.p.value", "= 0.25", _NEITHER,
        source=REPORTED),
    jia("fewer active joints in four of six", "active_joints_week8.change.n_fell", "4",
        "The number of active joints fell in 4 of 6 children", source=REPORTED),
    jia("CRP lower in three of the four raised", "crp_week8.shift.raised.n_fell", "3",
        _RAISED, source=REPORTED),
    jia("ESR lower in three of the four raised", "esr_week8.shift.raised.n_fell", "3",
        _RAISED, source=REPORTED),
    jia("one year: active joints lower, P below 0.05", "active_joints_year1.signed_rank.p.value", "= 0.03125",
        "P = 0.03125, the smallest value that 6 differences allow", source=SWART_CONGRESS),
    jia("one year: well-being better", "wellbeing_year1.change.year1.median", "31",
        "Median VAS well-being fell from 75 to 31 mm", source=SWART_CONGRESS),
    jia("one year: median CRP normal", "crp_year1.change.year1.median", "2.5", _YEAR, source=SWART_CONGRESS),
    jia("one year: median ESR normal", "esr_year1.change.year1.median", "11", _YEAR, source=SWART_CONGRESS),
    jia("one year: inactive disease in three", "inactive_year1.proportion.n", "3",
        "Clinically inactive disease was reached by 3 of 6 (50%) children", source=SWART_CONGRESS),
    jia("macrophage activation syndrome 7 weeks after infusion", "narrative.mas.weeks_after_infusion", "7", _MAS),
    jia("and 9 weeks after tocilizumab was stopped", "narrative.mas.weeks_after_tocilizumab", "9", _MAS),
)  # fmt: skip

_ALLOCATED = "602 were randomised: 295 to indomethacin and 307 to placebo"
_PRIMARY = "Post-ERCP pancreatitis developed in 27 of 295 (9.2%) patients assigned to indomethacin and in 52 of 307 (16.9%) patients assigned to placebo"
_EFFECT = "The absolute risk reduction was 7.8 percentage points (95% CI, 2.4 to 13.2), the relative risk reduction 46% (95% CI, 17 to 65), and the number needed to treat 12.8 (95% CI, 7.6 to 41.1)"
_SUBGROUPS = "Sphincter dysfunction was suspected in 495 patients, 96 had had pancreatitis after an earlier ERCP, 496 received a pancreatic stent, and a trainee took part in the procedure of 283"
_BLEEDING = "Clinically significant bleeding was recorded in 4 of 295 (1.4%) patients assigned to indomethacin and in 7 of 307 (2.3%) assigned to placebo"
_SMALL = "smallest centres hold 25 patients and 2 events"
_RISK = "pancreatitis.subgroup_"

INDOMETHACIN = (
    indo("602 patients randomised", "disposition.randomised.n", "602", _ALLOCATED),
    indo("295 to indomethacin", "disposition.allocated.indomethacin.n", "295", _ALLOCATED),
    indo("307 to placebo", "disposition.allocated.placebo.n", "307", _ALLOCATED),
    indo("pancreatitis in 27 of 295 (9.2%)", "pancreatitis.risk.indomethacin.n", "27", _PRIMARY),
    indo("pancreatitis in 52 of 307 (16.9%)", "pancreatitis.risk.placebo.n", "52", _PRIMARY),
    indo("P=0.005", "pancreatitis.fisher.indomethacin.p.value", "=0.005", "Fisher’s exact two-sided test gave P=0.005"),
    indo("risk reduction 7.7 points (from rounded percentages); 7.8 by the counts",
         "pancreatitis.risk_reduction.indomethacin.estimate", "7.8", _EFFECT),
    indo("relative risk reduction 46%", "pancreatitis.relative_risk_reduction.indomethacin.estimate", "46", _EFFECT),
    indo("number needed to treat 13; 12.8 by the counts", "pancreatitis.number_needed_to_treat.indomethacin.estimate",
         "12.8", _EFFECT),
    indo("suspected sphincter dysfunction 495", f"{_RISK}sod.1_yes.N_level", "495", _SUBGROUPS, source=FIGURE_3),
    indo("earlier post-ERCP pancreatitis 96", f"{_RISK}pep.1_yes.N_level", "96", _SUBGROUPS, source=FIGURE_3),
    indo("pancreatic stent 496", f"{_RISK}pdstent.1_yes.N_level", "496", _SUBGROUPS, source=FIGURE_3),
    indo("trainee 283", f"{_RISK}train.1_yes.N_level", "283", _SUBGROUPS, source=FIGURE_3),
    indo("bleeding in 4 of 295", "bleeding.risk.indomethacin.n", "4", _BLEEDING),
    indo("bleeding in 7 of 307", "bleeding.risk.placebo.n", "7", _BLEEDING),
    indo("27 with an entry on bleeding", "population.bleeding_recorded.n", "27", "It has an entry for 27 patients only",
         source="the public data"),
    indo("two centres with 25 patients", "population.small_centres.n", "25", _SMALL, source="the public data"),
    indo("and 2 events", "population.small_centres_events.n", "2", _SMALL, source="the public data"),
)  # fmt: skip

FIGURES = (*JIA, *INDOMETHACIN)
