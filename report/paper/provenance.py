"""What the results rest on, as the lines of an appendix: the state of the data, the plan, the files, the waivers."""

from __future__ import annotations

from collections.abc import Iterator

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.text import Text, fill, words
from report.study.model import Study

SHOWN_HASH = 16  # characters of a file's fingerprint: enough to tell files apart, short enough for a line


def lines(study: Study, results: Results, style: Style) -> list[Text]:
    """Return the lines in the order of the appendix; every waiver is among them."""
    told = [_state(results), words(f"Data cut-off: {study.study.data_cutoff}.")]
    told += [words(line) for line in _documents(study)]
    told += [words(line) for line in _files(results)]
    return told + list(_waivers(results, style))


def _state(results: Results) -> Text:
    lock = results.header["lock"]
    if lock["state"] == "live":
        return words("The data are not locked: this is a draft.")
    by = f"{lock['by']}, {lock['role']}: {lock['reason']}"
    told = f"The data are under a {lock['state']} lock ({lock['id']}), set by {by}"
    changed = lock.get("changed", [])
    since = f" Since the lock these parts of the study file have changed: {', '.join(changed)}." if changed else ""
    return words(f"{told.rstrip('.')}.{since}")


def _documents(study: Study) -> Iterator[str]:
    for name, document in (("Protocol", study.study.protocol), ("Analysis plan", study.study.analysis_plan)):
        if document is not None:
            yield f"{name}: version {document.version} of {document.date}."


def _files(results: Results) -> Iterator[str]:
    for name, fingerprint in results.header["inputs"].items():
        yield f"{name}, SHA-256 {fingerprint[:SHOWN_HASH]}"


def _waivers(results: Results, style: Style) -> Iterator[Text]:
    for finding in results.select(context="waiver", stat_name="finding"):
        yield _waiver(finding, results, style)


def _waiver(finding: Row, results: Results, style: Style) -> Text:
    """Return who let a finding stand and why; it names the variable and the visit, never the participant."""
    named = ("finding", "name", "role", "reason")
    said = {name: results.one(analysis_id=finding.analysis_id, stat_name=name) for name in named}
    where = words(", ".join(filter(None, (finding.variable, finding.visit))))
    pattern = "Waived: {where}: {finding}. By {name}, {role}: {reason}"
    return fill(pattern, where=where, **{name: numbers.text(row, style) for name, row in said.items()})
