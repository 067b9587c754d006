"""What there is: contents, voices, narrations and scripts, as rows for the command line."""

from __future__ import annotations

import asyncio
from typing import Any

from assets.domain.costs import MICROS
from assets.domain.counting import counted
from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.domain.scripts import Script
from assets.pipeline.desk import Desk

Rows = tuple[list[dict[str, Any]], list[dict[str, str]]]


def contents(desk: Desk) -> Rows:
    """Each content with its title and locales, and the files that had to be passed over."""
    catalogue, rows = desk.catalogue(), []
    problems = [{"path": each.path, "message": each.message} for each in catalogue.problems]
    locales: dict[str, list[str]] = {}
    for source in catalogue.sources:
        locales.setdefault(str(source.content), []).append(str(source.locale))
    for content in catalogue.contents:
        there = sorted(locales[str(content)])
        first = str(desk.settings.default_locale) if str(desk.settings.default_locale) in there else there[0]
        try:
            title = desk.title(str(content), first)
        except Refused as refused:
            title = ""
            problems.append({"path": f"{content} ({first})", "message": str(refused)})
        rows.append({"content": str(content), "kind": content.kind, "locales": there, "title": title})
    return rows, problems


def voices(desk: Desk) -> Rows:
    """Each voice, by whom it is provided, for which locales, and its licence."""
    return [
        {
            "voice": voice.key.name,
            "name": voice.name,
            "provider": voice.provider,
            "model": voice.model,
            "locales": list(voice.locales),
            "licence": voice.licence,
            "description": voice.description,
        }
        for voice in desk.voices().entries
    ], []


def narrations(desk: Desk) -> Rows:
    """Each narration that was ever asked for."""
    return [
        {
            "narration": str(each.key),
            "status": each.status.value if each.status else "absent",
            "version": each.version.number if each.version else None,
            "duration_seconds": round(each.version.duration_seconds, 2) if each.version else None,
            "updated": each.updated_at.isoformat(timespec="seconds") if each.updated_at else None,
        }
        for each in desk.ledger.narrations.find(limit=None)
    ], []


def script_of(desk: Desk, key: NarrationKey, *, write: bool = False) -> Script:
    """The script of a text as it is now; nothing is spoken and nothing is claimed.

    Raises `Refused`, also for one that is still to be paid for, unless it is said to `write` it.
    """
    from assets.pipeline.planning import Planning
    from assets.pipeline.writing import Writing

    async def look() -> Script:
        wanted = desk.wanted(key)
        estimate = await Planning(desk).estimate(wanted)
        if estimate.script_micros and not write:
            raise Refused(
                f"{estimate.script_calls} of its {counted(estimate.sections, 'section is', 'sections are')} not "
                f"written yet; writing what is missing costs about ${estimate.script_micros / MICROS:.4f}.",
                remedy="Say --write to have them written, or STUDIO_SCRIPT_WRITER=embedded for the text as it is.",
            )
        return await Writing(desk).script(wanted)

    return asyncio.run(look())
