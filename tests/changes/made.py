"""Invented sides for the tests of what changed: a study file, and results written by hand."""

from __future__ import annotations

from typing import Any

from report.ard import Results, Row
from report.changes import compare, importance, results
from report.changes.blinding import Blinding
from report.changes.matters import Matter
from report.changes.sides import Side
from report.paper import styles
from report.study.model import Study
from tests.invented import event, parallel, single

CONFIRMED = {"confirmatory": {"method": "fisher", "alpha": 0.04, "source": "protocol"}}
HEADER: dict[str, Any] = {
    "study": "invented", "data_status": "dummy", "data_cutoff": "2020-12-31", "mode": "draft", "treatment": "real",
    "lock": {"state": "live", "fingerprint": "0" * 64}, "inputs": {}, "software": {},
}  # fmt: skip


def two_arms(**parts: Any) -> Study:
    """A trial of arms a and b with one primary endpoint, whose subgroup analysis decides nothing."""
    methods = [{"method": name} for name in ("fisher", "risk_ratio", "risk_reduction")]
    return Study.model_validate(parallel(endpoints=[{**event(*methods), **parts}]))


def one_arm(*endpoints: dict[str, Any]) -> Study:
    return Study.model_validate(single(endpoints=list(endpoints)))


def row(result_id: str, stat: Any = None, key: str = "fixed:1", **columns: Any) -> Row:
    """Return a row whose analysis and statistic are told by its id, as happened.fisher.a.p.value."""
    analysis = ".".join(result_id.split(".")[:2])
    name = next((n for n in ("p.value", "conf.low", "conf.high", "conf.level") if result_id.endswith(n)), "")
    given = {
        "analysis_id": analysis, "variable": "outcome", "context": "invented", "method": "as planned",
        "stat_name": name or result_id.split(".")[-1], "stat_label": name or result_id.split(".")[-1],
        "format_key": "p" if name == "p.value" else key, **columns,
    }  # fmt: skip
    return Row(result_id=result_id, stat=stat, **given)


def side(
    *rows: Row, study: Study | None = None, style: str = "plain", printed: tuple[str, ...] = (), **header: Any
) -> Side:
    return Side(
        "made", Results({**HEADER, **header}, rows), styles.named(style), study=study, declared=study,
        printed=tuple((name, "", "prose") for name in printed),
    )  # fmt: skip


def matters(old: Side, new: Side) -> list[Matter]:
    return list(importance.of(old, new, results.compare(old, new, Blinding(by_arm=True))))


def verdict(old: Side, new: Side) -> tuple[str, str]:
    found = compare.between(old, new).verdict
    return found.state, " ".join(found.sentences)
