"""The parts of two Word files brought into one: pictures, links, footnotes, lists, styles and bookmarks.

What the old paper's document names by a number, such as a picture by its relationship, gets a number that is free in
the new paper's file, unless the new one has the same thing.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.parsers.expat import ExpatError

from report.changes.tracked_xml import body_of, children, copied, first, key_of, made, parse, text_of, write
from report.errors import GateError
from report.publish.word import DATE

DOCUMENT, NOTES, LISTS, STYLES = (f"word/{name}.xml" for name in ("document", "footnotes", "numbering", "styles"))
TYPES = "[Content_Types].xml"
LINKS = ("r:id", "r:embed", "r:link")
FURNITURE = ("w:headerReference", "w:footerReference")
# What is taken over from the old paper is numbered from here; pandoc's own numbers are far below.
TAKEN_OVER = 50_000


class Package:
    """A Word file: its parts, and those of them that are read as XML."""

    def __init__(self, path: Path) -> None:
        """Read a file; GateError if it is not a whole Word file."""
        self.name = path.name
        self.trees: dict[str, Element] = {}
        try:
            with zipfile.ZipFile(path) as archive:
                self.parts = {name: archive.read(name) for name in archive.namelist()}
            self.body = body_of(self.tree(DOCUMENT), self.name)
        except (OSError, zipfile.BadZipFile, KeyError, ExpatError) as error:
            raise GateError(f"{path.name}: is not a whole Word file ({error})", remedy="build it again") from error

    def tree(self, name: str) -> Element:
        """Return the root of a part, always the same one."""
        if name not in self.trees:
            self.trees[name] = parse(self.parts[name])
        return self.trees[name]

    def list_of(self, name: str) -> Element:
        """Return the root of a part, or an empty element that is no part where there is none."""
        return self.tree(name) if name in self.parts else made("none")

    def links(self, part: str) -> dict[str, Element]:
        """Return the relationships of a part by their ids."""
        return {each.get("Id", ""): each for each in self.list_of(links_of(part))}

    def target(self, link: Element) -> tuple[str, str]:
        """Return the kind and the goal of a relationship: an address, or the fingerprint of a picture or other part."""
        goal = link.get("Target", "")
        name = part_named(goal)
        told = sha256(self.parts[name]).hexdigest() if name in self.parts else goal
        return link.get("Type", ""), told

    def save(self, to: Path, changed: Mapping[str, bytes]) -> None:
        """Write the file with some parts changed or added; the same parts always give the same bytes."""
        with zipfile.ZipFile(to, "w") as archive:
            for name, data in {**self.parts, **changed}.items():
                entry = zipfile.ZipInfo(name, DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data)


def links_of(part: str) -> str:
    """Return the name of the part that holds another's relationships."""
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def part_named(target: str) -> str:
    """Return the name of the part that a relationship of a part in word/ leads to."""
    return posixpath.normpath(posixpath.join("/word", target))[1:]


