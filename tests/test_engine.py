"""Rendering: same bytes, the same words in all formats, and what is said when an engine fails."""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from report.errors import EngineError
from report.publish import engine
from report.publish.blocks import Document, comparable, normalise
from report.publish.engine import Engine
from report.publish.extract import read
from report.publish.word import write_reference
from tests.manuscripts import HOSTILE, ISOLATED, PAGE, write_build

EMBEDDED = Engine("embedded")
REAL_QUARTO = engine.shutil.which("quarto")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    build = write_build(tmp_path_factory.mktemp("build"))
    return engine.render(build, tmp_path_factory.mktemp("work"), EMBEDDED)


@pytest.fixture(scope="module")
def documents(files: dict[str, Path]) -> dict[str, Document]:
    return {kind: read(path) for kind, path in files.items()}


def part(docx: Path, name: str) -> str:
    with zipfile.ZipFile(docx) as archive:
        return archive.read(name).decode("utf-8")


# Bytes ----------------------------------------------------------------------------------------------------------------


def test_the_same_bytes_wherever_it_is_rendered(files: dict[str, Path], tmp_path: Path) -> None:
    again = engine.render(write_build(tmp_path / "elsewhere" / "b"), tmp_path / "w", EMBEDDED)
    assert {kind: digest(path) for kind, path in again.items()} == {kind: digest(path) for kind, path in files.items()}


def test_the_reference_document_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_reference(tmp_path / name, PAGE)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_no_file_names_the_folder_or_the_network(files: dict[str, Path]) -> None:
    html = files["html"].read_text(encoding="utf-8")
    assert str(files["html"].parent) not in html
    assert not re.search(r'(src|<link[^>]*href)="(?!data:)', html)
    assert "<script>" not in html.replace("&lt;script&gt;", "")


# Words ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_hostile_text_stands_letter_for_letter(documents: dict[str, Document], kind: str) -> None:
    found = Counter(block.kind.removeprefix("header-") for block in documents[kind].containing(HOSTILE))
    assert found == {"paragraph": 2, "caption": 2, "title": 1, "alt": 1, "cell": 1, "note": 1}


def in_any_order(document: Document) -> Counter[str]:
    """Return the blocks' texts; within a block with right-to-left text a PDF tells marks in another order."""
    texts = (comparable(block.text) for block in document.blocks)
    return Counter("".join(sorted(text)) if comparable(HOSTILE) in text else text for text in texts)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_all_formats_say_the_same(documents: dict[str, Document], kind: str) -> None:
    assert in_any_order(documents[kind]) == in_any_order(documents["html"])


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_right_to_left_text_is_isolated(files: dict[str, Path], kind: str) -> None:
    path = files[kind]
    text = path.read_text(encoding="utf-8") if kind == "html" else part(path, "word/document.xml")
    assert ISOLATED.split(" ")[0] in text


def test_every_page_says_what_the_data_are(documents: dict[str, Document]) -> None:
    pdf = documents["pdf"]
    assert len(pdf.furniture) == pdf.pages
    for page, said in enumerate(pdf.furniture, start=1):
        for text in (PAGE.study, PAGE.lock, PAGE.mark, PAGE.status, f"Page {page} of {pdf.pages}"):
            assert normalise(text) in said
    docx = " ".join(documents["docx"].furniture)
    html = " ".join(documents["html"].furniture)
    for text in (PAGE.study, PAGE.lock, PAGE.mark, PAGE.status):
        assert normalise(text) in docx
        assert normalise(text) in html


def test_a_locked_page_bears_no_mark(tmp_path: Path) -> None:
    page = engine_page(mark="", status="")
    made = engine.render(write_build(tmp_path / "b", page=page), tmp_path / "w", EMBEDDED)
    assert "DRAFT" not in " ".join(read(made["pdf"]).furniture)
    assert "DRAFT" not in part(made["docx"], "word/header.xml")


def engine_page(**changes: str) -> object:
    from dataclasses import replace

    return replace(PAGE, **changes)


# Tables ---------------------------------------------------------------------------------------------------------------


def test_a_long_table_repeats_its_header_and_shows_all_rows(documents: dict[str, Document]) -> None:
    for kind in ("html", "pdf", "docx"):
        rows = documents[kind].table(2)
        assert [cells[0] for cells in rows[1:]] == [f"Event number {at}" for at in range(1, 121)], kind
    pdf = documents["pdf"]
    pages = {block.page for block in pdf.blocks if block.table == 2 and block.row > 1}
    # On the first page the header is part of the table, on the others it is said again, as an artifact.
    for page in sorted(pages)[1:]:
        assert "Event Count Participants" in pdf.furniture[page - 1]


def test_word_tables_repeat_headers_and_keep_rows_whole(files: dict[str, Path]) -> None:
    xml = part(files["docx"], "word/document.xml")
    rows = re.findall(r"<w:tr>.*?</w:tr>", xml, re.DOTALL)
    assert all("<w:cantSplit/>" in each for each in rows)
    assert sum("<w:tblHeader/>" in each for each in rows) == 2 + 1 + 1
    assert 'w:val="TableNote"' in xml
    assert '<w:vMerge w:val="restart"/>' in xml


