"""Insights: money, time and faults over a while, as tables with bars; and a box for SQL that only reads."""

from __future__ import annotations

import time
from typing import Any

import gradio as gr

from assets.domain.errors import StudioError
from assets.domain.people import Role
from studio_ui.access.guards import requires
from studio_ui.components.parts import PLAIN, part
from studio_ui.insights import PERIODS
from studio_ui.services import Studio

PAGE = "insights"


def build(blocks: gr.Blocks, studio: Studio) -> None:
    """The page, below the masthead."""
    page = InsightsPage(studio)
    with gr.Column(elem_id="figures", elem_classes="page"):
        insights = part("insights", PAGE)
        inquiry = part("inquiry", PAGE)
    blocks.load(page.restore, None, [insights, inquiry], **PLAIN)
    insights.restore(page.restore, None, [insights, inquiry], **PLAIN)
    insights.refresh(page.refresh, None, insights, **PLAIN)
    inquiry.ask(page.ask, None, inquiry, **PLAIN)


class InsightsPage:
    """What the page does when something happens on it; holds no state of any person."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    @requires(Role.OPERATOR)
    def restore(self, request: gr.Request) -> list[Any]:
        """The period that the address names."""
        looked = self._look(request)
        return [looked, {"tables": looked.get("tables", [])}]

    @requires(Role.OPERATOR)
    def refresh(self, request: gr.Request) -> dict[str, Any]:
        """The figures as they are now; an inquiry that is being written is left alone."""
        return self._look(request)

    def _look(self, request: gr.Request) -> dict[str, Any]:
        said = str(request.query_params.get("days") or "")
        days = int(said) if said in {str(period) for period in PERIODS} else PERIODS[1]
        try:
            # With the moment of this look: Gradio tells a page nothing of an answer that is the same as the last.
            return {**self.studio.insights.look(days), "periods": list(PERIODS), "looked": time.time()}
        except StudioError as error:
            return {"notice": error.as_json()}

    @requires(Role.OPERATOR)
    def ask(self, event: gr.EventData) -> dict[str, Any]:
        """The answer to an inquiry, beside the words it was asked in."""
        sql = str(event.sql)
        try:
            return {"sql": sql, "answer": self.studio.insights.ask(sql)}
        except StudioError as error:
            return {"sql": sql, "notice": error.as_json()}
