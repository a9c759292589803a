"""The abbreviations that a table explains: whole words, the longest of several, the study file's own words first."""

from __future__ import annotations

import pytest

from report.paper import abbreviations
from report.paper.text import words
from report.study.model import Study
from tests.invented import single


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (("JADAS-71 at week 8",), "JADAS-71, the score in 71 joints."),  # and not JADAS
        (("JADAS-71", "JADAS without a number"), "JADAS, the score; JADAS-71, the score in 71 joints."),
        (("95% CI", "mean (SD)"), "CI, confidence interval; SD, standard deviation."),
        (("mean (s.d.)",), "s.d., standard deviation."),
        (("cJADAS10 and CHAQ; ESR",), "CHAQ, a questionnaire; cJADAS10, the clinical score; ESR, our own words."),
        (("SCID, CIs, noESR, JADASx",), ""),
        (("no such word",), ""),
    ],
)
def test_abbreviations_are_explained_where_they_occur(texts: tuple[str, ...], told: str) -> None:
    known = {
        "JADAS": "the score", "JADAS-71": "the score in 71 joints", "cJADAS10": "the clinical score",
        "CHAQ": "a questionnaire", "ESR": "our own words",
    }  # fmt: skip
    study = Study.model_validate(single(abbreviations=known))
    assert abbreviations.note([words(text) for text in texts], study).plain == told


def test_the_study_files_abbreviation_stands_before_ours() -> None:
    study = Study.model_validate(single(abbreviations={"SD": "Still's disease"}))
    assert abbreviations.note([words("SD")], study).plain == "SD, Still's disease."
