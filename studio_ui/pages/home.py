"""The first page: choose a narration, ask for it, see it being made, hear it."""

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
from studio_ui.components.parts import part
from studio_ui.components.player import playing
from studio_ui.labels import LABELS
from studio_ui.services import Studio
from studio_ui.snapshots import Action, Snapshot, locale_name, query, revision

LIVE_SECONDS = 1.5
"""How often an open page asks while something is being made."""
IDLE_SECONDS = 10.0
"""How often it asks otherwise."""


SHOWN = 6
"""How many components show the chosen narration: hero, stage, player, timeline, shelf, and the timer that looks."""

Shown = Mapping[str, Any] | None
"""The value of the stage as the page sends it back: what it shows."""


def build(studio: Studio) -> gr.Blocks:
    """The page as Gradio blocks; every event is a plain call outside the queue."""
    page = Home(studio)
    i18n = gr.I18n(**LABELS)
    with gr.Blocks(
        title="Narration Studio", analytics_enabled=False, delete_cache=(3600, 86400), fill_width=True
    ) as blocks:
        part("masthead")
        hero = part("hero")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="choices", min_width=0):
                content = gr.Dropdown(
                    choices=[],
                    value=None,
                    label=i18n("content"),
                    interactive=True,
                    # Words that were typed reach us as they are, and so does an id that Gradio no longer knows of,
                    # because the server was started again under an open page.
                    allow_custom_value=True,
                    elem_id="content",
                )
                locales = part("locales")
                voices = part("voices")
                shelf = part("shelf")
            with gr.Column(elem_id="listening", min_width=0):
                stage = part("stage")
                player = part("player")
                timeline = part("timeline")
        timer = gr.Timer(LIVE_SECONDS)

        shown = [hero, stage, player, timeline, shelf, timer]
        everything = [content, locales, voices, *shown]
        plain: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        blocks.load(page.restore, None, everything, **plain)
        stage.restore(page.restore, None, everything, **plain)
        # What was chosen before is what the stage shows: a page keeps nothing on the server.
        content.input(page.choose_content, [content, stage], everything, **plain)
        locales.choose(page.choose_locale, stage, everything, **plain)
        voices.choose(page.choose_voice, stage, everything, **plain)
        stage.ask(page.ask, stage, shown, **plain)
        stage.cancel(page.cancel, stage, shown, **plain)
        hero.begin(page.begin, None, everything, **plain)
        timer.tick(page.tick, stage, shown, **plain)
    blocks.queue(api_open=False, max_size=200, default_concurrency_limit=8)
    return blocks


class Home:
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
    def begin(self) -> list[Any]:
        """The press of the invitation: ask for the first narration and turn the page to it."""
        try:
            key = self.studio.first_key()
            self.studio.request(key)
        except StudioError as error:
            choice = choose(self.studio, None, None, None)
            return self._everything(choice, notice=error.as_json())
        return self._everything(choose(self.studio, str(key.content), str(key.locale), str(key.voice)), chosen=True)

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
        return unchanged if shown[1]["revision"] == now.get("revision") else shown

    def _do(self, now: Shown, verb: Callable[[NarrationKey], object]) -> list[Any]:
        choice, notice = choose(self.studio, *_named(now), exactly=True), None
        if choice.key is not None:
            try:
                verb(choice.key)
            except StudioError as error:
                notice = error.as_json()
        return self._shown(choice, notice=notice)

    def _everything(
        self, choice: Choice, *, chosen: bool = False, settled: bool = False, notice: dict[str, str] | None = None
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
            {"chosen": choice.voice, "voices": [asdict(voice) for voice in choice.voices]},
            *self._shown(choice, chosen=chosen, settled=settled, notice=notice),
        ]

    def _shown(
        self, choice: Choice, *, chosen: bool = False, settled: bool = False, notice: dict[str, str] | None = None
    ) -> list[Any]:
        """The values of hero, stage, player, timeline, shelf and timer."""
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
        hero = self._hero(notice) if not shelf else {"visible": False}
        return [hero, stage, playing(snapshot), timeline, shelf, gr.Timer(LIVE_SECONDS if live else IDLE_SECONDS)]

    def _hero(self, notice: dict[str, str] | None) -> dict[str, Any]:
        try:
            key = self.studio.first_key()
            snapshot = self.studio.snapshot(key)
        except StudioError as error:
            return {"visible": True, "query": "", "notice": error.as_json()}
        return {
            "visible": True,
            "query": query(key),
            "title": snapshot.title,
            "locale_name": snapshot.locale_name,
            "voice_name": snapshot.voice_name,
            "cost_usd": snapshot.plan["cost_usd"] if snapshot.plan else 0.0,
            "notice": notice,
        }


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
