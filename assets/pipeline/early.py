"""Early listening: the sections of a narration that are spoken already can be heard while the rest is being made."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from assets.domain.captions import transcript_json
from assets.domain.errors import Refused
from assets.domain.fingerprints import MIX_VERSION, digest
from assets.domain.keys import NarrationKey
from assets.domain.mixing import plan, timeline
from assets.domain.narrations import Narration
from assets.domain.said import Said
from assets.domain.scripts import Script
from assets.domain.states import Status
from assets.pipeline.asking import key_of, requests, said
from assets.pipeline.desk import Desk
from assets.pipeline.publishing import speech_of
from assets.pipeline.renditions import Renditions
from assets.pipeline.wanted import Wanted
from assets.text.sentences import sentences


@dataclass(frozen=True, slots=True)
class EarlySection:
    """A section that can be heard. `name` addresses its sound: other takes have another name."""

    number: int
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class _Part:
    section: EarlySection
    script: Script
    takes: tuple[str, ...]
    shown: tuple[Said, ...]


class Early:
    """Sections as sound, joined and brought to their loudness like the whole, each made when somebody listens."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._renditions = Renditions(desk.files)

    def sections(self, narration: Narration) -> tuple[EarlySection, ...]:
        """The first sections of a narration that is being spoken, as far as they can be heard now.

        None of a text that has changed since the work on it began: what is being made is then not to be foretold.
        """
        return tuple(part.section for part in self._parts(narration))

    def audio(self, key: NarrationKey, name: str) -> Path:
        """The MP3 of a section, made now when nobody has heard it yet: a second for half a minute.

        Raises `Refused` when there is no such section any more, `Corrupt` when a take is damaged.
        """
        return self._file(key, name, "mp3")

    def transcript(self, key: NarrationKey, name: str) -> Path:
        """What is heard when in the MP3 of a section, in the form of every transcript. Raises like `audio`."""
        return self._file(key, name, "json")

    def _file(self, key: NarrationKey, name: str, ending: str) -> Path:
        # What was heard once stays there for a while, also when the whole is published meanwhile.
        if (kept := self._desk.files.rendition(name, ending)) is not None:
            return kept
        for part in self._parts(self._desk.ledger.narrations.get(key)):
            if part.section.name == name:
                audio = self._renditions.begin(name, "mp3", self._render(key, part)).result.result()
                return audio if ending == "mp3" else self._kept(name, ending)
        raise Refused("There is no such section to be heard now.", remedy="Open the narration to see how it stands.")

    def _kept(self, name: str, ending: str) -> Path:
        kept = self._desk.files.rendition(name, ending)
        assert kept is not None, "the transcript is kept before the sound is"
        return kept

    def _parts(self, narration: Narration) -> list[_Part]:
        done = narration.progress.sections_done
        if narration.status is not Status.GENERATING_SPEECH or not done:
            return []
        try:
            wanted = self._desk.wanted(narration.key)
        except Refused:
            return []
        claim = self._desk.ledger.claims.get(narration.claim_id)
        kept = self._desk.files.script(wanted.script_fingerprint)
        if kept is None or claim.fingerprint != wanted.fingerprint:
            return []
        return _cut(wanted, Script.from_json(kept))[:done]

    def _render(self, key: NarrationKey, part: _Part) -> Callable[[Path, Callable[[float], None]], None]:
        def render(draft: Path, tell: Callable[[float], None]) -> None:
            from assets.audio.encoding import Tags
            from assets.audio.mixdown import mix

            script, files = part.script, self._desk.files
            mixed = mix(
                plan(script),
                lambda number: speech_of(files, part.takes[number], part.shown[number]),
                out=draft,
                tags=Tags(title=part.section.title, album=script.title, language=script.locale),
                progress=tell,
            )
            heard = timeline(script, mixed.placed, lambda text: sentences(text, key.locale), mixed.duration_seconds)
            beside = files.draft()
            try:
                beside.write_text(transcript_json(heard), encoding="utf-8")
                files.keep_rendition(beside, part.section.name, "json")
            finally:
                beside.unlink(missing_ok=True)

        return render


def _cut(wanted: Wanted, script: Script) -> list[_Part]:
    """A script as scripts of one section each, in the order in which they are heard."""
    keys = iter([key_of(wanted, each) for each in requests(wanted, script.segments)])
    heard = [section for section in script.sections if section.segments]
    parts = []
    for number, section in enumerate(heard):
        takes = tuple(itertools.islice(keys, len(section.segments)))
        alone = replace(script, sections=(section,))
        pauses = list(plan(alone).pauses)
        name = digest({"takes": list(takes), "pauses": pauses, "title": section.title, "mix": MIX_VERSION})
        shown = tuple(said(wanted, segment) for segment in section.segments)
        parts.append(_Part(EarlySection(number, section.title, name), alone, takes, shown))
    return parts
