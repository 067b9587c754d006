"""Published files over HTTP: audio with ranges, captions, transcripts and downloads, all from the ledger's versions."""

from __future__ import annotations

import dataclasses
import logging

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from assets.domain.errors import StudioError, Unwritable
from assets.domain.keys import NarrationKey
from assets.pipeline.downloads import Downloads
from studio_ui.routes.answers import refusal, sentence
from studio_ui.services import Studio
from studio_ui.snapshots import DOWNLOADS, FILES

_ROLES = {name: role for role, name in FILES.items()}
_FORMS = {name: form for form, name in DOWNLOADS.items()}
logger = logging.getLogger(__name__)

_MEDIA_TYPES = {
    "m4b": "audio/mp4",
    "opus": "audio/ogg",
    "audio": "audio/mpeg",
    "captions": "text/vtt; charset=utf-8",
    "subtitles": "application/x-subrip; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "transcript": "application/json",
    "script": "application/json",
}


def router(studio: Studio) -> APIRouter:
    """The media routes of a studio."""
    routes = APIRouter()
    downloads = Downloads(studio.desk.files)

    @routes.head("/media/{content:path}/{locale}/{voice}/v{number:int}/{name}", include_in_schema=False)
    @routes.get(
        "/media/{content:path}/{locale}/{voice}/v{number:int}/{name}",
        response_class=FileResponse,
        responses={
            200: {"description": "The whole file", "content": {kind: {} for kind in _MEDIA_TYPES.values()}},
            206: {"description": "The bytes that `Range` asked for"},
            304: {"description": "`If-None-Match` names this file: the caller has it"},
            404: {"description": "There is no such version or file; the body says why"},
        },
    )
    async def media(
        request: Request, content: str, locale: str, voice: str, number: int, name: str, download: bool = False
    ) -> Response:
        """One file of one version. A version never changes, so a browser may keep it for good."""
        role, form = _ROLES.get(name), _FORMS.get(name)
        if role is None and form is None:
            return sentence(404, "A narration has no such file.")
        try:
            key = NarrationKey.of(content, locale, voice)
            version = await run_in_threadpool(studio.version, key, number)
            if form is not None:
                path = await run_in_threadpool(downloads.make, version, form)
            else:
                path = await run_in_threadpool(studio.file, version, role)
        except StudioError as error:
            return sentence(503 if isinstance(error, Unwritable) else 404, str(error))
        if not path.is_file():
            return sentence(404, "This file is missing from the store. Make the narration again to get it back.")
        sha256 = version.files[role or "audio"].sha256
        tag = f'"{sha256}-{form}"' if form else f'"{sha256}"'
        headers = {
            "Cache-Control": "private, max-age=31536000, immutable",
            "ETag": tag,
            "Content-Language": key.locale.tag,
        }
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if role == "audio" and request.method == "GET" and _from_the_start(request):
            await run_in_threadpool(_count, studio, key)
        shown = f"{content.rsplit('/', 1)[-1]}.{key.locale}.{key.voice}.{name.rsplit('.', 1)[-1]}"
        return FileResponse(
            path,
            media_type=_MEDIA_TYPES[form or role or ""],
            headers=headers,
            filename=shown if download else None,
        )

    @routes.get("/media/{content:path}/{locale}/{voice}/v{number:int}/{name}/progress")
    def progress(content: str, locale: str, voice: str, number: int, name: str) -> JSONResponse:
        """How far a download is that is made when it is wanted; asking begins it."""
        try:
            version = studio.version(NarrationKey.of(content, locale, voice), number)
            made = downloads.progress(version, _FORMS.get(name, name))
        except StudioError as error:
            return refusal(error)
        return JSONResponse(dataclasses.asdict(made), headers={"Cache-Control": "no-store"})

    return routes


def _count(studio: Studio, key: NarrationKey) -> None:
    """Somebody begins to listen; that it cannot be written down is no reason to be silent."""
    try:
        studio.ledger.upkeep.listened(key)
    except StudioError as error:
        logger.warning("A listener was not counted: %s", error)


def _from_the_start(request: Request) -> bool:
    """Whether this is where somebody begins to listen: a player asks for one file many times, piece by piece."""
    return request.headers.get("range", "bytes=0-").replace(" ", "").startswith("bytes=0-")
