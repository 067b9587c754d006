"""What a voice is asked to say for a segment."""

from __future__ import annotations

from collections.abc import Sequence

from assets.domain.fingerprints import take_key
from assets.domain.scripts import Direction, Segment
from assets.pipeline.desk import Wanted
from assets.providers.base import SpeechRequest
from assets.text.saying.say import say


def requests(wanted: Wanted, segments: Sequence[Segment]) -> list[SpeechRequest]:
    """One request for each segment: its words as they are said, its directions, and its neighbours as a hint."""
    said = [say(segment.text, wanted.key.locale) for segment in segments]
    texts = [each.text for each in said]
    return [
        SpeechRequest(
            each.text,
            wanted.key.locale,
            wanted.voice,
            before,
            after,
            tuple(Direction(each.place(direction.at), direction.name) for direction in segment.directions),
        )
        for segment, each, before, after in zip(segments, said, ["", *texts], [*texts[1:], ""], strict=False)
    ]


def key_of(wanted: Wanted, request: SpeechRequest) -> str:
    """The address of the take that answers a request."""
    return take_key(request.directed, wanted.voice_digest)
