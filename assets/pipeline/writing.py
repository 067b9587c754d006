"""The script stage: an outline becomes a script, once for all voices that say it the same way."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from assets.domain.errors import BadAnswer
from assets.domain.scripts import Script, drafts
from assets.pipeline.desk import Wanted
from assets.providers.base import ScriptWriter
from assets.storage.files import Files
from assets.text.coverage import assemble
from assets.text.leaks import leaks


class Writing:
    """Scripts by fingerprint: kept ones are read, others are written section by section and kept."""

    def __init__(self, files: Files, writer: ScriptWriter) -> None:
        self._files = files
        self._writer = writer
        self._being_written: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def script(self, wanted: Wanted) -> Script:
        """The script of a text as it is now. Raises `Refused` when nothing in it can be said, `BadAnswer` by a gate."""
        fingerprint = wanted.script_fingerprint
        async with self._being_written[fingerprint]:
            if (kept := self._files.script(fingerprint)) is not None:
                return Script.from_json(kept)
            sections = [
                await self._writer.write(draft, wanted.outline, wanted.key.locale) for draft in drafts(wanted.outline)
            ]
            script = assemble(wanted.outline, wanted.key.locale, sections)
            require_clean(script)
            self._files.put_script(fingerprint, script.as_json())
            return script


def require_clean(script: Script) -> None:
    """Pass a script in which every segment is plain words. Raises `BadAnswer` and names the place otherwise."""
    for section in script.sections:
        for segment in section.segments:
            if found := leaks(segment.text):
                raise BadAnswer(
                    f"The script of '{script.title}' would read markup aloud ({found[0]}), in '{section.title}'.",
                    remedy="Simplify that passage of the source, or report it with the file.",
                )
