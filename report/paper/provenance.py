"""What the results rest on, as lines of an appendix: state of the data, plan, endpoints, files and waivers."""

from __future__ import annotations

from collections.abc import Iterator

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.text import Text, fill, words
from report.study.endpoints import Endpoint, Estimand
from report.study.model import Study

SPECIFIED = {
    "protocol": "specified in the protocol",
    "analysis_plan": "specified in the analysis plan",
    "registry": "registered",
    "data_driven": "not prespecified",
    "regulator_request": "requested by a regulator",
    "not_known": "not known whether prespecified",
}
SHOWN_HASH = 16  # characters of a file's fingerprint: enough to tell files apart, short enough for a line


def lines(study: Study, results: Results, style: Style) -> list[Text]:
    """Return the lines in the order of the appendix; every waiver is among them."""
    told = [_state(results), words(f"Data cut-off: {study.study.data_cutoff}{_of_what(study)}.")]
    told += [words(line) for line in (*_documents(study), *_endpoints(study))]
    told += [words(line) for line in _files(results)]
    return told + list(_waivers(results, style))


def _of_what(study: Study) -> str:
    """Return what a date of data that are not real is a date of."""
    return "" if study.study.data_status == "real" else ", a date of these rows and of no trial"


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


def _endpoints(study: Study) -> Iterator[str]:
    """Yield where each endpoint was specified, unless a table says so, and its estimand where one is declared."""
    is_tabled = any(display.kind == "endpoints" for display in study.displays)
    for endpoint in study.endpoints:
        if not is_tabled:
            yield f"{endpoint.label}: {endpoint.role} endpoint, {SPECIFIED[endpoint.specified_in]} ({endpoint.source})."
        if endpoint.estimand is not None:
            yield _estimand(study, endpoint, endpoint.estimand)


def _estimand(study: Study, endpoint: Endpoint, estimand: Estimand) -> str:
    events = [f"{each.event} ({each.strategy.replace('_', ' ')})" for each in estimand.intercurrent_events]
    attributes = {
        "population": study.populations[endpoint.population].label,
        "treatment": estimand.treatment,
        "variable": estimand.variable,
        "intercurrent events": ", ".join(events) or "none declared",
        "summary": estimand.summary,
    }
    return f"Estimand of {endpoint.label}: {'; '.join(f'{name}: {said}' for name, said in attributes.items())}."


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
