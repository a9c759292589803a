"""``--keep``: a "what if" becomes a sensitivity analysis of the study file, as what it is: thought of afterwards.

The study file's text stays as it is, comments and layout included; a few lines are put in. The new text is read before
it takes the old one's place, and must say what the old one said and the new analysis, no more and no less.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from report.errors import StudyFileError, TrialpressError
from report.lock.writing import write
from report.study import file as study_file
from report.study.data import Count
from report.study.model import Study
from report.study.places import STUDY_FILE
from report.study.sensitivity import Sensitivity

SECTION = "sensitivity"
LONGEST = 40  # characters of an id


def analysis(study: Study, exclude: Sequence[Count], slug: str, said: str, reason: str) -> Sensitivity:
    """Return the analysis as the study file will have it; StudyFileError where it has it already."""
    if same := next((each.id for each in study.sensitivity if each.exclude == tuple(exclude)), None):
        raise StudyFileError(f"{STUDY_FILE} has this analysis already, as {same}")
    name = re.sub(r"[^a-z0-9]+", "_", slug.casefold()).strip("_")[:LONGEST]
    taken = {*(each.id for each in study.sensitivity), *(each.id for each in study.endpoints)}
    free = next(each for each in (name, *(f"{name}_{n}" for n in range(2, 1000))) if each not in taken)
    label = f"Without participants of whom {said}"
    return Sensitivity(id=free, label=label, exclude=tuple(exclude), specified_in="data_driven", source=reason)


def keep(folder: Path, study: Study, plan: Sensitivity) -> None:
    """Put an analysis into the study file; StudyFileError, and the file as it was, where that cannot be done."""
    path = folder / STUDY_FILE
    raw = path.read_bytes().decode("utf-8")
    text = _with(raw, plan)
    _refuse_otherwise(text, study, plan)
    if path.read_bytes().decode("utf-8") != raw:
        raise StudyFileError(f"{STUDY_FILE} changed meanwhile", remedy="save it, and ask again")
    newline = "\r\n" if "\r\n" in raw else "\n"
    write_bytes(path, text if newline == "\n" else text.replace("\r\n", "\n").replace("\n", "\r\n"))


def write_bytes(path: Path, text: str) -> None:
    """Write a text with its own line ends, aside and then in one step."""
    aside = path.with_name(path.name + ".new")
    aside.write_bytes(text.encode("utf-8"))
    aside.replace(path)


def _with(text: str, plan: Sensitivity) -> str:
    """Return the text with the analysis: at the end of its section, or as a section of its own at the end."""
    lines = text.splitlines(keepends=True)
    begins = next((n for n, line in enumerate(lines) if re.match(rf"{SECTION}\s*:", line)), None)
    if begins is None:
        end = "" if text.endswith("\n") else "\n"
        return f"{text}{end}\n{SECTION}:\n{entry(plan, '  ')}"
    if not re.fullmatch(rf"{SECTION}\s*:\s*(#.*)?", lines[begins].strip()):
        raise _by_hand(plan, f"its section {SECTION} is written in brackets")
    first = next((line for line in lines[begins + 1 :] if line.strip() and not line.lstrip().startswith("#")), "")
    indent = first[: len(first) - len(first.lstrip())] if first.lstrip().startswith("- ") else None
    if indent is None:
        raise _by_hand(plan, f"its section {SECTION} is no list")
    ends = _end(lines, begins, indent)
    head = "".join(lines[:ends])
    return f"{head}{'' if head.endswith(chr(10)) else chr(10)}{entry(plan, indent)}{''.join(lines[ends:])}"


def _end(lines: Sequence[str], begins: int, indent: str) -> int:
    """Return the number of the line after the last one of the section; comments below belong to what follows."""
    last = begins
    for number, line in enumerate(lines[begins + 1 :], start=begins + 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line.startswith((" ", "\t")) and not (indent == "" and line.startswith("- ")):
            break
        last = number
    return last + 1


def entry(plan: Sensitivity, indent: str) -> str:
    """Return an analysis as lines of YAML; what stands in quotes is JSON, which YAML reads letter for letter."""
    said = plan.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    conditions = [f"{indent}    - {_flow(each)}" for each in said["exclude"]]
    lines = [
        f"{indent}- id: {plan.id}", f"{indent}  label: {_quoted(plan.label)}", f"{indent}  exclude:", *conditions,
        f"{indent}  specified_in: {plan.specified_in}", f"{indent}  source: {_quoted(plan.source)}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value if isinstance(value, str) and _is_plain(value) else _quoted(value)


def _is_plain(text: str) -> bool:
    """Return whether YAML reads a text as itself without quotes."""
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text)) and text.casefold() not in ("null", "true", "false")


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _refuse_otherwise(text: str, study: Study, plan: Sensitivity) -> None:
    """Raise StudyFileError unless the text says what the study said, and the analysis."""
    with tempfile.TemporaryDirectory() as aside:
        (Path(aside) / STUDY_FILE).parent.mkdir()
        write(Path(aside) / STUDY_FILE, text)
        try:
            read = study_file.read(Path(aside))
        except TrialpressError as fault:
            raise _by_hand(plan, f"it would not be read: {fault.message}") from None
    if read != study.model_copy(update={"sensitivity": (*study.sensitivity, plan)}):
        raise _by_hand(plan, "it would say something else")


def _by_hand(plan: Sensitivity, why: str) -> StudyFileError:
    told = f"{STUDY_FILE} is left as it was: {why}"
    return StudyFileError(told, remedy=f"write this under {SECTION} by hand:\n{entry(plan, '  ')}")
