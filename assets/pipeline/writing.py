"""The script stage: an outline becomes a script, each section written once for all voices that say it the same way."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from assets.domain.errors import BadAnswer
from assets.domain.fingerprints import section_key
from assets.domain.scripts import Script, Section, SectionDraft, drafts
from assets.pipeline.composing import Composing
from assets.pipeline.desk import Desk
from assets.pipeline.wanted import Wanted
from assets.providers.base import FreeScriptWriter, PaidScriptWriter, SectionOrder
from assets.storage.ledger.work import Work
from assets.text.coverage import assemble
from assets.text.editing import with_edits
from assets.text.leaks import leaks


class Writing:
    """Scripts by fingerprint: kept ones are read, others are written section by section and kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._files = desk.files
        self._composing = Composing(desk)
        self._being_written: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def script(self, wanted: Wanted, work: Work | None = None) -> Script:
        """The script of a text as it is now, edits and all; what has to be paid for is paid for on behalf of `work`.

        Raises `Refused` when nothing in it can be said, `BadAnswer` by a gate, and what its writer raises.
        """
        fingerprint = wanted.script_fingerprint
        if fingerprint == wanted.written_fingerprint:
            return await self.written(wanted, work)
        async with self._being_written[fingerprint]:
            if (kept := self._files.script(fingerprint)) is not None:
                self._say_saved(wanted, work)
                return Script.from_json(kept)
            script = edited(await self.written(wanted, work), wanted)
            self._files.put_script(fingerprint, script.as_json())
            return script

    async def written(self, wanted: Wanted, work: Work | None = None) -> Script:
        """The script before anybody edited it. Raises like `script`."""
        fingerprint = wanted.written_fingerprint
        async with self._being_written[fingerprint]:
            if (kept := self._files.script(fingerprint)) is not None:
                self._say_saved(wanted, work)
                return Script.from_json(kept)
            script = await self._write(wanted, work)
            self._files.put_script(fingerprint, script.as_json())
            return script

    async def foreseen(self, wanted: Wanted) -> tuple[Script, bool]:
        """The script before anybody edited it, and whether it is kept; one that is not is written and not kept.

        For writers that cost nothing. Raises like `script`.
        """
        if (kept := self._files.script(wanted.written_fingerprint)) is not None:
            return Script.from_json(kept), True
        return await self._write(wanted, None), False

    async def _write(self, wanted: Wanted, work: Work | None) -> Script:
        script = assemble(wanted.outline, wanted.key.locale, await self._sections(wanted, work))
        require_clean(script)
        return script

    async def _sections(self, wanted: Wanted, work: Work | None) -> list[Section]:
        orders = section_orders(wanted)
        match self._desk.writer():
            case PaidScriptWriter() as writer:
                done = 0

                async def write(order: SectionOrder, paid: PaidScriptWriter = writer) -> Section:
                    nonlocal done
                    section = await self._composing.section(order, paid, work)
                    done += 1
                    if work is not None:
                        work.writing(done, len(orders))
                    return section

                if work is not None:
                    work.writing(0, len(orders))
                try:
                    async with asyncio.TaskGroup() as group:
                        tasks = [group.create_task(write(order)) for order in orders]
                except BaseExceptionGroup as several:
                    raise several.exceptions[0] from several
                return [task.result() for task in tasks]
            case FreeScriptWriter() as writer:
                return [await writer.write(order) for order in orders]
        raise AssertionError("a script writer is free or paid")

    def _say_saved(self, wanted: Wanted, work: Work | None) -> None:
        """A script that is shared saves what its sections cost."""
        if work is None or not isinstance(self._desk.writer(), PaidScriptWriter):
            return
        known = self._desk.ledger.sections.known([order.key for order in section_orders(wanted)])
        if saved := sum(known.values()):
            work.paid(saved_micros=saved)


def edited(script: Script, wanted: Wanted) -> Script:
    """A written script with its edits. Raises `Refused` when they leave nothing to say."""
    return with_edits(script, wanted.outline, wanted.edits, wanted.key.locale, wanted.writer.style)


def section_orders(wanted: Wanted) -> list[SectionOrder]:
    """What a script writer is asked for, section by section."""
    found = drafts(wanted.outline)
    around = ["", *(_text(draft) for draft in found), ""]
    return [
        SectionOrder(
            key=section_key(draft, locale=wanted.key.locale.tag, writer=wanted.writer),
            draft=draft,
            outline=wanted.outline,
            locale=wanted.key.locale,
            style=wanted.writer.style,
            before=around[number],
            after=around[number + 2],
        )
        for number, draft in enumerate(found)
    ]


def _text(draft: SectionDraft) -> str:
    return " ".join(block.text for block in draft.spoken)


def require_clean(script: Script) -> None:
    """Pass a script in which every segment is plain words. Raises `BadAnswer` and names the place otherwise."""
    for section in script.sections:
        for segment in section.segments:
            if found := leaks(segment.text):
                raise BadAnswer(
                    f"The script of '{script.title}' would read markup aloud ({found[0]}), in '{section.title}'.",
                    remedy="Simplify that passage of the source, or report it with the file.",
                )
