"""The JIA study built again with one thing changed: the comparison names that, what it moved, and nothing else."""

from __future__ import annotations

import dataclasses
import html
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from report.__main__ import main
from report.analysis import compute
from report.changes import against, compare, files, page, sides, summary
from report.changes.compare import Changes
from report.errors import LockError, ResultsError
from report.lock import editions
from report.lock.editions import Edition
from report.lock.record import Lock
from report.stages import Order
from report.study import file as study_file
from tests.conftest import Built, build, copy_study
from tests.test_papers import MOVED_CELLS


def edition(folder: Path) -> Edition:
    return editions.of_build(Order(folder))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, text.count(old)
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def moved(jia: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One component of one child: two points more of the physician's assessment of J02 at baseline."""
    folder = copy_study("jia", tmp_path_factory.mktemp("moved"))
    change(folder / "data" / "assessments.csv", "J02,W0,2013-06-17,5.0,", "J02,W0,2013-06-17,7.0,")
    return build(folder)


@pytest.fixture(scope="module")
def by_data(jia: Built, moved: Built) -> Changes:
    return compare.editions(edition(jia.folder), edition(moved.folder))


def test_one_value_is_named_with_old_and_new(by_data: Changes) -> None:
    (file,) = by_data.files
    (row,) = file.rows
    assert (file.name, row.kind, row.where) == ("data/assessments.csv", "changed", "J02, W0")
    assert [(cell.column, cell.was, cell.now) for cell in row.cells] == [("physician_global", "5.0", "7.0")]


def test_exactly_the_cells_paragraphs_and_figure_that_it_moved_are_named(
    by_data: Changes, jia: Built, moved: Built
) -> None:
    """What tests/test_papers.py finds by hand: 24 cells, 3 paragraphs, 1 alternative text, the file's fingerprint."""
    found = by_data.blocks
    assert [block.now for block in found if block.kind == "cell"] == MOVED_CELLS
    assert [block.kind for block in found if block.kind != "cell"] == [
        "paragraph",
        "paragraph",
        "alt",
        "paragraph",
        "item",
    ]
    assert {block.part for block in found} == {
        "Abstract", "Table 1", "Disease activity at week 8", "Figure 2", "Table 4", "Limitations", "Table 10", "Data and versions",
    }  # fmt: skip
    pairs = [(a.text, b.text) for a, b in zip(jia.html.blocks, moved.html.blocks, strict=True) if a.text != b.text]
    assert [(block.was, block.now) for block in found] == pairs


def test_results_moved_as_printed_and_are_put_down_to_the_data(by_data: Changes) -> None:
    """Medians by hand in tests/test_papers.py: JADAS-71 24.5 to 25.5, its largest fall at week 8 -14.9 to -16.4."""
    told = {each.result_id: (each.was, each.now, each.places) for each in by_data.results.moved}
    assert told["jadas71_week8.change.baseline.median"] == ("24.5", "25.5", ("text", "Table 4"))
    assert told["jadas71_week8.hodges_lehmann.conf.low"] == ("−14.9", "−16.4", ("text", "Table 4"))
    assert told["individual.jadas71.P2.baseline.value"] == ("25.0", "27.0", ("Table 10",))
    assert set(by_data.causes.of_results.values()) == {("data",)} and by_data.causes.differing() == ("data",)
    assert {by_data.causes_of(block) for block in by_data.blocks} == {("data",)}
    for each in by_data.results.moved:  # whatever is printed of it in a span, is printed otherwise
        assert each.was != each.now


def test_no_conclusion_changed_and_that_is_the_first_thing_said(by_data: Changes) -> None:
    assert by_data.verdict.state == "unchanged" and by_data.matters == ()
    assert summary.lines(by_data)[1].startswith("No conclusion changed: of the 3 primary endpoints no p value crossed")


def test_the_terminal_shows_no_cell_and_no_participant_s_result(by_data: Changes) -> None:
    told = "\n".join(summary.lines(by_data))
    assert "J02, W0: changed in physician_global" in told and "5.0 → 7.0" not in told
    assert "P2" not in told and "25.0" not in told


def test_the_page_says_all_of_it_and_is_the_same_each_time(by_data: Changes, tmp_path: Path) -> None:
    said = page.html(by_data)
    assert said == page.html(by_data)
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", said)).split())
    assert "No conclusion changed" in text and "J02, W0 physician_global was 5.0 → is now 7.0" in text
    assert "WORKING DOCUMENT" in text and "This is not the paper" in text
    assert not re.search(r"(?:src|href)=\"(?!#)", said) and "http" not in said and str(tmp_path.parent) not in said


def test_the_files_are_written_and_are_the_same_each_time(by_data: Changes, tmp_path: Path) -> None:
    first = files.write(by_data, tmp_path)
    assert [path.name for path in first.paths] == ["changes.html", "changes.docx"] and not first.without_word
    content = [path.read_bytes() for path in first.paths]
    assert [path.read_bytes() for path in files.write(by_data, tmp_path).paths] == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changes.docx", "changes.html"]


def test_nothing_changed(jia: Built) -> None:
    same = compare.editions(edition(jia.folder), edition(jia.folder))
    assert same.is_nothing and same.matters == () and same.causes.differing() == ()
    assert summary.lines(same) == ["nothing changed between live data (draft) and live data (draft)"]
    assert "Nothing changed: the data, the study file, every result" in page.html(same)


@pytest.fixture(scope="module")
def by_template(jia: Built, tmp_path_factory: pytest.TempPathFactory) -> Changes:
    folder = copy_study("jia", tmp_path_factory.mktemp("template"))
    change(folder / "templates" / "50-discussion.qmd.j2", "no control group", "no comparison group")
    return compare.editions(edition(jia.folder), edition(build(folder).folder))


def test_another_word_in_a_template_moves_no_result(by_template: Changes) -> None:
    assert by_template.results.moved == () and by_template.results.unprinted == () and by_template.files == ()
    (block,) = by_template.blocks
    assert "no control group" in block.was and "no comparison group" in block.now and block.in_words
    assert by_template.causes_of(block) == ("templates",) and by_template.causes.differing() == ("templates",)
    assert by_template.verdict.sentences == ("No conclusion changed: no result moved.",)
    said = page.html(by_template)
    assert "Templates that differ: <code>templates/50-discussion.qmd.j2</code>" in said


@pytest.fixture(scope="module")
def by_plan(jia: Built, tmp_path_factory: pytest.TempPathFactory) -> Changes:
    """A label, fewer decimals, and another way with differences of zero."""
    folder = copy_study("jia", tmp_path_factory.mktemp("plan"))
    path = folder / "data" / "study.yaml"
    change(
        path,
        "label: Disease duration, unit: years, range: [0, 18], resolution: 0.1",
        "label: Duration of disease, unit: years, range: [0, 18], resolution: 0.1, printed_decimals: 0",
    )
    change(
        path,
        "range: [0, 10], resolution: 0.1, assumed",
        "range: [0, 10], resolution: 0.1, printed_decimals: 0, assumed",
    )
    change_method(path)
    return compare.editions(edition(jia.folder), edition(build(folder).folder))


def change_method(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head, mark, tail = text.partition("id: physician_week8")
    assert mark and "zeros: drop" in tail
    path.write_text(head + mark + tail.replace("zeros: drop", "zeros: pratt", 1), encoding="utf-8")


def test_a_change_of_the_study_file_is_put_down_to_it(by_plan: Changes) -> None:
    assert by_plan.files == () and by_plan.causes.differing() == ("study file",)
    kinds = {each.result_id: (each.kind, each.was, each.now) for each in by_plan.results.moved}
    assert kinds["baseline.disease_duration.median"] == ("printed otherwise", "9.2", "9")
    assert set(by_plan.causes.of_results.values()) == {("study file",)}
    labels = [block for block in by_plan.blocks if block.kind == "header-cell" and "Duration of disease" in block.now]
    assert {by_plan.causes_of(block) for block in labels} == {("study file",)}
    assert (
        "datasets",
        "participants › columns › disease_duration › label",
        "Disease duration",
        "Duration of disease",
    ) in [dataclasses.astuple(entry) for entry in by_plan.entries]


def test_a_switched_method_matters(by_plan: Changes) -> None:
    (switched,) = (each for each in by_plan.matters if each.kind == "method")
    assert "physician_week8.signed_rank was “Wilcoxon signed-rank test" in switched.told
    assert "zero differences dropped” and is “" in switched.told


def test_data_and_study_file_together_are_told_apart(
    jia: Built, moved: Built, by_plan: Changes, tmp_path: Path
) -> None:
    """The newer side has both changes; its results are computed here, and each is put down to the one that moved it."""
    folder = sides.as_study(edition_of(by_plan).study, tmp_path)
    made = compute.draft(folder, study_file.read(folder), moved.folder / "data").results
    older = sides.read(edition(jia.folder))
    newer = dataclasses.replace(sides.read(edition_of(by_plan)), results=made)
    causes = compare.between(older, newer).causes
    assert causes.untold == "" and causes.differing() == ("data", "study file")
    assert causes.of_results["baseline.disease_duration.median"] == ("study file",)
    assert causes.of_results["jadas71_week8.change.baseline.median"] == ("data",)
    # changes at week 8 of -3, -3, -2, -1.5, 0, 0.5; the first becomes -5. V is 1, with the zero ranked 2; two were tied
    assert causes.of_results["physician_week8.signed_rank.statistic"] == ("study file",)
    assert causes.of_results["physician_week8.signed_rank.n_tied"] == ("data",)
    # 4.5 is printed 5 without decimals, and becomes 5.0
    assert causes.of_results["baseline.physician_global.median"] == ("study file", "data")


def edition_of(changes: Changes) -> Edition:
    assert changes.new.edition is not None
    return changes.new.edition


def test_without_the_older_data_they_are_not_told_apart_and_that_is_said(
    jia: Built, moved: Built, by_plan: Changes
) -> None:
    older = sides.read(dataclasses.replace(edition(jia.folder), data=None))
    newer = sides.read(edition_of(by_plan))
    inputs = {**newer.header["inputs"], "data/assessments.csv": "another"}
    newer = dataclasses.replace(newer, results=with_header(newer, inputs=inputs))
    found = compare.between(older, newer)
    assert "the older data are not at hand" in found.causes.untold
    assert set(found.causes.of_results.values()) == {("not told apart",)}
    assert found.causes.untold in page.html(found)


def with_header(of: sides.Side, **header: object) -> sides.Results:
    return sides.Results({**of.header, **header}, of.results.rows)


@dataclass(frozen=True)
class Pair:
    old: sides.Side
    new: sides.Side


def dry(side: sides.Side, treatment: str) -> sides.Side:
    return dataclasses.replace(side, results=with_header(side, treatment=treatment))


@pytest.fixture(scope="module")
def blinded(indomethacin: Built, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The newer edition: every result by arm says 4711, in its rows, in its spans and in the figures' texts."""
    folder = shutil.copytree(indomethacin.folder, tmp_path_factory.mktemp("blinded") / "study")
    old = sides.read(edition(indomethacin.folder))
    by_arm = {row.result_id for row in old.results if row.group1 == "arm"}
    rows = tuple(
        dataclasses.replace(r, stat=4711.0, format_key="count") if r.result_id in by_arm else r for r in old.results
    )
    path = folder / "build" / "manuscript-draft.html"
    said = path.read_text(encoding="utf-8")
    for name in by_arm:
        said = re.sub(rf'(data-result="{re.escape(name)}">)[^<]*<', r"\g<1>4711<", said)
    path.write_text(re.sub(r'(alt|aria-label)="([^"]*Indomethacin)', r'\1="4711 \2', said), encoding="utf-8")
    new = sides.read(edition(folder))
    return Pair(old, dataclasses.replace(new, results=sides.Results(new.header, rows)))


@pytest.mark.parametrize(("before", "after"), [("dummy", "real"), ("pooled", "real"), ("real", "pooled")])
def test_nothing_by_arm_is_compared_where_treatments_differ(
    blinded: Pair, before: str, after: str, tmp_path: Path
) -> None:
    found = compare.between(dry(blinded.old, before), dry(blinded.new, after))
    told = page.html(found) + "\n".join(summary.lines(found))
    assert "4711" not in told and "4,711" not in told and "9.2%" not in told
    assert found.results.left_out > 400 and found.verdict.state == "not compared"
    assert "Nothing by arm was compared" in told
    written = files.write(found, tmp_path)
    assert [path.name for path in written.paths] == ["changes.html"] and written.without_word


def test_the_same_is_told_where_treatments_are_the_same(blinded: Pair) -> None:
    """The check itself can fail: compared as real with real, the number by arm is all over the page."""
    found = compare.between(blinded.old, blinded.new)
    assert page.html(found).count("4711") + page.html(found).count("4,711") > 100
    dummies = compare.between(dry(blinded.old, "dummy"), dry(blinded.new, "dummy"))
    assert "Both editions are dry runs" in page.html(dummies)


# --- which edition, and whether there is one


def locked_as(lock_id: str) -> Lock:
    return Lock.model_construct(id=lock_id, type="soft")


def test_a_build_that_is_not_there_or_not_current_is_refused(jia: Built, tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="there is no finished paper in build/"):
        against.newer(Order(copy_study("jia", tmp_path / "unbuilt")))
    folder = shutil.copytree(jia.folder, tmp_path / "stale")
    assert against.newer(Order(folder)).name == "build"
    change(folder / "data" / "assessments.csv", "J02,W0,2013-06-17,5.0,", "J02,W0,2013-06-17,7.0,")
    (folder / "templates" / "99-new.qmd.j2").write_text("", encoding="utf-8")
    with pytest.raises(ResultsError) as caught:
        against.newer(Order(folder))
    assert "data/assessments.csv has changed; templates/99-new.qmd.j2 is new" in caught.value.message
    assert "make report" in caught.value.remedy


def test_without_private_copies_the_public_results_are_compared_and_that_is_said(
    jia: Built, moved: Built, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "locks" / "L1-aaaaaaa"
    folder.mkdir(parents=True)
    content = json.loads((jia.folder / "build" / "results.json").read_text(encoding="utf-8"))
    content["rows"] = [row for row in content["rows"] if row["disclosure"] == "aggregate"]
    newer = sides.read(edition(moved.folder))
    with pytest.raises(LockError, match="nothing was ever built under soft lock L1-aaaaaaa"):
        against.older(Order(tmp_path), locked_as("L1-aaaaaaa"), newer)
    (folder / "results.json").write_text(json.dumps(content), encoding="utf-8")
    found = compare.between(against.older(Order(tmp_path), locked_as("L1-aaaaaaa"), newer), newer)
    assert len(found.results.moved) == 31 and not any(each.is_individual for each in found.results.moved)
    assert found.blocks == () and set(found.causes.of_results.values()) == {("data",)}
    assert "only results were compared: of L1-aaaaaaa" in "\n".join(summary.lines(found))
    assert "rows cannot be named, for a copy of it is not at hand" in found.files[0].told
    assert "Only results were compared" in page.html(found)


@pytest.mark.parametrize(
    ("held", "named", "chosen"),
    [
        ("L2-bbbbbbb", "", "L1-aaaaaaa"),
        ("", "", "L2-bbbbbbb"),
        ("L2-bbbbbbb", "L2", "L2-bbbbbbb"),
        ("", "L1-aaa", "L1-aaaaaaa"),
    ],
)
def test_which_lock_is_compared_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: str, named: str, chosen: str
) -> None:
    """Without a name the last that is not in force; L1 is the first lock and not the tenth."""
    locks = tuple(locked_as(name) for name in ("L1-aaaaaaa", "L2-bbbbbbb"))
    monkeypatch.setattr(against.ledger, "history", lambda place: locks)
    monkeypatch.setattr(
        against.ledger, "in_force", lambda place: next((each for each in locks if each.id == held), None)
    )
    assert against.chosen(Order(tmp_path), named).id == chosen


def test_the_command_refuses_where_nothing_was_ever_locked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copy_study("jia", tmp_path)
    assert main(["diff", "--study", str(folder)]) == 1
    told = capsys.readouterr().err
    assert "there is nothing to compare with: nothing was ever locked" in told and "-> lock the data" in told
    assert not (folder / "build").exists()


def test_a_lock_that_is_not_there_and_nothing_to_compare_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    locks = tuple(locked_as(name) for name in ("L1-aaaaaaa", "L10-ccccccc"))
    monkeypatch.setattr(against.ledger, "history", lambda place: locks)
    monkeypatch.setattr(against.ledger, "in_force", lambda place: None)
    assert against.chosen(Order(tmp_path), "L1").id == "L1-aaaaaaa"
    with pytest.raises(LockError, match="2 locks begin with L"):
        against.chosen(Order(tmp_path), "L")
    with pytest.raises(LockError, match="there is no lock L3"):
        against.chosen(Order(tmp_path), "L3")
    monkeypatch.setattr(against.ledger, "history", lambda place: ())
    with pytest.raises(LockError, match="nothing to compare with: nothing was ever locked"):
        against.chosen(Order(tmp_path))
    monkeypatch.setattr(against.ledger, "history", lambda place: locks[:1])
    monkeypatch.setattr(against.ledger, "in_force", lambda place: locks[0])
    with pytest.raises(LockError, match="the only lock is soft lock L1-aaaaaaa, which is in force"):
        against.chosen(Order(tmp_path))
