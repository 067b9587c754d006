"""Activity: what is being made, what waits for its turn, what failed and why; retried singly or by cause."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assets.domain.errors import StudioError
from assets.domain.keys import NarrationKey
from assets.domain.people import Role
from studio_ui.access.guards import asker, requires
from studio_ui.activity import has_live
from studio_ui.components.parts import PLAIN, part
from studio_ui.services import Studio

PAGE = "activity"


def build(blocks: gr.Blocks, studio: Studio) -> None:
    """The page, below the masthead."""
    page = ActivityPage(studio)
    with gr.Column(elem_id="happenings", elem_classes="page"):
        activity = part("activity", PAGE)
    blocks.load(page.restore, None, activity, **PLAIN)
    activity.look(page.look, None, activity, **PLAIN)
    activity.restore(page.restore, None, activity, **PLAIN)
    activity.retry(page.retry, None, activity, **PLAIN)
    activity.together(page.together, None, activity, **PLAIN)
    activity.cancel(page.cancel, None, activity, **PLAIN)


class ActivityPage:
    """What the page does when something happens on it; holds no state of any person."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    @requires(Role.LISTENER)
    def restore(self, request: gr.Request) -> dict[str, Any]:
        """How everything stands, and what the one who looks may do about it."""
        return self._shown(request)

    @requires(Role.LISTENER)
    def look(self, request: gr.Request, event: gr.EventData) -> Any:  # noqa: ANN401 - a value, or Gradio's "nothing new"
        """What changed since the page last looked; nothing is sent or drawn when nothing did."""
        shown = self._shown(request)
        return gr.skip() if shown.get("revision") == event.revision else shown

    @requires(Role.EDITOR)
    def retry(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """Ask again for one that failed."""
        try:
            came_to = self.studio.retry([_key(event.key)], by=asker(request).name)
        except StudioError as error:
            return {**self._shown(request), "notice": error.as_json()}
        return {**self._shown(request), "retried": came_to}

    @requires(Role.OPERATOR)
    def together(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """Ask again for all that failed for one cause."""
        came_to = self.studio.retry(self.studio.activity.failed(str(event.code)), by=asker(request).name)
        return {**self._shown(request), "retried": came_to}

    @requires(Role.EDITOR)
    def cancel(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """Stop the work on one narration."""
        try:
            self.studio.cancel(_key(event.key))
        except StudioError as error:
            return {**self._shown(request), "notice": error.as_json()}
        return self._shown(request)

    def _shown(self, request: gr.Request) -> dict[str, Any]:
        role = asker(request).role
        try:
            query = request.query_params
            named, page = str(query.get("cause") or ""), str(query.get("p") or "")
            found = self.studio.happening(named, int(page) if page.isdecimal() and len(page) < 8 else 1)
        except StudioError as error:
            return {"notice": error.as_json()}
        may = {"retry": role >= Role.EDITOR, "together": role >= Role.OPERATOR, "cancel": role >= Role.EDITOR}
        return {**found, "live": has_live(found), "may": may, "turned": named}


def _key(named: object) -> NarrationKey:
    """The key that a page sent back. Raises `Refused` for what is none."""
    content, _, rest = str(named).partition("@")
    return NarrationKey.of(content, *rest.partition("@")[::2])
