"""What a narration would be made of right now, part by part, and how it stands beside that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from assets.domain.contents import Source
from assets.domain.edits import Placing, speakable, style_key
from assets.domain.fingerprints import Writer, audio_fingerprint
from assets.domain.keys import NarrationKey
from assets.domain.lexicons import Lexicon, touched_digest
from assets.domain.narrations import Narration
from assets.domain.outlines import Outline
from assets.domain.voices import Voice

STALE: Mapping[str, str] = MappingProxyType(
    {
        "outline": "The text has changed.",
        "edits": "The script was edited.",
        "writer": "Scripts are written in another way now.",
        "voice": "The voice or its settings have changed.",
        "mix": "The audio is put together in another way now.",
        "saying": "Figures and signs are said in another way now.",
        "lexicon": "The lexicon says a word of it in another way now.",
        "files": "Its files are missing or damaged.",
        "unknown": "It was made from another text or with another voice.",
    }
)
"""Why a version that exists is not fresh."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a version was made of, part by part, so that it can be said in words why it is out of date."""

    outline: str
    writer: str
    voice: str
    mix: str
    saying: str
    lexicon: str
    edits: str = ""

    def as_json(self) -> dict[str, str]:
        """Plain data, kept in the published script file under `made_of`."""
        return {
            "outline": self.outline,
            "writer": self.writer,
            "voice": self.voice,
            "mix": self.mix,
            "saying": self.saying,
            "lexicon": self.lexicon,
            "edits": self.edits,
        }

    def differs_from(self, other: dict[str, str]) -> tuple[str, ...]:
        """The names in `STALE` of why a version made of `other` is not what is asked for now."""
        mine = self.as_json()
        return tuple(part for part in STALE if part in mine and other.get(part, "") != mine[part])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a narration would be made of right now: its text and voice, and the fingerprints of script and audio.

    `written_fingerprint` is of the script before `edits`, `script_fingerprint` of what is said in the end; they are the
    same where nobody edited anything.
    """

    key: NarrationKey
    source: Source
    outline: Outline
    voice: Voice
    writer: Writer
    written_fingerprint: str
    edits: Placing
    script_fingerprint: str
    voice_digest: str
    fingerprint: str
    made_of: Provenance
    lexicon: Lexicon
    takes_ipa: bool
    """Whether its voice can be told how a word sounds."""

    def saying(self, texts: Iterable[str]) -> Wanted:
        """The same when it is known that these texts are what will be said.

        It has another fingerprint if the lexicon has words for them that it had not for the source.
        """
        touched = touched_digest(self.lexicon.touched(texts, ipa=self.takes_ipa), ipa=self.takes_ipa)
        return replace(
            self,
            fingerprint=audio_fingerprint(self.script_fingerprint, self.voice_digest, self.made_of.saying, touched),
            made_of=replace(self.made_of, lexicon=touched),
        )


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text of a locale is written and spoken: the writer and its digest, that of the voice, how it says words."""

    writer: Writer
    written: str
    spoken: str
    saying: str
    takes_ipa: bool

    @property
    def style(self) -> str:
        """The style that is written for, as edits name it."""
        return style_key(self.writer.style)


@dataclass(frozen=True, slots=True)
class View:
    """What is true about one narration now: the ledger's record, and whether its version is what the text asks for.

    `fresh` is True only when a verified version has the fingerprint wanted now. `stale` says in plain words why a
    version that exists is not fresh; it is empty when fresh or when there is no version. `stale_by` names the same in
    `STALE`, for those who say it in another language; it is empty, too, where `stale` is a sentence of its own.
    """

    narration: Narration
    title: str
    fresh: bool
    stale: str = ""
    stale_by: tuple[str, ...] = ()

    @classmethod
    def of_stale(cls, narration: Narration, title: str, reasons: tuple[str, ...]) -> View:
        """The view of a version that is not fresh for these reasons of `STALE`."""
        return cls(narration, title, False, " ".join(STALE[reason] for reason in reasons), reasons)


def texts_of(outline: Outline) -> tuple[str, ...]:
    """The text of everything in an outline that can be spoken."""
    return tuple(block.text for block in speakable(outline))


def edited_texts(edits: Placing) -> tuple[str, ...]:
    """What people have said in place of what was written."""
    return tuple(piece.said for each in edits.placed for piece in each.edit.pieces)
