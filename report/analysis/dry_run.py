"""A dry run: a trial whose arms are dummies, and what is told of how they were drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from report.analysis.people import dummy
from report.analysis.people.populations import Trial
from report.ard import Row
from report.study.model import Study

TOLD = {
    "seed": "Seed of the dummy arms",
    "blocks": "Size of the blocks of dummy arms",
    "ratio": "Ratio of the dummy arms",
}


def with_dummies(trial: Trial) -> Trial:
    """Return the trial with dummy arms for everybody who was randomised, drawn from their ids and strata alone.

    Who is randomised, or of which stratum, may rest on an open query: the arms are false either way.
    """
    design, home = trial.study.design, trial.study.participants
    assert design.blinding is not None
    named = design.blinding.population
    everyone = trial.frames[home][trial.study.datasets[home].participant].dropna()
    people = sorted(trial.members(named) if named else everyone)
    levels = [trial.values(each.dataset, each.column, people).astype(object) for each in design.blinding.strata]
    strata = {who: tuple(str(of.loc[who]) for of in levels) for who in people}
    return replace(trial, drawn=dummy.draw(strata, dummy.Plan(design.ratio, design.block, design.blinding.seed)))


def how_drawn(study: Study) -> dict[str, Any]:
    """Return what dummy arms are drawn by, as the header of the results says it."""
    design = study.design
    assert design.blinding is not None
    strata = [f"{each.dataset}.{each.column}" for each in design.blinding.strata]
    return {"seed": design.blinding.seed, "ratio": design.ratio, "strata": strata, "blocks": design.block}


def rows(study: Study) -> Iterator[Row]:
    """Yield by which seed, in what blocks and ratio the arms were drawn: the first page and the appendix say so."""
    drawn = {**how_drawn(study), "ratio": ":".join(map(str, study.design.ratio.values()))}
    for name, label in TOLD.items():
        yield Row(
            result_id=f"dummy.{name}", analysis_id="dummy", variable="dummy", context="dummy",
            method="given by the plan", stat_name=name, stat_label=label, stat=str(drawn[name]), format_key="text",
        )  # fmt: skip
