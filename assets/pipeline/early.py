"""Early listening: what is spoken of a narration already can be heard while the rest is being made.

It is heard in *stretches*: the first take alone, then one more, two, four, so that the first sound does not wait for
a long section, and what follows is spoken while something is heard.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from assets.domain.captions import transcript_json
from assets.domain.errors import Refused
from assets.domain.fingerprints import MIX_VERSION, digest
from assets.domain.keys import NarrationKey
from assets.domain.mixing import Plan, early_pauses, stretches, timeline
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

_CUTS_IN_MEMORY = 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some takes in a row that can be heard, all of the section `number` with this title.

    `name` addresses their sound: other takes have another name.
    """

    number: int
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class _Part:
    stretch: Stretch
    script: Script
    plan: Plan
    takes: tuple[str, ...]
    shown: tuple[Said, ...]


class Early:
    """Stretches as sound, joined and brought to their loudness like the whole, each made when somebody listens."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._renditions = Renditions(desk.files)
        self._lock = threading.Lock()
        self._cuts: OrderedDict[str, list[_Part]] = OrderedDict()

    def stretches(self, narration: Narration) -> tuple[Stretch, ...]:
        """The first stretches of a narration that is being spoken, as far as they can be heard now.

        None of a text that has changed since the work on it began: what is being made is then not to be foretold.
        """
        return tuple(part.stretch for part in self._parts(narration))

    def audio(self, key: NarrationKey, name: str) -> Path:
        """The MP3 of a stretch, made now when nobody has heard it yet: a second for half a minute.

        Raises `Refused` when there is no such stretch any more, `Corrupt` when a take is damaged.
        """
        return self._file(key, name, "mp3")

    def transcript(self, key: NarrationKey, name: str) -> Path:
        """What is heard when in the MP3 of a stretch, in the form of every transcript. Raises like `audio`."""
        return self._file(key, name, "json")

    def _file(self, key: NarrationKey, name: str, ending: str) -> Path:
        if (kept := self._desk.files.rendition(name, ending)) is not None:
            return kept
        # Whoever was told of a stretch can hear it, also when the whole is published before they ask for it.
        for part in self._spoken(self._desk.wanted(key)):
            if part.stretch.name == name:
                audio = self._renditions.begin(name, "mp3", self._render(key, part)).result.result()
                return audio if ending == "mp3" else self._kept(name, ending)
        raise Refused("There is no such part to be heard now.", remedy="Open the narration to see how it stands.")

    def _kept(self, name: str, ending: str) -> Path:
        kept = self._desk.files.rendition(name, ending)
        assert kept is not None, "the transcript is kept before the sound is"
        return kept

    def _parts(self, narration: Narration) -> list[_Part]:
        if narration.status is not Status.GENERATING_SPEECH or not narration.segments_done:
            return []
        try:
            wanted = self._desk.wanted(narration.key)
        except Refused:
            return []
        claim = self._desk.ledger.claims.get(narration.claim_id)
        return self._spoken(wanted) if claim.fingerprint == wanted.fingerprint else []

    def _spoken(self, wanted: Wanted) -> list[_Part]:
        """The first stretches whose takes are all there."""
        if not self._desk.files.has_script(wanted.script_fingerprint):
            return []
        spoken = self._desk.files.has_take
        return list(itertools.takewhile(lambda part: all(map(spoken, part.takes)), self._cut(wanted)))

    def _cut(self, wanted: Wanted) -> list[_Part]:
        """All stretches of a narration, cut once: whoever listens asks again with every take."""
        with self._lock:
            if wanted.fingerprint in self._cuts:
                self._cuts.move_to_end(wanted.fingerprint)
                return self._cuts[wanted.fingerprint]
        kept = self._desk.files.script(wanted.script_fingerprint)
        if kept is None:
            return []
        parts = _cut(wanted, Script.from_json(kept))
        with self._lock:
            self._cuts[wanted.fingerprint] = parts
            while len(self._cuts) > _CUTS_IN_MEMORY:
                self._cuts.popitem(last=False)
        return parts

    def _render(self, key: NarrationKey, part: _Part) -> Callable[[Path, Callable[[float], None]], None]:
        def render(draft: Path, tell: Callable[[float], None]) -> None:
            from assets.audio.encoding import Tags
            from assets.audio.mixdown import mix

            script, files = part.script, self._desk.files
            mixed = mix(
                part.plan,
                lambda number: speech_of(files, part.takes[number], part.shown[number]),
                out=draft,
                tags=Tags(title=part.stretch.title, album=script.title, language=script.locale),
                progress=tell,
            )
            heard = timeline(script, mixed.placed, lambda text: sentences(text, key.locale), mixed.duration_seconds)
            beside = files.draft()
            try:
                beside.write_text(transcript_json(heard), encoding="utf-8")
                files.keep_rendition(beside, part.stretch.name, "json")
            finally:
                beside.unlink(missing_ok=True)

        return render


def _cut(wanted: Wanted, script: Script) -> list[_Part]:
    """A script as scripts of one stretch each, in the order in which they are heard."""
    keys = iter([key_of(wanted, each) for each in requests(wanted, script.segments)])
    heard = [section for section in script.sections if section.segments]
    parts = []
    for number, first, last in stretches([len(section.segments) for section in heard]):
        section = heard[number]
        segments = section.segments[first:last]
        alone = replace(script, sections=(replace(section, segments=segments),))
        joined = early_pauses(section, first, last)
        takes = tuple(itertools.islice(keys, len(segments)))
        told = {"takes": list(takes), "pauses": list(joined.pauses), "title": section.title, "mix": MIX_VERSION}
        shown = tuple(said(wanted, segment) for segment in segments)
        parts.append(_Part(Stretch(number, section.title, digest(told)), alone, joined, takes, shown))
    return parts
