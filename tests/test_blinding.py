"""Dry runs, unblinding and reports to the board: what is sealed leaves no trace, and what is open is the truth."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from report import ard
from report.analysis import compute
from report.analysis.people.populations import Trial
from report.checking import sources
from report.publish.blocks import Document
from report.publish.extract import read
from report.study import blinding
from report.study import file as study_file
from tests.blinded import LIST, TOKENS, blinded, put_list, rewrite, shuffled, veiled
from tests.conftest import ROOT, copy_study, trialpress
from tests.test_identifiers import searched

SIGNED = ("--by", "A. Person", "--role", "trial statistician", "--reason", "the test")
RESULT_ID = re.compile(r'"data-result","[^"]*"')  # ids keep those of the arms, by which templates name them
# runs the command, and fails as soon as anything opens the sealed file
WATCHED = f"""
import sys
def watch(event, arguments):
    if event == "open" and str(arguments[0]).endswith("{LIST}"):
        raise AssertionError("the sealed list was opened")
sys.addaudithook(watch)
from report.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def bytes_of(build: Path) -> dict[str, str]:
    """Return the fingerprint of every file that was built, save the one that tells of the machine."""
    paths = (path for path in build.rglob("*") if path.is_file() and path.name not in ("environment.json", ".held"))
    return {path.relative_to(build).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def documents(build: Path, mode: str) -> dict[str, Document]:
    return {kind: read(build / f"manuscript-{mode}.{kind}") for kind in ("html", "pdf", "docx")}


def told(document: Document) -> str:
    return " ".join([*(block.text for block in document.blocks), *document.furniture, *document.metadata.values()])


def ran(*arguments: str, study: Path) -> str:
    done = trialpress(*arguments, study=study)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


# The dry run ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DryRun:
    """A dry run of the trial, its bytes by what lay in the place of the list, and the truth."""

    study: Path
    made: dict[str, dict[str, str]]
    truth: dict[str, str]

    @property
    def build(self) -> Path:
        return self.study / "build"

    @property
    def results(self) -> ard.Results:
        return ard.read(self.build / "results.json")


@pytest.fixture(scope="module")
def dry(tmp_path_factory: pytest.TempPathFactory) -> DryRun:
    study, truth = blinded(tmp_path_factory.mktemp("dry"))
    rewrite(study / "data" / "patients.csv", ("\n1001,1_UM,26,2.0,1_female,", "\n1001,1_UM,26,2.0,,"))  # one open query
    ran("report", study=study)
    made = {"absent": bytes_of(study / "build")}
    for name, arms in (("true", truth), ("shuffled", shuffled(truth))):
        shutil.rmtree(study / "build")
        put_list(study, arms)
        command = [sys.executable, "-c", WATCHED, "report", "--study", str(study)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        made[name] = bytes_of(study / "build")
    (study / "data" / LIST).unlink()
    return DryRun(study, made, truth)


def test_no_list_the_true_list_and_another_list_give_the_same_bytes(dry: DryRun) -> None:
    assert len(dry.made["absent"]) > 20
    assert {"results.json", "queries.xlsx", "record.json", "manuscript-dryrun.pdf"} <= set(dry.made["absent"])
    assert dry.made["absent"] == dry.made["true"] == dry.made["shuffled"]


OTHERS = (
    ("status",), ("verify",), ("audit",), ("trace", "pancreatitis.risk.placebo.n"), ("explain", "pancreatitis.risk.placebo.n"),
    ("whatif", "--exclude", "site=3_UK", *SIGNED), ("board", "--report", "open"), ("sealed",),
)  # fmt: skip


def test_no_other_command_opens_the_sealed_list(dry: DryRun, tmp_path: Path) -> None:
    """The list is there, and whoever opens it falls over."""
    study = Path(shutil.copytree(dry.study, tmp_path / "study"))
    put_list(study, dry.truth)
    for command in OTHERS:
        asked = [sys.executable, "-c", WATCHED, *command, "--study", str(study)]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, 1), (command, done.stdout + done.stderr)
        assert "the sealed list was opened" not in done.stderr, (command, done.stderr)


def drawn(study: Path) -> dict[str, str]:
    """Return the dummy arms of a study as its dry run draws them."""
    declared = study_file.read(study)
    data = sources.read(study, declared, None, "dummy")
    trial: Trial = compute._trial(blinding.seen(declared, "dummy"), data, [], "dummy")
    assert trial.drawn is not None
    return dict(trial.drawn)


def test_dummies_agree_with_the_truth_as_often_as_chance_would(dry: DryRun) -> None:
    """Of 602 coins as many as half, with a standard deviation of 12.3: within three of them."""
    dummies = drawn(dry.study)
    assert len(dummies) == len(dry.truth) == 602
    agree = sum(dry.truth[who].endswith(arm) for who, arm in dummies.items())
    assert abs(agree - 301) < 37


def test_no_true_number_by_arm_is_among_the_results(dry: DryRun) -> None:
    """The truth: 295 and 307 participants, 27 and 52 events, P=0.005; one and none who could not retain the dose."""
    by_arm = {row.result_id: row for row in dry.results if row.is_by_arm}
    sizes = [by_arm[f"population.randomised.{arm}.n"].stat for arm in ("indomethacin", "placebo")]
    events = [by_arm[f"pancreatitis.risk.{arm}.n"].stat for arm in ("indomethacin", "placebo")]
    assert sum(sizes) == 602 and sizes != [295, 307]
    assert sum(events) == 79 and events != [27, 52]
    assert by_arm["pancreatitis.fisher.indomethacin.p.value"].number() > 0.05
    for arm in ("indomethacin", "placebo"):
        hidden = by_arm[f"disposition.not_received.{arm}.n"]
        assert (hidden.stat, hidden.query) == (None, "hidden")


def test_how_the_dummies_were_drawn_is_recorded(dry: DryRun) -> None:
    wanted = {"seed": 20260331, "ratio": {"indomethacin": 1, "placebo": 1}, "strata": ["patients.site"], "blocks": 4}
    assert dry.results.header["dummy"] == wanted
    record = json.loads((dry.build / "record.json").read_text(encoding="utf-8"))
    assert (record["mode"], record["treatment"], record["dummy"]) == ("dryrun", "dummy", wanted)
    html = told(documents(dry.build, "dryrun")["html"])
    assert (
        "permuted blocks of 4 in the ratio 1:1 within strata of Centre, drawn by numpy’s permuted congruential generator with the seed 20260331"
        in html
    )


def test_every_page_says_that_it_is_a_dry_run(dry: DryRun) -> None:
    for kind, document in documents(dry.build, "dryrun").items():
        pages = document.furniture if kind == "pdf" else [" ".join(document.furniture)]
        assert len(pages) > (5 if kind == "pdf" else 0)
        assert all("DRY RUN" in page and "Dummy treatment: no result by arm is true" in page for page in pages), kind
        assert any(
            "No result by arm is true; where the text names a treatment" in block.text for block in document.blocks
        )


def test_arms_have_false_names_in_every_display(dry: DryRun) -> None:
    """Tables, flow, forest, their alternative texts, their titles and notes."""
    made = (dry.build / "displays").glob("*-*.json")
    shown = {path.name: RESULT_ID.sub("", path.read_text(encoding="utf-8")) for path in made}
    assert {"fig-flow.json", "fig-subgroups.json", "tbl-primary.json", "tbl-subgroups.json"} <= set(shown)
    for name in ("fig-flow.json", "fig-subgroups.json", "tbl-primary.json", "tbl-baseline.json", "tbl-subgroups.json"):
        assert "Arm X (dummy)" in shown[name].replace('"},{"t":"Space"},{"t":"Str","c":"', " "), name
    for name, text in shown.items():
        assert "placebo" not in text.lower() and "indomethacin" not in text.lower(), name
    html = documents(dry.build, "dryrun")["html"]
    captions = [block.text for block in html.blocks if "in subgroups: risk ratio of" in block.text]
    assert captions and all("Arm X (dummy) over Arm Y (dummy)" in text for text in captions)


def test_a_hole_says_until_when(dry: DryRun) -> None:
    for kind, document in documents(dry.build, "dryrun").items():
        assert "could not be retained by [hidden until unblinding]" in told(document), kind
    assert dry.results.one(analysis_id="queries.open", stat_name="n").stat == 1  # the sex that is missing


# Unblinding -----------------------------------------------------------------------------------------------------------


def test_after_the_unblinding_the_results_are_the_published_ones(tmp_path: Path) -> None:
    """Elmunzer et al. 2012: 27 of 295 against 52 of 307, P=0.005. Under the hard lock alone it is a dry run still."""
    study, truth = blinded(tmp_path)
    ran("lock", "--type", "hard", *SIGNED, study=study)
    ran("results", study=study)
    assert ard.read(study / "build" / "results.json").header["mode"] == "dryrun"
    kept = list((study / "data" / "locks").glob("L1-*/results.json"))
    assert len(kept) == 1 and not any(row.is_by_arm for row in ard.read(kept[0]))
    put_list(study, truth)
    assert ran("sealed", study=study) == f"{LIST}\n"
    ran("unblind", *SIGNED, study=study)
    assert ran("sealed", study=study) == ""
    ran("unlock", *SIGNED, study=study)
    ran("report", study=study)
    found = ard.read(study / "build" / "results.json")
    assert (found.header["mode"], found.header["treatment"]) == ("draft", "real")
    assert f"data/{LIST}" in found.header["inputs"] and "dummy" not in found.header
    for kind, document in documents(study / "build", "draft").items():
        text = told(document).replace("\xa0", " ")
        assert "27 of 295 (9.2%)" in text and "52 of 307 (16.9%)" in text and "P=0.005" in text, kind
        assert "dummy" not in text.lower() and "hidden until" not in text, kind


def test_a_list_that_is_not_the_one_that_was_sealed_is_refused(tmp_path: Path) -> None:
    study, truth = blinded(tmp_path)
    sealed_as = hashlib.sha256(put_list(study, truth).read_bytes()).hexdigest()
    rewrite(
        study / "data" / "study.yaml", ("    sealed: true\n", f"    sealed: true\n    sealed_sha256: {sealed_as}\n")
    )
    declared = study_file.read(study)
    assert (
        compute.draft(study, declared, treatment="real").results.one(result_id="population.randomised.placebo.n").stat
        == 307
    )
    put_list(study, shuffled(truth))
    with pytest.raises(sources.DataError) as caught:
        compute.draft(study, declared, treatment="real")
    assert [finding.code for finding in caught.value.findings] == ["sealed-changed"]
    assert compute.draft(study, declared).results.header["treatment"] == "dummy"


# Reports to the board -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sealed_board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The blinded trial with its open report, built without the list, and then its closed one."""
    study, truth = blinded(tmp_path_factory.mktemp("board"))
    ran("board", "--report", "open", study=veiled(study))
    arms = {who: arm.replace("indomethacin", "kestrel").replace("placebo", "merlin") for who, arm in truth.items()}
    put_list(study, arms)
    ran("board", "--report", "closed", *SIGNED, study=study)
    return study


@pytest.fixture(scope="module")
def open_label_board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The open report of a trial whose arms are an ordinary column, on which populations and a variable rest too."""
    study = veiled(copy_study("indomethacin", tmp_path_factory.mktemp("label")))
    rewrite(
        study / "data" / "study.yaml",
        ("populations:\n", "populations:\n  takers:\n    label: Takers of kestrelin\n    dataset: patients\n"
         "    where: {variable: rx, comparator: EQ, value: 1_kestrel}\n"),
        ("derivations:\n", "derivations:\n  on_kestrel:\n    rule: condition\n    dataset: patients\n    label: Kestrelin given\n"
         "    where: {variable: rx, comparator: EQ, value: 1_kestrel}\n"),
        ("    - {variable: risk, summary", "    - {variable: on_kestrel}\n    - {variable: risk, summary"),
    )  # fmt: skip
    ran("board", "--report", "open", study=study)
    return study


@pytest.mark.parametrize("kind", ["sealed_board", "open_label_board"])
def test_no_byte_of_an_open_report_tells_of_an_arm(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    board = request.getfixturevalue(kind) / "build" / "board-open"
    shutil.copytree(board, tmp_path / "build")
    found = searched(tmp_path)
    assert len(found) > 40
    for name, content in found.items():
        for token in TOKENS:
            assert token.encode() not in content.lower(), (name, token)
            assert token.encode("utf-16-be") not in content.lower(), (name, token)
    for document in documents(board, "interim").values():
        text = told(document).replace("\xa0", " ").lower()
        assert not any(token in text for token in TOKENS)
        assert "79 of 602 (13.1%)" in text and "27 of 295" not in text
        assert "open report; all arms pooled" in text


@pytest.mark.parametrize("kind", ["sealed_board", "open_label_board"])
def test_an_open_report_has_no_result_by_arm(kind: str, request: pytest.FixtureRequest) -> None:
    """79 of 602 is 27 + 52 of 295 + 307; 601 = 294 + 307 retained the dose. Nothing else could tell 295 from 307."""
    found = ard.read(request.getfixturevalue(kind) / "build" / "board-open" / "results.json")
    assert (found.header["treatment"], found.header["mode"], found.header["board"]) == ("pooled", "interim", "open")
    assert not [row.result_id for row in found if row.is_by_arm or row.stat in (295, 307, 27 / 295, 52 / 307)]
    assert {row.analysis_id for row in found if "pancreatitis" in row.analysis_id} == {"pancreatitis.risk"}
    assert found.one(analysis_id="pancreatitis.risk", stat_name="n").stat == 79
    assert found.one(analysis_id="disposition.received", stat_name="n").stat == 601
    assert not [name for name in found.header["inputs"] if name.endswith(LIST)]
    assert "on_kestrel" not in found.header["derivations"]


def test_a_closed_report_is_by_arm_marked_and_noted(sealed_board: Path) -> None:
    closed = sealed_board / "build" / "board-closed"
    found = ard.read(closed / "results.json")
    assert (found.header["treatment"], found.header["mode"], found.header["board"]) == ("real", "interim", "closed")
    for kind, document in documents(closed, "interim").items():
        text = told(document).replace("\xa0", " ")
        assert "27 of 295 (9.2%)" in text and "kestrelin" in text and "P=0.005" in text, kind
        pages = document.furniture if kind == "pdf" else [" ".join(document.furniture)]
        assert all("INTERIM" in page and "Closed report: confidential" in page for page in pages), kind
    entry = json.loads((sealed_board / "data" / "locks" / "ledger.jsonl").read_text(encoding="utf-8"))["look"]
    assert (entry["kind"], entry["by"], entry["role"]) == ("closed_report", "A. Person", "trial statistician")


def test_both_reports_are_from_the_same_templates_and_touch_nothing_else(sealed_board: Path) -> None:
    opened, closed = (
        json.loads((sealed_board / "build" / f"board-{kind}" / "record.json").read_text(encoding="utf-8"))
        for kind in ("open", "closed")
    )
    assert opened["templates"] == closed["templates"]
    assert set(opened["templates"]["files"]) == {"templates/board/10-report.qmd.j2", "templates/references.bib"}
    assert {path.name for path in (sealed_board / "build").iterdir()} == {"board-open", "board-closed"}


def test_a_closed_report_must_be_signed_and_needs_its_list(tmp_path: Path) -> None:
    study, _ = blinded(tmp_path)
    done = trialpress("board", "--report", "closed", study=study)
    assert done.returncode == 2 and "board must be signed" in done.stderr
    done = trialpress("board", "--report", "closed", *SIGNED, study=study)
    assert done.returncode == 1 and f"data/{LIST}: there is no such file" in done.stderr
    assert not (study / "data" / "locks").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{% if closed %}: {{ value", "{% if true %}: {{ value", "an open report has no arms, and indomethacin is one\n-> write it between {% if closed %}"),
        ('{% if closed %}\n{{ display("fig-subgroups")', '{% if true %}\n{{ display("fig-subgroups")', "there is no display named fig-subgroups"),
    ],
)  # fmt: skip
def test_what_is_by_arm_stands_between_if_closed_and_endif(tmp_path: Path, old: str, new: str, said: str) -> None:
    study = copy_study("indomethacin", tmp_path)
    rewrite(study / "templates" / "board" / "10-report.qmd.j2", (old, new))
    done = trialpress("board", "--report", "open", study=study)
    assert done.returncode == 1 and "templates/board/10-report.qmd.j2:" in done.stderr and said in done.stderr, (
        done.stderr
    )


def test_without_templates_for_the_board_what_to_write_is_said(tmp_path: Path) -> None:
    """Before anything is noted or computed."""
    study = copy_study("jia", tmp_path)
    for report in ("open", "closed"):
        done = trialpress("board", "--report", report, *SIGNED, study=study)
        assert done.returncode == 1 and "there is no templates/board/*.qmd.j2" in done.stderr
        assert "{% if closed %}" in done.stderr
    assert not (study / "build").exists() and not (study / "data" / "locks").exists()


# What a study hides ---------------------------------------------------------------------------------------------------


def test_a_column_that_reveals_the_arm_leaves_holes(tmp_path: Path) -> None:
    """Whether a trainee took part is declared as telling: what rests on it, and nothing else, is a hole."""
    study, _ = blinded(tmp_path)
    label = 'train: {type: category, label: "Trainee involved",'
    rewrite(study / "data" / "study.yaml", (label, label + " reveals_arm: true,"))
    found = compute.draft(study, study_file.read(study))
    assert not found.queries
    holes = {row.analysis_id for row in found.results if row.query}
    reported = {"disposition.not_received", "disposition.received", "disposition.lost"}
    assert holes == {"baseline.train", "pancreatitis.subgroup_train", *reported}
    assert all(row.stat is None for row in found.results if row.query)


def test_no_cell_of_a_hidden_column_is_looked_at(tmp_path: Path) -> None:
    """Neither what cannot be read, nor that the column is not there, is told."""
    study, _ = blinded(tmp_path)
    label = 'train: {type: category, label: "Trainee involved",'
    rewrite(study / "data" / "study.yaml", (label, label + " reveals_arm: true, required: true,"))
    declared = study_file.read(study)
    before = ard.text(compute.draft(study, declared).results)
    path = study / "data" / "patients.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    at = head.split(",").index("train")
    spoilt = [",".join([*cells[:at], "telling", *cells[at + 1 :]]) for cells in (row.split(",") for row in rows)]
    path.write_text("\n".join([head, *spoilt]) + "\n", encoding="utf-8")
    after = compute.draft(study, declared)
    assert not after.queries
    sha256 = after.results.header["inputs"]["data/patients.csv"]
    was = json.loads(before)["header"]["inputs"]["data/patients.csv"]
    now = after.results.header["lock"]["fingerprint"]
    then = json.loads(before)["header"]["lock"]["fingerprint"]
    assert ard.text(after.results).replace(sha256, was).replace(now, then) == before


def test_who_is_not_randomised_gets_no_dummy(tmp_path: Path) -> None:
    """The two smallest centres, 25 participants, stand for those who were screened only."""
    study, _ = blinded(tmp_path)
    rewrite(study / "data" / "study.yaml", ("    block: 4\n", "    block: 4\n    population: small_centres\n"))
    assert len(drawn(study)) == 25


def test_dummies_are_in_ratio_in_each_stratum(dry: DryRun) -> None:
    """In blocks of four no arm of a centre can be ahead by more than two."""
    with (dry.study / "data" / "patients.csv").open(encoding="utf-8") as given:
        head, *rows = [line.split(",") for line in given]
    site = {row[0]: row[head.index("site")] for row in rows}
    counts = Counter((site[who], arm) for who, arm in drawn(dry.study).items())
    for centre in set(site.values()):
        assert abs(counts[centre, "indomethacin"] - counts[centre, "placebo"]) <= 2
