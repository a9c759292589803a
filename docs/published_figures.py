"""Writes docs/published-figures.md from tests/published.py: `python docs/published_figures.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.published import INDOMETHACIN, JIA, Figure  # noqa: E402

HEAD = """# Published figures, and ours

Each line is a figure of the published articles, what trialpress prints for it, the sentence in which it stands, and
the result's id, by which it is found in `build/results.json` and in the HTML (`data-result`). A test reads each from
the finished HTML, PDF and DOCX, and shows that it moves when the data move. Written from `tests/published.py`.

The articles' full texts were not at hand: the sources are the abstracts, the trial registers, a news report of the
first and a public reproduction of the second. The data of the first study are a reconstruction: its figures come out
because the rows were made so that they do. Those of the second are the 602 real patients.

Where ours differs from print: the article on indomethacin subtracts rounded percentages (7.7 points; by the counts 7.8)
and rounds the number needed to treat up to 13; for bleeding its reproduction gives P=0.72, and Fisher's exact test of
the same counts, 4 of 295 against 7 of 307, gives 0.55.
"""

COLUMNS = "| published | source | ours | where it stands | result |\n|---|---|---|---|---|"


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for title, figures in (("Juvenile idiopathic arthritis", JIA), ("Indomethacin", INDOMETHACIN)):
        lines = "\n".join(_line(figure) for figure in figures)
        parts.append(f"\n## {title}\n\n{COLUMNS}\n{lines}\n")
    return "".join(parts)


def _line(figure: Figure) -> str:
    where = f"line “{figure.line}”: {figure.said}" if figure.line else f"“{figure.said}”"
    ours = figure.ours.lstrip("= ")
    return f"| {figure.published} | {figure.source} | {ours} | {where} | `{figure.result}` |"


if __name__ == "__main__":
    (ROOT / "docs" / "published-figures.md").write_text(page(), encoding="utf-8")
