"""Render the manuscript: the embedded engine (pandoc and Typst from wheels), or Quarto.

Both run the same Lua filters, page templates and styles, and the PDF is always compiled here by the Typst wheel. So
the words, and the bytes of the PDF, do not depend on which engine, Typst or fonts a computer happens to have.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typst
import yaml

from report.errors import EngineError
from report.publish.word import write_reference

if TYPE_CHECKING:
    from report.publish.page import Page

HERE = Path(__file__).parent
SOURCE = "manuscript.qmd"
TYPST_SOURCE = "manuscript.typ"
STYLE = (
    "names.lua",
    "displays.lua",
    "word_tables.lua",
    "page.html",
    "page.css",
    "page.typst",
    "page.openxml",
    "numeric.csl",
)
# What the manuscript is rendered from; displays and references may be absent.
INPUTS = (SOURCE, "style", "displays", "references.bib")

# What pandoc is told for each format. The data folder is set, so that no template of the user's own comes in.
SHARED = (
    "--from=markdown",
    "--standalone",
    "--wrap=none",
    "--fail-if-warnings",
    "--syntax-highlighting=none",
    "--data-dir=style",
    "--lua-filter=style/names.lua",
    "--lua-filter=style/displays.lua",
)

OLDEST_QUARTO = (1, 9)
# Seconds. A manuscript takes less than one second embedded, and a few with Quarto; these stop what hangs.
PANDOC_LIMIT, QUARTO_LIMIT, VERSION_LIMIT = 120, 600, 60

GO_ON = "set ENGINE=embedded to go on without Quarto"


@dataclass(frozen=True, slots=True)
class Engine:
    """What renders: ``embedded``, or ``quarto`` with the program's path."""

    name: Literal["embedded", "quarto"]
    program: str = ""


# Choosing -------------------------------------------------------------------------------------------------------------


def choose(name: str) -> Engine:
    """Return the engine called ``name``; ``auto`` is Quarto where a fit one is found, and else the embedded one.

    Raises EngineError for an unknown name, and for a Quarto that was asked for (by name or by the environment variable
    QUARTO) and is missing, too old or does not run.
    """
    if name not in ("auto", "embedded", "quarto"):
        raise EngineError(f"there is no engine called {name!r}", remedy="ENGINE is auto, embedded or quarto")
    if name == "embedded":
        return Engine("embedded")
    asked_for = name == "quarto" or bool(os.environ.get("QUARTO"))
    try:
        return _fit_quarto()
    except EngineError:
        if asked_for:
            raise
        return Engine("embedded")


def _fit_quarto() -> Engine:
    program = _quarto_program()
    version = _quarto_version(program)
    if version < OLDEST_QUARTO:
        wanted = ".".join(map(str, OLDEST_QUARTO))
        found = ".".join(map(str, version))
        raise EngineError(
            f"{program} is Quarto {found}, and {wanted} or newer is needed", remedy=f"update it, or {GO_ON}"
        )
    return Engine("quarto", program)


def _quarto_program() -> str:
    named = os.environ.get("QUARTO")
    program = shutil.which(named or "quarto")
    if program is None:
        where = f"QUARTO names {named}, which is no program" if named else "no quarto is on the PATH"
        raise EngineError(f"Quarto is missing: {where}", remedy=f"install Quarto 1.9 or newer, or {GO_ON}")
    return program


def _quarto_version(program: str) -> tuple[int, ...]:
    done = _run([program, "--version"], Path.cwd(), VERSION_LIMIT, remedy=f"mend the installation, or {GO_ON}")
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", done.stdout.strip())
    if found is None:
        raise EngineError(f"{program} does not tell its version", remedy=f"mend the installation, or {GO_ON}")
    return tuple(int(part) for part in found.groups() if part is not None)


# What the manuscript carries ------------------------------------------------------------------------------------------


def install_style(build: Path, page: Page) -> None:
    """Write ``build/style``: filters, page templates, citation style and the reference document for ``page``."""
    style = build / "style"
    shutil.rmtree(style, ignore_errors=True)
    style.mkdir(parents=True)
    for name in STYLE:
        shutil.copyfile(HERE / name, style / name)
    write_reference(style / "reference.docx", page)


