"""The published figures, read from the finished HTML, PDF and DOCX: each in its own sentence or its own cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Built, build, copy_study

FORMATS = ("html", "pdf", "docx")

JIA_SENTENCES = [
    # Swart et al. 2019: JADAS-71 24.5 to 11.0; with six pairs p = 0.03125 and cannot be smaller
    "Of 6 children enrolled, 6 received an infusion and 6 were analysed at week 8.",
    "Median JADAS-71 fell from 24.5 to 11.0; the Hodges-Lehmann estimate of the change within participants was "
    "−8.4 points (95% CI: −14.9, −0.4), with an exact two-sided P = 0.03125.",
    "−8.4 points (95% CI: −14.9, −0.4); the confidence attained by this exact interval is 96.9%.",
    "Median JADAS-71 fell from 24.5 at baseline to 11.0 at week 8, a difference of the medians of −13.5 points (Table 2).",
    "The median disease duration was 9.2 years, and a median of 5 biologicals had failed (Table 1).",
    "Methotrexate had failed in 6 of 6 (100%) and corticosteroids in 6 of 6 (100%); 1 of 6 (17%) had systemic onset.",
    "The score fell in 6 of 6 participants, the changes ranging from −14.9 to −0.4 points (Figure 2).",
    "The exact two-sided signed-rank test gave P = 0.03125; the smallest value that 6 differences allow is P = 0.03125.",
]
JIA_CELLS = {
    (2, "Baseline, median (range)"): ["24.5 (12.7–42.4)"],
    (2, "Week 8, median (range)"): ["11.0 (10.2–42.0)"],
    (2, "Difference of the medians"): ["−13.5"],
    (2, "Hodges-Lehmann estimate of the change (95% CI)"): ["−8.4 (−14.9, −0.4)"],
    (2, "Participants whose value fell"): ["6 of 6"],
    (2, "Exact two-sided signed-rank test, P"): ["0.03125"],
    (1, "Disease duration (years), median (range)"): ["9.2 (5.4–12.3)"],
    (1, "Biologicals failed, median (range)"): ["5 (3–7)"],
    (1, "Systemic"): ["1 (17%)"],
    (1, "JADAS-71 (points), median (range)"): ["24.5 (12.7–42.4)"],
}
INDOMETHACIN_SENTENCES = [
    # Elmunzer et al. 2012: 799, 197, 602, 295, 307; 27/295 against 52/307; limits as computed independently
    "Of 799 patients assessed for eligibility, 197 were excluded and 602 were randomised: 295 to indomethacin and 307 to "
    "placebo (Figure 1).",
    "The suppositories could not be retained by 1 patient of the indomethacin arm, who was analysed in that arm.",
    "The number lost to follow-up was 0 in the indomethacin arm and 0 in the placebo arm.",
    "Post-ERCP pancreatitis developed in 27 of 295 (9.2%) patients assigned to indomethacin and in 52 of 307 (16.9%) "
    "patients assigned to placebo (Table 2).",
    "The absolute risk reduction was 7.79 percentage points (95% CI, 2.44 to 13.23) by the Miettinen-Nurminen method and "
    "7.79 percentage points (95% CI, 2.40 to 13.16) by Newcombe’s.",
    "The risk ratio was 0.540 (95% CI, 0.349 to 0.832).",
    "Fisher’s exact two-sided test gave P=0.005.",
]
INDOMETHACIN_CELLS = {
    (2, "Post-ERCP pancreatitis, n of N (%)"): ["27 of 295 (9.2%)", "52 of 307 (16.9%)"],
    (2, "Absolute risk reduction, percentage points (95% CI, Miettinen-Nurminen)"): ["7.79 (2.44 to 13.23)"],
    (2, "Absolute risk reduction, percentage points (95% CI, Newcombe)"): ["7.79 (2.40 to 13.16)"],
    (2, "Risk ratio (95% CI, Miettinen-Nurminen)"): ["0.540 (0.349 to 0.832)"],
    (2, "Fisher’s exact two-sided test, P"): ["0.005"],
    (1, "Suspected sphincter of Oddi dysfunction, n (%)"): ["248 (84.1%)", "247 (80.5%)"],
    (1, "Previous post-ERCP pancreatitis, n (%)"): ["47 (15.9%)", "49 (16.0%)"],
    (1, "Pancreatic stent, n (%)"): ["247 (83.7%)", "249 (81.1%)"],
    (1, "Trainee involved, n (%)"): ["143 (48.5%)", "140 (45.6%)"],
}
INDOMETHACIN_FLOW = (
    "Flow diagram. Assessed for eligibility (n = 799); Excluded (n = 197); Reasons not available in the sources used; "
    "Randomised (n = 602). Indomethacin: Allocated to indomethacin (n = 295); Could not retain the suppositories (n = 1); "
    "Received the allocated suppositories (n = 294); Lost to follow-up (n = 0); Analysed for post-ERCP pancreatitis "
    "(n = 295). Placebo: Allocated to placebo (n = 307); Could not retain the suppositories (n = 0); Received the allocated "
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
    assert "P2 25.0 to 10.6; P3 24.0 to 10.7" in alt and alt.endswith("Median: 24.5 to 11.0.")


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
    pdf = (request.getfixturevalue(name).folder / "build" / "manuscript.pdf").read_bytes()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf and b"/Marked true" in pdf and b"/Lang" in pdf


def test_pdf_pages_are_counted(jia: Built) -> None:
    for number, page in enumerate(jia.pdf.furniture, 1):
        assert f"Page {number} of {jia.pdf.pages}" in page


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "data" / "assessments.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_one_component_of_a_middle_patient_moves_what_rests_on_it_and_nothing_else(jia: Built, tmp_path: Path) -> None:
    """J02 is fourth of six at baseline: 2 points more of the physician's assessment move the median by 1.

    By hand: the scores become 12.7, 14.8, 24.0, 27.0, 31.4, 42.4 (median 25.5); the largest fall becomes 16.4.
    """
    folder = copy_study("jia", tmp_path)
    change(folder, "J02,W0,2013-06-17,5.0,", "J02,W0,2013-06-17,7.0,")
    moved = build(folder)
    for kind in FORMATS:
        before, after = jia.all[kind], moved.all[kind]
        changed = [(a.kind, a.text) for b, a in zip(before.blocks, after.blocks, strict=True) if b.text != a.text]
        cells = [text for where, text in changed if where == "cell"]
        assert cells == ["5.0 (3.5–7.0)", "25.5 (12.7–42.4)", "25.5 (12.7–42.4)", "−14.5", "−8.4 (−16.4, −0.4)"]
        abstract, result = (text for where, text in changed if where == "paragraph")
        assert "fell from 25.5 to 11.0;" in abstract and "(95% CI: −16.4, −0.4)" in abstract
        assert "fell from 25.5 at baseline to 11.0 at week 8, a difference of the medians of −14.5 points" in result
        (alt,) = (text for where, text in changed if where == "alt")
        assert "P2 27.0 to 10.6" in alt and alt.endswith("Median: 25.5 to 11.0.")
        assert len(changed) == 9  # the ninth is the fingerprint of the file, in the appendix
    displays = [built.folder / "build" / "displays" for built in (jia, moved)]
    same = {name: [(d / name).read_bytes() for d in displays] for name in ("fig-jadas71.svg", "fig-flow.svg")}
    assert (
        same["fig-jadas71.svg"][0] != same["fig-jadas71.svg"][1] and same["fig-flow.svg"][0] == same["fig-flow.svg"][1]
    )
