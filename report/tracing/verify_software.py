"""Whether the software here is that which a record names."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

from report import __version__
from report.errors import Finding
from report.lock import software

CALLED = {"code": "trialpress’s code", "requirements": "requirements.lock"}
REMEDY = "use the software that built the paper, or run `make report` with this one"


def differences(recorded: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is not as recorded: the code by its fingerprint, the packages by their versions."""
    here = software.software()
    for name, was in recorded.items():
        now = here.get(name, "") if name in CALLED else _version(name)
        if now != was:
            shown = (was[:7], now[:7]) if name in CALLED else (was, now)
            told = f"the paper was built with {shown[0]}, and here is {shown[1] or 'none'}"
            yield Finding("verify-software", CALLED.get(name, name), told, REMEDY)
    for name in sorted(set(here) - set(recorded)):
        yield Finding("verify-software", CALLED[name], "the record does not name it", REMEDY)


def _version(name: str) -> str:
    own = {"python": platform.python_version(), "trialpress": __version__}
    try:
        return own.get(name) or version(name)
    except PackageNotFoundError:
        return ""
