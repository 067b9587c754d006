"""Listening to samples of voices and to what is spoken first; comparing versions; and what a listener heard of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from assets.domain.errors import StudioError
from assets.domain.keys import NarrationKey
from studio_ui.routes.answers import refusal
from studio_ui.services import Studio

_TYPES = {"mp3": "audio/mpeg", "json": "application/json"}
_FOR_GOOD = "private, max-age=31536000, immutable"
_FOR_A_WHILE = "private, max-age=60"
"""A voice may be given other settings under the same name."""
MOST_VERDICTS = 20
Share = Annotated[float | None, Query(ge=0, le=1)]


def router(studio: Studio) -> APIRouter:
    """The listening routes of a studio."""
    routes = APIRouter()

    @routes.head("/media/samples/{locale}/{voice}.mp3", include_in_schema=False)
    @routes.get("/media/samples/{locale}/{voice}.mp3", response_class=FileResponse)
    async def sample(locale: str, voice: str) -> Response:
        """How a voice sounds in a locale. Nothing is ever bought by this."""
        try:
            path = await run_in_threadpool(studio.listening.sample, voice, locale)
        except StudioError as error:
            return refusal(error)
        return _sound(path, "mp3", _FOR_A_WHILE)

    @routes.head("/media/{content:path}/{locale}/{voice}/early/{name}.{ending}", include_in_schema=False)
    @routes.get("/media/{content:path}/{locale}/{voice}/early/{name}.{ending}", response_class=FileResponse)
    async def early(content: str, locale: str, voice: str, name: str, ending: Literal["mp3", "json"]) -> Response:
        """A stretch of a narration that is being made: its sound, or what is heard in it when."""
        try:
            key = NarrationKey.of(content, locale, voice)
            path = await run_in_threadpool(studio.listening.early_file, key, name, ending)
        except StudioError as error:
            return refusal(error)
        return _sound(path, ending, _FOR_GOOD)  # a name is made of what is heard

    @routes.get("/api/v1/compare")
    def compare(content: str, locale: str, voice: str, before: int, after: int) -> JSONResponse:
        """What is said otherwise in version `after` than in version `before`."""
        try:
            found = studio.listening.compare(NarrationKey.of(content, locale, voice), before, after)
        except StudioError as error:
            return refusal(error)
        return JSONResponse(found, headers={"Cache-Control": _FOR_GOOD})

    @routes.get("/api/v1/hearing")
    def hearing(
        content: str, locale: str, voice: str, version: int, good: Share = None, bad: Share = None
    ) -> JSONResponse:
        """Whether a version is heard as it is written, passage by passage, from what was heard of it so far.

        `good` and `bad` judge the same hearing by other error rates than those of the locale: nothing is made anew.
        """
        try:
            found = studio.verdicts.of(studio.version(NarrationKey.of(content, locale, voice), version), good, bad)
        except StudioError as error:
            return refusal(error)
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    @routes.get("/api/v1/hearing/versions")
    def hearings(content: str, locale: str, voice: str) -> JSONResponse:
        """The verdicts on the newest versions of a narration, without their passages."""
        try:
            found = studio.listening.versions(NarrationKey.of(content, locale, voice))[:MOST_VERDICTS]
        except StudioError as error:
            return refusal(error)
        return JSONResponse({"verdicts": studio.verdicts.brief(found)}, headers={"Cache-Control": "no-store"})

    return routes


def _sound(path: Path, ending: str, keep: str) -> Response:
    return FileResponse(path, media_type=_TYPES[ending], headers={"Cache-Control": keep})
