"""What git knows of a folder, where it is there; nothing of a study is loaded for it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

PATIENCE = 20.0  # seconds; a share over the network may be slow


def git(folder: Path, *arguments: str) -> list[str] | None:
    """Return what git says of a folder, split where it writes NUL or ends a line; None when it cannot say anything.

    git is absent, the folder lies in no repository, or git does not answer in time. A repository of another user is
    read all the same, and no program that it names is run.
    """
    own = {key: value for key, value in os.environ.items() if key not in _OF_A_HOOK}
    asked = ["git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(
            asked, capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE, env=own, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return [part for part in os.fsdecode(done.stdout).split("\0") if part] if done.returncode == 0 else None


# a hook of git runs with these set, and they would turn every question to the hook's own repository
_OF_A_HOOK = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"})
