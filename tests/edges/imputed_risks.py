"""Imputed risks at the edges."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from report.analysis.basis.participants import Participants
from report.analysis.events.imputed_risks import ALIKE, NO_SPREAD, NOBODY

NOT_NUMBERS = "it is of events, and these data would be numbers"
NOT_TIMES = "it is of events, and not of times to them"


def people(treated: str, control: str, **more: list[Any]) -> Participants:
    """Return participants by arm: y had the event, n had not, and of ? it is not known."""
    words = {"y": "yes", "n": "no", "?": None}
    outcome = [words[each] for each in treated + control]
    arms = ["treated"] * len(treated) + ["control"] * len(control)
    frame = pd.DataFrame({"Arm": arms, "Outcome": outcome, **more}, index=[f"p{at:02d}" for at in range(len(arms))])
    frame = frame.astype({"Arm": object, "Outcome": object})
    levels = {"Outcome": ("yes", "no"), "Stratum": ("only",)}
    return Participants(frame, ("control", "treated"), "control", levels=levels, event="yes")


DATA: dict[type, dict[str, Any]] = {
    Participants: {
        "one_participant": people("y", ""),
        "constant": NOT_NUMBERS,
        "empty_arm": people("", "yyn"),
        "all_missing": people("???", "???"),
        "no_events_in_one_arm": people("nnn?", "yynn"),
        "no_events": people("nnnn", "nnnn"),
        "all_events": people("yyyy", "yyyy"),
        "one_stratum": people("ynnn", "yyyn", Stratum=["only"] * 8),
        "ties": NOT_NUMBERS,
        "none_censored": NOT_TIMES,
        "all_censored": NOT_TIMES,
    }
}
ARGUMENTS = {"imputed_risks": {"seed": 1, "draws": 5}}
_NOBODY = {"estimate[treated]": NOBODY, "p.value[treated]": NOBODY, "mc.error[treated]": NOBODY}
CELLS: dict[str, dict[str, dict[str, Any]]] = {
    "imputed_risks": {
        "one_participant": _NOBODY,
        "empty_arm": _NOBODY,
        "all_missing": _NOBODY,
        "no_events_in_one_arm": {"estimate[treated]": ALIKE, "n_imputed[treated]": 1},
        "no_events": {"estimate[treated]": 0.0, "conf.low[treated]": NO_SPREAD, "p.value[treated]": NO_SPREAD},
        "all_events": {"estimate[treated]": 0.0, "std.error[treated]": NO_SPREAD},
        # 1 of 4 less 3 of 4, each with the variance 3/64
        "one_stratum": {"estimate[treated]": -0.5, "std.error[treated]": math.sqrt(6 / 64), "mc.error[treated]": 0.0},
    }
}
