"""The published figures, read from the finished HTML, PDF and DOCX: each in its own sentence or its own cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Built, build, copy_study

FORMATS = ("html", "pdf", "docx")

JIA_SENTENCES = [
    # Swart et al. 2019: JADAS-71 24.5 to 11.0; with six pairs p = 0.03125 and cannot be smaller
    "from 24.5 to 11.0 for the Juvenile Arthritis Disease Activity Score (JADAS-71; Hodges-Lehmann estimate of the change "
    "−8.4 (95% CI: −14.9, −0.4))",
    "a difference of the medians of −13.5 points; the Hodges-Lehmann estimate of the change within children was "
    "−8.4 points (95% CI: −14.9, −0.4), P = 0.03125, the smallest value that 6 differences allow.",
    "The confidence attained by these exact intervals is 96.9%.",
    "JADAS-71 fell in 6 of 6 children (Figure 2).",
    # exact conditional Poisson: 14 of 39 events in 542 of 1088 days (R: poisson.test)
    "The exact conditional rate ratio was 0.56 (95% CI: 0.27, 1.13), P = 0.11.",
    # five of six rates fell and one stayed: the signed rank cannot be smaller than 2/2^5
    "the signed-rank test of the children’s rates gave P = 0.0625, the smallest value that 5 differences allow.",
    "With 6 differences other than zero the smallest exact P there can be is 0.03125; adjusted for only two tests by "
    "Bonferroni’s or Holm’s method it is 0.0625, so that no adjustment for multiplicity could have succeeded.",
    "Of those whose value was not raised at baseline, CRP was raised at week 8 in 1 of 2 and ESR in 1 of 2 (Table 5).",
]
JIA_CELLS = {
    (1, "Disease duration (years), median (range)"): ["9.2 (5.4–12.3)"],
    (1, "Biologicals failed, median (range)"): ["5 (3–7)"],
    (1, "Systemic"): ["1 (17%)"],
    (1, "JADAS-71 (points), median (range)"): ["24.5 (12.7–42.4)"],
    (2, "Events"): ["25", "14"],
    (2, "Days observed"): ["546", "542"],
    (2, "Rate ratio, later over earlier period (95% CI)"): ["0.56 (0.27, 1.13)"],
    (3, "Macrophage activation syndrome"): ["0 (0%); 0", "1 (17%); 1"],
    (3, "Any adverse event"): ["6 (100%); 25", "6 (100%); 15"],
    (6, "Clinically inactive disease"): ["3 of 6 (50%)", "12%, 88%"],
}
JIA_OUTCOMES = {  # at week 8: n, both medians, their difference, Hodges-Lehmann, fell, P
    "VAS well-being (mm)": ["6", "75 (62–88)", "56 (42–80)", "−19", "−17 (−26, −6)", "6 of 6", "0.03125"],
    "JADAS-71 (points)": [
        "6",
        "24.5 (12.7–42.4)",
        "11.0 (10.2–42.0)",
        "−13.5",
        "−8.4 (−14.9, −0.4)",
        "6 of 6",
        "0.03125",
    ],
    "Active joints †": ["6", "6 (3–22)", "3.5 (0–22)", "−2.5", "−3 (−7, 1)", "4 of 6", "0.13"],
}
JIA_SHIFT = [
    ["Raised at Baseline", "4", "3", "1", "3 of 4", "1", "0"],
    ["Not raised at Baseline", "2", "1", "1", "0 of 2", "1", "1"],
]
INDOMETHACIN_SENTENCES = [
    # Elmunzer et al. 2012: 799, 197, 602, 295, 307; 27/295 against 52/307; limits as computed independently
    "Of 799 patients assessed for eligibility, 197 were excluded and 602 were randomised: 295 to indomethacin and 307 to "
    "placebo (Figure 1).",
    "The suppositories could not be retained by 1 of the patients assigned to indomethacin",
    "The number lost to follow-up was 0 in the indomethacin arm and 0 in the placebo arm.",
    "Post-ERCP pancreatitis developed in 27 of 295 (9.2%) patients assigned to indomethacin and in 52 of 307 (16.9%) "
    "patients assigned to placebo (Table 2).",
    "The absolute risk reduction was 7.8 percentage points (95% CI, 2.4 to 13.2), the relative risk reduction 46% (95% CI, "
    "17 to 65), and the number needed to treat 12.8 (95% CI, 7.6 to 41.1).",
    # the trial's final level was 0.041 (two-sided), planned and randomised: the word is due
    "Fisher’s exact two-sided test gave P=0.005: pancreatitis was significantly less frequent with indomethacin.",
    # R: mantelhaen.test over the four centres; the risk ratio by Greenland and Robins
    "the Mantel-Haenszel risk ratio was 0.55 (95% CI, 0.36 to 0.85) against 0.54 (95% CI, 0.35 to "
    "0.83) without stratification.",
    "Of the 4 centres, 3 contribute to the comparison",
]
INDOMETHACIN_CELLS = {
    (2, "Post-ERCP pancreatitis, n of N (%)"): ["27 of 295 (9.2%)", "52 of 307 (16.9%)"],
    (2, "Absolute risk reduction, percentage points (95% CI, Miettinen-Nurminen)"): ["7.8 (2.4 to 13.2)"],
    (2, "Absolute risk reduction, percentage points (95% CI, Newcombe)"): ["7.8 (2.4 to 13.2)"],
    (2, "Risk ratio (95% CI, Miettinen-Nurminen)"): ["0.54 (0.35 to 0.83)"],
    (2, "Fisher’s exact two-sided test, P"): ["0.005"],
    (1, "Suspected sphincter of Oddi dysfunction, n (%)"): ["248 (84.1%)", "247 (80.5%)"],
    (1, "Previous post-ERCP pancreatitis, n (%)"): ["47 (15.9%)", "49 (16.0%)"],
    (1, "Pancreatic stent, n (%)"): ["247 (83.7%)", "249 (81.1%)"],
    (1, "Trainee involved, n (%)"): ["143 (48.5%)", "140 (45.6%)"],
}
INDOMETHACIN_FLOW = (
    "Flow diagram. Assessed for eligibility (n = 799); Excluded (n = 197); Reasons not available in the sources used; "
    "Randomised (n = 602). Indomethacin: Allocated to indomethacin (n = 295); Could not retain the suppositories (n = 1); "
    "Received and retained the suppositories (n = 294); Lost to follow-up (n = 0); Analysed for post-ERCP pancreatitis "
    "(n = 295). Placebo: Allocated to placebo (n = 307); Could not retain the suppositories (n = 0); Received and retained the "
    "suppositories (n = 307); Lost to follow-up (n = 0); Analysed for post-ERCP pancreatitis (n = 307)."
)


def sentences(built: Built, kind: str) -> set[str]:
    """Return the sentences of a format's paragraphs, split at a full stop before a capital or a figure's end."""
    blocks = [b.text for b in built.all[kind].blocks if b.kind == "paragraph"]
    return {s for text in blocks for s in re.split(r"(?<=[.;])\s(?=[A-Z])", text)} | set(blocks)


def table(built: Built, kind: str, number: int) -> dict[str, list[str]]:
    """Return a table's lines by their stub."""
    lines = [line for line in built.all[kind].table(number) if line]
    return {line[0]: [cell for cell in line[1:] if cell] for line in lines}  # a cell that spans both arms stands once


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("sentence", JIA_SENTENCES)
def test_jia_sentence(jia: Built, kind: str, sentence: str) -> None:
    assert any(sentence in said for said in sentences(jia, kind))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("place", "cells"), JIA_CELLS.items())
