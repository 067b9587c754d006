"""Published files over HTTP: audio with ranges, captions, transcripts and downloads, all from the ledger's versions."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool

from assets.domain.errors import StudioError
from assets.domain.keys import NarrationKey
from studio_ui.routes.answers import sentence
from studio_ui.services import Studio
from studio_ui.snapshots import FILES

_ROLES = {name: role for role, name in FILES.items()}
_MEDIA_TYPES = {
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

    @routes.api_route("/media/{content:path}/{locale}/{voice}/v{number:int}/{name}", methods=["GET", "HEAD"])
    async def media(
        request: Request, content: str, locale: str, voice: str, number: int, name: str, download: bool = False
    ) -> Response:
        """One file of one version. A version never changes, so a browser may keep it for good."""
        role = _ROLES.get(name)
        if role is None:
            return sentence(404, "A narration has no such file.")
        try:
            key = NarrationKey.of(content, locale, voice)
            version = await run_in_threadpool(studio.version, key, number)
            path = await run_in_threadpool(studio.file, version, role)
        except StudioError as error:
            return sentence(404, str(error))
        if not path.is_file():
            return sentence(404, "This file is missing from the store. Make the narration again to get it back.")
        tag = f'"{version.files[role].sha256}"'
        headers = {
            "Cache-Control": "private, max-age=31536000, immutable",
            "ETag": tag,
            "Content-Language": key.locale.tag,
        }
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        shown = f"{content.rsplit('/', 1)[-1]}.{key.locale}.{key.voice}.{name.rsplit('.', 1)[-1]}"
        return FileResponse(path, media_type=_MEDIA_TYPES[role], headers=headers, filename=shown if download else None)

    return routes
