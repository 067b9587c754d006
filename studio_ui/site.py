"""The site: every page that there is, and how they are put together. Adding a page is one line in `PAGES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assets.domain.people import Person, Role
from studio_ui.access.gate import HERE
from studio_ui.access.guards import asker, requires
from studio_ui.components.parts import PLAIN, part
from studio_ui.endpoints import Endpoints
from studio_ui.pages import activity, batch, insights, lexicon, library, narration, review, settings, voices
from studio_ui.services import Studio

NAME = "Narration Studio"


@dataclass(frozen=True, slots=True)
class Page:
    """One page. Its address is `/<noun>`, or `path` where that is another; its name is `page_<noun>` in the words.

    `build` puts the components below the masthead and ties their events. Whoever has the role `least` may open it. A
    page that only makes sense for something chosen elsewhere is not offered in the navigation.
    """

    noun: str
    build: Callable[[gr.Blocks, Studio], None]
    path: str | None = None
    least: Role = Role.LISTENER
    in_navigation: bool = True

    @property
    def address(self) -> str:
        """Where it is on this server."""
        return f"/{self.noun}" if self.path is None else self.path


PAGES = (
    Page("library", library.build, path="/"),
    Page("narration", narration.build, in_navigation=False),
    Page("review", review.build),
    Page("lexicon", lexicon.build),
    Page("batch", batch.build, least=Role.OPERATOR),
    Page("activity", activity.build),
    Page("insights", insights.build, least=Role.OPERATOR),
    Page("voices", voices.build),
    Page("settings", settings.build, least=Role.OPERATOR),
)


def build(studio: Studio) -> gr.Blocks:
    """All pages as Gradio blocks; every event is a plain call outside the queue."""
    with gr.Blocks(title=NAME, analytics_enabled=False, delete_cache=(3600, 86400), fill_width=True) as blocks:
        Endpoints(studio).offer()  # first: no event of a page shall take one of their names
        _compose(PAGES[0], blocks, studio)
    for page in PAGES[1:]:
        with blocks.route(page.noun, page.address, show_in_navbar=False):
            _compose(page, blocks, studio)
    blocks.queue(api_open=False, max_size=200, default_concurrency_limit=8)
    return blocks


def _compose(page: Page, blocks: gr.Blocks, studio: Studio) -> None:
    masthead = part("masthead", page.noun, navigation(page, None))

    @requires(Role.LISTENER)
    def offer(request: gr.Request) -> dict[str, Any]:
        return navigation(page, asker(request))

    blocks.load(offer, None, masthead, **PLAIN)
    page.build(blocks, studio)


def offered(person: Person | None) -> list[dict[str, str]]:
    """The pages that somebody may go to from any other, by name and address."""
    role = person.role if person else Role.LISTENER
    return [{"noun": each.noun, "path": each.address} for each in PAGES if each.in_navigation and role >= each.least]


def navigation(here: Page, person: Person | None) -> dict[str, Any]:
    """What the masthead of a page offers to somebody; before it is known who that is, what everybody may see.

    Whoever has not logged in, because nobody has to on this machine, is not named.
    """
    return {
        "here": here.noun,
        "pages": offered(person),
        "person": person.name if person and person is not HERE else "",
        "role": person.role.word if person else "",
    }
