"""What the commands say and how they end."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from report import terminal
from report.__main__ import main
from report.stages import STAGES
from tests.conftest import ROOT, Built, copy_study, trialpress


def test_a_line_a_stage_and_the_paths(tmp_path: Path) -> None:
    study = copy_study("jia", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "report", "report", "--engine", "embedded"], cwd=study, capture_output=True, text=True,
        timeout=120, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:4]] == list(STAGES) and all(line.endswith(" s") for line in lines[:4])
    assert lines[4:] == ["build/manuscript-draft.html", "build/manuscript-draft.pdf", "build/manuscript-draft.docx"]
    assert done.stderr == "" and "\x1b" not in done.stdout and "\r" not in done.stdout


@pytest.mark.parametrize("arguments", [[], ["rapport"], ["report", "--engine", "latex"], ["report", "--colour"]])
def test_wrong_calls_exit_2(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "report", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60,
        check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2 and "usage: trialpress" in done.stderr and "Traceback" not in done.stderr


def test_refused_exits_1_with_the_reason(tmp_path: Path) -> None:
    done = trialpress("report", study=tmp_path / "nowhere")
    assert done.returncode == 1 and "it has no data/" in done.stderr and "-> " in done.stderr


@pytest.mark.parametrize("stage", ["displays", "manuscript", "publish"])
def test_a_stage_before_its_time_says_what_to_run(stage: str, tmp_path: Path) -> None:
    done = trialpress(stage, study=copy_study("jia", tmp_path))
    assert done.returncode == 1 and "Traceback" not in done.stderr and "-> " in done.stderr


def with_displays(built: Built, folder: Path) -> Path:
    """Return a copy of a study as it is when its results are computed and its displays drawn."""
    study = copy_study("jia", folder)
    shutil.copytree(built.folder / "build" / "displays", study / "build" / "displays")
    shutil.copy(built.folder / "build" / "results.json", study / "build")
    return study


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ value('jadas71_week8.change', 'median') }}", "2 results match"),
        ("{{ value('jadas71_week8.change', 'median', visit='year1') }}", "no result matches"),
        ("{{ value('jadas.change', 'median') }}", "no result matches"),
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{{ study.titel }}", "the study file has no titel here"),
        ("{{ 24.5 }}", "24.5 is a float, not a text"),
        ("{{ study.format }}", "2 is a int, not a text"),
        ('{{ "24.5" }}', "'24.5' is a str, not a text"),
        ("{{ value('jadas71_week8.change', 'median', visit='week8').plain }}", "is a str, not a text"),
        ("{{ value('jadas71_week8.signed_rank', 'p.value') }}", "is a p value"),
        ("{{ methods('jadas') }}", "there is no endpoint named jadas"),
        ("{{ display('tbl-none') }}", "there is no display named tbl-none"),
        ("{% if %}", "Expected an expression"),
        ("{{ value() }}", "missing 2 required positional arguments"),
        ("{{ value('a', 'b', sex='F') }}", "sex is not a way to choose a result"),
        ("{{ estimate('jadas71_week8.change') }}", "no result matches"),
        ("See @fig-none.", "fig-none"),
        ("Known from [@nobody2020].", "nobody2020"),
    ],
)
def test_a_template_fault_names_the_line(
    jia: Built, tmp_path: Path, capsys: pytest.CaptureFixture[str], template: str, told: str
) -> None:
    study = with_displays(jia, tmp_path)
    path = study / "templates" / "50-discussion.qmd.j2"
    path.write_text(path.read_text(encoding="utf-8") + f"\n{template}\n", encoding="utf-8")
    line = len(path.read_text(encoding="utf-8").splitlines())
    codes = [main([stage, "--engine", "embedded", "--study", str(study)]) for stage in ("manuscript", "publish")]
    said = capsys.readouterr().err
    assert codes[1] == 1 and told in said and "defect" not in said, said
    if "@" not in template:
        assert codes[0] == 1 and f"templates/50-discussion.qmd.j2:{line}:" in said
    assert not (study / "build" / "manuscript-draft.html").exists()


def test_a_display_that_no_template_places_is_refused(tmp_path: Path) -> None:
    study = copy_study("jia", tmp_path)
    path = study / "templates" / "40-results.qmd.j2"
    path.write_text(path.read_text(encoding="utf-8").replace('{{ display("fig-jadas71") }}', ""), encoding="utf-8")
    done = trialpress("report", study=study)
    assert done.returncode == 1 and "no template places fig-jadas71" in done.stderr


def test_two_builds_of_one_study_do_not_mix(tmp_path: Path) -> None:
    study = copy_study("jia", tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    first = subprocess.Popen(
        [sys.executable, "-m", "report", "report", "--study", str(study)], env=environment, stdout=subprocess.PIPE
    )
    while not (study / "build" / ".held").exists():
        time.sleep(0.01)
    second = trialpress("report", study=study)
    assert first.wait(timeout=120) == 0
    assert first.stdout is not None
    first.stdout.close()
    assert second.returncode == 1 and "another build of this study is running" in second.stderr


def test_ctrl_c_is_said_in_a_line(tmp_path: Path) -> None:
    study = copy_study("jia", tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "report", "report", "--study", str(study)], env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (study / "build" / ".held").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    # a shell sees 130 either way: Python ends by the signal itself when it struck inside an exec() of a library
    assert process.returncode in (130, -signal.SIGINT)
    assert told.strip() == "interrupted; the previous outputs are whole"


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_stage_shows_that_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, out = Screen(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(terminal, "PATIENCE", 0.05)
    with terminal.stage("results", out) as line:
        time.sleep(0.5)
        line.done("7 results")
    assert "results     working, " in screen.getvalue() and screen.getvalue().endswith("\r\x1b[2K")
    assert out.getvalue().startswith("results     7 results")


def test_a_quick_stage_shows_nothing_while_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with terminal.stage("results", io.StringIO()) as line:
        line.done("7 results")
    assert screen.getvalue() == ""
