"""Both built studies as papers to follow numbers in."""

from __future__ import annotations

import pytest

from report.stages import Order
from report.tracing import papers
from report.tracing.papers import Paper
from tests.conftest import Built


@pytest.fixture(scope="session")
def read(jia: Built, indomethacin: Built) -> dict[str, Paper]:
    return {"jia": papers.read(Order(jia.folder)), "indomethacin": papers.read(Order(indomethacin.folder))}
