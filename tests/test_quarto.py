"""The same paper by a real Quarto: the same text in all three formats, for both studies.

Skipped, and said, where no Quarto of 1.9 or newer is on the PATH or named by QUARTO. What is said of a missing, old or
failing Quarto is tested everywhere, in test_engine.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from report.errors import EngineError
from report.publish import engine
from tests.conftest import Built, build, copy_study


def _missing() -> str:
    try:
        engine.choose("quarto")
    except EngineError as fault:
        return f"no real Quarto here: {fault.message}"
    return ""


pytestmark = [pytest.mark.quarto, pytest.mark.skipif(bool(_missing()), reason=_missing() or "-")]


@pytest.fixture(scope="module", params=["jia", "indomethacin"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    embedded: Built = request.getfixturevalue(request.param)
    folder: Path = tmp_path_factory.mktemp(f"quarto-{request.param}")
    return embedded, build(copy_study(request.param, folder), "quarto")


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_the_text_is_the_same(both: tuple[Built, Built], kind: str) -> None:
    ours, theirs = (built.all[kind] for built in both)
    assert ours.blocks == theirs.blocks
    assert ours.furniture == theirs.furniture


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_bytes_are_the_same(both: tuple[Built, Built], kind: str) -> None:
    ours, theirs = ((built.folder / "build" / f"manuscript-draft.{kind}").read_bytes() for built in both)
    assert ours == theirs
