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
from studio_ui.components.player import playing
from studio_ui.labels import gradio_labels
from studio_ui.services import Studio
from studio_ui.snapshots import Action, Snapshot, locale_name, revision

PAGE = "narration"
LIVE_SECONDS = 1.5
"""How often an open page asks while something is being made."""
IDLE_SECONDS = 10.0
"""How often it asks otherwise."""
SHOWN = 5
"""How many components show the chosen narration: stage, player, timeline, shelf, and the timer that looks."""

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
            timeline = part("timeline", PAGE)
    timer = gr.Timer(LIVE_SECONDS)

    shown = [stage, player, timeline, shelf, timer]
    everything = [content, locales, voices, *shown]
    blocks.load(page.restore, None, everything, **PLAIN)
    stage.restore(page.restore, None, everything, **PLAIN)
    # What was chosen before is what the stage shows: a page keeps nothing on the server.
    content.input(page.choose_content, [content, stage], everything, **PLAIN)
    locales.choose(page.choose_locale, stage, everything, **PLAIN)
    voices.choose(page.choose_voice, stage, everything, **PLAIN)
    stage.ask(page.ask, stage, shown, **PLAIN)
    stage.cancel(page.cancel, stage, shown, **PLAIN)
    timer.tick(page.tick, stage, shown, **PLAIN)


class NarrationPage:
    """What the page does when something happens on it; holds no state of any person."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    @requires(Role.LISTENER)
    def restore(self, request: gr.Request) -> list[Any]:
        """The page that the address names: after a load, and after a step back or forward."""
        named = {name: request.query_params.get(name) or None for name in ("content", "locale", "voice")}
        choice = choose(self.studio, **named, exactly=True)
        return self._everything(choice, settled=any(named.values()))

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

    @requires(Role.LISTENER)
    def tick(self, now: Shown) -> list[Any]:
        """What changed since the page last looked; nothing is sent, drawn or announced when nothing did."""
        unchanged = [gr.skip()] * SHOWN
        if not now:
            return unchanged
        shown = self._shown(choose(self.studio, *_named(now), exactly=True))
        return unchanged if shown[0]["revision"] == now.get("revision") else shown

    def _do(self, now: Shown, verb: Callable[[NarrationKey], object]) -> list[Any]:
        choice, notice = choose(self.studio, *_named(now), exactly=True), None
        if choice.key is not None:
            try:
                verb(choice.key)
            except StudioError as error:
                notice = error.as_json()
        return self._shown(choice, notice=notice)

    def _everything(self, choice: Choice, *, chosen: bool = False, settled: bool = False) -> list[Any]:
        titles = [entry.title for entry in choice.contents]
        contents = [
            (entry.title if titles.count(entry.title) == 1 else f"{entry.title} ({entry.id})", entry.id)
            for entry in choice.contents
        ]
        locales = [{"tag": tag, "name": locale_name(Locale(tag))} for tag in choice.locales]
        return [
            gr.Dropdown(choices=contents, value=choice.content),
            {"chosen": choice.locale, "locales": locales},
            {"chosen": choice.voice, "voices": [asdict(voice) for voice in choice.voices]},
            *self._shown(choice, chosen=chosen, settled=settled),
        ]

    def _shown(
        self, choice: Choice, *, chosen: bool = False, settled: bool = False, notice: dict[str, str] | None = None
    ) -> list[Any]:
        """The values of stage, player, timeline, shelf and timer."""
        snapshot, problem = None, notice or choice.problem
        if choice.key is not None:
            try:
                snapshot = self.studio.snapshot(choice.key)
            except StudioError as error:
                problem = notice or error.as_json()
        shelf = self.studio.recent()
        stage = _stage(snapshot, choice, problem)
        stage |= {"revision": revision([stage, shelf]), "chosen": chosen, "settled": settled}
        live = any(entry["phase"] in {"queued", "writing", "speaking"} for entry in shelf)
        timeline = {
            "lines": snapshot.timeline if snapshot else [],
            "run_url": snapshot.run_url if snapshot else "",
            "open": snapshot.query if snapshot and snapshot.live and not snapshot.version else "",
        }
        return [stage, playing(snapshot), timeline, shelf, gr.Timer(LIVE_SECONDS if live else IDLE_SECONDS)]


def _named(now: Shown) -> tuple[str | None, str | None, str | None]:
    """Content, locale and voice that a page shows, as it sent them back."""
    content, locale, voice = (str((now or {}).get(name) or "") or None for name in ("content", "locale", "voice"))
    return content, locale, voice


def _stage(snapshot: Snapshot | None, choice: Choice, problem: dict[str, str] | None) -> dict[str, Any]:
    if snapshot is None:
        named = {"content": choice.content, "locale": choice.locale, "voice": choice.voice}
        title = choice.key.content.path if choice.key else ""
        return {**named, "phase": "refused", "title": title, "notice": problem, "query": ""}
    data = asdict(snapshot)
    return {**data, "timeline": len(snapshot.timeline), "notice": problem}
