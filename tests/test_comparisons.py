"""Every method in a study file, from the data files to the printed table: nothing crashes, nothing is left unexplained."""

from __future__ import annotations

import math
import re

import pytest

from report.analysis import compute
from report.analysis.basis.methods import REGISTRY
from report.ard import Results
from report.paper.displays import table_of
from report.paper.styles import STYLES
from report.study import file as study_file
from report.study.model import Study
from report.tracing import phrases, subjects
from tests import compared
from tests.invented import write

KINDS = {"by_arm": ("C", "L", "H"), "one_arm": ("C",), "crossed": ("C", "L")}


@pytest.fixture(scope="module", params=sorted(KINDS))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Results]:
    folder = tmp_path_factory.mktemp(request.param)
    write(folder, compared.study(request.param), **compared.files(KINDS[request.param]))
    study = study_file.read(folder)
    return study, compute.results(folder, study)


def test_every_method_is_used_in_one_of_these_trials() -> None:
    used = {use["method"] for kind in KINDS for each in compared.study(kind)["endpoints"] for use in each["methods"]}
    by_period = {"events_by_period", "rate_ratio", "fisher_by_period", "signed_rank_by_period"}
    assert used | by_period == set(REGISTRY)


def test_a_value_or_a_reason_in_every_row(built: tuple[Study, Results]) -> None:
    _, results = built
    for row in results:
        assert not row.error
        if row.stat is None:
            assert row.reason or row.query, row.result_id
        elif isinstance(row.stat, float):
            assert math.isfinite(row.stat), row.result_id


def test_each_method_gives_values(built: tuple[Study, Results]) -> None:
    """On data that are sound a method that only gives reasons does not work."""
    study, results = built
    for endpoint in study.endpoints:
        for use in endpoint.methods:
            rows = [row for row in results.select(analysis_id=f"{endpoint.id}.{use.name}") if row.format_key != "text"]
            without = [f"{row.result_id}: {row.reason}" for row in rows if row.stat is None]
            assert len(without) < len(rows), without


def test_every_row_of_a_method_can_be_told(built: tuple[Study, Results]) -> None:
    """``trialpress explain`` has a phrase for each statistic, and knows what it is of."""
    study, results = built
    for row in results:
        of = subjects.subject(study, row)
        assert of.kind != "other", row.result_id
        if of.use is not None:
            assert phrases.phrase(of.kind, of.use.method, row.stat_name), (of.use.method, row.stat_name)


def test_a_table_of_each_endpoint(built: tuple[Study, Results]) -> None:
    """Every method has a line; every estimate stands beside its interval; P stands in the stub, not in the cell."""
    study, results = built
    for display in study.displays:
        table = table_of(display, study, results, STYLES["plain"])
        printed = {piece.result_id for text in table.texts for piece in text.results}
        for use in study.endpoint(str(display.endpoint)).methods:
            if use.method == "shift":  # it has a table of its own
                continue
            of_method = {row.result_id for row in results.select(analysis_id=f"{display.endpoint}.{use.name}")}
            assert printed & of_method, f"{display.id} shows nothing of {use.name}"
        for line in table.lines:
            assert len(line.cells) in (0, 1, len(table.headings) - 1), line.stub.plain
            assert line.stub.plain.strip() and not re.search(r"[_{}]", line.stub.plain), line.stub.plain


def test_labels_say_what_they_are(built: tuple[Study, Results]) -> None:
    """A stub in a table is the label of an estimate or of a test: it is no bare P, and begins with a capital."""
    _, results = built
    for row in results:
        if row.stat_name == "estimate" or row.stat_name.startswith("p.value"):
            assert len(row.stat_label) > 3 or row.analysis_id.startswith("baseline"), row.result_id
            assert row.stat_label[0].isupper() or row.stat_label.startswith("t test"), (row.result_id, row.stat_label)