def test_jia_cell(jia: Built, kind: str, place: tuple[int, str], cells: list[str]) -> None:
    assert table(jia, kind, place[0])[place[1]] == cells


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("measure", "cells"), JIA_OUTCOMES.items())
def test_jia_outcome_at_week_8(jia: Built, kind: str, measure: str, cells: list[str]) -> None:
    line = next(line for line in jia.all[kind].table(4) if line[0] == measure)
    assert line[1:] == cells


@pytest.mark.parametrize("kind", FORMATS)
def test_jia_shift(jia: Built, kind: str) -> None:
    """CRP: 48, 55, 24 and 38 were raised, of which 12, 11 and 46 still were; 1 rose to 30, 3 stayed."""
    lines = [line for line in jia.all[kind].table(5) if line[0] in ("Raised at Baseline", "Not raised at Baseline")]
    assert lines[:2] == JIA_SHIFT


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("sentence", INDOMETHACIN_SENTENCES)
def test_indomethacin_sentence(indomethacin: Built, kind: str, sentence: str) -> None:
    assert any(sentence in said for said in sentences(indomethacin, kind))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("place", "cells"), INDOMETHACIN_CELLS.items())
def test_indomethacin_cell(indomethacin: Built, kind: str, place: tuple[int, str], cells: list[str]) -> None:
    assert table(indomethacin, kind, place[0])[place[1]] == cells


@pytest.mark.parametrize("kind", FORMATS)
def test_indomethacin_flow(indomethacin: Built, kind: str) -> None:
    assert INDOMETHACIN_FLOW in [b.text for b in indomethacin.all[kind].blocks if b.kind == "alt"]


