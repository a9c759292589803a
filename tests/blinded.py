"""The indomethacin trial as it was before its unblinding: the allocation in a sealed file of its own."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from tests.conftest import copy_study

LIST = "randomisation.csv"
SEALED = """\
  randomisation:
    file: randomisation.csv
    sealed: true
    participant: id
    columns:
      id: {type: text, required: true}
      rx: {type: category, label: Arm, levels: {1_indomethacin: Indomethacin, 0_placebo: Placebo}, required: true}
"""
BLINDING = """\
  blinding:
    seed: 20260331
    ratio: {indomethacin: 1, placebo: 1}
    block: 4
    strata: [{dataset: patients, column: site}]
"""
CHANGES = (
    ("  allocation: {dataset: patients, column: rx}\n", "  allocation: {dataset: randomisation, column: rx}\n" + BLINDING),
    ("      rx: {type: category, label: Arm, levels: {1_indomethacin: Indomethacin, 0_placebo: Placebo}, required: true}\n", ""),
    ("\nderivations:\n", f"\n{SEALED}\nderivations:\n"),
)  # fmt: skip


def rewrite(path: Path, *changes: tuple[str, str]) -> None:
    """Replace each old text, which must stand once, by its new one."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def allocation(study: Path) -> dict[str, str]:
    """Return the code of each participant's true arm, from a copy of the open trial."""
    with (study / "data" / "patients.csv").open(encoding="utf-8", newline="") as given:
        return {row["id"]: row["rx"] for row in csv.DictReader(given)}


def blinded(folder: Path) -> tuple[Path, dict[str, str]]:
    """Return a copy of the trial whose list is sealed and not there, and the true allocation."""
    study = copy_study("indomethacin", folder)
    truth = allocation(study)
    _without_arms(study / "data" / "patients.csv")
    rewrite(study / "data" / "study.yaml", *CHANGES)
    return study, truth


def _without_arms(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as given:
        rows = list(csv.reader(given))
    at = rows[0].index("rx")
    with path.open("w", encoding="utf-8", newline="") as made:
        csv.writer(made, lineterminator="\n").writerows(row[:at] + row[at + 1 :] for row in rows)


def put_list(study: Path, arms: dict[str, str]) -> Path:
    """Put a randomisation list into the study, and return its path."""
    path = study / "data" / LIST
    path.write_text("id,rx\n" + "".join(f"{who},{arm}\n" for who, arm in arms.items()), encoding="utf-8")
    return path


def shuffled(arms: dict[str, str]) -> dict[str, str]:
    """Return another list of the same people and the same numbers of arms."""
    codes = list(arms.values())
    random.Random(7).shuffle(codes)
    return dict(zip(arms, codes, strict=True))


VEILS = (
    ("{id: indomethacin, label: indomethacin, code: 1_indomethacin, short: Indomethacin}", "{id: kestrel, label: kestrelin, code: 1_kestrel, short: Kestrelin}"),
    ("{id: placebo, label: placebo, code: 0_placebo, short: Placebo}", "{id: merlin, label: merlinol, code: 0_merlin, short: Merlinol}"),
    ("levels: {1_indomethacin: Indomethacin, 0_placebo: Placebo}", "levels: {1_kestrel: Kestrelin, 0_merlin: Merlinol}"),
    ("reference: placebo\n", "reference: merlin\n"),
    ('notes: ["Risk reductions are placebo minus indomethacin; ratios are indomethacin over placebo."]', 'notes: ["Risk reductions are merlinol minus kestrelin."]'),
    ("subgroups: risk ratio of indomethacin over placebo", "subgroups: risk ratio of kestrelin over merlinol"),
    ("label: Participants with an entry on bleeding\n", "label: Participants on Kestrelin or merlinol with an entry on bleeding\n"),
)  # fmt: skip
TOKENS = ("kestrel", "merlin")


def veiled(study: Path) -> Path:
    """Give the arms names that stand nowhere else, so that every byte can be searched for them."""
    rewrite(study / "data" / "study.yaml", *VEILS)
    if "blinding:" in (study / "data" / "study.yaml").read_text(encoding="utf-8"):
        rewrite(study / "data" / "study.yaml", ("{indomethacin: 1, placebo: 1}", "{kestrel: 1, merlin: 1}"))
    named = [study / "data" / name for name in ("patients.csv", "reported.csv", LIST)]
    for path in (*named, *(study / "templates" / "board").glob("*.j2")):
        if path.exists():
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("indomethacin", "kestrel").replace("placebo", "merlin"), encoding="utf-8")
    return study
