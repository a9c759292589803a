"""Numbers as they are typed find the places where they are printed, and no other number."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from report.publish.blocks import normalise
from report.tracing import finding, typed
from report.tracing.papers import Paper
from tests.conftest import Built, trialpress
from tests.published import FIGURES, Figure

SAME = [
    ("24.5", "fell from 24.5 to 11.0"),
    ("-8.4 (-14.9 to -0.4)", "−8.4 (−14.9, −0.4)"),
    ("-8.4 (-14.9, -0.4)", "−8.4 (−14.9 to −0.4)"),
    ("8.2-17.1", "8.2–17.1"),
    ("27 of 295", "27\u00a0of\u00a0295"),
    ("27/295", "27 of 295 (9.2%)"),
    ("P=0.005", "gave P = 0.005: "),
    ("p = .005", "P=0.005"),
    ("P<0.001", "P < 0.001"),
    ("0.46", "a ratio of 0·46"),
    ("12345", "of 12\u2009345 patients"),
    ("12 345", "of 12,345 patients"),
    ("12,345", "of 12\u2009345 patients"),
    ("1,234", "of 1234 patients"),
    ("24,5", "fell from 24.5"),
    ("95% CI", "95%\u00a0CI"),
    ("median jadas-71 FELL", "Median JADAS-71 fell"),
    ("patient's", "a patient’s"),
]
OTHER = [
    ("24.5", "124.5"), ("24.5", "24.51"), ("24.5", "−24.5"), ("-24.5", "24.5"), ("5", "24.5"), ("24", "24.5"),
    ("1234", "of 12,345"), ("345", "12,345"), ("0.005", "10.005"), ("fell", "befell"), ("27 of 29", "27 of 295"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "printed"), SAME)
def test_what_is_typed_plainly_is_found_as_it_is_printed(asked: str, printed: str) -> None:
    sought = typed.pattern(asked)
    assert sought is not None and sought.search(normalise(printed))


@pytest.mark.parametrize(("asked", "printed"), OTHER)
def test_a_number_is_not_found_within_another(asked: str, printed: str) -> None:
    sought = typed.pattern(asked)
    assert sought is not None
    assert not sought.search(normalise(printed))


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
def test_every_printed_result_is_known_in_its_place(
    read: dict[str, Paper], name: str, request: pytest.FixtureRequest
) -> None:
    """What the passages hold is printed.json, entry for entry: the stretches are exact, and so are the displays."""
    built: Built = request.getfixturevalue(name)
    entries = json.loads((built.folder / "build" / "printed.json").read_text(encoding="utf-8"))["printed"]
    wanted = Counter((result, normalise(text), place) for result, text, place in entries if result)
    found = Counter(
        (span.result_id, passage.text[span.start : span.end], passage.display or "prose")
        for passage in read[name].passages
        for span in passage.spans
    )
    assert found == wanted and len(found) > 100


@pytest.mark.parametrize("figure", FIGURES, ids=[f"{figure.study}: {figure.published}" for figure in FIGURES])
def test_every_published_figure_is_found_by_its_sentence(read: dict[str, Paper], figure: Figure) -> None:
    found = finding.find(read[figure.study], figure.said.replace("−", "-").replace("’", "'"))
    assert found.by == "text"
    assert figure.result in {result for match in found.matches for result in match.results}
    by_id = finding.find(read[figure.study], figure.result)
    assert by_id.by == "result" and any(f"‹{figure.ours}›" in place.text for place in by_id.matches[0].places)


def test_equal_numbers_are_told_apart(read: dict[str, Paper]) -> None:
    """24.5 is the median of three analyses, and is drawn in a figure; each is listed with its places."""
    found = finding.find(read["jia"], "24.5")
    assert [match.results for match in found.matches] == [
        ("jadas71_week8.change.baseline.median",), ("baseline.jadas71.median",),
        ("jadas71_year1.change.baseline.median",), ("visits.jadas71.baseline.median",),
    ]  # fmt: skip
    prose, last = found.matches[0], found.matches[-1]
    assert [place.where for place in prose.places] == [
        "the text, under “Abstract”", "the text, under “Disease activity at week 8”",
        "Table 4 (tbl-outcomes), line “JADAS-71 (points)” of “Week 8”, column “Baseline, median (range)”",
    ]  # fmt: skip
    assert last.is_of_figure and last.places[0].display == "fig-jadas71"


def test_an_analysis_and_a_display_list_their_results(read: dict[str, Paper]) -> None:
    of_analysis = finding.find(read["indomethacin"], "pancreatitis.risk_reduction")
    assert of_analysis.by == "analysis"
    assert ("pancreatitis.risk_reduction.indomethacin.estimate",) in [match.results for match in of_analysis.matches]
    of_table = finding.find(read["indomethacin"], "tbl-bleeding")
    assert of_table.by == "display" and ("bleeding.fisher.indomethacin.p.value",) in [
        m.results for m in of_table.matches
    ]
    of_figure = finding.find(read["indomethacin"], "fig-flow")
    assert ("disposition.received.placebo.n",) in [match.results for match in of_figure.matches]


def test_what_is_not_there_has_neighbours(read: dict[str, Paper]) -> None:
    without_sign = finding.find(read["jia"], "14.9")
    assert without_sign.by == "nothing" and "jadas71_week8.hodges_lehmann.conf.low" in without_sign.near[0]
    mistyped = finding.find(read["indomethacin"], "pancreatitis.fischer.indomethacin.p.value")
    assert mistyped.near[0] == "pancreatitis.fisher.indomethacin.p.value"
    unprinted = finding.find(read["indomethacin"], "0.41")
    assert unprinted.near == ("pancreatitis.subgroup_gender.indomethacin.statistic is 0.41, and is not printed",)


def test_words_of_a_template_are_of_no_result(read: dict[str, Paper]) -> None:
    found = finding.find(read["indomethacin"], "366(15):1414")
    assert [match.results for match in found.matches] == [()]


def test_the_command_says_what_it_found(jia: Built, tmp_path: Path) -> None:
    one = trialpress("trace", "P = 0.16", study=jia.folder)
    assert one.returncode == 0 and "pain_week8.signed_rank.p.value" in one.stdout and "vas_pain" in one.stdout
    several = trialpress("trace", "24.5", study=jia.folder)
    assert "Ask for one by its id: trialpress trace jadas71_week8.change.baseline.median" in several.stdout
    none = trialpress("trace", "24.6", study=jia.folder)
    assert none.returncode == 1 and "nothing in the paper is 24.6" in none.stdout
    as_json = json.loads(trialpress("trace", "--json", "jadas71_week8.change.week8.median", study=jia.folder).stdout)
    assert as_json["followed"][0]["value"] == 11.0 and as_json["by"] == "result"


def test_without_a_paper_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    done = trialpress("trace", "24.5", study=tmp_path)
    assert done.returncode == 1 and "no paper stands in build/" in done.stderr