def quarto_format(page: Page) -> dict[str, Any]:
    """Return the front matter by which ``quarto render`` gives the same words as the embedded engine.

    The manuscript adds ``title``, ``author``, ``keywords``, ``lang`` and the ``trialpress`` map.
    """
    return {
        "engine": "markdown",
        "bibliography": "references.bib",
        "csl": "style/numeric.csl",
        "citeproc": True,
        "link-citations": True,
        "highlight-style": "none",
        "filters": [
            {"at": "pre-ast", "path": "style/names.lua"},
            {"at": "post-render", "path": "style/displays.lua"},
            {"at": "post-render", "path": "style/word_tables.lua"},
        ],
        "format": {
            "html": _quarto_html(),
            "typst": {
                "template": "style/page.typst",
                "papersize": page.paper,
                "pdf-standard": "ua-1",
                "keep-typ": True,
                "wrap": "none",
            },
            "docx": {"template": "style/page.openxml", "reference-doc": "style/reference.docx"},
        },
    }


def _quarto_html() -> dict[str, Any]:
    return {
        "template": "style/page.html",
        "css": "style/page.css",
        "embed-resources": True,
        "minimal": True,
        "theme": "none",
        "html-math-method": "plain",
        "wrap": "none",
    }


# Rendering ------------------------------------------------------------------------------------------------------------


def render(source: Path, work: Path, engine: Engine) -> dict[str, Path]:
    """Render the manuscript in the build folder ``source`` and return the files of html, pdf and docx.

    Everything needed is copied to ``work``, an empty folder, and rendered there. Raises EngineError when pandoc, Typst
    or Quarto fails, or when the manuscript names what does not exist.
    """
    _copy_inputs(source, work)
    epoch = _epoch(work / SOURCE)
    if engine.name == "quarto":
        _render_by_quarto(work, engine.program, epoch)
    else:
        _render_embedded(work, epoch)
    return {kind: work / f"manuscript.{kind}" for kind in ("html", "pdf", "docx")}


