"""A zip whose bytes depend on what is in it alone: names in order, one date, one mode, and no compression.

Compressed bytes depend on the machine's zlib; what is archived is small, and a reader can search it as it is.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from report.errors import TrialpressError

DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
UNIX, PLAIN_FILE = 3, 0o100644 << 16
MOST_BYTES = 500_000_000  # unpacked; what is larger is none of ours


def pack(files: Mapping[str, bytes], path: Path) -> None:
    """Write the files to a zip, aside and then in one step in place of an older one."""
    aside = path.with_name(f".{path.name}.new")
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED) as packed:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, DATE)
                entry.create_system, entry.external_attr = UNIX, PLAIN_FILE
                packed.writestr(entry, files[name])
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def unpack(path: Path) -> dict[str, bytes]:
    """Return the files of a zip by name; TrialpressError when it is broken, or names a place outside itself."""
    try:
        with zipfile.ZipFile(path) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > MOST_BYTES or not all(map(_is_within, entries)):
                raise zipfile.BadZipFile("it is larger than an archive, or names files outside itself")
            return {entry.filename: packed.read(entry) for entry in entries}
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as fault:
        raise TrialpressError(f"{path.name} cannot be unpacked: {fault}", remedy="fetch the archive again") from None


def _is_within(entry: zipfile.ZipInfo) -> bool:
    place = PurePosixPath(entry.filename)
    return not place.is_absolute() and ".." not in place.parts and "\\" not in entry.filename


def lay_out(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files below a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
