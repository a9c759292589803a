"""Every published figure, read by its result from HTML, PDF and DOCX in its own sentence; and moved by other data."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from report.publish.blocks import Block
from tests.conftest import ROOT, Built, build, copy_study
from tests.published import FIGURES, Figure

FORMATS = ("html", "pdf", "docx")
Rows = list[dict[str, str]]
IDS = [f"{figure.study}: {figure.published}" for figure in FIGURES]


def in_its_place(built: Built, figure: Figure) -> list[Block]:
    """Return the blocks of the HTML that print the result, as it is here, within the figure's sentence."""
    found = [block for block in built.html.blocks if (figure.result, figure.ours) in block.results]
    return [block for block in found if figure.said in block.text]


@pytest.mark.parametrize("figure", FIGURES, ids=IDS)
def test_it_stands_in_its_sentence_in_every_format(figure: Figure, request: pytest.FixtureRequest) -> None:
    """HTML carries the results' ids; the same sentence, to the letter, must stand in the other formats."""
    built: Built = request.getfixturevalue(figure.study)
    blocks = in_its_place(built, figure)
    assert blocks, [block.text for block in built.html.blocks if figure.result in dict(block.results)]
    for kind in FORMATS:
        assert any(figure.said in block.text for block in built.all[kind].blocks), kind


@pytest.fixture(scope="session")
def moved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """Both studies with data in which every published figure is another one."""
    made = {}
    for name, change in CHANGES.items():
        folder = copy_study(name, tmp_path_factory.mktemp(f"{name}-moved"))
        change(folder / "data")
        made[name] = build(folder)
    return made


@pytest.mark.parametrize("figure", FIGURES, ids=IDS)
def test_it_moves_when_the_data_move(figure: Figure, moved: dict[str, Built]) -> None:
    built = moved[figure.study]
    for kind in FORMATS:
        assert not any(figure.said in block.text for block in built.all[kind].blocks), kind
    for block in built.html.blocks:
        assert (figure.result, figure.ours) not in block.results


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def later(text: str, days: int) -> str:
    return (date.fromisoformat(text) + timedelta(days)).isoformat()


def another_jia(data: Path) -> None:
    """Add two children, change what the others' counts rest on, and let the syndrome begin three weeks later."""
    people, visits, events = (read(data / f"{name}.csv") for name in ("participants", "assessments", "adverse_events"))
    for event in events:
        if event["term"] == "macrophage_activation_syndrome":
            event["onset"] = later(event["onset"], 21)
    events = [row for row in events if (row["participant"], row["event"]) not in {("J06", "3"), ("J02", "4")}]
    next(row for row in people if row["participant"] == "J01").update(
        methotrexate_failed="no", corticosteroids_failed="no"
    )
    visits = [{**row, **(WEEK_8.get(row["participant"], {}) if row["visit"] == "W8" else {})} for row in visits]
    for name, model in (("J07", "J04"), ("J08", "J02")):
        person = next(dict(row) for row in people if row["participant"] == model)
        people.append({**person, "participant": name, "disease_duration": "14.0", "biologicals_failed": "8",
                       "methotrexate_failed": "no", "corticosteroids_failed": "no", "subtype": "systemic",
                       "infusion_reaction": "yes"})  # fmt: skip
        visits += [worse({**row, "participant": name}) for row in visits if row["participant"] == model]
        events += [
            {**row, "participant": name} for row in events if row["participant"] == model and int(row["event"]) > 1
        ]
    for name, rows in (("participants", people), ("assessments", visits), ("adverse_events", events)):
        write(data / f"{name}.csv", rows)


WEEK_8 = {"J05": {"esr": "60", "crp": "30"}, "J06": {"active_joints": "2"}}


def worse(row: dict[str, str]) -> dict[str, str]:
    """Return the row of a child with more active disease at every visit, at week 8 and at one year most of all."""
    more = {"W8": 12, "W52": 9}.get(row["visit"], 4)
    changed = {
        name: str(int(row[name]) + more) for name in ("vas_wellbeing", "vas_pain", "active_joints", "esr", "crp")
    }
    if row["visit"] == "W52":
        changed |= {"physician_global": "0.0", "active_joints": "0", "esr": "19", "crp": "10", "vas_wellbeing": "99"}
    if row["visit"] == "W8":
        changed |= {"vas_wellbeing": "97", "esr": "99", "crp": "99", "quality_of_life": "20", "chaq": "2.750",
                    "physician_global": "9.9"}  # fmt: skip
    return {**row, **changed}


def another_indomethacin(data: Path) -> None:
    """Leave out two patients, exchange the arms of some, and change outcome, strata and subgroups of others."""
    rows = read(data / "patients.csv")[2:]
    for number, row in enumerate(rows):
        if number % 9 == 0:
            row["rx"] = "0_placebo" if row["rx"] == "1_indomethacin" else "1_indomethacin"
        if number % 6 == 0:
            row["outcome"] = "1_yes" if row["rx"] == "1_indomethacin" else "0_no"
        if number % 5 == 0:
            row |= {name: "0_no" if row[name] == "1_yes" else "1_yes" for name in ("sod", "pep", "pdstent", "train")}
        if number % 50 == 0:
            row |= {"site": "3_UK", "outcome": "1_yes", "bleed": "1.0"}
    write(data / "patients.csv", rows)
    reported = [
        {**row, "value": "797" if row["id"] == "assessed" else row["value"]} for row in read(data / "reported.csv")
    ]
    write(data / "reported.csv", reported)


CHANGES: dict[str, Callable[[Path], None]] = {"jia": another_jia, "indomethacin": another_indomethacin}


def page_maker() -> ModuleType:
    found = importlib.util.spec_from_file_location("published_figures", ROOT / "docs" / "published_figures.py")
    assert found is not None and found.loader is not None
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made


def test_the_page_of_published_figures_is_that_of_the_list() -> None:
    page = (ROOT / "docs" / "published-figures.md").read_text(encoding="utf-8")
    assert page == page_maker().page()
