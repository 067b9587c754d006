"""Browsing the library: what an address asks for, and the page of contents that answers it, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from assets.domain.keys import Locale, NarrationKey
from assets.domain.questions import Question
from assets.domain.search_words import excerpt
from assets.pipeline.shelving import NOT_ASKED, Shelving
from assets.storage.shelves import Shelf, Standing, Text
from studio_ui.snapshots import Phase, locale_name, page_url

PAGE_SIZE = 25
KINDS = ("article", "subject")
_LONGEST_WORDS = 200
_LIVE = frozenset({Phase.QUEUED, Phase.WRITING, Phase.SPEAKING})


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the library somebody is: what they look for, and which page of it, counted from 1."""

    question: Question
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Place:
        """The place that a query string names; what it says amiss is passed over."""

        def said(name: str, known: tuple[str, ...] | None = None) -> str:
            value = str(query.get(name) or "")[:_LONGEST_WORDS].strip()
            return value if known is None or value in known else ""

        question = Question(
            words=said("q"),
            kind=said("type", KINDS),
            locale=said("locale"),
            voice=said("voice"),
            phase=said("status", tuple(Phase)),
            recent=said("order") == "recent",
        )
        page = said("p")
        return cls(question, max(1, int(page)) if page.isascii() and page.isdigit() else 1)

    @property
    def address(self) -> str:
        """The address of this place; what is left open is not in it."""
        asked = self.question
        values = {
            "q": asked.words,
            "type": asked.kind,
            "locale": asked.locale,
            "voice": asked.voice,
            "status": asked.phase,
            "order": "recent" if asked.recent else "",
            "p": str(self.page) if self.page > 1 else "",  # `page` is a name of Gradio's own
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return f"/?{query}" if query else "/"


class Library:
    """The library as people browse it."""

    def __init__(self, shelving: Shelving) -> None:
        self.shelving = shelving
        self.desk = shelving.desk

    def look(self, place: Place) -> dict[str, Any]:
        """One page of what is looked for. A page beyond the last is the last. Raises `Refused`."""
        shelves, question = self.shelving.current(), place.question
        found = shelves.find(question, first=(place.page - 1) * PAGE_SIZE, most=PAGE_SIZE)
        pages = max(1, -(-found.total // PAGE_SIZE))
        if place.page > pages:
            return self.look(replace(place, page=pages))
        counts = shelves.counts(question)
        voices = {voice.key.name: voice.name for voice in self.desk.voices().entries}
        return {
            "place": {
                "q": question.words,
                "type": question.kind,
                "locale": question.locale,
                "voice": question.voice,
                "status": question.phase,
                "order": "recent" if question.recent else "",
            },
            "address": place.address,
            "page": place.page,
            "pages": pages,
            "before": replace(place, page=place.page - 1).address if place.page > 1 else "",
            "after": replace(place, page=place.page + 1).address if place.page < pages else "",
            "total": found.total,
            "reading": self._reading(),
            "locales": [{"tag": tag, "name": locale_name(Locale(tag))} for tag in shelves.locales()],
            "voices": [{"key": key, "name": name} for key, name in voices.items()],
            "statuses": [{"phase": phase.value, "count": counts.get(phase.value, 0)} for phase in Phase],
            "entries": [self._entry(shelf, voices, question.words) for shelf in found.shelves],
        }

    def _reading(self) -> dict[str, int] | None:
        progress = self.shelving.progress
        return {"done": progress[0], "total": progress[1]} if progress else None

    @property
    def untouched(self) -> bool:
        """Whether nothing was ever asked for."""
        return not set(self.shelving.current().counts(Question())) - {NOT_ASKED}

    def _entry(self, shelf: Shelf, voices: Mapping[str, str], words: str) -> dict[str, Any]:
        texts = [self._text(text, shelf, voices) for text in shelf.texts]
        said = next((text for text in shelf.texts if text.hit), None)
        default = self.desk.settings.default_locale.tag
        shown = next((text for text in texts if text["tag"] == default), texts[0]) if texts else None
        return {
            "id": shelf.content,
            "kind": shelf.kind,
            "title": shown["title"] if shown else shelf.content,
            "lang": shown["tag"] if shown else "",
            "texts": texts,
            "excerpt": self._excerpt(said, words) if said is not None else None,
        }

    def _excerpt(self, text: Text, words: str) -> dict[str, Any] | None:
        """Where a text says what is looked for."""
        found = excerpt(self.desk.index.said(text.number), words)
        locale = Locale(text.locale)
        direction = "rtl" if locale.right_to_left else "ltr"
        return {"text": found.text, "marks": found.marks, "lang": locale.tag, "dir": direction} if found else None

    def _text(self, text: Text, shelf: Shelf, voices: Mapping[str, str]) -> dict[str, Any]:
        here = [each for each in shelf.narrations if each.locale == text.locale]
        unasked = [each.voice for each in here if each.phase == NOT_ASKED]
        first = next((voice for voice in voices if voice in unasked), "")
        return {
            "tag": text.locale,
            "name": locale_name(Locale(text.locale)),
            "title": text.title,
            "narrations": [self._narration(each, voices) for each in here if each.phase != NOT_ASKED],
            "not_asked": len(unasked),
            "ask": page_url(NarrationKey.of(text.content, text.locale, first)) if first else "",
        }

    def _narration(self, standing: Standing, voices: Mapping[str, str]) -> dict[str, Any]:
        key = NarrationKey.of(standing.content, standing.locale, standing.voice)
        shown: dict[str, Any] = {
            "url": page_url(key),
            "voice": voices.get(standing.voice, standing.voice),
            "phase": standing.phase,
            "version": standing.version,
            "duration_seconds": standing.duration_seconds,
            "changed": standing.changed.isoformat() if standing.changed else "",
        }
        if standing.phase == Phase.SPEAKING:  # how far it is changes too often for the shelves
            now = self.desk.ledger.narrations.get(key)
            shown |= {"done": now.segments_done, "total": now.segments_total}
        return shown


def has_live(looked: Mapping[str, Any]) -> bool:
    """Whether anything on a page of the library is on its way."""
    return any(
        n["phase"] in _LIVE for entry in looked["entries"] for text in entry["texts"] for n in text["narrations"]
    )
