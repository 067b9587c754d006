"""The library, the front page: what there is to hear, and the invitation where nothing was made yet."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assets.domain.errors import StudioError
from assets.domain.people import Role
from studio_ui.access.guards import requires
from studio_ui.browsing import Place, has_live
from studio_ui.components.parts import PLAIN, part
from studio_ui.services import Studio
from studio_ui.snapshots import page_url, query

PAGE = "library"


def build(blocks: gr.Blocks, studio: Studio) -> None:
    """The page, below the masthead."""
    page = LibraryPage(studio)
    hero = part("hero", PAGE)
    with gr.Column(elem_id="browse", elem_classes="page"):
        library = part("library", PAGE)
    everything = [hero, library]
    blocks.load(page.restore, None, everything, **PLAIN)
    library.restore(page.restore, None, everything, **PLAIN)
    library.look(page.look, None, everything, **PLAIN)
    hero.begin(page.begin, None, hero, **PLAIN)


class LibraryPage:
    """What the page does when something happens on it; holds no state of any person."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    @requires(Role.LISTENER)
    def restore(self, request: gr.Request) -> list[Any]:
        """The place in the library that the address names: after a load, a choice, and a step back or forward."""
        try:
            shown = self.studio.look(Place.of(request.query_params))
        except StudioError as error:
            return [{"visible": False}, {"notice": error.as_json()}]
        hero = self.invitation() if self.studio.library.untouched else {"visible": False}
        return [hero, {**shown, "live": has_live(shown) or bool(shown["reading"])}]

    @requires(Role.LISTENER)
    def look(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """What changed since the page last looked; nothing is sent or drawn when nothing did."""
        hero, shown = self.restore(request)
        return [gr.skip()] * 2 if shown.get("revision") == event.revision else [hero, shown]

    @requires(Role.EDITOR)
    def begin(self) -> dict[str, Any]:
        """The press of the invitation: ask for the first narration and go to its page."""
        try:
            key = self.studio.first_key()
            self.studio.request(key)
        except StudioError as error:
            return self.invitation(error.as_json())
        return {"visible": True, "go": page_url(key)}

    def invitation(self, notice: dict[str, str] | None = None) -> dict[str, Any]:
        """What the invitation offers, and what it would cost."""
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
