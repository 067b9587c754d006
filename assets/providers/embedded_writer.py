"""The script writer that needs no key: it lets the text speak for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assets.domain.keys import Locale
from assets.domain.scripts import NO_STYLE, SEGMENT_LIMIT_CHARS, Section, Style
from assets.providers.base import SectionOrder
from assets.text.segments import segments

_FULL_STOPS = {"hi": "।", "mr": "।", "ne": "।", "ja": "。", "zh": "。", "ur": "۔"}
_ENDINGS = frozenset(".!?…:;。！？：；।॥۔؟؛።")
_CLOSING = "\"'”’»«“)]}」』）】》〉"


class EmbeddedWriter:
    """Writes a section by saying its blocks, in order and in their own words.

    Every heading is an announcement of its own. What does not end like a sentence is given a full stop, so that a
    voice lets its tone fall. `limit` is the most characters of a segment.
    """

    name = "embedded"
    model = ""
    prompt_version = "1"

    def __init__(self, limit: int = SEGMENT_LIMIT_CHARS) -> None:
        self._limit = limit

    def style(self, persona: str, directions: Sequence[str]) -> Style:  # noqa: ARG002 - of the protocol
        """None: the text speaks for itself, whoever says it."""
        return NO_STYLE

    async def write(self, order: SectionOrder) -> Section:
        """The section as it will be said; without segments when all of its blocks are left out."""
        draft, locale = order.draft, order.locale
        spoken = tuple(
            segment
            for block in draft.spoken
            for segment in segments(replace(block, text=closed(block.text, locale)), locale, self._limit)
        )
        return Section(draft.id, draft.title, draft.level, spoken)


def closed(text: str, locale: Locale) -> str:
    """The text with a full stop of its language when it does not end like a sentence."""
    words = text.rstrip()
    if not words or words.rstrip(_CLOSING + " ")[-1:] in _ENDINGS:
        return words
    return words.rstrip(",、，–— ") + _FULL_STOPS.get(locale.language, ".")
