"""The results as a reporting event of the CDISC Analysis Results Standard, version 1.0.

Populations are its analysis sets, visits its data subsets, arms and categories its groupings. An analysis is one of
ours at one visit, with its results; a method has an operation a statistic; a display is an output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from report import modes
from report.ard import Results
from report.exchange import conditions, plan_terms
from report.exchange.reporting_analyses import ARMS, Analyses, Node, Shown
from report.study.model import Study


def of(study: Study, results: Results, shown: Shown, printed: Mapping[str, Sequence[str]]) -> Node:
    """Return the reporting event; ``shown`` prints a result, ``printed`` names the results of each display."""
    analyses = Analyses(study, results, shown)
    return {
        "id": study.study.id,
        "name": study.study.title,
        "version": 1,
        "description": _standing(results),
        "mainListOfContents": _contents(study, analyses, printed),
        "terminologyExtensions": plan_terms.extensions(),
        "analysisSets": list(_sets(study)),
        "dataSubsets": list(_subsets(study)),
        "analysisGroupings": [_arms(study), *_categories(study, results)],
        "methods": analyses.methods(),
        "analyses": analyses.all(),
        "outputs": list(_outputs(study, results)),
    }


def _standing(results: Results) -> str:
    """Return how far these results may go: on which data they rest, and whether the arms are the true ones."""
    head = results.header
    lock = head.get("lock", {}).get("state", "live")
    arms = {"dummy": "dummy arms, drawn at random", "pooled": "all arms pooled"}.get(head.get("treatment", ""), "")
    rows = {"reconstruction": "a reconstruction", "dummy": "dummy data"}.get(head.get("data_status", ""), "")
    told = [f"mode: {head.get('mode', 'draft')}", f"lock: {lock}", arms, rows]
    return "; ".join(filter(None, told))


def _entry(name: str, label: str, order: int, identity: str) -> Node:
    return {"id": identity, "name": name, "label": label, "level": 1, "order": order}


def _sets(study: Study) -> Iterator[Node]:
    for order, (name, population) in enumerate(study.populations.items(), start=1):
        where = conditions.clause(population.where, population.dataset) if population.where else {}
        yield {**_entry(name, population.label, order, f"set_{name}"), **where}


def _subsets(study: Study) -> Iterator[Node]:
    """Yield the rows of each visit, by the first data set that has visits."""
    dataset, variable = next(((n, str(v)) for n in study.datasets if (v := study.visit_variable(n))), ("", ""))
    for order, visit in enumerate(study.visits, start=1):
        made = {"condition": conditions.condition(dataset, variable, "EQ", [visit.code])} if variable else {}
        yield {**_entry(visit.id, visit.label, order, f"visit_{visit.id}"), **made}


def _arms(study: Study) -> Node:
    where = study.design.allocation
    groups = [
        {
            **_entry(arm.id, arm.label, order, f"arm_{arm.id}"),
            **({"condition": conditions.condition(where.dataset, where.column, "EQ", [arm.code])} if where else {}),
        }
        for order, arm in enumerate(study.design.arms, start=1)
    ]
    place = {"groupingDataset": where.dataset, "groupingVariable": where.column} if where else {}
    return {"id": ARMS, "name": "arm", "label": "Arm", "dataDriven": False, **place, "groups": groups}


def _categories(study: Study, results: Results) -> Iterator[Node]:
    """Yield a grouping for each variable that has levels in the results, and for groups of another name."""
    for name in dict.fromkeys(row.variable for row in results if row.variable_level):
        home = next(iter(study.homes(name)), "")
        place = {"groupingDataset": home, "groupingVariable": name} if home else {}
        yield {"id": f"grouping_{name}", "name": name, "dataDriven": True, **place}
    for name in dict.fromkeys(row.group1 for row in results if row.group1 not in ("", "arm")):
        yield {"id": f"group_{name}", "name": name, "dataDriven": True}


def _outputs(study: Study, results: Results) -> Iterator[Node]:
    """Yield the displays; each stands in the three files of the paper."""
    files = modes.paper(results.header.get("mode", "draft"))
    specified = [
        {"name": name, "fileType": plan_terms.file_type(ending), "location": f"../{name}"}
        for ending, name in files.items()
    ]
    for display in study.displays:
        parts = [("Title", [display.title]), ("Footnote", list(display.notes))]
        sections = [_section(display.id, kind, texts) for kind, texts in parts if texts]
        shown = {"id": f"{display.id}_display", "name": display.title, "version": 1, "displayTitle": display.title}
        told = [{"order": 1, "display": {**shown, "displaySections": sections}}]
        yield {
            "id": display.id, "name": display.title, "version": 1, "displays": told, "fileSpecifications": specified,
        }  # fmt: skip


def _section(display: str, kind: str, texts: Sequence[str]) -> Node:
    sub = [
        {"order": order, "subSection": {"id": f"{display}_{kind.lower()}_{order}", "text": text}}
        for order, text in enumerate(texts, start=1)
    ]
    return {"sectionType": kind, "orderedSubSections": sub}


def _contents(study: Study, analyses: Analyses, printed: Mapping[str, Sequence[str]]) -> Node:
    """Return the list of contents: the displays with the analyses that each prints, then every other analysis."""
    of_result = {row.result_id: key for key, rows in analyses.rows.items() for row in rows}
    items, placed = [], set()
    for order, display in enumerate(study.displays, start=1):
        keys = dict.fromkeys(of_result[name] for name in printed.get(display.id, ()) if name in of_result)
        placed |= set(keys)
        below = {"sublist": {"listItems": _items(analyses, list(keys))}} if keys else {}
        items.append({"name": display.title, "level": 1, "order": order, "outputId": display.id, **below})
    rest = [key for key in analyses.rows if key not in placed]
    more = {"sublist": {"listItems": _items(analyses, rest)}} if rest else {}
    items.append({"name": "Analyses in no display", "level": 1, "order": len(items) + 1, **more})
    return {"name": "Displays and analyses", "contentsList": {"listItems": items}}


def _items(analyses: Analyses, keys: Sequence[tuple[str, str, str]]) -> list[Node]:
    return [
        {"name": analyses.ids[key], "level": 2, "order": order, "analysisId": analyses.ids[key]}
        for order, key in enumerate(keys, start=1)
    ]
