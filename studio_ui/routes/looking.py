"""What open pages look at again and again: one answer for all of them, and nothing where nothing is new."""

from __future__ import annotations

import json
from typing import Any, cast

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from studio_ui.choices import choose
from studio_ui.narration_view import compose
from studio_ui.remembered import Remembered
from studio_ui.services import SNAPSHOT_SECONDS, Studio


def router(studio: Studio) -> APIRouter:
    """The route that the pages of a studio poll. It is theirs alone, and changes with them."""
    routes = APIRouter(include_in_schema=False)
    answers = Remembered(SNAPSHOT_SECONDS, clock=studio.clock)

    @routes.get("/api/v1/pages/narration")
    async def look(request: Request, content: str, locale: str, voice: str, version: int | None = None) -> Response:
        """The page of a narration as it is now, or 304 when the caller has it."""

        def compose_now() -> tuple[str, bytes]:
            page = compose(studio, choose(studio, content, locale, voice, exactly=True), heard=version)
            return f'"{page["stage"]["revision"]}"', _encoded(page)

        name = (content, locale, voice, version)
        # Most looks find an answer that is good: they need no thread, of which there are forty for everybody.
        found = answers.kept(name) or await run_in_threadpool(answers.get, name, compose_now)
        tag, body = cast("tuple[str, bytes]", found)
        headers = {"ETag": tag, "Cache-Control": "no-store"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    return routes


def _encoded(page: dict[str, Any]) -> bytes:
    return json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()
