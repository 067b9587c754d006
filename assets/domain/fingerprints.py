"""Fingerprints: the hashes that decide what is fresh, what is stale and what has been paid for already.

Each is the SHA-256 of canonical JSON of everything that can be heard, and of nothing else: authors and positions
are not in it, every setting that changes the sound is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.domain.outlines import BlockKind, Outline
from assets.domain.said import Pronunciation
from assets.domain.scripts import NO_STYLE, SectionDraft, Style
from assets.domain.voices import Voice

MIX_VERSION = "2"
"""Raise it when joining, pauses, loudness or encoding change what is heard; no take is bought for that."""

_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest(parts: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical JSON of plain data, as 64 hexadecimal digits."""
    return hashlib.sha256(_canonical(parts).encode()).hexdigest()


def outline_digest(outline: Outline) -> str:
    """What the script depends on in the source: title, description and the blocks that are spoken, in order."""
    return digest(
        {
            "title": outline.title,
            "description": outline.description,
            "blocks": [
                [block.kind.value, block.level, block.text]
                for block in outline.blocks
                if block.kind is not BlockKind.LEFT_OUT
            ],
        }
    )


@dataclass(frozen=True, slots=True)
class Writer:
    """All of a script writer that can be heard in a script: who writes in which way, and for what kind of voice."""

    name: str
    model: str
    prompt_version: str
    style: Style = NO_STYLE

    def parts(self) -> dict[str, Any]:
        """What a fingerprint is made of. A style that says nothing is no part of it."""
        parts: dict[str, Any] = {"writer": self.name, "model": self.model, "prompt": self.prompt_version}
        if self.style != NO_STYLE:
            parts |= {"persona": self.style.persona, "directions": list(self.style.directions)}
        return parts


def script_fingerprint(outline: str, *, locale: str, writer: Writer) -> str:
    """The fingerprint of a script: the digest of its spoken content, its locale, and who writes it how."""
    return digest({"outline": outline, "locale": locale, **writer.parts()})


def section_key(draft: SectionDraft, *, locale: str, writer: Writer) -> str:
    """The address of a written section: its blocks as they are spoken, and who writes it how.

    Neither its place nor its neighbours are in it, nor the names of its blocks, so that an edit elsewhere re-writes
    nothing here.
    """
    blocks = [[block.kind.value, block.level, block.text] for block in draft.spoken]
    return digest({"title": draft.title, "level": draft.level, "blocks": blocks, "locale": locale, **writer.parts()})


def voice_digest(voice: Voice, *, locale: str, adapter_version: str) -> str:
    """Everything about a voice that can be heard."""
    return digest(
        {
            "provider": voice.provider,
            "model": voice.model,
            "voice": voice.provider_voice,
            "settings": dict(voice.settings),
            "locale": locale,
            "adapter": adapter_version,
        }
    )


def audio_fingerprint(script: str, voice: str, saying: str = "", lexicon: str = "") -> str:
    """The fingerprint of a narration: its script, its voice, the mix, and how its words are said.

    `saying` are the rules for figures and signs, `lexicon` the entries of the lexicon that are heard in it. This is its
    Dagster data version, too.
    """
    parts = {"script": script, "voice": voice, "mix": MIX_VERSION, "saying": saying, "lexicon": lexicon}
    return digest({name: part for name, part in parts.items() if part})


def take_key(text: str, voice: str, sounds: Sequence[Pronunciation] = ()) -> str:
    """The address of a take: the spoken text with its directions, its sounds, and everything audible about the voice.

    No position and no neighbours: otherwise one edit would buy three takes.
    """
    parts: dict[str, Any] = {"text": text, "voice": voice}
    if sounds:
        parts["sounds"] = [[each.first, each.last, each.ipa] for each in sounds]
    return digest(parts)