def test_word_columns_have_the_widths_of_the_tree(files: dict[str, Path]) -> None:
    grids = re.findall(r"<w:tblGrid>(.*?)</w:tblGrid>", part(files["docx"], "word/document.xml"), re.DOTALL)
    line = 11906 - 2 * 1417
    assert re.findall(r'w:w="(\d+)"', grids[0]) == [str(int(line * share)) for share in (0.34, 0.24, 0.24, 0.18)]


def test_wide_displays_stand_on_landscape_pages(files: dict[str, Path]) -> None:
    assert part(files["docx"], "word/document.xml").count('w:orient="landscape"') == 1
    from pypdfium2 import PdfDocument

    pages = [page.get_size() for page in PdfDocument(files["pdf"])]
    assert sum(width > height for width, height in pages) == 1


def test_word_alternative_text_is_where_readers_look(files: dict[str, Path]) -> None:
    assert 'descr="Six falling lines"' in part(files["docx"], "word/document.xml")


# Refusals -------------------------------------------------------------------------------------------------------------


def render_text(text: str, folder: Path) -> None:
    build = write_build(folder / "b")
    manuscript = build / "manuscript.qmd"
    front = manuscript.read_text(encoding="utf-8").split("\n---\n", 1)[0]
    manuscript.write_text(f"{front}\n---\n\n{text}\n", encoding="utf-8")
    engine.render(build, folder / "w", EMBEDDED)


def test_an_unknown_display_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="nothing is named @tbl-nowhere"):
        render_text("# One\n\nSee @tbl-nowhere.", tmp_path)


def test_a_letter_that_no_font_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="Typst"):
        render_text("# One\n\nA letter: \U00012000.", tmp_path)


def test_the_manuscript_must_say_its_moment(tmp_path: Path) -> None:
    (tmp_path / "manuscript.qmd").write_text("---\ntitle: x\n---\n\nText\n", encoding="utf-8")
    with pytest.raises(EngineError, match="epoch"):
        engine.render(tmp_path, tmp_path / "w", EMBEDDED)


def test_a_missing_manuscript_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"manuscript\.qmd is missing"):
        engine.render(tmp_path / "nothing", tmp_path / "w", EMBEDDED)


# Quarto ---------------------------------------------------------------------------------------------------------------


def fake_quarto(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = folder / "quarto"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.delenv("QUARTO", raising=False)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return program


def test_auto_is_quarto_where_a_fit_one_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = fake_quarto(tmp_path, "echo 1.9.30", monkeypatch)
    assert engine.choose("auto") == Engine("quarto", str(program))


def test_auto_goes_on_without_a_fit_quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_quarto(tmp_path, "echo 1.4.550", monkeypatch)
    assert engine.choose("auto") == EMBEDDED
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert engine.choose("auto") == EMBEDDED


def test_an_old_quarto_is_refused_with_the_way_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_quarto(tmp_path, "echo 1.4.550", monkeypatch)
    with pytest.raises(EngineError, match=r"Quarto 1\.4\.550, and 1\.9 or newer") as refused:
        engine.choose("quarto")
    assert "ENGINE=embedded" in refused.value.remedy


def test_a_missing_quarto_is_refused_with_the_way_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("QUARTO", raising=False)
    with pytest.raises(EngineError, match="no quarto is on the PATH") as refused:
        engine.choose("quarto")
    assert "ENGINE=embedded" in refused.value.remedy


def test_a_quarto_named_in_the_environment_must_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTO", str(tmp_path / "absent"))
    with pytest.raises(EngineError, match="which is no program"):
        engine.choose("auto")


def test_a_failing_quarto_is_told_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = 'case $1 in --version) echo 1.11.0;; *) echo "ERROR: it broke" >&2; exit 1;; esac'
    fake_quarto(tmp_path, script, monkeypatch)
    with pytest.raises(EngineError, match="ERROR: it broke") as refused:
        engine.render(write_build(tmp_path / "b"), tmp_path / "w", engine.choose("quarto"))
    assert "ENGINE=embedded" in refused.value.remedy


def test_a_quarto_that_writes_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_quarto(tmp_path, "case $1 in --version) echo 1.11.0;; esac", monkeypatch)
    with pytest.raises(EngineError, match=r"wrote no manuscript\.html"):
        engine.render(write_build(tmp_path / "b"), tmp_path / "w", engine.choose("quarto"))


def test_a_quarto_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_quarto(tmp_path, "exec sleep 5", monkeypatch)
    monkeypatch.setattr(engine, "VERSION_LIMIT", 0.1)
    with pytest.raises(EngineError, match="did not end"):
        engine.choose("quarto")


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(EngineError, match="no engine called 'latex'"):
        engine.choose("latex")


@pytest.mark.quarto
@pytest.mark.skipif(not (REAL_QUARTO or engine.os.environ.get("QUARTO")), reason="no Quarto here")
def test_quarto_gives_the_same(files: dict[str, Path], documents: dict[str, Document], tmp_path: Path) -> None:
    made = engine.render(write_build(tmp_path / "b"), tmp_path / "w", engine.choose("quarto"))
    assert digest(made["pdf"]) == digest(files["pdf"])
    assert part(made["docx"], "word/document.xml") == part(files["docx"], "word/document.xml")
    assert [block.text for block in read(made["html"]).blocks] == [block.text for block in documents["html"].blocks]
