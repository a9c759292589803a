"""CDISC's pilot study as a whole report: read from SAS files, and held against the figures of its study report.

The data are CDISC's and not part of the project: TRIALPRESS_CDISC names the folder that holds them (``adam`` and
``sdtm``), and without it these tests are skipped. The expected figures are those of the study report: its tables
14-1.01 (populations), 14-1.02 (disposition), 14-2.01 (demographics), 14-3.01 (ADAS-Cog) and 14-5.01 (adverse events).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from report import ard, sas_files
from report.ard import Results
from report.publish.extract import read
from tests.conftest import ROOT, Built, trialpress
from tests.test_papers import table

EXAMPLE = ROOT / "examples" / "cdisc-pilot"
FORMATS = ("html", "pdf", "docx")
ARMS = ("placebo", "low", "high")


@pytest.fixture(scope="session")
def data() -> Path:
    named = os.environ.get("TRIALPRESS_CDISC", "")
    if not named:
        pytest.skip("TRIALPRESS_CDISC names no folder with the files of the CDISC pilot")
    return Path(named)


@pytest.fixture(scope="session")
def pilot(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The whole report, built once, from the files where they lie."""
    folder = tmp_path_factory.mktemp("cdisc-pilot")
    (folder / "data").mkdir()
    shutil.copy(EXAMPLE / "data" / "study.yaml", folder / "data")
    shutil.copytree(EXAMPLE / "templates", folder / "templates")
    done = trialpress("report", "--engine", "embedded", "--data", str(data), study=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(folder, *(read(folder / "build" / f"manuscript-draft.{kind}") for kind in FORMATS))


@pytest.fixture(scope="session")
def results(pilot: Built) -> Results:
    return ard.read(pilot.folder / "build" / "results.json")


def test_an_event_is_read_as_one(data: Path) -> None:
    """ADTTE: 152 participants with a dermatologic event (CNSR 0), 102 without."""
    read = sas_files.read(data / "adam" / "adtte.xpt", {"cnsr"})
    assert [read.cells["cnsr"].count(value) for value in ("0", "1")] == [152, 102]


COUNTS = {
    "disposition.assessed": (306, None), "disposition.excluded": (52, None), "disposition.randomised": (254, None),
    "population.randomised": (254, (86, 84, 84)), "population.safety": (254, (86, 84, 84)),
    "population.efficacy": (234, (79, 81, 74)), "population.completers": (118, (60, 28, 30)),
    "disposition.discontinued.adverse_event": (None, (8, 44, 40)),
    "safety.events": (None, (65, 77, 76)),
}  # fmt: skip


@pytest.mark.parametrize(("analysis", "counts"), COUNTS.items())
def test_who_took_part(results: Results, analysis: str, counts: tuple[int | None, tuple[int, int, int] | None]) -> None:
    whole, by_arm = counts
    if whole is not None:
        assert results.one(analysis_id=analysis, stat_name="n", group1_level="").stat == whole
    for arm, n in zip(ARMS, by_arm or (), strict=False):
        assert results.one(analysis_id=analysis, stat_name="n", group1_level=arm).stat == n


# mean and SD by arm as Table 14-2.01 prints them: with one decimal, and with two
DEMOGRAPHICS = {
    "age": ("75.2 (8.59)", "75.7 (8.29)", "74.4 (7.89)"),
    "weightbl": ("62.8 (12.77)", "67.3 (14.12)", "70.0 (14.65)"),
}
COUNTED = {  # counts by arm, and their share of the arm in whole percent
    "age_group.below65": (14, 8, 11), "age_group.to80": (42, 47, 55), "age_group.above80": (30, 29, 18),
    "sex.F": (53, 50, 40), "race.WHITE": (78, 78, 74), "race.BLACK-OR-AFRICAN-AMERICAN": (8, 6, 9),
    "race.AMERICAN-INDIAN-OR-ALASKA-NATIVE": (0, 0, 1), "ethnic.HISPANIC-OR-LATINO": (3, 6, 3),
    "duration_group.short": (5, 3, 4),
}  # fmt: skip


@pytest.mark.parametrize(("variable", "printed"), DEMOGRAPHICS.items())
def test_demographics(results: Results, variable: str, printed: tuple[str, ...]) -> None:
    for arm, text in zip(ARMS, printed, strict=True):
        mean, sd = (results.by_id(f"baseline.{variable}.{arm}.{name}").number() for name in ("mean", "sd"))
        assert f"{mean:.1f} ({sd:.2f})" == text


@pytest.mark.parametrize(("level", "counts"), COUNTED.items())
def test_counts_before_treatment(results: Results, level: str, counts: tuple[int, ...]) -> None:
    assert tuple(results.by_id(f"baseline.{level}.{arm}.n").stat for arm in ARMS) == counts


# percent of each arm with a treatment-emergent event of the class or term: Table 14-5.01
TERMS = {
    ("GENERAL DISORDERS AND ADMINISTRATION SITE CONDITIONS", ""): (24.4, 56.0, 47.6),
    ("GENERAL DISORDERS AND ADMINISTRATION SITE CONDITIONS", "APPLICATION SITE PRURITUS"): (7.0, 26.2, 26.2),
    ("GENERAL DISORDERS AND ADMINISTRATION SITE CONDITIONS", "APPLICATION SITE ERYTHEMA"): (3.5, 14.3, 17.9),
    ("SKIN AND SUBCUTANEOUS TISSUE DISORDERS", ""): (23.3, 46.4, 47.6),
    ("SKIN AND SUBCUTANEOUS TISSUE DISORDERS", "PRURITUS"): (9.3, 25.0, 31.0),
    ("SKIN AND SUBCUTANEOUS TISSUE DISORDERS", "RASH"): (5.8, 15.5, 10.7),
    ("NERVOUS SYSTEM DISORDERS", ""): (9.3, 23.8, 29.8),
    ("NERVOUS SYSTEM DISORDERS", "DIZZINESS"): (2.3, 9.5, 13.1),
    ("NERVOUS SYSTEM DISORDERS", "SYNCOPE"): (0.0, 4.8, 3.6),
    ("GASTROINTESTINAL DISORDERS", "DIARRHOEA"): (10.5, 4.8, 4.8),
    ("CARDIAC DISORDERS", "SINUS BRADYCARDIA"): (2.3, 8.3, 9.5),
    ("INFECTIONS AND INFESTATIONS", ""): (18.6, 10.7, 15.5),
}


@pytest.mark.parametrize(("kind", "percents"), TERMS.items())
def test_adverse_events(results: Results, kind: tuple[str, str], percents: tuple[float, ...]) -> None:
    system, term = kind
    analysis = ard.within("safety.term", system) if term else "safety.system"
    for arm, percent in zip(ARMS, percents, strict=True):
        found = results.one(analysis_id=analysis, variable_level=term or system, group1_level=arm, stat_name="p")
        assert round(100 * found.number(), 1) == pytest.approx(percent)


# Table 14-3.01, analysis of covariance with the group of sites and the baseline, last observation carried forward
ANCOVA = {"low": (-0.47, -2.08, 1.15, 0.569), "high": (-1.01, -2.66, 0.65, 0.233)}
CHANGES = {"placebo": (79, 2.5, 5.80), "low": (81, 2.0, 5.55), "high": (74, 1.5, 4.26)}


SURVIVAL = {
    "cox.low.estimate": 4.14770410260, "cox.low.conf.low": 2.64514003957, "cox.low.conf.high": 6.50379528698,
    "cox.high.estimate": 5.02597004242, "cox.high.conf.low": 3.18176555308, "cox.high.conf.high": 7.93910627478,
    "log_rank.statistic": 60.269556739, "log_rank.low.statistic": 42.141114449, "log_rank.high.statistic": 52.327004134,
    "kaplan_meier.median.low.estimate": 33, "kaplan_meier.median.high.estimate": 36,
    "kaplan_meier.median.low.conf.high": 48, "kaplan_meier.median.high.conf.low": 23,
}  # fmt: skip


@pytest.mark.parametrize(("arm", "expected"), ANCOVA.items())
def test_cognition_at_week_24(results: Results, arm: str, expected: tuple[float, ...]) -> None:
    named = ("estimate", "conf.low", "conf.high", "p.value")
    found = [results.by_id(f"adas_week24.ancova.{arm}.{name}").number() for name in named]
    assert [round(value, 2) for value in found[:3]] == list(expected[:3]) and round(found[3], 3) == expected[3]


@pytest.mark.parametrize(("arm", "expected"), CHANGES.items())
def test_changes_of_cognition(results: Results, arm: str, expected: tuple[float, ...]) -> None:
    n, mean, sd = (results.by_id(f"adas_week24.means.{arm}.{name}").number() for name in ("n", "mean", "sd"))
    assert (n, round(mean, 1), round(sd, 2)) == expected


def test_dermatologic_events(results: Results) -> None:
    """29, 62 and 61: 152 in all; hazard ratios and log-rank test by R survival 3.5-3."""
    assert [results.by_id(f"dermatologic.kaplan_meier.{arm}.n_event").stat for arm in ARMS] == [29, 62, 61]
    for name, value in SURVIVAL.items():
        assert results.by_id(f"dermatologic.{name}").stat == pytest.approx(value, rel=1e-6)


SENTENCES = (
    "Of 306 people screened, 52 were not eligible and 254 were randomised: 86 to placebo, 84 to the low dose of "
    "xanomeline and 84 to the high dose of xanomeline",
    "An adverse event emerged under treatment in 65 of 86 (75.6%) participants with placebo, 77 of 84 (91.7%) with the low "
    "dose of xanomeline and 76 of 84 (90.5%) with the high dose of xanomeline",
    "the difference from placebo was −0.47 points (95% CI, −2.08 to 1.15) with the low dose of xanomeline, P=0.57, and "
    "−1.01 points (95% CI, −2.66 to 0.65) with the high dose of xanomeline, P=0.23.",
)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_it_stands_in_the_paper(pilot: Built, kind: str, sentence: str) -> None:
    assert any(sentence in block.text for block in pilot.all[kind].blocks)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_tables_of_the_paper(pilot: Built, kind: str) -> None:
    assert table(pilot, kind, 1)["Age (years), mean (SD)"] == ["75.2 (8.6)", "75.7 (8.3)", "74.4 (7.9)"]
    assert table(pilot, kind, 4)["Any adverse event"] == ["65 (75.6%); 281", "77 (91.7%); 412", "76 (90.5%); 433"]
    terms = table(pilot, kind, 5)
    assert terms["Application site pruritus"] == ["6 (7.0%); 10", "22 (26.2%); 32", "22 (26.2%); 35"]
    assert "Malaise" not in terms  # in at most two participants of an arm
