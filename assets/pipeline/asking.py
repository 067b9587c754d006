"""What a voice is asked to say for a segment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from assets.domain.fingerprints import take_key
from assets.domain.keys import Locale
from assets.domain.lexicons import NO_LEXICON, Lexicon
from assets.domain.said import Said
from assets.domain.scripts import Direction, Segment
from assets.pipeline.wanted import Wanted
from assets.providers.base import SpeechRequest
from assets.text.saying.say import say

_SAID_IN_MEMORY = 2_000
"""Segments, a few megabytes."""


def said(wanted: Wanted, segment: Segment) -> Said:
    """A segment as a reader sees it and as the voice of this narration says it."""
    if not wanted.lexicon.may_touch(segment.text):  # then all voices of a locale say it alike
        return _said(segment.text, wanted.key.locale, NO_LEXICON, ipa=False)
    return _said(segment.text, wanted.key.locale, wanted.lexicon, ipa=wanted.takes_ipa)


@lru_cache(maxsize=_SAID_IN_MEMORY)
def _said(text: str, locale: Locale, lexicon: Lexicon, *, ipa: bool) -> Said:
    """Kept for the next voice, and for whoever makes what was just planned."""
    return say(text, locale, lexicon, ipa=ipa)


def requests(wanted: Wanted, segments: Sequence[Segment]) -> list[SpeechRequest]:
    """One request for each segment: its words as they are said, its directions, and its neighbours as a hint."""
    found = [said(wanted, segment) for segment in segments]
    texts = [each.text for each in found]
    return [
        SpeechRequest(
            each.text,
            wanted.key.locale,
            wanted.voice,
            before,
            after,
            tuple(Direction(each.place(direction.at), direction.name) for direction in segment.directions),
            each.pronunciations,
        )
        for segment, each, before, after in zip(segments, found, ["", *texts], [*texts[1:], ""], strict=False)
    ]


def key_of(wanted: Wanted, request: SpeechRequest) -> str:
    """The address of the take that answers a request."""
    return take_key(request.directed, wanted.voice_digest, request.pronunciations)
