"""What only a browser can tell of changes.html: accessibility by axe, and that no page scrolls sideways on a phone."""

from __future__ import annotations

import dataclasses
import html
from pathlib import Path

import pytest

from report.changes import compare, data, page
from report.changes.blinding import Blinding
from report.changes.text import Changed
from tests.changes.made import CONFIRMED, row, side, two_arms
from tests.test_looking import CHROMIUM, asked, violations

pytestmark = [pytest.mark.looking, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every part filled: matters of all weights, rows, results, sentences, places of the study file."""
    names = ["happened.fisher.a.p.value", "later.risk.N", "happened.risk_ratio.a.estimate"]
    rows = [
        [row(n, v, k) for n, v, k in zip(names, vs, ("p", "count", "ratio:2"), strict=True)]
        for vs in ((0.03, 9, 0.9), (0.06, 8, 1.1))
    ]
    old, new = (
        side(*rows[0], study=two_arms(**CONFIRMED)),
        side(*rows[1], study=two_arms(), inputs={"data/people.csv": "1"}),
    )
    found = compare.between(old, dataclasses.replace(new, printed=((names[0], "0.06", "prose"),)))
    cells = (
        data.Cell("age", "1", "2"),
        data.Cell("a_long_name_of_a_column_in_a_data_file", hidden="values are not shown: the column is of type text"),
    )
    full = dataclasses.replace(
        found, files=(data.ChangedFile("data/people.csv", "1 row changed", (data.ChangedRow("changed", "P1, W0", cells), data.ChangedRow("added", "P2, W0"))),),
        blinding=Blinding(by_arm=True, told="Both editions are dry runs."),
        blocks=(
            Changed("changed", "paragraph", "Results", "", "It fell to 11.0. The end. So it is.", "It rose to 12.0. The end. So it was."),
            Changed("changed", "cell", "Table 1", "Age, Median", "24.5 (12.7–42.4)", "25.5 (12.7–42.4)"),
            Changed("added", "row", "Table 1", "", "", "Fever | 1 | 2"), Changed("changed", "alt", "Figure 1", "", "Boxes (n = 6); B.", "Boxes (n = 5); B."),
        ),
    )  # fmt: skip
    path = tmp_path_factory.mktemp("page") / "changes.html"
    path.write_text(page.html(full), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 500])
def test_axe_finds_nothing(changed: Path, width: int, tmp_path: Path) -> None:
    assert violations(changed, tmp_path, width) == []


def test_a_phone_does_not_scroll_sideways(changed: Path, tmp_path: Path) -> None:
    frame = tmp_path / "frame.html"
    framed = html.escape(changed.read_text(encoding="utf-8"), quote=True)
    frame.write_text(
        "<!doctype html><html lang='en'><title>t</title><body><iframe id='f' style='width:390px;height:800px;border:0' "
        f'srcdoc="{framed}"></iframe></body></html>', encoding="utf-8",
    )  # fmt: skip
    script = (
        "document.getElementById('f').onload = () => { const w=document.getElementById('f').contentDocument.documentElement;"
        "tell([w.clientWidth, w.scrollWidth]) }"
    )
    assert asked(frame, script, tmp_path, 800) in ([390, 390], [375, 375])  # with a scroll bar of 15 px
