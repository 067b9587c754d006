"""The page of one narration: choose it, ask for it, see it being made, hear it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import gradio as gr

from assets.domain.errors import StudioError
from assets.domain.keys import Locale, NarrationKey
from assets.domain.people import Role
from studio_ui.access.guards import requires
from studio_ui.choices import Choice, choose, find
from studio_ui.components.parts import PLAIN, part
from studio_ui.labels import gradio_labels
from studio_ui.narration_view import compose
from studio_ui.services import Studio
from studio_ui.snapshots import Action, locale_name

PAGE = "narration"
SHOWN = ("stage", "player", "timeline", "versions", "shelf", "verdict")
"""The parts that show the chosen narration."""

Shown = Mapping[str, Any] | None
"""The value of the stage as the page sends it back: what it shows."""


def build(blocks: gr.Blocks, studio: Studio) -> None:
    """The page, below the masthead."""
    page = NarrationPage(studio)
    words = gradio_labels()
    with gr.Row(elem_id="desk", elem_classes="page"):
        with gr.Column(elem_id="choices", min_width=0):
            content = gr.Dropdown(
                choices=[],
                value=None,
                label=words("content"),
                interactive=True,
                # Words that were typed reach us as they are, and so does an id that Gradio no longer knows of,
                # because the server was started again under an open page.
                allow_custom_value=True,
                elem_id="content",
            )
            locales = part("locales", PAGE)
            voices = part("voices", PAGE)
            shelf = part("shelf", PAGE)
        with gr.Column(elem_id="listening", min_width=0):
            stage = part("stage", PAGE)
            player = part("player", PAGE)
            verdict = part("verdict", PAGE)
            versions = part("versions", PAGE)
            timeline = part("timeline", PAGE)

    # An open page looks for news by itself (`routes/looking.py`): no event of Gradio's is spent on that.
    shown = [stage, player, timeline, versions, shelf, verdict]
    everything = [content, locales, voices, *shown]
    blocks.load(page.restore, None, everything, **PLAIN)
    stage.restore(page.restore, None, everything, **PLAIN)
    # What was chosen before is what the stage shows: a page keeps nothing on the server.
    content.input(page.choose_content, [content, stage], everything, **PLAIN)
    locales.choose(page.choose_locale, stage, everything, **PLAIN)
    voices.choose(page.choose_voice, stage, everything, **PLAIN)
    stage.ask(page.ask, stage, shown, **PLAIN)
    stage.cancel(page.cancel, stage, shown, **PLAIN)
    voices.buy(page.buy_sample, stage, voices, **PLAIN)
    versions.listen(page.listen, stage, shown, **PLAIN)
    versions.restore(page.restore_version, stage, shown, **PLAIN)


class NarrationPage:
    """What the page does when something happens on it; holds no state of any person."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    @requires(Role.LISTENER)
    def restore(self, request: gr.Request) -> list[Any]:
        """The page that the address names: after a load, and after a step back or forward."""
        named = {name: request.query_params.get(name) or None for name in ("content", "locale", "voice")}
        choice = choose(self.studio, **named, exactly=True)
        heard = _number(request.query_params.get("version", ""))
        return self._everything(choice, heard=heard, settled=any(named.values()))

    @requires(Role.LISTENER)
    def choose_content(self, content: object, now: Shown) -> list[Any]:
        """Another content, by id or by words of its title, in the same locale and voice where that can be."""
        before, locale, voice = _named(now)
        found = find(self.studio.contents(), str(content)) or before
        return self._everything(choose(self.studio, found, locale, voice), chosen=True)

    @requires(Role.LISTENER)
    def choose_locale(self, now: Shown, event: gr.EventData) -> list[Any]:
        """Another locale of the same content, in the same voice where that can be."""
        content, _, voice = _named(now)
        return self._everything(choose(self.studio, content, str(event.locale), voice), chosen=True)

    @requires(Role.LISTENER)
    def choose_voice(self, now: Shown, event: gr.EventData) -> list[Any]:
        """Another voice for the same text."""
        return self._everything(choose(self.studio, *_named(now)[:2], str(event.voice), exactly=True), chosen=True)

    @requires(Role.EDITOR)
    def ask(self, now: Shown, event: gr.EventData) -> list[Any]:
        """Ask for the chosen narration. What is fresh is made anew only where the button said so."""
        anew = event.action in {Action.AGAIN, Action.RETRY}
        return self._do(now, lambda key: self.studio.request(key, force=anew and self.studio.snapshot(key).fresh))

    @requires(Role.EDITOR)
    def cancel(self, now: Shown) -> list[Any]:
        """Stop the work on the chosen narration."""
        return self._do(now, self.studio.cancel)

    @requires(Role.EDITOR)
    def buy_sample(self, now: Shown, event: gr.EventData) -> dict[str, Any]:
        """Have a sample spoken by a voice that is paid for, at the price that its button says."""
        choice, voice = choose(self.studio, *_named(now), exactly=True), str(event.voice)
        try:
            self.studio.listening.buy_sample(voice, choice.locale or "")
        except StudioError as error:
            return {**_voices(choice), "notice": error.as_json()}
        return {**_voices(choose(self.studio, *_named(now), exactly=True)), "heard": voice}

    @requires(Role.LISTENER)
    def listen(self, now: Shown, event: gr.EventData) -> list[Any]:
        """Hear another version than the current one, on this page alone."""
        return self._shown(choose(self.studio, *_named(now), exactly=True), heard=_number(event.number), chosen=True)

    @requires(Role.EDITOR)
    def restore_version(self, now: Shown, event: gr.EventData) -> list[Any]:
        """Let an earlier version play again, for everybody."""
        return self._do(now, lambda key: self.studio.restore(key, _number(event.number) or 0))

    def _do(self, now: Shown, verb: Callable[[NarrationKey], object]) -> list[Any]:
        choice, notice = choose(self.studio, *_named(now), exactly=True), None
        if choice.key is not None:
            try:
                verb(choice.key)
            except StudioError as error:
                notice = error.as_json()
        return self._shown(choice, notice=notice)

    def _everything(
        self, choice: Choice, *, heard: int | None = None, chosen: bool = False, settled: bool = False
    ) -> list[Any]:
        titles = [entry.title for entry in choice.contents]
        contents = [
            (entry.title if titles.count(entry.title) == 1 else f"{entry.title} ({entry.id})", entry.id)
            for entry in choice.contents
        ]
        locales = [{"tag": tag, "name": locale_name(Locale(tag))} for tag in choice.locales]
        return [
            gr.Dropdown(choices=contents, value=choice.content),
            {"chosen": choice.locale, "locales": locales},
            _voices(choice),
            *self._shown(choice, heard=heard, chosen=chosen, settled=settled),
        ]

    def _shown(self, choice: Choice, **how: Any) -> list[Any]:  # noqa: ANN401 - what `compose` takes
        """The values of the parts that show the chosen narration."""
        page = compose(self.studio, choice, **how)
        return [page[name] for name in SHOWN]


def _voices(choice: Choice) -> dict[str, Any]:
    return {"chosen": choice.voice, "voices": [asdict(voice) for voice in choice.voices]}


def _number(said: object) -> int | None:
    """The number of a version as a page or an address gave it; None when it is none."""
    text = str(said)
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _named(now: Shown) -> tuple[str | None, str | None, str | None]:
    """Content, locale and voice that a page shows, as it sent them back."""
    content, locale, voice = (str((now or {}).get(name) or "") or None for name in ("content", "locale", "voice"))
    return content, locale, voice
