"""What open pages look at again and again: one answer for all of them, and nothing where nothing is new."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assets.domain.errors import StudioError
from studio_ui.news import News, Page
from studio_ui.routes.answers import refusal
from studio_ui.services import Studio


def router(studio: Studio) -> APIRouter:
    """The route that the pages of a studio poll. It is theirs alone, and changes with them."""
    routes = APIRouter(include_in_schema=False)
    news = News(studio)

    @routes.get("/api/v1/pages/narration")
    async def look(request: Request, content: str, locale: str, voice: str, version: int | None = None) -> Response:
        """The page of a narration as it is now, or 304 when the caller has it."""
        page = Page(content, locale, voice, version)
        answer = news.kept(page)
        if answer is None:
            try:
                # Shielded: a page that is closed meanwhile must not take the answer from the others.
                answer = await asyncio.shield(asyncio.wrap_future(news.coming(page)))
            except StudioError as error:
                return refusal(error, 503)
        headers = {"ETag": answer.tag, "Cache-Control": "no-store"}
        if answer.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(answer.body, media_type="application/json", headers=headers)

    return routes
