"""The trial of levamisole and fluorouracil as a whole report: data made by the example's own program, figures read back.

The data are LGPL and not part of the project: TRIALPRESS_COLON names a CSV of them (the data set ``colon`` of R's package
survival), and without it these tests are skipped. Expected values are those of R survival 3.5-3 (``survfit`` with
``conf.type = "log-log"``, ``survdiff``, ``coxph``) on that data set, with years of 365.25 days.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from report import ard
from report.ard import Results
from tests.conftest import ROOT, Built, build
from tests.test_papers import table

EXAMPLE = ROOT / "examples" / "colon"
FORMATS = ("html", "pdf", "docx")


def program() -> ModuleType:
    """Return the example's program that makes its data files."""
    spec = importlib.util.spec_from_file_location("get_data", EXAMPLE / "get_data.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="session")
def public() -> Path:
    named = os.environ.get("TRIALPRESS_COLON", "")
    if not named:
        pytest.skip("TRIALPRESS_COLON names no CSV of the data set colon")
    return Path(named)


@pytest.fixture(scope="session")
def colon(public: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The whole report, built once."""
    folder = tmp_path_factory.mktemp("colon")
    (folder / "data").mkdir()
    shutil.copy(EXAMPLE / "data" / "study.yaml", folder / "data")
    shutil.copytree(EXAMPLE / "templates", folder / "templates")
    made = program()
    made.write(made.from_file(public), folder / "data")
    return build(folder)


@pytest.fixture(scope="session")
def results(colon: Built) -> Results:
    return ard.read(colon.folder / "build" / "results.json")


def test_the_data_are_parted_and_nothing_is_changed(public: Path, colon: Built) -> None:
    with public.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, code in (("recurrence", "1"), ("death", "2")):
        with (colon.folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            made = [tuple(row.values()) for row in csv.DictReader(file)]
        assert made == [(row["id"], row["time"], row["status"]) for row in rows if row["etype"] == code]


def test_data_of_another_trial_are_refused(tmp_path: Path) -> None:
    row = dict.fromkeys((*program().AT_ENTRY, "etype", "time", "status"), "1")
    with pytest.raises(ValueError, match="929 patients"):
        program().write([row, row], tmp_path)


EXPECTED = {
    # events and participants: table(rx, status)
    "recurrence.kaplan_meier.observation.n_event": 177, "recurrence.kaplan_meier.levamisole.n_event": 172,
    "recurrence.kaplan_meier.combined.n_event": 119, "death.kaplan_meier.observation.n_event": 168,
    "death.kaplan_meier.levamisole.n_event": 161, "death.kaplan_meier.combined.n_event": 123,
    # survfit at five years of 365.25 days
    "recurrence.kaplan_meier.5.combined.estimate": 0.6152440701231202,
    "death.kaplan_meier.median.observation.estimate": 2083 / 365.25,
    # survdiff, of all arms and of two
    "recurrence.log_rank.combined.p.value": 1.2633068394e-05, "recurrence.log_rank.levamisole.p.value": 0.8804882559,
    "death.log_rank.combined.p.value": 0.001594865, "death.log_rank.levamisole.p.value": 0.8113521,
    # coxph: 0.599, so that recurrence is 40% lower, as the final report says
    "recurrence.cox.combined.estimate": 0.5992399837, "recurrence.cox.combined.conf.low": 0.4749267032,
    "recurrence.cox.combined.conf.high": 0.7560925838, "recurrence.cox.levamisole.estimate": 0.9849904942,
    "death.cox.combined.estimate": 0.6895540, "death.cox.levamisole.estimate": 0.9737142,
    "recurrence_adjusted.cox.combined.estimate": 0.6068969, "death_adjusted.cox.combined.estimate": 0.6968883,
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), EXPECTED.items())
def test_it_is_what_r_computes(results: Results, name: str, value: float) -> None:
    assert results.by_id(name).stat == pytest.approx(value, rel=1e-6)


SENTENCES = (
    "The data hold 929 patients, 315 assigned to observation, 310 to levamisole and 304 to levamisole plus fluorouracil",
    "The cancer recurred in 177 of 315 patients assigned to observation, 172 of 310 to levamisole and 119 of 304",
    "the hazard ratio to observation was 0.60 (95% CI 0.47 to 0.76), P<0.001, and with levamisole alone 0.98",
    "The hazard ratio to observation was 0.69 (95% CI 0.55 to 0.87) with levamisole plus fluorouracil, P=0.002",
    "After 5 years 45.0%, 46.0% and 61.5% were without a recurrence.",
    "recurrence was less frequent, and death less frequent, with levamisole plus fluorouracil",
)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_it_stands_in_the_paper(colon: Built, kind: str, sentence: str) -> None:
    assert any(sentence in block.text for block in colon.all[kind].blocks)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_arms_are_described(colon: Built, kind: str) -> None:
    """table(rx, node4) and table(rx, differ) of R: 87 of 315, and 52 of the 308 whose differentiation is known."""
    lines = table(colon, kind, 1)
    assert lines["More than four lymph nodes with cancer, n (%)"] == ["87 (27.6%)", "89 (28.7%)", "79 (26.0%)"]
    assert lines["Poor"] == ["52 (16.9%)", "44 (14.7%)", "54 (18.1%)"]
