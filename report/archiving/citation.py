"""How an archive is cited: metadata for DataCite (schema 4.6) and for Zenodo, from the study file alone.

What the study file does not hold is left out, or has DataCite's own word for "to be announced". Nothing is guessed: a
name is not taken apart into given and family name, and of a registry only known addresses are written.

Sources: DataCite Metadata Schema 4.6, mandatory properties and appendix 3 (unknown information); Zenodo's deposit
metadata (developers.zenodo.org).
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from report.archiving.standing import Standing
from report.study.people import Author, Registration

TO_BE_ANNOUNCED = ":tba"
KIND = "Archive from which a clinical trial’s manuscript is built again"
ADDRESSES = {
    "ClinicalTrials.gov": "https://clinicaltrials.gov/study/{id}",
    "ISRCTN": "https://www.isrctn.com/{id}",
}
MIT = {
    "rights": "Software: MIT License",
    "rightsUri": "https://opensource.org/license/mit",
    "rightsIdentifier": "MIT",
    "rightsIdentifierScheme": "SPDX",
    "schemeUri": "https://spdx.org/licenses/",
}
COMPLETE = (
    "the DOI, which the repository gives",
    "publisher and publicationYear in datacite.json (`:tba`), and publication_date in .zenodo.json",
    "the licence of text and results: choose one; Zenodo sets its own where none is named",
    "names as “Family, Given” in both files, and every person’s ORCID and affiliation that the study file lacks",
)


def datacite(found: Standing, *, with_data: bool) -> dict[str, Any]:
    """Return the metadata as DataCite's API takes them."""
    study = found.study
    return _filled(
        {
            "schemaVersion": "http://datacite.org/schema/kernel-4",
            "types": {"resourceTypeGeneral": "Dataset", "resourceType": KIND},
            "creators": [_creator(found, author) for author in study.authors],
            "titles": [{"title": _title(found), "lang": study.language}],
            "publisher": {"name": TO_BE_ANNOUNCED},
            "publicationYear": TO_BE_ANNOUNCED,
            "subjects": [{"subject": keyword} for keyword in study.study.keywords],
            "dates": [_cutoff(found)],
            "language": study.language,
            "version": found.version,
            "rightsList": list(_rights(found, with_data=with_data)),
            "descriptions": [{"description": description(found), "descriptionType": "Abstract"}],
            "relatedIdentifiers": [
                {"relatedIdentifier": address, "relatedIdentifierType": "URL", "relationType": "IsDocumentedBy"}
                for address in _addresses(found)
            ],
            "relatedItems": [_registration(entry) for entry in study.study.registrations],
        }
    )


def zenodo(found: Standing) -> dict[str, Any]:
    """Return the metadata as Zenodo reads them from .zenodo.json."""
    study = found.study
    return _filled(
        {
            "upload_type": "dataset",
            "title": _title(found),
            "creators": [_zenodo_creator(found, author) for author in study.authors],
            "description": f"<p>{html.escape(description(found))}</p>",
            "version": found.version,
            "keywords": list(study.study.keywords),
            "related_identifiers": [
                {"identifier": address, "relation": "isDocumentedBy"} for address in _addresses(found)
            ],
            "notes": "; ".join(f"{entry.registry} {entry.id}" for entry in study.study.registrations),
        }
    )


def _filled(metadata: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if value}


def _title(found: Standing) -> str:
    return f"Archive of: {found.study.study.title}"


def description(found: Standing) -> str:
    """Return what the archive is, and what its data are not."""
    told = (
        f"Study file, templates, results and software of “{found.study.study.title}”, from which its manuscript is "
        f"built again without the data sets. Version: {found.version}."
    )
    return " ".join(filter(None, (told, f"{found.study.study.status}." if found.study.study.status else "")))


def _affiliations(found: Standing, author: Author) -> list[str]:
    return [found.study.affiliations[key] for key in author.affiliations]


def _creator(found: Standing, author: Author) -> dict[str, Any]:
    identifiers = [
        {
            "nameIdentifier": f"https://orcid.org/{orcid}",
            "nameIdentifierScheme": "ORCID",
            "schemeUri": "https://orcid.org",
        }
        for orcid in [author.orcid]
        if orcid
    ]
    affiliations = [{"name": name} for name in _affiliations(found, author)]
    return _filled({"name": author.name, "affiliation": affiliations, "nameIdentifiers": identifiers})


def _zenodo_creator(found: Standing, author: Author) -> dict[str, Any]:
    return _filled({"name": author.name, "affiliation": "; ".join(_affiliations(found, author)), "orcid": author.orcid})


def _cutoff(found: Standing) -> dict[str, str]:
    of_what = "" if found.study.study.data_status == "real" else ", a date of these rows and of no trial"
    date = found.study.study.data_cutoff.isoformat()
    return {"date": date, "dateType": "Other", "dateInformation": f"Data cut-off{of_what}"}


def _rights(found: Standing, *, with_data: bool) -> Iterator[dict[str, str]]:
    yield {"rights": "Text and results: to be completed"}
    if with_data:
        yield {"rights": f"Data: {found.study.study.data_licence}"}
    yield MIT


def _addresses(found: Standing) -> list[str]:
    known = (entry for entry in found.study.study.registrations if entry.registry in ADDRESSES)
    return [ADDRESSES[entry.registry].format(id=entry.id) for entry in known]


def _registration(entry: Registration) -> dict[str, Any]:
    """Return a registration as a related item: not every registry has addresses that last."""
    titles = [{"title": f"{entry.registry} {entry.id}"}]
    return {"titles": titles, "relatedItemType": "StudyRegistration", "relationType": "IsDocumentedBy"}
