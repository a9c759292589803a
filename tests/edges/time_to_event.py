"""Edges of times to an event."""

from __future__ import annotations

from typing import Any

import pandas as pd

from report.analysis.basis.participants import EventTimes

NAN = float("nan")


def times(treated: list[tuple[float, float]], control: list[tuple[float, float]], **columns: Any) -> EventTimes:
    """Return times and statuses of two arms; further columns are covariates, or a stratum or cluster."""
    rows = [("treated", *each) for each in treated] + [("control", *each) for each in control]
    frame = pd.DataFrame(rows, columns=["Arm", "Time", "Status"]).astype({"Time": float, "Status": float})
    frame["Arm"] = frame["Arm"].astype(object)
    for name, values in columns.items():
        frame[name] = pd.Series(values, index=frame.index, dtype=object if isinstance(values[0], str) else float)
    covariates = tuple(name for name in columns if name not in ("Stratum", "Cluster"))
    levels = {"site": ("north", "south")} if "site" in columns else {}
    return EventTimes(frame, ("treated", "control"), "control", covariates, levels, competing=("other",))


DATA: dict[type, dict[str, Any]] = {
    EventTimes: {
        "one_participant": times([(5, 1)], []),
        "constant": times([(5, 1)] * 3, [(5, 1)] * 3, age=[50.0] * 6, site=["north"] * 6),
        "empty_arm": times([], [(1, 1), (2, 0), (3, 1), (4, 1)]),
        "all_missing": times([(NAN, 1), (-1, 0)], [(2, NAN), (NAN, NAN)]),
        "no_events_in_one_arm": times([(2, 0), (3, 0), (6, 0), (9, 0)], [(1, 1), (4, 1), (5, 1), (8, 0)]),
        "no_events": times([(2, 2), (3, 0), (6, 2)], [(1, 2), (4, 0), (5, 2)]),
        "all_events": times([(2, 1), (5, 1), (7, 1), (9, 1)], [(1, 1), (3, 1), (4, 1), (8, 1)]),
        "one_stratum": times(
            [(2, 1), (5, 1), (7, 1), (9, 1)], [(1, 1), (3, 1), (4, 1), (8, 1)], Stratum=["all"] * 8, Cluster=["one"] * 8
        ),
        "ties": times(
            [(1, 1), (1, 1), (2, 1), (2, 0), (2, 2), (3, 0)], [(1, 1), (1, 0), (1, 1), (2, 1), (2, 1), (3, 1)]
        ),
        "none_censored": times([(2, 1), (5, 2), (7, 1)], [(1, 1), (3, 2), (4, 1)]),
        "all_censored": times([(2, 0), (3, 0), (6, 0)], [(1, 0), (4, 0), (5, 0)]),
    }
}
ARGUMENTS = {"kaplan_meier": {"at": (4.0,)}, "survival_difference": {"at": 4.0}, "cumulative_incidence": {"at": (4.0,)}}
NOBODY, NO_VARIANCE = "an arm has no participant with a time", "the variance of the estimate is zero"
NOT_REACHED, NO_EVENT_YET, ALL_FALLEN = "not reached", "no event before that time", "nobody is left without an event"
NOT_SO_LONG, NO_EVENTS, ALIKE = (
    "nobody was observed for so long",
    "no event in either arm",
    "no event tells the arms apart",
)
NO_EVENT_HERE = "no event in the arm: the hazard ratio has no finite estimate"
NO_MODEL, TOO_FEW = "a hazard ratio has no finite estimate", "too few event times to tell a change of the hazard ratio"
Cells = dict[str, dict[str, float | str]]
# the numbers are worked out by hand, or are what R gives: survfit, survdiff, coxph, cox.zph; cmprsk's cuminc
LOG_LOG = (0.05784708299514453, 0.844861281190374)  # of 1/2 after two of four
_four = {"estimate[treated,p25]": 3.5, "estimate[treated,median]": 6.0, "estimate[treated,p75]": 8.0,
         "conf.low[treated,p25]": 2.0, "conf.high[treated,p25]": 7.0, "conf.high[treated,median]": NOT_REACHED,
         "estimate[treated,4]": 0.75, "estimate[control,4]": 0.25, "estimate[control,median]": 3.5}  # fmt: skip
