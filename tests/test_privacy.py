"""Real participants' rows stay out of git: what is staged after `git add -A`, and what is said of the rest."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from report import locking, privacy, stages, status, version_control
from report.analysis.compute import Computed
from report.ard import Results
from report.errors import Finding, LockError
from report.lock import kept, ledger
from report.lock.record import Signature
from report.stages import Order
from report.study import file as study_file
from tests.conftest import STUDIES, copy_study
from tests.invented import Study, single, write

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
ADA = Signature("Ada", "data manager", "final")
SEEDED = "Zanzibar"
PEOPLE = f"id,kind,age,weight,entered\nP1,x,10,1.5,2020-01-01\n{SEEDED},y,20,2.5,2020-01-02\n"
SCORES = f"id,visit,score\nP1,W0,4.0\n{SEEDED},W0,5.0\n"


@pytest.fixture(autouse=True)
def checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "checked", lambda order: Computed(Results({"treatment": "real"}, ()), ()))


def real(**parts: str) -> Study:
    study = single()
    study["study"] = {**study["study"], "data_status": "real", "status_note": "", **parts}
    return study


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@b", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    return tmp_path


@pytest.fixture
def order(repository: Path) -> Order:
    return Order(write(repository, real(), people=PEOPLE, scores=SCORES))


def protect(order: Order) -> None:
    privacy.protect(order, study_file.read(order.folder))


def exposed(order: Order) -> list[Finding]:
    return privacy.exposed(order, study_file.read(order.folder))


def staged(folder: Path) -> dict[str, str]:
    """Stage everything as an author does, and return the staged files with their contents."""
    git(folder, "add", "-A")
    names = git(folder, "ls-files", "-z").split("\0")[:-1]
    return {name: git(folder, "show", f":{name}") for name in names}


def rows_built(order: Order) -> None:
    """Stand in for a build, whose results hold rows of individuals."""
    (order.build / "results.json").write_text(SEEDED, encoding="utf-8")
    (order.build / "queries.xlsx").write_text(SEEDED, encoding="utf-8")


def test_a_private_study_stages_no_row(order: Order) -> None:
    protect(order)  # as `trialpress check` and `results` do first
    rows_built(order)
    (order.data / "waivers.csv").write_text(f"code,record\na,{SEEDED}\n", encoding="utf-8")
    (order.data / "people (copy).csv").write_text(PEOPLE, encoding="utf-8")
    (order.data / "old").mkdir()
    (order.data / "old" / "study.yaml").write_text(SEEDED, encoding="utf-8")
    (order.data / "README.md").write_text("about the data", encoding="utf-8")
    locking.lock(order, ADA)
    held = ledger.in_force(order)
    assert held is not None
    kept.keep_edition(order, held, {"results.json": order.build / "results.json"})
    signers = order.folder / "data" / "locks" / "allowed_signers"
    signers.write_text("Ada.Byron ssh-ed25519 AAAA", encoding="utf-8")
    files = staged(order.folder)
    assert not [name for name, content in files.items() if SEEDED in content]
    of_lock = {f"data/locks/{held.id}/{name}" for name in ("lock.json", "manifest.sha256", "results.json")}
    assert set(files) == of_lock | {
        "data/.gitattributes", "data/.gitignore", "data/README.md", "data/lock.json", "data/locks/ledger.jsonl",
        "data/locks/allowed_signers", "data/study.yaml",
    }  # fmt: skip
    assert exposed(order) == []


def test_without_protection_the_rows_would_be_staged_and_that_is_said(order: Order) -> None:
    (found,) = exposed(order)
    assert found.code == "private-not-ignored" and found.blocking
    assert set(found.cases) == {"data/people.csv", "data/scores.csv"}
    assert SEEDED in staged(order.folder)["data/people.csv"]


def test_what_git_holds_already_is_found(order: Order) -> None:
    staged(order.folder)
    git(order.folder, "commit", "--quiet", "-m", "too early")
    protect(order)
    (found,) = exposed(order)
    assert (
        found.code == "private-in-git" and found.blocking and set(found.cases) == {"data/people.csv", "data/scores.csv"}
    )
    assert "git rm --cached data/people.csv" in found.remedy and "earlier commits hold the rows still" in found.remedy
    assert SEEDED not in "".join(found.lines())
    with pytest.raises(LockError) as refused:
        locking.lock(order, ADA)
    assert refused.value.findings == (found,)
    git(order.folder, "rm", "--quiet", "--cached", *found.cases)
    assert exposed(order) == []


def test_built_files_and_copies_that_git_holds_are_found(order: Order) -> None:
    protect(order)
    locking.lock(order, ADA)
    rows_built(order)
    git(order.folder, "add", "--force", "build/results.json", "data/locks")
    (found,) = exposed(order)
    assert {Path(case).name for case in found.cases} == {"results.json", "people.csv", "scores.csv"}


def test_data_elsewhere_in_the_repository(order: Order) -> None:
    rows = order.folder / "rows"
    rows.mkdir()
    for name in ("people.csv", "scores.csv"):
        (order.data / name).rename(rows / name)
    (rows / "notes.txt").write_text("no row", encoding="utf-8")
    apart = Order(order.folder, elsewhere=rows)
    protect(apart)
    (found,) = exposed(apart)
    assert found.code == "private-not-ignored" and set(found.cases) == {"rows/people.csv", "rows/scores.csv"}
    (order.folder / ".gitignore").write_text("rows/\n", encoding="utf-8")
    assert exposed(apart) == []
    locking.lock(apart, ADA)
    assert not [name for name, content in staged(order.folder).items() if SEEDED in content]


def test_data_in_another_repository(order: Order, tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = tmp_path_factory.mktemp("rows")
    git(rows, "init", "--quiet")
    for name in ("people.csv", "scores.csv"):
        (order.data / name).rename(rows / name)
    apart = Order(order.folder, elsewhere=rows)
    protect(apart)
    assert [str(rows / "people.csv"), str(rows / "scores.csv")] == list(exposed(apart)[0].cases)


def test_a_link_to_rows_in_the_repository(order: Order) -> None:
    (order.folder / "rows.csv").write_text(PEOPLE, encoding="utf-8")
    (order.data / "people.csv").unlink()
    (order.data / "people.csv").symlink_to(order.folder / "rows.csv")
    protect(order)
    (found,) = exposed(order)
    assert found.cases == ("rows.csv",)


def test_a_gitignore_of_the_authors_stays(order: Order) -> None:
    own = order.data / ".gitignore"
    own.write_text("people.csv\n", encoding="utf-8")
    protect(order)
    assert own.read_text() == "people.csv\n"
    assert [finding.cases for finding in exposed(order)] == [("data/scores.csv",)]


def test_our_own_gitignore_is_mended(order: Order) -> None:
    protect(order)
    whole = (order.data / ".gitignore").read_text()
    (order.data / ".gitignore").write_text(whole.replace("/*\n", "", 1), encoding="utf-8")
    protect(order)
    assert (order.data / ".gitignore").read_text() == whole
    before = (order.data / ".gitignore").stat().st_mtime_ns
    protect(order)
    assert (order.data / ".gitignore").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "study", [single(), real(data_licence="CC BY 4.0, https://example.org")], ids=["dummy", "public"]
)
def test_rows_that_are_public_or_not_real_go_to_git(repository: Path, study: Study) -> None:
    order = Order(write(repository, study, people=PEOPLE, scores=SCORES))
    protect(order)
    rows_built(order)
    files = staged(order.folder)
    assert SEEDED in files["data/people.csv"] and not any(name.startswith("build/") for name in files)
    assert exposed(order) == []


def test_outside_a_repository_there_is_nothing_to_say(tmp_path: Path) -> None:
    order = Order(write(tmp_path, real(), people=PEOPLE, scores=SCORES))
    protect(order)
    assert exposed(order) == [] and not privacy.is_watched(order)
    locking.lock(order, ADA)
    assert "\n* -text\n" in (order.data / ".gitattributes").read_text()


def test_without_git_there_is_nothing_to_say(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    protect(order)
    assert exposed(order) == [] and not privacy.is_watched(order)
    locking.lock(order, ADA)


def test_git_that_does_not_answer_is_not_waited_for(
    order: Order, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    slow = tmp_path / "bin" / "git"
    slow.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(version_control, "PATIENCE", 0.1)
    assert exposed(order) == []


def test_in_a_hook_git_is_asked_of_the_study(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere/.git")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert len(exposed(order)) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can give a folder away")
def test_a_repository_of_another_user_is_read(order: Order) -> None:
    for path in [order.folder, *order.folder.rglob("*")]:
        os.chown(path, 12345, 12345)
    assert len(exposed(order)) == 1


def test_names_with_line_breaks_and_letters_of_all_kinds(order: Order) -> None:
    strange = "ä\n東 'x'.csv"
    (order.data / strange).write_text(PEOPLE, encoding="utf-8")
    assert f"data/{strange}" in exposed(order)[0].cases


@pytest.mark.parametrize("name", list(STUDIES))
def test_the_shipped_studies_pin_their_line_ends_already(name: str) -> None:
    study = study_file.read(STUDIES[name])
    before = sorted((STUDIES[name] / "data").iterdir())
    privacy.pin_line_ends(Order(STUDIES[name]), study)
    assert sorted((STUDIES[name] / "data").iterdir()) == before


def test_locked_bytes_survive_a_git_that_changes_line_ends(repository: Path) -> None:
    order = Order(copy_study("jia", repository))
    git(repository, "config", "core.autocrlf", "true")
    locking.lock(order, ADA)
    git(repository, "add", "-A")
    git(repository, "commit", "--quiet", "-m", "locked")
    shutil.rmtree(repository / "data")
    git(repository, "checkout", "--quiet", "--", "data")
    assert b"\r" not in (repository / "data" / "assessments.csv").read_bytes()
    assert ledger.verify(order, study_file.read(repository)) is not None


def test_status_says_what_git_does_with_the_rows(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "_findings", lambda order, study: [])
    protect(order)
    assert "privacy    real rows, not public: git ignores them" in status.status(order)
    git(order.folder, "add", "--force", "data/people.csv")
    assert "private-in-git" in "\n".join(status.status(order))
