"""A script under review as plain data: what `studio script` prints and the review page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assets.domain.costs import MICROS
from assets.domain.edits import Edit
from assets.domain.errors import Refused
from assets.pipeline.reviewing import Change, ChangePrice, Passage, Review
from studio_ui.planning import numbers

_DIRECTION = re.compile(r"\[[^\]]*\] ?")


def data_of(review: Review) -> dict[str, Any]:
    """A review: chapters, passages with their source and their lines, edits, warnings and how much is covered.

    Lines are numbered from 1 through the whole script, those that are not said included.
    """
    number, chapters = 0, []
    for chapter in review.chapters:
        passages = []
        for passage in chapter.passages:
            passages.append(_passage(passage, first=number + 1))
            number += len(passage.lines)
        chapters.append({"title": chapter.title, "level": chapter.level, "passages": passages})
    outcomes = [entry.outcome for entry in review.script.coverage] if review.script else []
    return {
        "written": review.script is not None,
        "script": review.wanted.script_fingerprint,
        "approved": {"by": review.approval.by, "at": review.approval.at.isoformat(timespec="seconds")}
        if review.approval
        else None,
        "plan": numbers(review.estimate),
        "chapters": chapters,
        "coverage": {name: outcomes.count(name) for name in ("spoken", "summarised", "left_out")},
        "warnings": list(review.script.warnings) if review.script else [],
        "edits": sum(1 for _ in review.edits),
        "homeless": [{**_who(edit), "said": [piece.said for piece in edit.pieces]} for edit in review.homeless],
    }


def listened(script: Mapping[str, Any], passages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A script with `heard` at each line that is said just so in a published version: what was heard of it, and where.

    `passages` are those of a verdict. A line that is said several times belongs to the passages in their order.
    """
    places: dict[str, list[Mapping[str, Any]]] = {}
    for passage in passages:
        places.setdefault(passage["said"], []).append(passage)

    def line(found: Mapping[str, Any]) -> dict[str, Any]:
        said = str(found["said"])
        here = places.get(said) or places.get(_DIRECTION.sub("", said))
        return {**found, "heard": here.pop(0) if here else None}

    chapters = [
        {**chapter, "passages": [{**each, "lines": [*map(line, each["lines"])]} for each in chapter["passages"]]}
        for chapter in script["chapters"]
    ]
    return {**script, "chapters": chapters}


def change_of(review: Review, line: int, text: str) -> Change:
    """The change of a line by its number. Raises `Refused` when the script has no such line."""
    number = 0
    for chapter in review.chapters:
        for passage in chapter.passages:
            if number < line <= number + len(passage.lines):
                at = line - number - 1
                return Change(passage.name, at, passage.lines[at].said, text)
            number += len(passage.lines)
    raise Refused(f"The script has no line {line}.", remedy=f"It has {number}; `studio script --lines` shows them.")


def price_of(price: ChangePrice) -> dict[str, Any]:
    """What a change comes to, as plain data."""
    return {
        "segments": price.segments,
        "characters": price.characters,
        "cost_usd": price.micros / MICROS,
        "narration": numbers(price.whole),
        "doubts": list(price.doubts),
        "out_of_date": [str(key) for key in price.touched],
    }


def _passage(passage: Passage, *, first: int) -> dict[str, Any]:
    placed = passage.placed
    return {
        "name": list(passage.name),
        "source": [{"kind": b.kind.value, "lines": list(b.lines), "text": b.text} for b in passage.blocks],
        "outcome": passage.outcome,
        "why": passage.reason,
        "lines": [
            {"number": first + at, "said": piece.said, "written": piece.written, "edited": piece.edited}
            for at, piece in enumerate(passage.lines)
        ],
        "edit": {**_who(placed.edit), "source_changed": placed.changed} if placed else None,
        "doubts": list(passage.doubts),
    }


def _who(edit: Edit) -> dict[str, Any]:
    return {"id": edit.id, "by": edit.made_by, "at": edit.made_at.isoformat(timespec="seconds")}
