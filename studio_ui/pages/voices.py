"""Voices: who can speak which language, how each sounds, under which licence, and why one cannot be chosen."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assets.domain.errors import StudioError
from assets.domain.keys import Locale
from assets.domain.people import Role
from assets.domain.voices import Voice
from assets.pipeline.accounts import account_of, resting
from studio_ui.access.guards import requires
from studio_ui.components.parts import PLAIN, part
from studio_ui.remembered import Remembered
from studio_ui.services import Studio
from studio_ui.snapshots import locale_name

PAGE = "voices"
GOOD_FOR_SECONDS = 10.0


def build(blocks: gr.Blocks, studio: Studio) -> None:
    """The page, below the masthead."""
    page = VoicesPage(studio)
    with gr.Column(elem_id="voices-page", elem_classes="page"):
        gallery = part("gallery", PAGE)
    blocks.load(page.restore, None, gallery, **PLAIN)
    gallery.buy(page.buy, None, gallery, **PLAIN)


class VoicesPage:
    """What the page does when something happens on it; holds no state of any person."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._remembered = Remembered(GOOD_FOR_SECONDS)

    @requires(Role.LISTENER)
    def restore(self) -> dict[str, Any]:
        """Every voice as it is now."""
        try:
            return self._remembered.get("voices", self._shown)
        except StudioError as error:
            return {"locales": [], "voices": [], "notice": error.as_json()}

    @requires(Role.EDITOR)
    def buy(self, event: gr.EventData) -> dict[str, Any]:
        """Have a sample spoken by a voice that costs money, at the price that the button said."""
        notice = None
        try:
            self.studio.listening.buy_sample(str(event.voice), str(event.locale))
        except StudioError as error:
            notice = error.as_json()
        self._remembered.forget()
        return {**self.restore(), "notice": notice}

    def _shown(self) -> dict[str, Any]:
        desk = self.studio.desk
        voices = desk.voices().entries
        tags = {source.locale for source in desk.catalogue().sources}
        tags |= {Locale(tag) for voice in voices for tag in voice.locales if tag != "*"}
        locales = sorted(tags, key=lambda locale: locale_name(locale).casefold())
        tired = resting(desk)
        return {
            "locales": [_named(locale) for locale in locales],
            "voices": [self._voice(voice, locales, tired) for voice in voices],
            "notice": None,
        }

    def _voice(self, voice: Voice, locales: list[Locale], tired: dict[str, str]) -> dict[str, Any]:
        desk = self.studio.desk
        offered = [locale for locale in locales if voice.offered_for(locale)]
        refusals = {locale: desk.refusal(voice, locale.tag) for locale in offered}
        spoken = [locale for locale in offered if refusals[locale] is None]
        account = account_of(desk, voice)
        why = tired.get(account, "")
        state, reason = "ready", ""
        if not spoken:
            state, reason = "unable", next((refusal for refusal in refusals.values() if refusal), "")
        elif why:
            state, reason = "resting", why
        return {
            "key": voice.key.name,
            "name": voice.name,
            "description": voice.description,
            "provider": voice.provider,
            "model": voice.model,
            "licence": voice.licence,
            "paid": bool(account),
            "every": "*" in voice.locales,
            "locales": [_named(locale) for locale in offered],
            "state": state,
            "reason": reason,
            "samples": [
                {**_named(locale), **sample}
                for locale in spoken
                if (sample := self.studio.listening.sample_of(voice, locale)) is not None
            ],
        }


def _named(locale: Locale) -> dict[str, str]:
    return {"tag": locale.tag, "name": locale_name(locale)}
