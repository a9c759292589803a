"""What only a browser can tell: accessibility by axe, and that no page scrolls sideways on a phone.

Skipped, and said, where no Chromium is at hand. What was seen by eye is in docs/reviews/.
"""

from __future__ import annotations

import html
import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Built

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [pytest.mark.looking, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
STUDIES = ("jia", "indomethacin")


def asked(page: Path, script: str, folder: Path, width: int) -> object:
    """Open a page, run a script that ends by calling ``tell(value)``, and return the value."""
    source = page.read_text(encoding="utf-8")
    told = (
        "<script>function tell(v){const p=document.createElement('pre');p.id='told';"
        "p.textContent=JSON.stringify(v);document.body.append(p);}</script>"
    )
    probe = folder / "probe.html"
    probe.write_text(source.replace("</body>", f"{told}<script>{script}</script></body>"), encoding="utf-8")
    assert CHROMIUM is not None
    done = subprocess.run(
        [CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900",
         "--virtual-time-budget=20000", "--dump-dom", probe.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stdout[-500:] + done.stderr[-500:]
    return json.loads(html.unescape(found[1]))


def page_of(name: str, request: pytest.FixtureRequest) -> Path:
    built: Built = request.getfixturevalue(name)
    return built.folder / "build" / "manuscript-draft.html"


def violations(page: Path, folder: Path, width: int) -> object:
    """Return what axe-core finds with all its rules: WCAG 2.2 A and AA, and its best practices."""
    found = importlib.util.find_spec("axe_core_python")
    assert found is not None and found.origin is not None
    axe = (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    tell = "axe.run(document).then(r => tell(r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 120))])))"
    return asked(page, f"{axe};{tell}", folder, width)


@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("name", STUDIES)
def test_axe_finds_nothing(name: str, width: int, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert violations(page_of(name, request), tmp_path, width) == []


def test_axe_can_find_something(jia: Built, tmp_path: Path) -> None:
    """The check itself must be able to fail: an image without alternative text."""
    bad = tmp_path / "bad.html"
    good = (jia.folder / "build" / "manuscript-draft.html").read_text(encoding="utf-8")
    bad.write_text(good.replace("</main>", '<img src="data:,"></main>'), encoding="utf-8")
    assert "image-alt" in str(violations(bad, tmp_path, 1280))


@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("name", STUDIES)
def test_no_page_scrolls_sideways(name: str, width: int, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Also in a frame of 390 px, a phone's width (Chromium's own window is at least 500 px wide)."""
    script = (
        "const w=document.documentElement; const wide=[...document.querySelectorAll('main *')].filter(e => "
        "!e.closest('.display, figure') && e.getBoundingClientRect().right > w.clientWidth + 1).map(e => e.outerHTML.slice(0, 80));"
        "tell([w.scrollWidth <= w.clientWidth, wide])"
    )
    assert asked(page_of(name, request), script, tmp_path, width) == [True, []]


@pytest.mark.parametrize("name", STUDIES)
def test_a_phone_scrolls_tables_only(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    page = page_of(name, request).read_text(encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(
        "<!doctype html><html lang='en'><title>t</title><body><iframe id='f' style='width:390px;height:800px;border:0' "
        f'srcdoc="{html.escape(page, quote=True)}"></iframe></body></html>',
        encoding="utf-8",
    )
    script = (
        "document.getElementById('f').onload = () => { const w=document.getElementById('f').contentDocument.documentElement;"
        "tell([w.clientWidth, w.scrollWidth]) }"
    )
    told = asked(frame, script, tmp_path, 800)
    assert told == [390, 390] or told == [375, 375]  # with a scroll bar of 15 px
