"""``data/waivers.csv``: the findings that somebody has decided to let stand, each by name, role and reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

from report import glyphs
from report.ard import Row, name_result
from report.checking.faults import Fault, Query, Spot, Waiver
from report.checking.sources import read_text
from report.errors import DataError, Finding, refuse_if_any
from report.lock.fingerprints import sha256_of

FILE = "waivers.csv"
SHOWN = f"data/{FILE}"
COLUMNS = tuple(field.name for field in fields(Waiver))
SIGNED = ("name", "role", "reason")


def read(home: Path) -> tuple[list[tuple[int, Waiver]], dict[str, str]]:
    """Return the waivers with the line of each, and the file's fingerprint; nothing when there is no such file.

    DataError when it cannot be read.
    """
    if not (home / FILE).exists():
        return [], {}
    findings: list[Finding] = []
    frame = read_text(home / FILE, SHOWN, findings)
    if frame is not None and tuple(frame.columns) != COLUMNS:
        remedy = f"it must be {','.join(COLUMNS)}: the first six as in build/queries.xlsx"
        findings.append(Finding("waiver-columns", SHOWN, "the first line does not name its columns", remedy))
    refuse_if_any(findings, DataError, f"{SHOWN} cannot be read")
    assert frame is not None
    made = [(int(line), Waiver(*map(str, cells))) for line, *cells in frame.fillna("").itertuples(name=None)]
    return made, {SHOWN: sha256_of(home / FILE)}


def is_signed(waiver: Waiver) -> bool:
    """Return whether somebody stands behind a waiver: name, role and reason, in letters that can be printed."""
    said = [getattr(waiver, name) for name in SIGNED]
    return all(each.strip() for each in said) and not any(map(glyphs.fault, said))


def faults(waivers: list[tuple[int, Waiver]]) -> Iterator[Fault]:
    """Yield waivers that stand twice, that nobody has signed, or that cannot be printed."""
    seen: set[tuple[str, ...]] = set()
    for line, waiver in waivers:
        lacking = [name for name in SIGNED if not getattr(waiver, name).strip()]
        if lacking:
            told = f"nobody stands behind this waiver; empty: {', '.join(lacking)}"
            yield Fault("waiver-incomplete", SHOWN, told, "write name, role and reason", spots=(Spot(line),))
        if why := next(filter(None, (glyphs.fault(getattr(waiver, name)) for name in SIGNED)), ""):
            yield Fault("waiver-character", SHOWN, f"{why}; it cannot stand in the paper", spots=(Spot(line),))
        if waiver.of in seen:
            yield Fault("waiver-twice", SHOWN, "this finding is waived twice", "take one out", spots=(Spot(line),))
        seen.add(waiver.of)


def rows(queries: Iterable[Query]) -> Iterator[Row]:
    """Yield the waived queries as rows for the paper's appendix: what was found, who let it stand, and why."""
    waived = [query for query in queries if query.waiver is not None]
    for index, query in enumerate(waived, start=1):
        assert query.waiver is not None
        fault, waiver = query.fault, query.waiver
        said = {
            "finding": f"{fault.told}; taken {fault.waived_as}",
            "name": waiver.name,
            "role": waiver.role,
            "reason": waiver.reason,
        }
        for name, value in said.items():
            yield _row(f"waiver.{index}", query, name, value)


def _row(analysis: str, query: Query, name: str, value: str) -> Row:
    return Row(
        result_id=name_result(analysis, stat_name=name),
        analysis_id=analysis,
        variable=query.fault.column or query.fault.dataset,
        visit=query.spot.visit,
        context="waiver",
        method="decided by a person",
        stat_name=name,
        stat_label=name.capitalize(),
        stat=value,
        format_key="text",
    )