class Union:
    """The new paper's file with what the old paper's document needs, and the old document renumbered to match.

    ``notes`` has the key of each footnote, old and new, by its number in the shared file.
    """

    def __init__(self, old: Package, new: Package) -> None:
        self.old, self.new = old, new
        self.added: dict[str, bytes] = {}
        self.touched: set[str] = set()
        self._same_prefixes()
        self._follow_links(old.body, DOCUMENT)
        self.notes = self._footnotes()
        self._lists()
        self._styles()
        self._bookmarks()
        self._pictures()

    def save(self, to: Path) -> None:
        """Write the shared file; the document's body is by now the marked one."""
        self._drop_unused_notes()
        trees = {name: write(self.new.tree(name)) for name in sorted(self.touched | {DOCUMENT})}
        self.new.save(to, {**trees, **self.added})

    def _same_prefixes(self) -> None:
        """Let the shared document declare what the old one does; GateError where a prefix means two things."""
        ours, theirs = self.old.tree(DOCUMENT).attrib, self.new.tree(DOCUMENT).attrib
        for name, value in ours.items():
            if theirs.setdefault(name, value) != value and name.startswith("xmlns"):
                told = (
                    f"{self.old.name} and {self.new.name} use the prefix {name.partition(':')[2]} for different things"
                )
                raise GateError(told, remedy="build both with the same version")

    # Relationships and pictures ----------------------------------------------------------------------------------

    def _follow_links(self, root: Element, part: str) -> None:
        """Point what stands below an old element to the same pictures and addresses in the shared file."""
        known = {self.new.target(link): name for name, link in self.new.links(part).items()}
        ours = self.old.links(part)
        for element in root.iter():
            for attribute in LINKS:
                name = element.get(attribute)
                if name is None or name not in ours:
                    continue
                target = self.old.target(ours[name])
                if element.tag in FURNITURE:
                    element.set(attribute, self._furniture(name, target[0], part))
                    continue
                if target not in known:
                    known[target] = self._take_over(ours[name], part)
                element.set(attribute, known[target])

    def _furniture(self, name: str, kind: str, part: str) -> str:
        """Return the new paper's header or footer that stands for an old one."""
        theirs = self.new.links(part)
        if name in theirs and theirs[name].get("Type") == kind:
            return name
        return next((each for each, link in theirs.items() if link.get("Type") == kind), name)

    def _take_over(self, link: Element, part: str) -> str:
        """Add a relationship of the old paper, and the picture it leads to, under names that are free."""
        twin = copied(link)
        twin.set("Id", _free(f"{link.get('Id')}Old", self.new.links(part)))
        if link.get("TargetMode") != "External":
            twin.set("Target", self._picture(part_named(link.get("Target", ""))))
        self.new.tree(links_of(part)).append(twin)
        self.touched.add(links_of(part))
        return twin.get("Id", "")

    def _picture(self, name: str) -> str:
        """Add a part of the old paper, such as a picture, and return what a relationship calls it."""
        folder, file = posixpath.split(name)
        taken_over = posixpath.join(folder, _free(f"old-{file}", {posixpath.basename(each) for each in self.new.parts}))
        self.added[taken_over] = self.old.parts[name]
        types = self.new.tree(TYPES)
        kinds = {each.get("PartName"): each.get("ContentType", "") for each in self.old.tree(TYPES)}
        default = {each.get("Extension"): each.get("ContentType", "") for each in self.old.tree(TYPES)}
        kind = kinds.get(f"/{name}") or default.get(posixpath.splitext(name)[1][1:], "application/octet-stream")
        types.append(made("Override", {"PartName": f"/{taken_over}", "ContentType": kind}))
        self.touched.add(TYPES)
        return f"/{taken_over}"

    def _pictures(self) -> None:
        """Give the old paper's pictures numbers apart from the new one's."""
        for element in self.old.body.iter():
            if element.tag in ("wp:docPr", "pic:cNvPr"):
                _raise_number(element, "id")

    # Footnotes ---------------------------------------------------------------------------------------------------

    def _footnotes(self) -> dict[str, str]:
        """Take over every footnote the old paper refers to; return the key of each note in the shared file."""
        used = list(self.old.body.iter("w:footnoteReference"))
        keys = {note.get("w:id", ""): _note_key(note) for note in self.new.list_of(NOTES)}
        if not used:
            return keys
        if NOTES not in self.new.parts:
            raise GateError(f"{self.new.name}: has no part for footnotes", remedy="build it again")
        for note in self.old.list_of(NOTES):
            if note.get("w:type") is None:
                twin = copied(note)
                self._follow_links(twin, NOTES)
                _raise_number(twin, "w:id")
                self.new.tree(NOTES).append(twin)
                keys[twin.get("w:id", "")] = _note_key(twin)
        for reference in used:
            _raise_number(reference, "w:id")
        self.touched.add(NOTES)
        return keys

    def _drop_unused_notes(self) -> None:
        """Drop the old paper's footnotes that no deleted word refers to."""
        used = {each.get("w:id") for each in self.new.tree(DOCUMENT).iter("w:footnoteReference")}
        notes = self.new.list_of(NOTES)
        for note in list(notes):
            if int(note.get("w:id", "0")) >= TAKEN_OVER and note.get("w:id") not in used:
                notes.remove(note)

    # Lists -------------------------------------------------------------------------------------------------------

    def _lists(self) -> None:
        """Give the old paper's lists the numbers of the new paper's that they became; add those that went."""
        old, new = (_Lists(each) for each in (self.old, self.new))
        became = dict(_same_lists(old, new))
        for number in old.used:
            if number not in became and number in old.definitions:
                became[number] = self._take_over_list(number, old)
        for element in self.old.body.iter("w:numId"):
            element.set("w:val", became.get(element.get("w:val", ""), element.get("w:val", "")))

    def _take_over_list(self, number: str, old: _Lists) -> str:
        """Add a list's definition in its place: Word wants all w:abstractNum before the first w:num."""
        if LISTS not in self.new.parts:
            raise GateError(f"{self.new.name}: has no part for lists", remedy="build it again")
        lists = self.new.tree(LISTS)
        free = str(TAKEN_OVER + int(number))
        abstract, num = copied(old.abstract(number)), copied(old.definitions[number])
        for nsid in list(children(abstract, "w:nsid")):
            abstract.remove(nsid)
        abstract.set("w:abstractNumId", free)
        num.set("w:numId", free)
        for each in children(num, "w:abstractNumId"):
            each.set("w:val", free)
        lists.insert(sum(child.tag != "w:num" for child in lists), abstract)
        lists.append(num)
        self.touched.add(LISTS)
        return free

    # Styles and bookmarks ----------------------------------------------------------------------------------------

    def _styles(self) -> None:
        """Take over the styles that only the old paper has."""
        theirs = {each.get("w:styleId") for each in self.new.list_of(STYLES)}
        for style in children(self.old.list_of(STYLES), "w:style"):
            if style.get("w:styleId") not in theirs and STYLES in self.new.parts:
                self.new.tree(STYLES).append(copied(style))
                self.touched.add(STYLES)

    def _bookmarks(self) -> None:
        """Drop the old paper's bookmarks whose name the new one has, since a file holds a name once."""
        theirs = {each.get("w:name") for each in self.new.body.iter("w:bookmarkStart")}
        ours = {each.get("w:id"): each.get("w:name") for each in self.old.body.iter("w:bookmarkStart")}
        for parent in list(self.old.body.iter()):
            for child in list(parent):
                if child.tag in ("w:bookmarkStart", "w:bookmarkEnd"):
                    if ours.get(child.get("w:id")) in theirs:
                        parent.remove(child)
                    else:
                        _raise_number(child, "w:id")


