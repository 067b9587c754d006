"""History: what was published of a narration, how versions differ, and what has changed in its text since."""

from __future__ import annotations

import json
from typing import Any

from assets.domain.changes import Change, Kind, Piece, compare
from assets.domain.errors import Corrupt, Refused
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Narration, Version
from assets.domain.outlines import BlockKind, Outline
from assets.pipeline.desk import Desk


class History:
    """The versions of narrations, as files and ledger have them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def versions(self, key: NarrationKey) -> tuple[Version, ...]:
        """All versions, newest first."""
        return self._desk.ledger.versions.of(key)

    def restore(self, key: NarrationKey, number: int) -> Narration:
        """Make an earlier version the one that plays. Raises `Refused` and `Corrupt` like the ledger."""
        return self._desk.ledger.versions.restore(key, number, verify=self._desk.files.verify)

    def compare(self, before: Version, after: Version) -> tuple[Change, ...]:
        """What is said otherwise in the later of two versions, sentence by sentence, each with its moment.

        Raises `Corrupt` when a transcript cannot be read.
        """
        return compare(self._sentences(before), self._sentences(after))

    def changes(self, version: Version) -> tuple[Change, ...]:
        """What has changed in the text since a version was made, block by block; what stayed is left out.

        The words of a block that is gone are those that were said for it. Raises `Refused` when the text is gone, and
        `Corrupt` when the script of the version cannot be read.
        """
        script = self._json(version, "script")
        outline = self._desk.outline(self._desk.catalogue().source(version.key.content, version.key.locale))
        try:
            before = _blocks_of_script(script)
        except (KeyError, TypeError) as error:
            raise Corrupt("The script of this version cannot be read.", remedy="Make it again.") from error
        found = compare(before, _blocks_of_outline(outline))
        return tuple(each for each in found if each.kind is not Kind.SAME)

    def _sentences(self, version: Version) -> list[Piece]:
        try:
            return [
                Piece(sentence["text"], sentence["text"], float(sentence["start"]))
                for paragraph in self._json(version, "transcript")["paragraphs"]
                for sentence in paragraph["sentences"]
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise Corrupt("The transcript of this version cannot be read.", remedy="Make it again.") from error

    def _json(self, version: Version, role: str) -> dict[str, Any]:
        if role not in version.files:
            raise Refused(f"This version has no {role}.", remedy="Make the narration again to get it.")
        try:
            found = json.loads(self._desk.files.resolve(version.files[role].path).read_bytes())
        except (OSError, ValueError) as error:
            raise Corrupt(f"The {role} of version {version.number} cannot be read.", remedy="Make it again.") from error
        if not isinstance(found, dict):
            raise Corrupt(f"The {role} of version {version.number} cannot be read.", remedy="Make it again.")
        return found


def _blocks_of_script(script: dict[str, Any]) -> list[Piece]:
    """The blocks of the source that a script was made of, by their names, with what was said for each."""
    said: dict[str, list[str]] = {}
    for section in script["sections"]:
        for segment in section["segments"]:
            for block in (segment["block"], *segment.get("also", ())):
                said.setdefault(block, []).append(segment["text"])
    heads = _heads(script["title"] if "title" in said else "", script["description"])
    spoken = [each["block"] for each in script["coverage"] if each["kind"] != BlockKind.LEFT_OUT.value]
    return [*heads, *(Piece(block, " ".join(said.get(block, ()))) for block in spoken)]


def _blocks_of_outline(outline: Outline) -> list[Piece]:
    spoken = [block for block in outline.blocks if block.kind is not BlockKind.LEFT_OUT]
    titled = any(block.kind is BlockKind.HEADING and block.text == outline.title for block in spoken[:1])
    heads = _heads("" if titled else outline.title, outline.description)
    return [*heads, *(Piece(block.id, block.text) for block in spoken)]


def _heads(title: str, description: str) -> list[Piece]:
    """Title and description where they are no blocks of their own: their words tell them apart."""
    return [Piece(f"{name}: {text}", text) for name, text in (("title", title), ("description", description)) if text]
