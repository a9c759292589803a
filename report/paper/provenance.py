"""What the results rest on, as lines of an appendix: state of the data, plan, endpoints, files and waivers."""

from __future__ import annotations

from collections.abc import Iterator

from report.ard import Results, Row
from report.paper import elsewhere, numbers
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
    told = [_state(results), *_signatures(results), words(f"Data cut-off: {study.study.data_cutoff}{_of_what(study)}.")]
    told += list(_arms(study, results, style))
    told += [words(line) for line in (*_documents(study), *_endpoints(study))]
    told += list(_sensitivity(study, results, style))
    told += [words(line) for line in (*_files(results), *elsewhere.lines(results), *_software(results))]
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


def _signatures(results: Results) -> Iterator[Text]:
    for signed in results.header["lock"].get("signed", ()):
        yield words(f"Signed by {signed['by']}, {signed['role']}: {signed['meaning'].rstrip('.')}.")


def _arms(study: Study, results: Results, style: Style) -> Iterator[Text]:
    """Yield what the arms are where they are not the true ones."""
    if results.header.get("treatment") == "pooled":
        yield words("All arms are pooled: the allocation was not read.")
    if results.header.get("treatment") == "dummy":
        drawn = results.header["dummy"]
        named = ("seed", "blocks", "ratio")
        parts = {name: numbers.text(results.one(analysis_id="dummy", stat_name=name), style) for name in named}
        within = ", ".join(_label(study, name) for name in drawn["strata"])
        pattern = (
            "The arms are dummies, and the allocation was not read: permuted blocks of {blocks} in the ratio {ratio}"
            "{within}, drawn by numpy’s permuted congruential generator with the seed {seed}."
        )
        strata = words(f" within strata of {within}" if within else "")
        yield fill(pattern, within=strata, **parts)


def _label(study: Study, name: str) -> str:
    dataset, _, column = name.partition(".")
    return study.column(dataset, column).label or column


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


def _sensitivity(study: Study, results: Results, style: Style) -> Iterator[Text]:
    """Yield each sensitivity analysis: whom it leaves out, how many they are, and where it was specified."""
    for plan in study.sensitivity:
        n = numbers.text(results.one(analysis_id=f"{plan.id}.left_out", stat_name="n"), style)
        told = words(f"{SPECIFIED[plan.specified_in]} ({plan.source})")
        pattern = "Sensitivity analysis: {label} (left out: {n}), {told}."
        yield fill(pattern, label=words(plan.label), n=n, told=told)


def _files(results: Results) -> Iterator[str]:
    for name, fingerprint in results.header["inputs"].items():
        yield f"{name}, SHA-256 {fingerprint[:SHOWN_HASH]}"


def _software(results: Results) -> Iterator[str]:
    """Yield by what program this was computed, to the letter, and where its packages are pinned."""
    used = results.header.get("software", {})
    if "code" in used:
        pinned = f", with the packages of requirements.lock, SHA-256 {used['requirements'][:SHOWN_HASH]}"
        told = f"trialpress {used['trialpress']}, SHA-256 of its code {used['code'][:SHOWN_HASH]}"
        yield told + (pinned if "requirements" in used else "")


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
