"""Why an analysis was done and for what, in the terms of the CDISC ARS, with those that a sponsor has to add.

The model knows four reasons and three purposes; what it lacks (an endpoint of a registry, a description of the
participants, a check) is an extension of its terminology, declared in the same file.
"""

from __future__ import annotations

from typing import Any

from report.study.endpoints import Endpoint
from report.study.model import Study

REASONS = {
    "protocol": "SPECIFIED IN PROTOCOL", "analysis_plan": "SPECIFIED IN SAP", "data_driven": "DATA DRIVEN",
    "regulator_request": "REQUESTED BY REGULATORY AGENCY",
}  # fmt: skip
PURPOSES = {
    "primary": "PRIMARY OUTCOME MEASURE", "secondary": "SECONDARY OUTCOME MEASURE",
    "exploratory": "EXPLORATORY OUTCOME MEASURE",
}  # fmt: skip
MORE_REASONS = {
    "registry": ("REGISTERED", "Specified in the registration of the trial."),
    "not_known": ("NOT KNOWN", "It is not known whether the analysis was specified before the data were seen."),
    "study_file": ("SPECIFIED IN STUDY FILE", "Asked for by the study file, which is locked with the data."),
}
MORE_PURPOSES = {
    "description": ("DESCRIPTION", "Describes participants, their flow, the data or their safety."),
    "elsewhere": ("COMPUTED ELSEWHERE", "Computed by another program and read in."),
}
MORE_FILES = {"html": ("html", "A page of HTML."), "docx": ("docx", "A document of Word.")}
EXTENSIONS = {
    "AnalysisReasonEnum": ("reason", MORE_REASONS), "AnalysisPurposeEnum": ("purpose", MORE_PURPOSES),
    "OutputFileTypeEnum": ("file", MORE_FILES),
}  # fmt: skip


def extensions() -> list[dict[str, Any]]:
    """Return the terms that the model lacks, by the list that each extends."""
    return [
        {
            "id": f"extension_{kind}",
            "enumeration": enumeration,
            "sponsorTerms": [
                {"id": f"{kind}_{name}", "submissionValue": value, "description": told}
                for name, (value, told) in terms.items()
            ],
        }
        for enumeration, (kind, terms) in EXTENSIONS.items()
    ]


def _term(kind: str, name: str, value: str) -> dict[str, str]:
    return {"controlledTerm": value, "sponsorTermId": f"{kind}_{name}"}


def reason(endpoint: Endpoint | None) -> dict[str, str]:
    """Return why an analysis was done: where its endpoint was specified."""
    where = endpoint.specified_in if endpoint else "study_file"
    return {"controlledTerm": REASONS[where]} if where in REASONS else _term("reason", where, MORE_REASONS[where][0])


def purpose(endpoint: Endpoint | None, context: str) -> dict[str, str]:
    """Return what an analysis is for: the role of its endpoint."""
    if endpoint is not None:
        return {"controlledTerm": PURPOSES[endpoint.role]}
    name = "elsewhere" if context == "read_in" else "description"
    return _term("purpose", name, MORE_PURPOSES[name][0])


def file_type(ending: str) -> dict[str, str]:
    """Return the type of a finished file."""
    return _term("file", ending, ending) if ending in MORE_FILES else {"controlledTerm": ending}


def endpoint_of(study: Study, analysis_id: str) -> Endpoint | None:
    """Return the endpoint of an analysis, None where it is of none."""
    head = analysis_id.partition(".")[0]
    return next((each for each in study.endpoints if each.id == head), None)
