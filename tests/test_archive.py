"""The archive: rebuilt offline in an empty folder it gives the paper byte for byte, and holds nobody's rows."""

from __future__ import annotations

import dataclasses
import getpass
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from report import ard
from report.archiving import citation, contents, individuals, packing, standing
from report.errors import TrialpressError
from report.paper.numbers import LEFT_OUT
from report.publish.extract import read
from report.stages import Order
from report.study.people import Registration
from tests.conftest import ROOT, Built, copy_study, trialpress

NEEDS_MAKE = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
# in the archive's own software folder, which is the first that Python reads there: whoever opens a socket fails
NO_SOCKET = """\
import socket
def refuse(*arguments, **named):
    raise OSError("a socket was opened")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
"""
KINDS = ("html", "pdf", "docx")


def archived(study: Path, to: Path, *more: str) -> Path:
    done = trialpress("archive", "--to", str(to), *more, study=study)
    assert done.returncode == 0, done.stdout + done.stderr
    return to


def named(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def made_in(folder: Path, archive: Path, goal: str, **files: bytes) -> dict[str, bytes]:
    """Unpack an archive to an empty folder, run its Makefile without a network, and return what was built."""
    folder.mkdir()
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    for name, content in files.items():
        (folder / "data" / f"{name}.csv").write_bytes(content)
    (folder / "software" / "sitecustomize.py").write_text(NO_SOCKET, encoding="utf-8")
    own = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS", "PYTHONPATH"))}
    done = subprocess.run(
        [*apart(), "make", goal, f"PYTHON={sys.executable}"], cwd=folder, capture_output=True, text=True, timeout=120,
        check=False, env={**own, "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.name: path.read_bytes() for path in (folder / "build").iterdir() if path.is_file()}


def apart() -> list[str]:
    """Return what runs a program without any network, where this machine lets us."""
    unshare = ["unshare", "--map-root-user", "--net"]
    can = (
        shutil.which("unshare") and subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0
    )
    return unshare if can else []


def paper(build: Path, mode: str) -> dict[str, bytes]:
    return {name: (build / name).read_bytes() for name in (*(f"manuscript-{mode}.{k}" for k in KINDS), "record.json")}


@pytest.fixture(scope="module")
def draft(jia: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the JIA study: its rows are nobody's, so that everything is in it."""
    return archived(jia.folder, tmp_path_factory.mktemp("archive") / "jia-DRAFT.zip")


@NEEDS_MAKE
def test_the_paper_is_rebuilt_offline_byte_for_byte(jia: Built, draft: Path, tmp_path: Path) -> None:
    wanted = paper(jia.folder / "build", "draft")
    made = made_in(tmp_path / "empty, é", draft, "paper")
    assert {name: made[name] == content for name, content in wanted.items()} == dict.fromkeys(wanted, True)


def test_the_same_archive_in_another_place(jia: Built, draft: Path, tmp_path: Path) -> None:
    """Another folder, user mask, time zone, locale and hash seed; files are older, and their modes others."""
    study = shutil.copytree(jia.folder, tmp_path / "other, é")
    (study / "data" / "study.yaml").chmod(0o600)
    os.utime(study / "build" / "results.json", (0, 0))
    to = tmp_path / "again-DRAFT.zip"
    env = {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-m", "report", "archive", "--to", str(to)], cwd=study, check=True, capture_output=True,
        timeout=120, umask=0o077, env={**os.environ, **env},
    )  # fmt: skip
    assert to.read_bytes() == draft.read_bytes()


def test_no_data_file_and_nothing_of_the_machine(jia: Built, draft: Path) -> None:
    content, files = draft.read_bytes(), named(draft)
    assert not [name for name in files if name.endswith((".csv", ".pyc", ".xlsx")) or name.startswith(("/", "build/"))]
    rows = [line for path in (jia.folder / "data").glob("*.csv") for line in path.read_bytes().splitlines()]
    assert len(rows) > 90 and not [row for row in rows if row in content]
    marks = [str(jia.folder), str(ROOT), str(Path.home()) + "/", sys.prefix, f"{getpass.getuser()}@"]
    assert not [mark for mark in marks if mark.encode() in content]


def test_what_is_in_it(draft: Path) -> None:
    files = named(draft)
    for name in (
        "README.md", "Makefile", "LICENCE.md", "datacite.json", ".zenodo.json", "record.json", "results.json",
        "data/study.yaml", "templates/00-front.qmd.j2", "templates/references.bib", "paper.sha256", "data.sha256",
        "software/requirements.lock", "software/LICENSE", "software/report/__main__.py",
    ):  # fmt: skip
        assert name in files, name
    with zipfile.ZipFile(draft) as packed:
        assert packed.namelist() == sorted(packed.namelist())
        assert {(e.date_time, e.external_attr >> 16, e.compress_type) for e in packed.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0o100644, zipfile.ZIP_STORED)
        }
    told = files["README.md"].decode()
    assert "byte for byte" in told and "wheels" in told and "DRAFT" in told and LEFT_OUT not in told
    assert all(f"`data/{name}.csv`" in told for name in ("participants", "assessments", "adverse_events"))


def test_check_says_what_is_no_longer_the_same(draft: Path, tmp_path: Path) -> None:
    """One digit of one result, and a record that names other software."""
    files = named(draft)
    row = next(line for line in files["results.json"].splitlines() if b'"baseline.disease_duration.median"' in line)
    stat = re.search(rb'"stat": (\d+\.\d+)', row)
    assert stat is not None
    files["results.json"] = files["results.json"].replace(row, row.replace(stat[0], b'"stat": 99.9'))
    record = json.loads(files["record.json"])
    record["software"] |= {"code": "0" * 64, "typst": "0.0.1"}
    files["record.json"] = json.dumps(record).encode()
    altered = tmp_path / "altered.zip"
    packing.pack(files, altered)
    done = trialpress("archive", "--check", str(altered), study=tmp_path)
    assert done.returncode == 1
    for told in (
        "the code of trialpress is not that of the paper",
        "typst is not that of the paper: 0.0.1, here ",
        *(f"build/manuscript-draft.{kind} is not the archived one" for kind in KINDS),
    ):
        assert told in done.stdout, done.stdout


def test_check_of_a_sound_archive(draft: Path, tmp_path: Path) -> None:
    done = trialpress("archive", "--check", str(draft), study=tmp_path)
    assert done.returncode == 0 and "4 files are built from it, byte for byte" in done.stdout
    assert "is not" not in done.stdout


@pytest.mark.parametrize("name", ["../outside.txt", "/outside.txt", "a/../../outside.txt"])
def test_an_archive_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(zipfile.ZipInfo(name), "x")
    with pytest.raises(TrialpressError, match="cannot be unpacked"):
        packing.unpack(path)


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    packing.pack({"README.md": b""}, tmp_path / "other.zip")
    done = trialpress("archive", "--check", str(tmp_path / "other.zip"), study=tmp_path)
    assert done.returncode == 1 and "is not an archive of trialpress: it has no paper.sha256" in done.stderr


def test_a_draft_cannot_be_given_another_name(jia: Built, tmp_path: Path) -> None:
    done = trialpress("archive", "--to", str(tmp_path / "final.zip"), study=jia.folder)
    assert done.returncode == 1 and "with DRAFT in its name" in done.stderr and not list(tmp_path.iterdir())


def test_a_paper_that_is_not_current_is_not_archived(jia: Built, tmp_path: Path) -> None:
    study = shutil.copytree(jia.folder, tmp_path / "study")
    front = study / "templates" / "00-front.qmd.j2"
    front.write_text(front.read_text(encoding="utf-8") + "\nNew.\n", encoding="utf-8")
    done = trialpress("archive", study=study)
    assert done.returncode == 1 and "not current: templates/00-front.qmd.j2 has changed" in done.stderr
    assert "make report" in done.stderr


def test_data_without_a_licence_stay_out(jia: Built, tmp_path: Path) -> None:
    done = trialpress("archive", "--with-data", "--to", str(tmp_path / "a-DRAFT.zip"), study=jia.folder)
    assert done.returncode == 1 and "[archive-private]" in done.stderr and "data_licence" in done.stderr


def test_data_under_a_licence_may_go_with_it(indomethacin: Built, tmp_path: Path) -> None:
    files = named(archived(indomethacin.folder, tmp_path / "a-DRAFT.zip", "--with-data"))
    for name in ("data/patients.csv", "data/reported.csv", "data/README.md"):
        assert files[name] == (indomethacin.folder / name).read_bytes()
    assert {"rights": "Data: MIT, from the R package medicaldata (see data/README.md)"} in json.loads(
        files["datacite.json"]
    )["rightsList"]


def test_sealed_treatments_and_identifiers_stay_out(found: standing.Standing) -> None:
    """A licence is not enough while arms are sealed, nor where a column names a person; every reason is told at once."""
    licensed = found.study.study.model_copy(update={"data_licence": "CC0"})
    people = found.study.datasets["participants"]
    columns = {name: each.model_copy(update={"identifier": name == "sex"}) for name, each in people.columns.items()}
    datasets = {**found.study.datasets, "participants": people.model_copy(update={"columns": columns})}
    study = found.study.model_copy(update={"study": licensed, "datasets": datasets})
    blinded = ard.Results({**found.results.header, "treatment": "dummy"}, found.results.rows)
    changed = dataclasses.replace(found, study=study, results=blinded)
    with pytest.raises(TrialpressError) as caught:
        contents.of(changed, individuals.scope(changed, with_data=True))
    assert [finding.code for finding in caught.value.findings] == ["archive-blinded", "archive-identifier"]


# A final paper, from the data ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return final(copy_study("jia", tmp_path_factory.mktemp("locked")))


def final(study: Path) -> Path:
    """Lock a study for good, build its paper and archive it."""
    signed = ("--by", "Ada Byron", "--role", "data manager", "--reason", "database closed")
    for asked in (("lock", "--type", "hard", *signed), ("report", "--engine", "embedded"), ("archive",)):
        done = trialpress(*asked, study=study)
        assert done.returncode == 0, done.stdout + done.stderr
    return study


def archive_of(study: Path) -> Path:
    lock = json.loads((study / "data" / "lock.json").read_text(encoding="utf-8"))
    return study / "build" / f"jia_msc-{lock['id']}.zip"


@NEEDS_MAKE
def test_a_final_paper_is_archived_under_its_lock_and_built_from_the_data(locked: Path, tmp_path: Path) -> None:
    lock = json.loads((locked / "data" / "lock.json").read_text(encoding="utf-8"))
    archive = archive_of(locked)
    files = named(archive)
    of_lock = [f"data/locks/{lock['id']}/{name}" for name in ("lock.json", "manifest.sha256", "results.json")]
    for name in ("data/lock.json", "data/locks/ledger.jsonl", *of_lock):
        assert files[name] == (locked / name).read_bytes()
    assert not [name for name in files if "private" in name]
    assert json.loads(files["datacite.json"])["version"] == lock["id"]
    wanted = paper(locked / "build", "final")
    data = {path.stem: path.read_bytes() for path in (locked / "data").glob("*.csv")}
    made = made_in(tmp_path / "from-data", archive, "report", **data)
    assert {name: made[name] == content for name, content in wanted.items()} == dict.fromkeys(wanted, True)
    folder = tmp_path / "from-data"
    path = folder / "data" / "participants.csv"
    path.write_bytes(path.read_bytes().replace(b"J01,F", b"J01,M"))
    done = subprocess.run(["make", "report"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0 and "data/participants.csv: FAILED" in done.stdout


# Where single participants may not be shown -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The JIA study as if its rows were real and not public, with a final paper."""
    study = copy_study("jia", tmp_path_factory.mktemp("private"))
    path = study / "data" / "study.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("data_status: reconstruction") == 1
    text = text.replace("data_status: reconstruction", "data_status: real")
    path.write_text(re.sub(r",? +assumed: true\n?", "", text), encoding="utf-8")
    return final(study)


@pytest.fixture(scope="module")
def of_private(private: Path) -> Path:
    return archive_of(private)


def test_rows_of_individuals_are_left_out(private: Path, of_private: Path, tmp_path: Path) -> None:
    """No value of any individual row, and no pseudonym: those that the text prints stay, empty, for their place."""
    (tmp_path / "results.json").write_bytes(named(of_private)["results.json"])
    kept, whole = ard.read(tmp_path / "results.json"), ard.read(private / "build" / "results.json")
    of_people = [row for row in whole if row.disclosure == "individual"]
    rows = [row for row in kept if row.disclosure == "individual"]
    assert len(of_people) > 250 and len(kept.rows) == len(whole.rows) - len(of_people) + len(rows) + 3
    in_text = ("weeks_after_infusion", "weeks_after_tocilizumab", "ae_before_week8")
    assert {row.result_id for row in rows} == {f"narrative.mas.{name}" for name in in_text}
    assert {(row.stat, row.reason, row.group1_level, row.unit) for row in rows} == {(None, LEFT_OUT, "", "")}
    assert not re.search(rb'"P[1-6]"|\.P[1-6]\.', named(of_private)["results.json"])
    assert not [name for name in named(of_private) if name.endswith("printed.json")]


def test_the_archive_says_what_it_cannot_build(of_private: Path) -> None:
    told = named(of_private)["README.md"].decode()
    lines = (ROOT / "templates" / "40-results.qmd.j2").read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines, 1) if 'display("fig-jadas71")' in line)
    assert f"    - fig-jadas71 (templates/40-results.qmd.j2:{at})" in told
    for name in ("tbl-characteristics", "tbl-values", "narrative.mas"):
        assert f"    - {name} (templates/" in told
    assert "byte for byte" not in told and "no data_licence makes them public" in told


@NEEDS_MAKE
def test_the_rest_is_rebuilt(private: Path, of_private: Path, tmp_path: Path) -> None:
    """The three displays and the sentences say that it is not there; every other block is as in the paper."""
    made = made_in(tmp_path / "empty", of_private, "paper")
    assert made["record.json"] != (private / "build" / "record.json").read_bytes()
    for kind in KINDS:
        name = f"manuscript-final.{kind}"
        before = [block.text for block in read(private / "build" / name).blocks]
        after = [block.text for block in read(tmp_path / "empty" / "build" / name).blocks]
        told = [text for text in after if LEFT_OUT in text]
        assert told.count(LEFT_OUT) == 3 and f"began {LEFT_OUT} weeks after" in " ".join(told)
        new = [text for text in after if text not in before and LEFT_OUT not in text]
        assert set(new) <= {"Participant", "Values"}  # the placeholders' headings


def test_private_data_stay_out(private: Path) -> None:
    done = trialpress("archive", "--with-data", study=private)
    assert done.returncode == 1 and "[archive-private]" in done.stderr


# Citation -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def found(jia: Built) -> standing.Standing:
    return standing.read(Order(jia.folder))


def cited(found: standing.Standing) -> tuple[dict[str, Any], dict[str, Any]]:
    return citation.datacite(found, with_data=False), citation.zenodo(found)


def test_the_mandatory_properties_are_there(found: standing.Standing) -> None:
    """DataCite 4.6: creators, titles, publisher, publicationYear, types; Zenodo: type, title, creators, description."""
    datacite, zenodo = cited(found)
    assert datacite["creators"][0]["name"] and datacite["titles"][0]["title"]
    assert (datacite["publisher"]["name"], datacite["publicationYear"]) == (":tba", ":tba")
    assert datacite["types"]["resourceTypeGeneral"] == "Dataset" and datacite["types"]["resourceType"]
    assert zenodo["upload_type"] == "dataset" and zenodo["title"] and zenodo["description"].startswith("<p>")
    assert zenodo["creators"] == [{"name": "Authors to be named", "affiliation": "Affiliation to be completed"}]
    assert "license" not in zenodo and "publication_date" not in zenodo  # nobody has said them
    assert datacite["version"] == zenodo["version"] and zenodo["version"].endswith("not locked, DRAFT")
    titles = [item["titles"][0]["title"] for item in datacite["relatedItems"]]
    assert titles == ["Netherlands Trial Register NTR4146", "EudraCT 2012-002067-10"]


def test_persons_and_registries_as_the_study_file_has_them(found: standing.Standing) -> None:
    study = found.study
    author = study.authors[0].model_copy(update={"orcid": "0000-0002-1825-0097"})
    said = study.study.model_copy(
        update={"registrations": (Registration(registry="ClinicalTrials.gov", id="NCT00820612"),)}
    )
    changed = study.model_copy(update={"authors": (author,), "study": said})
    datacite, zenodo = cited(dataclasses.replace(found, study=changed))
    assert datacite["creators"][0]["nameIdentifiers"] == [
        {
            "nameIdentifier": "https://orcid.org/0000-0002-1825-0097",
            "nameIdentifierScheme": "ORCID",
            "schemeUri": "https://orcid.org",
        }
    ]
    address = "https://clinicaltrials.gov/study/NCT00820612"
    assert zenodo["creators"][0]["orcid"] == "0000-0002-1825-0097"
    assert zenodo["related_identifiers"] == [{"identifier": address, "relation": "isDocumentedBy"}]
    assert datacite["relatedIdentifiers"] == [
        {"relatedIdentifier": address, "relatedIdentifierType": "URL", "relationType": "IsDocumentedBy"}
    ]


def test_a_pseudonym_that_a_template_names_stays(found: standing.Standing) -> None:
    """The id of a course's row names its participant, and the template that prints it did so before."""
    row = next(row for row in found.results if row.result_id.startswith("individual.jadas71.P1."))
    printed = (*found.printed, (row.result_id, "5", "prose"))
    said = found.study.study.model_copy(update={"data_status": "real"})
    private = dataclasses.replace(found, printed=printed, study=found.study.model_copy(update={"study": said}))
    kept = individuals.without(private).by_id(row.result_id)
    assert (kept.group1_level, kept.stat, kept.reason) == ("P1", None, LEFT_OUT)
    assert "individual.jadas71" in [each.name for each in individuals.scope(private, with_data=False).lost]
