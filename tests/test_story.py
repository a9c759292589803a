"""The life of a lock, from the first draft to the corrected paper, as authors and a data manager live it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from report.lock import ledger
from report.modes import FORMATS
from report.publish.extract import read
from report.stages import Order
from tests.conftest import copy_study, trialpress
from tests.test_papers import MOVED_CELLS, change

ADA = ["--by=Ada Byron", "--role=data manager"]
CHARLES = ["--by=Charles Babbage", "--role=trial statistician"]
SIGNATORIES = """
lock:
  names: {soft: database freeze, hard: database lock}
  signatories:
    - {role: data manager, meaning: the data are complete and every query is answered}
    - {role: trial statistician, meaning: the analysis sets and the analysis plan are final}
"""


def done(*arguments: str, study: Path) -> str:
    """Run a command that must succeed, and return all that it says."""
    ran = trialpress(*arguments, study=study)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def papers(study: Path) -> list[str]:
    return sorted(path.name for path in (study / "build").glob("manuscript-*"))


def mode(study: Path) -> str:
    content = json.loads((study / "build" / "results.json").read_text(encoding="utf-8"))
    return str(content["header"]["mode"])


def of_mode(mode: str) -> list[str]:
    return sorted(f"manuscript-{mode}.{kind}" for kind in FORMATS)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Live it once, and keep what each step said and left."""
    study = copy_study("jia", tmp_path_factory.mktemp("story"))
    plan = study / "data" / "study.yaml"
    plan.write_text(plan.read_text(encoding="utf-8") + SIGNATORIES, encoding="utf-8")
    kept: dict[str, object] = {"study": study}
    done("results", study=study)
    kept["live"] = mode(study)
    done("lock", *ADA, "--reason=for the blind review", study=study)
    done("report", "--engine=embedded", study=study)
    kept["soft"], kept["soft page"] = papers(study), read(study / "build" / "manuscript-draft.pdf").furniture[0]
    done("unlock", *ADA, "--reason=reviewed, nothing to correct", study=study)
    done("lock", *ADA, "--reason=database closed", "--type=hard", study=study)
    kept["unsigned says"] = done("results", study=study)
    kept["unsigned"] = mode(study)
    kept["wrong role"] = trialpress("sign", "--by=Eve", "--role=friend", "--reason=x", study=study).stderr
    done("sign", *ADA, study=study)
    done("sign", *CHARLES, study=study)
    kept["signed twice"] = trialpress("sign", *CHARLES, study=study).stderr
    done("report", "--engine=embedded", study=study)
    kept["final"], kept["final page"] = papers(study), read(study / "build" / "manuscript-final.pdf").furniture[0]
    change(study, "J02,W0,2013-06-17,5.0,", "J02,W0,2013-06-17,7.0,")
    kept["refused"] = trialpress("report", study=study).stderr
    kept["after the refusal"] = papers(study)
    done("unlock", *ADA, "--reason=the site corrected one value", study=study)
    done("lock", *ADA, "--reason=database closed again", "--type=hard", study=study)
    for who in (ADA, CHARLES):
        done("sign", *who, study=study)
    done("report", "--engine=embedded", study=study)
    kept["relocked"] = papers(study)
    kept["diff"] = done("diff", study=study)
    kept["verify"] = done("verify", study=study)
    return kept


def test_the_mode_follows_the_lock(told: dict[str, object]) -> None:
    assert told["live"] == told["unsigned"] == "draft" and told["soft"] == of_mode("draft")
    assert told["final"] == told["relocked"] == of_mode("final")
    assert "DRAFT" in str(told["soft page"]) and "database freeze L1-" in str(told["soft page"])
    assert "DRAFT" not in str(told["final page"]) and "database lock L2-" in str(told["final page"])
    assert "Reconstruction: " in str(told["final page"])  # not final enough to lose this


def test_a_hard_lock_waits_for_its_signatories(told: dict[str, object]) -> None:
    said = str(told["unsigned says"])
    assert "not final yet: the data manager has not signed L2-" in said
    assert "not final yet: the trial statistician has not signed L2-" in said
    assert "names no signatory in the role friend" in str(told["wrong role"])
    assert "Charles Babbage has signed L2-" in str(told["signed twice"])


def test_a_corrected_value_is_refused_under_the_lock_and_the_papers_stay(told: dict[str, object]) -> None:
    assert "J02, W0: changed in column physician_global" in str(told["refused"]) and "7.0" not in str(told["refused"])
    assert told["after the refusal"] == of_mode("final")


def test_the_diff_names_exactly_that_value_and_what_it_moved(told: dict[str, object]) -> None:
    study = told["study"]
    assert isinstance(study, Path)
    said = str(told["diff"])
    assert "data/assessments.csv: 1 row changed\n    J02, W0: changed in physician_global\n" in said
    assert said.count(": changed in ") == 1 and "No conclusion changed: " in said
    assert "text: 3 paragraphs, 24 cells, 1 figure in words" in said
    new = as_new((study / "build" / "changes.html").read_text(encoding="utf-8"))
    assert [cell for cell in MOVED_CELLS if compact(cell) not in new] == []
    assert compact("fell from 25.5 to 11.0, a difference of the medians of −14.5 points") in new
    assert (study / "build" / "changes.docx").is_file()


def as_new(page: str) -> str:
    """Return a page's text without blanks and without what was struck out."""
    for struck in (r'<span class="unseen">[^<]*</span>', r"<del\b.*?</del>", r"<[^>]*>"):
        page = re.sub(struck, "", page, flags=re.DOTALL)
    return compact(html.unescape(page))


def compact(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_ledger_tells_the_whole_story(told: dict[str, object]) -> None:
    study = told["study"]
    assert isinstance(study, Path)
    kinds = [entry.kind for entry in ledger.read(Order(study))]
    signed = ["sign_off", "sign_off"]
    assert kinds == ["lock", "unlock", "lock", *signed, "unlock", "lock", *signed]
    assert ledger.audit(Order(study)) == []
    record = json.loads((study / "build" / "record.json").read_text(encoding="utf-8"))
    assert record["mode"] == "final" and record["lock"]["id"].startswith("L3-")