@pytest.mark.parametrize("kind", FORMATS)
def test_jia_courses(jia: Built, kind: str) -> None:
    alt = next(b.text for b in jia.all[kind].blocks if b.kind == "alt" and b.text.startswith("Line chart"))
    assert "P2 25.0 to 19.8 to 14.6 to 10.6" in alt and "P5 42.4 to 40.1 to 38.5 to 42.0 to not recorded" in alt
    assert "Median: 24.5 to 19.45 to 14.25 to 11.0" in alt


def test_no_baseline_p_value(indomethacin: Built) -> None:
    """CONSORT 2025, item 25: no tests of differences at baseline."""
    for document in indomethacin.all.values():
        assert not [cell for line in document.table(1) for cell in line if re.search(r"\bP\s?[=<]|p value", cell)]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_page_says_what_the_data_are(jia: Built, kind: str) -> None:
    document = jia.all[kind]
    pages = document.furniture if kind == "pdf" else (" ".join(document.furniture),)
    assert len(pages) == (document.pages if kind == "pdf" else 1)
    for page in pages:
        assert "Reconstruction: invented rows" in page and "DRAFT" in page and "not locked" in page


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
def test_the_pdf_claims_pdf_ua_and_is_tagged(name: str, request: pytest.FixtureRequest) -> None:
    """Typst refuses the build where PDF/UA-1 is broken as far as it can tell; the claim itself stands in the file."""
    pdf = (request.getfixturevalue(name).folder / "build" / "manuscript-draft.pdf").read_bytes()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf and b"/Marked true" in pdf and b"/Lang" in pdf


def test_pdf_pages_are_counted(jia: Built) -> None:
    for number, page in enumerate(jia.pdf.furniture, 1):
        assert f"Page {number} of {jia.pdf.pages}" in page


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "data" / "assessments.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


MOVED_CELLS = [
    *["25.5 (12.7–42.4)", "19.0 (12.7–25.8)", "5.0 (3.5–7.0)"],  # baseline: JADAS-71, cJADAS10, physician
    *["25.5 (12.7–42.4)", "−14.5", "−8.4 (−16.4, −0.4)"],  # week 8
    *["19.0 (12.7–25.8)", "−8.4", "−5.5 (−10.6, −0.8)", "5.0 (3.5–7.0)", "−2.5", "−1.8 (−5.0, 0.5)"],
    *["25.5 (12.7–42.4)", "−21.4", "−17.4 (−25.2, −8.8)"],  # one year
    *["19.0 (12.7–25.8)", "−14.9", "−12.0 (−18.8, −4.8)", "5.0 (3.5–7.0)", "−4.5", "−3.8 (−7.0, −3.0)"],
    *["27.0", "20.6", "7.0"],  # the participant's own values
]


def test_one_component_of_a_middle_patient_moves_what_rests_on_it_and_nothing_else(jia: Built, tmp_path: Path) -> None:
    """J02 is fourth of six at baseline: 2 points more of the physician's assessment move the median by 1.

    By hand: JADAS-71 becomes 12.7, 14.8, 24.0, 27.0, 31.4, 42.4 (median 25.5) and its largest fall at week 8 16.4; cJADAS10
    becomes 12.7, 14.8, 17.4, 20.6, 24.2, 25.8 (median 19.0); the physician's assessment 3.5, 4, 4, 6, 7, 7 (median 5.0),
    its changes at week 8 -5, -3, -2, -1.5, 0, 0.5, the eleventh of whose 21 averages is -1.75.
    """
    folder = copy_study("jia", tmp_path)
    change(folder, "J02,W0,2013-06-17,5.0,", "J02,W0,2013-06-17,7.0,")
    moved = build(folder)
    for kind in FORMATS:
        before, after = jia.all[kind], moved.all[kind]
        changed = [(a.kind, a.text) for b, a in zip(before.blocks, after.blocks, strict=True) if b.text != a.text]
        assert [text for where, text in changed if where == "cell"] == MOVED_CELLS
        abstract, result, limitation = (text for where, text in changed if where == "paragraph")
        assert "by as much as −16.4 or as little as −0.4 points" in limitation
        assert "from 25.5 to 11.0 for the Juvenile" in abstract and "from 19.0 to 10.6 for cJADAS10" in abstract
        assert "fell from 25.5 to 11.0, a difference of the medians of −14.5 points" in result
        (alt,) = (text for where, text in changed if where == "alt")
        assert "P2 27.0 to 19.8" in alt and "Median: 25.5 to 19.45" in alt
        assert len(changed) == len(MOVED_CELLS) + 5  # the last is the fingerprint of the file, in the appendix
    displays = [built.folder / "build" / "displays" for built in (jia, moved)]
    same = {name: [(d / name).read_bytes() for d in displays] for name in ("fig-jadas71.svg", "fig-flow.svg")}
    assert same["fig-jadas71.svg"][0] != same["fig-jadas71.svg"][1]
    assert same["fig-flow.svg"][0] == same["fig-flow.svg"][1]