KAPLAN_MEIER: Cells = {
    "one_participant": {"estimate[treated,median]": 5.0, "conf.high[treated,median]": NOT_REACHED,
                        "estimate[treated,4]": 1.0, "conf.low[treated,4]": NO_EVENT_YET, "N[control]": 0,
                        "estimate[control,median]": NOBODY, "curve[control]": NOBODY, "n.risk[treated,5]": 1},
    "constant": {"estimate[treated,p25]": 5.0, "estimate[treated,p75]": 5.0, "conf.low[treated,median]": NOT_REACHED,
                 "n.risk[treated,4]": 3},
    "empty_arm": {"estimate[treated,median]": NOBODY, "estimate[treated,4]": NOBODY, "estimate[control,p25]": 2.0,
                  "estimate[control,4]": 0.0, "conf.low[control,4]": ALL_FALLEN, "n.risk[treated,0]": 0},
    "all_missing": {"N[treated]": 0, "N_miss[treated]": 2, "N_miss[control]": 2, "estimate[control,median]": NOBODY},
    "no_events_in_one_arm": {"estimate[treated,median]": NOT_REACHED, "follow_up[treated]": 4.5,
                             "estimate[control,median]": 4.5, "estimate[control,4]": 0.5,
                             "conf.low[control,4]": LOG_LOG[0], "conf.high[control,4]": LOG_LOG[1]},
    "no_events": {"estimate[treated,median]": NOT_REACHED, "n_competing[treated]": 2, "n_censored[treated]": 1,
                  "estimate[control,4]": 1.0},
    "all_events": {**_four, "follow_up[treated]": NOT_REACHED},
    "one_stratum": {**_four},
    "ties": {"estimate[treated,p25]": 1.0, "estimate[treated,median]": NOT_REACHED, "estimate[control,median]": 2.0,
             "estimate[treated,4]": NOT_SO_LONG, "estimate[control,4]": 0.0},
    "none_censored": {"estimate[treated,median]": 7.0, "estimate[treated,4]": 2 / 3, "estimate[control,median]": 4.0},
    "all_censored": {"estimate[treated,median]": NOT_REACHED, "follow_up[treated]": 3.0, "follow_up[control]": 4.0,
                     "n_event[treated]": 0, "n_censored[treated]": 3},
}  # fmt: skip
DIFFERENCE: Cells = {
    "one_participant": {"estimate[treated]": NOBODY, "p.value[treated]": NOBODY},
    "constant": {"estimate[treated]": 0.0, "p.value[treated]": NO_VARIANCE},
    "empty_arm": {"estimate[treated]": NOBODY},
    "all_missing": {"estimate[treated]": NOBODY},
    "no_events_in_one_arm": {"estimate[treated]": 0.5, "std.error[treated]": 0.25, "statistic[treated]": 2.0},
    "no_events": {"estimate[treated]": 0.0, "conf.low[treated]": NO_VARIANCE},
    "all_events": {"estimate[treated]": 0.5, "std.error[treated]": (2 * 0.75 * 0.25 / 4) ** 0.5},
    "one_stratum": {"estimate[treated]": 0.5},
    "ties": {"estimate[treated]": NOT_SO_LONG},
    "none_censored": {"estimate[treated]": 2 / 3, "std.error[treated]": (2 / 27) ** 0.5},
    "all_censored": {"estimate[treated]": 0.0, "p.value[treated]": NO_VARIANCE},
}
LOG_RANK: Cells = {
    "one_participant": {"p.value[treated]": NOBODY},
    "constant": {"p.value[treated]": ALIKE, "expected[treated]": 3.0},
    "empty_arm": {"p.value[treated]": NOBODY, "N[treated]": 0},
    "all_missing": {"p.value[treated]": NOBODY, "N_miss": 4},
    "no_events_in_one_arm": {"statistic[treated]": 98 / 37, "expected[treated]": 1.4, "n_event[treated]": 0},
    "no_events": {"p.value[treated]": NO_EVENTS},
    "all_events": {"statistic[treated]": 0.719893420104718, "expected[control]": 2.91190476190476},
    "one_stratum": {"statistic[treated]": 0.719893420104718, "df[treated]": 1},
    "ties": {"statistic[treated]": 1.00505848877648, "expected[treated]": 4.21428571428571},
    "none_censored": {"statistic[treated]": 0.825273010920437},
    "all_censored": {"p.value[treated]": NO_EVENTS},
}
COX: Cells = {
    "one_participant": {"estimate[treated]": NOBODY, "p.value_ph": NO_MODEL},
    "constant": {"estimate[treated]": 1.0, "p.value[treated]": 1.0, "p.value_ph": TOO_FEW},
    "empty_arm": {"estimate[treated]": NOBODY},
    "all_missing": {"estimate[treated]": NOBODY, "N_miss": 4},
    "no_events_in_one_arm": {"estimate[treated]": NO_EVENT_HERE, "p.value[treated]": NO_EVENT_HERE, "p.value_ph": NO_MODEL},
    "no_events": {"estimate[treated]": "no event in any arm"},
    "all_events": {"estimate[treated]": 0.522162501697456, "conf.low[treated]": 0.113648476144532,
                   "conf.high[treated]": 2.39909664809056, "statistic_ph": 0.0436151812627587},
    "one_stratum": {"estimate[treated]": 0.522162501697456, "conf.low[treated]": "fewer than two clusters"},
    "ties": {"estimate[treated]": 0.498198233602578, "conf.high[treated]": 2.10821275640797,
             "statistic_ph": 1.15822398169077},
    "none_censored": {"estimate[treated]": 0.341957848321037, "statistic_ph": 0.0536212687123662},
    "all_censored": {"estimate[treated]": "no event in any arm"},
}  # fmt: skip
RESTRICTED_MEAN: Cells = {
    "one_participant": {"estimate[treated,mean]": 5.0, "conf.low[treated,mean]": NO_VARIANCE, "estimate[treated]": NOBODY},
    "constant": {"up_to": 5.0, "estimate[treated]": 0.0, "p.value[treated]": NO_VARIANCE},
    "empty_arm": {"estimate[treated]": NOBODY, "estimate[control,mean]": 2.875},
    "all_missing": {"up_to": "no time to compare up to: everybody left at the start", "estimate[treated]": NOBODY},
    "no_events_in_one_arm": {"estimate[treated]": 3.5, "std.error[treated]": 1.25, "estimate[treated,ratio]": 16 / 9,
                             "conf.low[treated,mean]": NO_VARIANCE},
    "no_events": {"estimate[treated]": 0.0, "p.value[treated,ratio]": NO_VARIANCE},
    "all_events": {"up_to": 8.0, "estimate[treated]": 1.5, "estimate[treated,mean]": 5.5, "estimate[control,mean]": 4.0,
                   "std.error[treated]": (1.2747548783982**2 + 1.14564392373896**2) ** 0.5},
    "one_stratum": {"estimate[treated]": 1.5},
    "ties": {"estimate[treated,mean]": 13 / 6, "estimate[control,mean]": 17 / 9,
             "std.error[treated]": (0.314269680527354**2 + 0.366414054396470**2) ** 0.5},
    "none_censored": {"estimate[treated,mean]": 10 / 3, "estimate[control,mean]": 3.0},
    "all_censored": {"estimate[treated]": 0.0, "conf.high[treated]": NO_VARIANCE},
}  # fmt: skip
INCIDENCE: Cells = {
    "one_participant": {"estimate[treated,4]": 0.0, "conf.low[treated,4]": NO_EVENT_YET, "estimate[control,4]": NOBODY},
    "constant": {"estimate[treated,4]": 0.0, "estimate[treated,4 other]": 0.0},
    "empty_arm": {"estimate[treated,4]": NOBODY, "estimate[control,4]": 1.0,
                  "conf.high[control,4]": "everybody had the event"},
    "all_missing": {"estimate[treated,4]": NOBODY, "curve[treated]": NOBODY},
    "no_events_in_one_arm": {"estimate[treated,4]": 0.0, "estimate[control,4]": 0.5,
                             "conf.low[control,4]": 0.0225686026965256, "conf.high[control,4]": 0.88097271216871},
    "no_events": {"estimate[treated,4]": 0.0, "estimate[treated,4 other]": 1 / 3,
                  "conf.low[treated,4]": NO_EVENT_YET},
    "all_events": {"estimate[treated,4]": 0.25, "conf.low[treated,4]": 0.00334628501104715,
                   "conf.high[control,4]": 0.979869737915494},
    "one_stratum": {"estimate[treated,4]": 0.25, "estimate[control,4]": 0.75},
    "ties": {"estimate[treated,4]": NOT_SO_LONG, "estimate[control,4]": 1.0},
    "none_censored": {"estimate[treated,4]": 1 / 3, "conf.low[treated,4]": 0.0014431025929669,
                      "estimate[control,4 other]": 1 / 3, "conf.high[control,4 other]": 0.861152120536375},
    "all_censored": {"estimate[treated,4]": 0.0, "conf.high[treated,4]": NO_EVENT_YET},
}  # fmt: skip
GRAY: Cells = {
    "one_participant": {"p.value[treated]": NOBODY},
    "constant": {"p.value[treated]": ALIKE},
    "empty_arm": {"p.value[treated]": NOBODY},
    "all_missing": {"p.value[treated]": NOBODY, "N_miss": 4},
    "no_events_in_one_arm": {"statistic[treated]": 2.80342712253443, "df[treated]": 1},
    "no_events": {"p.value[treated]": NO_EVENTS},
    "all_events": {"statistic[treated]": 0.697873994438061},
    "one_stratum": {"statistic[treated]": 0.697873994438061},
    "ties": {"statistic[treated]": 1.26300904470968},
    "none_censored": {"statistic[treated]": 0.44697722918738},
    "all_censored": {"p.value[treated]": NO_EVENTS},
}
CELLS: dict[str, Cells] = {
    "kaplan_meier": KAPLAN_MEIER, "survival_difference": DIFFERENCE, "log_rank": LOG_RANK, "cox": COX,
    "restricted_mean": RESTRICTED_MEAN, "cumulative_incidence": INCIDENCE, "gray": GRAY,
}  # fmt: skip
