"""The lexicon: how a word is said, heard before it is saved, and which narrations that touches."""

from __future__ import annotations

import base64
import itertools
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import gradio as gr

from assets.domain.errors import Refused, StudioError
from assets.domain.keys import Locale
from assets.domain.lexicons import Entry
from assets.domain.people import Role
from assets.pipeline.lexicon_reach import touched
from assets.pipeline.trying import takes_ipa, try_word, trying_voices
from studio_ui.access.guards import requires
from studio_ui.components.parts import PLAIN, part
from studio_ui.services import Studio
from studio_ui.snapshots import locale_name, page_url

PAGE = "lexicon"
_SHOWN = 50
_LOOK_SECONDS = 4.0
"""How long the narrations that an entry touches are looked for; a large catalogue shows the first of them."""


def build(blocks: gr.Blocks, studio: Studio) -> None:
    """The page, below the masthead."""
    page = LexiconPage(studio)
    with gr.Column(elem_id="lexicons", elem_classes="page"):
        lexicon = part("lexicon", PAGE)
        sound = part("sound", PAGE)
        reach = part("reach", PAGE)
    blocks.load(page.restore, None, lexicon, **PLAIN)
    lexicon.restore(page.restore, None, lexicon, **PLAIN)
    lexicon.hear(page.hear, None, sound, **PLAIN)
    lexicon.touch(page.touch, None, reach, **PLAIN)
    lexicon.save(page.save, lexicon, lexicon, **PLAIN)
    lexicon.remove(page.remove, lexicon, lexicon, **PLAIN)


class LexiconPage:
    """What the page does when something happens on it; the address names the language and the word."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._looking = threading.Lock()

    @requires(Role.LISTENER)
    def restore(self, request: gr.Request) -> dict[str, Any]:
        """The lexicon of the language that the address names."""
        return self._shown(request)

    @requires(Role.EDITOR, limited=False)
    def hear(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """One candidate, or the word as it is said now, in an embedded voice."""
        which = str(event.which)
        try:
            entry = None if which == "now" else _entry(event)
            if entry is not None:
                # Each candidate alone: a voice that takes sounds would otherwise never read the respelling.
                entry = replace(entry, ipa="") if which == "said" else replace(entry, said="")
            words = [*_words(event.before)[:1], str(event.written), *_words(event.after)[:1]]
            tried = try_word(self.studio.desk, _locale(self.studio, request), " ".join(words), entry, str(event.voice))
        except StudioError as error:
            return {"which": which, "notice": error.as_json()}
        unheard = which == "ipa" and not tried.takes_ipa
        return {"which": which, "said": tried.said, "unheard": unheard, "wav": base64.b64encode(tried.wav).decode()}

    @requires(Role.EDITOR, limited=False)
    def touch(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """The narrations in which an entry would be heard."""
        try:
            entry, locale = _entry(event).require_sound(), _locale(self.studio, request)
            with self._looking:
                began = time.monotonic()
                hits = touched(self.studio.desk, locale, entry)
                found = list(
                    itertools.takewhile(
                        lambda _: time.monotonic() - began < _LOOK_SECONDS, itertools.islice(hits, _SHOWN + 1)
                    )
                )
        except StudioError as error:
            return {"notice": error.as_json()}
        published = self.studio.ledger.narrations.fingerprints(locale=locale.tag) if found else {}
        return {
            "written": entry.written,
            "more": len(found) > _SHOWN or time.monotonic() - began >= _LOOK_SECONDS,
            "narrations": [
                {
                    "url": page_url(each.key),
                    "name": f"{each.key.content} · {locale_name(each.key.locale)} · {each.key.voice}",
                    "times": each.times,
                    "example": each.example,
                    "published": each.key in published,
                }
                for each in found[:_SHOWN]
            ],
        }

    @requires(Role.EDITOR)
    def save(self, now: Mapping[str, Any] | None, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """Save an entry for the language; what it touches is out of date from then on."""
        try:
            locale = _locale(self.studio, request)
            self.studio.desk.lexicons.add(locale, _entry(event), expected=_version(now))
        except StudioError as error:
            return self._shown(request, notice=error.as_json())
        return self._shown(request, saved=str(event.written))

    @requires(Role.EDITOR)
    def remove(self, now: Mapping[str, Any] | None, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """Take an entry of the project out again."""
        try:
            self.studio.desk.lexicons.remove(_locale(self.studio, request), str(event.name), expected=_version(now))
        except StudioError as error:
            return self._shown(request, notice=error.as_json())
        return self._shown(request)

    def _shown(self, request: gr.Request, notice: dict[str, str] | None = None, saved: str = "") -> dict[str, Any]:
        desk = self.studio.desk
        offered = sorted({source.locale for source in desk.catalogue().sources}, key=str)
        locales = [{"tag": tag.tag, "name": locale_name(tag)} for tag in offered]
        try:
            locale = _locale(self.studio, request)
            entries = [
                {**asdict(each.entry), "name": each.entry.name, "own": each.own and each.locale == locale}
                for each in desk.lexicons.listed(locale)
            ]
            voices = [
                {"key": voice.key.name, "name": voice.name, "sounds": takes_ipa(desk, voice)}
                for voice in trying_voices(desk, locale)
            ]
            version = desk.lexicons.version(locale)
        except StudioError as error:
            return {"locales": locales, "locale": "", "entries": [], "voices": [], "notice": notice or error.as_json()}
        return {
            "locales": locales,
            "locale": locale.tag,
            "entries": entries,
            "voices": voices,
            "voice": str(request.query_params.get("voice") or ""),
            "word": str(request.query_params.get("word") or "")[:80],
            "version": version,
            "notice": notice,
            "saved": saved,
        }


def _locale(studio: Studio, request: gr.Request) -> Locale:
    return Locale(str(request.query_params.get("locale") or "") or studio.default_locale.tag)


def _version(now: Mapping[str, Any] | None) -> int:
    version = (now or {}).get("version")
    if not isinstance(version, int):
        raise Refused("It cannot be told which lexicon the page shows.", remedy="Reload the page.")
    return version


def _entry(event: gr.EventData) -> Entry:
    return Entry(
        written=" ".join(str(event.written).split()),
        said=" ".join(str(event.said).split()),
        ipa=str(event.ipa).strip().strip("/[]"),
        cased=bool(event.cased),
        before=_words(event.before),
        after=_words(event.after),
        note=" ".join(str(event.note).split())[:200],
    )


def _words(text: object) -> tuple[str, ...]:
    return tuple(word for word in str(text).replace(",", " ").split() if word)