def _copy_inputs(source: Path, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    for name in INPUTS:
        if (source / name).is_dir():
            shutil.copytree(source / name, work / name)
        elif (source / name).exists():
            shutil.copyfile(source / name, work / name)
    if not (work / SOURCE).exists():
        raise EngineError(f"{source / SOURCE} is missing", remedy="build the manuscript first")


def _epoch(manuscript: Path) -> int:
    """Return the moment that the manuscript says it is of, which all three files carry as their date."""
    front = manuscript.read_text(encoding="utf-8").split("\n---", 1)[0]
    try:
        return int(yaml.safe_load(front)["trialpress"]["epoch"])
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as fault:
        raise EngineError(
            f"{manuscript.name} does not say trialpress: epoch: in its front matter",
            remedy="build the manuscript again",
        ) from fault


# The embedded engine --------------------------------------------------------------------------------------------------


def _render_embedded(work: Path, epoch: int) -> None:
    """Run pandoc for the three formats at once, and Typst as soon as its source is there."""
    pandoc = _pandoc()
    with ThreadPoolExecutor(max_workers=3) as pool:
        jobs = [
            pool.submit(_write_pdf, pandoc, work, epoch),
            pool.submit(_write_html, pandoc, work, epoch),
            pool.submit(_write_docx, pandoc, work, epoch),
        ]
    for job in jobs:
        job.result()


def _pandoc() -> str:
    """Return the pandoc that the wheel carries; importing the wheel's module would cost more than finding it."""
    found = importlib.util.find_spec("pypandoc")
    folder = Path(found.origin).parent / "files" if found and found.origin else Path()
    program = shutil.which("pandoc", path=str(folder))
    if program is None:
        raise EngineError("pandoc is missing", remedy="install the package pypandoc_binary")
    return program


def _write_html(pandoc: str, work: Path, epoch: int) -> None:
    options = ["--template=style/page.html", "--css=style/page.css", "--embed-resources"]
    _convert(pandoc, work, epoch, "manuscript.html", ["--to=html5", *options])


def _write_docx(pandoc: str, work: Path, epoch: int) -> None:
    options = ["--lua-filter=style/word_tables.lua", "--template=style/page.openxml"]
    _convert(pandoc, work, epoch, "manuscript.docx", ["--to=docx", *options, "--reference-doc=style/reference.docx"])


def _write_pdf(pandoc: str, work: Path, epoch: int) -> None:
    _convert(pandoc, work, epoch, TYPST_SOURCE, ["--to=typst", "--template=style/page.typst"])
    _compile(work, epoch)


def _convert(pandoc: str, work: Path, epoch: int, output: str, options: Sequence[str]) -> None:
    command = [pandoc, SOURCE, *SHARED, *options, f"--output={output}"]
    _run(command, work, PANDOC_LIMIT, epoch=epoch, remedy="mend the manuscript's templates or its displays")


def _compile(work: Path, epoch: int) -> None:
    compile_pdf(work / TYPST_SOURCE, work / "manuscript.pdf", epoch)


def compile_pdf(source: Path, output: Path, epoch: int, inputs: Mapping[str, str] | None = None) -> None:
    """Compile a Typst source to PDF/UA with our fonts; ``inputs`` are texts that it reads as ``sys.inputs``.

    EngineError where it fails, and where Typst warns, as of a missing glyph.
    """
    try:
        _, warnings = typst.compile_with_warnings(
            source,
            output=output,
            root=source.parent,
            font_paths=_font_folders(),
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=epoch,
            sys_inputs=dict(inputs or {}),
        )
    except typst.TypstError as fault:
        raise EngineError(f"Typst: {_told(fault)}", remedy="mend the text or display that it names") from fault
    if warnings:
        told = "; ".join(_told(warning) for warning in warnings)
        raise EngineError(f"Typst warns: {told}", remedy="mend the text or display that it names")


def _told(fault: typst.TypstError | typst.TypstWarning) -> str:
    return " ".join([fault.message, *(f"({hint})" for hint in fault.hints)])


def _font_folders() -> list[Path]:
    """Return the folder of DejaVu, which matplotlib carries and which covers what Typst's own fonts lack."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        return []
    return [Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"]


# Quarto ---------------------------------------------------------------------------------------------------------------


def _render_by_quarto(work: Path, program: str, epoch: int) -> None:
    """Let Quarto write all formats, then compile the Typst source that it kept, so that the PDF's bytes are ours."""
    _run([program, "render", SOURCE], work, QUARTO_LIMIT, epoch=epoch, remedy=GO_ON)
    for name in ("manuscript.html", "manuscript.docx", TYPST_SOURCE):
        if not (work / name).exists():
            raise EngineError(f"Quarto ended well but wrote no {name}", remedy=GO_ON)
    _compile(work, epoch)


# Programs -------------------------------------------------------------------------------------------------------------


def _run(
    command: Sequence[str], folder: Path, limit: int, *, remedy: str, epoch: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; raises EngineError if it cannot start, takes too long or fails."""
    name = Path(command[0]).stem
    try:
        done = subprocess.run(
            command, cwd=folder, env=_environment(epoch), timeout=limit, capture_output=True, encoding="utf-8",
            errors="replace", stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as fault:
        raise EngineError(f"{name} did not end within {limit} seconds", remedy=remedy) from fault
    except OSError as fault:
        raise EngineError(f"{name} cannot be started: {fault.strerror}", remedy=remedy) from fault
    if done.returncode != 0:
        raise EngineError(f"{name} failed: {_reason(done.stderr)}", remedy=remedy)
    return done


def _environment(epoch: int | None) -> Mapping[str, str]:
    date = {} if epoch is None else {"SOURCE_DATE_EPOCH": str(epoch)}
    return {**os.environ, "NO_COLOR": "1", **date}


def _reason(stderr: str) -> str:
    """Return the line by which our filters refuse; or else what was said from the first error on; or else all."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in stderr.splitlines()]
    for line in lines:
        if line.startswith("trialpress: "):
            return line.removeprefix("trialpress: ")
    first = next((at for at, line in enumerate(lines) if re.match(r"\[?error\b", line, re.IGNORECASE)), 0)
    last = next((at for at, line in enumerate(lines) if at > first and line.startswith("stack traceback")), len(lines))
    return "\n".join(lines[first:last]).strip() or "it said nothing"
