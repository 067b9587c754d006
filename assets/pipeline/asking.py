"""What a voice is asked to say for a segment."""

from __future__ import annotations

from collections.abc import Sequence

from assets.domain.fingerprints import take_key
from assets.domain.said import Said
from assets.domain.scripts import Direction, Segment
from assets.pipeline.wanted import Wanted
from assets.providers.base import SpeechRequest
from assets.text.saying.say import say


def said(wanted: Wanted, segment: Segment) -> Said:
    """A segment as a reader sees it and as the voice of this narration says it."""
    return say(segment.text, wanted.key.locale, wanted.lexicon, ipa=wanted.takes_ipa)


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
