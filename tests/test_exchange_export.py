"""What leaves a study: the files of ``trialpress export``, a reporting event that holds together, and who stays."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from report import ard
from report.__main__ import main
from report.analysis import compute
from report.ard import Results
from report.exchange import cells, conditions, export, reading, reporting_event
from report.exchange.export import FILES, FOLDER, MANIFEST
from report.lock.fingerprints import sha256_of
from report.study import file as study_file
from report.study.data import Filter
from report.study.model import Study
from tests.blinded import TOKENS, blinded, veiled
from tests.conftest import STUDIES, copy_study

# CDISC ARS v1.0: the slots that its model (model/ars_ldm.yaml) requires of each class
REQUIRED = {
    "analyses": ("id", "reason", "purpose", "methodId", "name"), "methods": ("id", "operations", "name"),
    "analysisSets": ("id", "name", "level", "order"), "dataSubsets": ("id", "name", "level", "order"),
    "analysisGroupings": ("id", "dataDriven", "name"), "outputs": ("id", "displays", "name"),
    "terminologyExtensions": ("id", "sponsorTerms"),
}  # fmt: skip
SLOTS = {
    "id", "name", "version", "description", "label", "mainListOfContents", "otherListsOfContents", "referenceDocuments",
    "terminologyExtensions", "analysisOutputCategorizations", "analysisSets", "analysisGroupings", "dataSubsets", "methods",
    "analyses", "outputs", "globalDisplaySections",
}  # fmt: skip
REASONS = ("SPECIFIED IN PROTOCOL", "SPECIFIED IN SAP", "DATA DRIVEN", "REQUESTED BY REGULATORY AGENCY")


@functools.cache
def computed_of(name: str) -> tuple[Study, Results]:
    study = study_file.read(STUDIES[name])
    return study, compute.draft(STUDIES[name], study).results


@pytest.fixture(scope="module", params=["indomethacin", "jia"])
def computed(request: pytest.FixtureRequest) -> tuple[Study, Results]:
    return computed_of(request.param)


@pytest.fixture(scope="module")
def event(computed: tuple[Study, Results]) -> dict[str, Any]:
    study, results = computed
    printed = {study.displays[0].id: [results.rows[0].result_id]}
    return reporting_event.of(study, results, lambda row: f"<{row.stat}>", printed)


def ids(event: dict[str, Any], part: str) -> set[str]:
    found = [each["id"] for each in event[part]]
    assert len(found) == len(set(found)), part
    return set(found)


# The reporting event --------------------------------------------------------------------------------------------------


def test_an_event_has_every_slot_that_the_model_requires(event: dict[str, Any]) -> None:
    assert {"id", "mainListOfContents", "name"} <= set(event) <= SLOTS
    for part, slots in REQUIRED.items():
        for each in event[part]:
            assert set(slots) <= set(each), (part, each["id"])
    for method in event["methods"]:
        assert [operation["order"] for operation in method["operations"]] == list(
            range(1, len(method["operations"]) + 1)
        )
        assert all({"id", "order", "name"} <= set(operation) for operation in method["operations"])


def test_all_that_an_event_names_is_in_it(event: dict[str, Any]) -> None:
    operations = {operation["id"] for method in event["methods"] for operation in method["operations"]}
    sets, subsets, methods, groupings = (
        ids(event, part) for part in ("analysisSets", "dataSubsets", "methods", "analysisGroupings")
    )
    arms = {group["id"] for grouping in event["analysisGroupings"] for group in grouping.get("groups", ())}
    for analysis in event["analyses"]:
        assert analysis["methodId"] in methods
        assert analysis.get("analysisSetId", next(iter(sets))) in sets
        assert analysis.get("dataSubsetId") in {None, *subsets}
        for result in analysis["results"]:
            assert result["operationId"] in operations
            groups = result.get("resultGroups", [])
            assert {group["groupingId"] for group in groups} <= groupings
            assert {group["groupId"] for group in groups if "groupId" in group} <= arms


def entries(contents: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in contents.get("listItems", []):
        yield item
        yield from entries(item.get("sublist", {}))


def test_the_list_of_contents_names_each_output_and_each_analysis_once(event: dict[str, Any]) -> None:
    items = list(entries(event["mainListOfContents"]["contentsList"]))
    assert sorted(item["analysisId"] for item in items if "analysisId" in item) == sorted(ids(event, "analyses"))
    assert [item["outputId"] for item in items if "outputId" in item] == [each["id"] for each in event["outputs"]]


def test_every_row_is_a_result_with_all_its_digits(event: dict[str, Any], computed: tuple[Study, Results]) -> None:
    results = [result for analysis in event["analyses"] for result in analysis["results"]]
    assert len(results) == len(computed[1].rows)
    raw = sorted(result["rawValue"] for result in results if "rawValue" in result)
    assert raw == sorted(str(cells.written(row.stat)) for row in computed[1] if row.stat is not None)
    assert {result["formattedValue"][0] for result in results} == {"<"}


def test_reason_and_purpose_are_terms_of_the_model_or_declared(event: dict[str, Any]) -> None:
    terms = {
        term["id"]: term["submissionValue"] for each in event["terminologyExtensions"] for term in each["sponsorTerms"]
    }
    for analysis in event["analyses"]:
        for said in (analysis["reason"], analysis["purpose"]):
            own = said["controlledTerm"] in (*REASONS,) or said["controlledTerm"].endswith("OUTCOME MEASURE")
            assert own if "sponsorTermId" not in said else terms[said["sponsorTermId"]] == said["controlledTerm"]


def test_an_endpoint_has_its_reason_purpose_population_and_arms() -> None:
    """The primary endpoint of the indomethacin trial: 27 of 295 and 52 of 307 (Elmunzer et al., NEJM 2012;366:1414)."""
    made = reporting_event.of(*computed_of("indomethacin"), lambda row: "", {})
    risk = next(each for each in made["analyses"] if each["id"] == "pancreatitis.risk")
    assert (risk["dataset"], risk["variable"], risk["analysisSetId"]) == ("patients", "outcome", "set_randomised")
    assert risk["purpose"] == {"controlledTerm": "PRIMARY OUTCOME MEASURE"}
    counts = {
        result["resultGroups"][0]["groupId"]: result["rawValue"] for result in risk["results"] if result["operationId"].endswith(".n")
    }  # fmt: skip
    assert counts == {"arm_indomethacin": "27", "arm_placebo": "52"}
    method = next(each for each in made["methods"] if each["id"] == risk["methodId"])
    share = next(each for each in method["operations"] if each["name"] == "p")
    assert [each["operationId"].rpartition(".")[2] for each in share["referencedOperationRelationships"]] == ["n", "N"]


def test_conditions_are_where_clauses() -> None:
    where = Filter.model_validate({"and": [
        {"variable": "a", "comparator": "NE", "value": None},
        {"or": [{"variable": "b", "comparator": "IN", "value": ["x", 1]}, {"not": {"variable": "c", "comparator": "GT", "value": 2.5}}]},
    ]})  # fmt: skip
    made = conditions.clause(where, "d")
    assert made["compoundExpression"]["logicalOperator"] == "AND"
    missing, either = made["compoundExpression"]["whereClauses"]
    assert missing == {
        "level": 2,
        "order": 1,
        "condition": {"dataset": "d", "variable": "a", "comparator": "NE", "value": []},
    }
    listed, negated = either["compoundExpression"]["whereClauses"]
    assert (listed["level"], listed["condition"]["value"]) == (3, ["x", "1"])
    assert negated["compoundExpression"]["whereClauses"][0]["condition"]["value"] == ["2.5"]


# Who stays ------------------------------------------------------------------------------------------------------------


def with_rules(study: Study, /, **parts: Any) -> Study:
    return study.model_copy(update={name: getattr(study, name).model_copy(update=part) for name, part in parts.items()})


def test_rows_of_single_participants_stay_unless_a_ground_is_declared(computed: tuple[Study, Results]) -> None:
    study, results = computed
    alone = [row for row in results if row.disclosure != "aggregate" or row.group1 == "participant"]
    hidden = with_rules(study, individual_data={"display": False, "ground": ""})
    left = export.leaving(hidden, results)
    assert not [row for row in left if row.disclosure != "aggregate" or row.group1 == "participant"]
    assert left.header["individual_rows_left_out"] == len(alone)
    shown = with_rules(study, individual_data={"display": True, "ground": "consent form 2.0"})
    assert len(export.leaving(shown, results).rows) == len(results.rows)
    private = with_rules(shown, study={"data_status": "real", "data_licence": ""})
    assert len(export.leaving(private, results).rows) == len(results.rows) - len(alone)


def test_there_are_such_rows_in_the_example() -> None:
    study, results = computed_of("jia")
    left = export.leaving(with_rules(study, individual_data={"display": False, "ground": ""}), results)
    assert left.header["individual_rows_left_out"] > 100


# The command ----------------------------------------------------------------------------------------------------------


def exported(folder: Path) -> dict[str, Any]:
    made = folder / "build" / FOLDER
    assert {path.name for path in made.iterdir()} == {*FILES, MANIFEST}
    return {
        name: json.loads((made / name).read_text(encoding="utf-8"))
        for name in ("ard.json", "reporting-event.json", MANIFEST)
    }


def computed_in(folder: Path, **how: Any) -> Results:
    results = compute.draft(folder, study_file.read(folder), **how).results if how else computed_of("indomethacin")[1]
    (folder / "build").mkdir()
    ard.write(folder / "build" / "results.json", results)
    return results


def test_the_command_writes_every_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copy_study("indomethacin", tmp_path)
    results = computed_in(folder)
    assert main(["export", "--study", str(folder)]) == 0
    assert "build/exchange/ard.parquet" in capsys.readouterr().out
    made = exported(folder)
    home = folder / "build" / FOLDER
    assert made[MANIFEST]["files"] == {name: sha256_of(home / name) for name in FILES}
    assert made[MANIFEST]["mode"] == "draft"
    for name in FILES[:4]:
        again = cells.results(reading.cells(home / name), made[MANIFEST] if name.endswith("csv") else None)
        assert set(again.rows) == set(results.rows)
    shown = {
        each["formattedValue"] for analysis in made["reporting-event.json"]["analyses"] for each in analysis["results"]
    }
    assert "9.2%" in shown  # 27 of 295 as the paper prints it
    first = {path.name: path.read_bytes() for path in home.iterdir()}
    assert main(["export", "--study", str(folder)]) == 0
    assert {path.name: path.read_bytes() for path in home.iterdir()} == first


def test_results_of_other_data_are_not_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copy_study("indomethacin", tmp_path)
    (folder / "build").mkdir()
    ard.write(folder / "build" / "results.json", computed_of("indomethacin")[1])
    path = folder / "data" / "patients.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    assert main(["export", "--study", str(folder)]) == 1
    assert "data/patients.csv changed since the results were computed" in capsys.readouterr().err
    assert not (folder / "build" / FOLDER).exists()


def test_a_dry_run_says_so_in_every_file_and_an_open_one_knows_no_arm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = veiled(blinded(tmp_path)[0])
    computed_in(folder, mode="dryrun", treatment="dummy")
    assert main(["export", "--study", str(folder)]) == 0
    made = exported(folder)
    assert made["ard.json"]["header"]["mode"] == made[MANIFEST]["mode"] == "dryrun"
    assert made["reporting-event.json"]["description"] == "mode: dryrun; lock: live; dummy arms, drawn at random"
    lines = (folder / "build" / FOLDER / "ard.csv").read_text(encoding="utf-8").splitlines()
    assert all(line.endswith(",dryrun,dummy") for line in lines[1:])
    assert "Kestrelin" not in (folder / "build" / FOLDER / "reporting-event.json").read_text(encoding="utf-8")
    capsys.readouterr()
    ard.write(
        folder / "build" / "results.json",
        compute.draft(folder, study_file.read(folder), mode="interim", treatment="pooled").results,
    )
    assert main(["export", "--study", str(folder)]) == 1
    assert "the arms of these results are no longer what may be shown" in capsys.readouterr().err


def test_an_open_report_has_no_arm_in_any_byte(tmp_path: Path) -> None:
    from report.study import blinding

    folder = veiled(blinded(tmp_path)[0])
    study = study_file.read(folder)
    results = compute.draft(folder, study, mode="interim", treatment="pooled").results
    seen = blinding.seen(study, "pooled")
    export.write(tmp_path / "build", seen, export.leaving(seen, results), lambda row: str(row.stat), {})
    for path in (tmp_path / "build" / FOLDER).iterdir():
        content = path.read_bytes().lower()
        assert not [token for token in TOKENS if token.encode() in content], path.name