class _Lists:
    """The lists of a paper: those its document uses, in order, and their definitions."""

    def __init__(self, package: Package) -> None:
        root = package.list_of(LISTS)
        self.definitions = {each.get("w:numId", ""): each for each in children(root, "w:num")}
        self.abstracts = {each.get("w:abstractNumId", ""): each for each in children(root, "w:abstractNum")}
        self.items = list(_items(package.body))
        self.used = list(dict.fromkeys(number for number, _ in self.items))

    def abstract(self, number: str) -> Element:
        """Return the definition that a list's own definition goes back to."""
        goes_back = first(self.definitions[number], "w:abstractNumId")
        return self.abstracts["" if goes_back is None else goes_back.get("w:val", "")]

    def kind(self, number: str) -> str:
        """Return how a list is marked and set in, whatever its number."""
        if number not in self.definitions:
            return number
        levels = [key_of(each, {}) for each in self.abstract(number) if each.tag != "w:nsid"]
        own = [key_of(each, {}) for each in self.definitions[number] if each.tag != "w:abstractNumId"]
        return f"{levels}{own}"


def _items(body: Element) -> Iterator[tuple[str, str]]:
    """Yield the list of each item of a list, and its text."""
    for paragraph in body.iter("w:p"):
        for properties in children(paragraph, "w:pPr"):
            for number in properties.iter("w:numId"):
                yield number.get("w:val", ""), text_of(paragraph)


def _same_lists(old: _Lists, new: _Lists) -> Iterable[tuple[str, str]]:
    """Yield the old and new number of each list that goes on: one with the same items, or else the next of its kind."""
    ours, theirs = ([(each.kind(number), text) for number, text in each.items] for each in (old, new))
    left, free = dict.fromkeys(old.used), dict.fromkeys(new.used)
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        for at in range(block.size):
            one, other = old.items[block.a + at][0], new.items[block.b + at][0]
            if one in left and other in free:
                del left[one], free[other]
                yield one, other
    for one in left:
        found = next((other for other in free if old.kind(one) == new.kind(other)), None)
        if found is not None:
            del free[found]
            yield one, found


def _note_key(note: Element) -> str:
    return "".join(key_of(child, {}) for child in note)


def _raise_number(element: Element, attribute: str) -> None:
    """Move a number above all that the new paper uses."""
    element.set(attribute, str(TAKEN_OVER + int(element.get(attribute, "0"))))


def _free(name: str, taken: Iterable[str]) -> str:
    """Return a name, followed by as many underscores as make it free."""
    while name in set(taken):
        name += "_"
    return name
