"""Health, and the status of a narration as the command line's `--json` gives it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from assets.domain.errors import StudioError
from assets.domain.keys import NarrationKey
from studio_ui.routes.answers import refusal
from studio_ui.services import Studio
from studio_ui.snapshots import Snapshot


def router(studio: Studio) -> APIRouter:
    """The routes for machines."""
    routes = APIRouter()

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Whether this process answers."""
        return {"status": "ok"}

    @routes.get("/api/v1/status", responses={404: {"description": "There is no such narration; the body says why"}})
    def status(request: Request, content: str, locale: str, voice: str) -> JSONResponse:
        """The status of one narration; the fields of `studio status --json`, with addresses for files."""
        try:
            snapshot = studio.snapshot(NarrationKey.of(content, locale, voice))
        except StudioError as error:
            return refusal(error)
        return JSONResponse(
            contract(snapshot, str(request.base_url).rstrip("/")), headers={"Cache-Control": "no-store"}
        )

    return routes


def contract(snapshot: Snapshot, origin: str) -> dict[str, Any]:
    """The fields that people script against, from a snapshot; files are addresses under `origin`."""
    files: dict[str, str] = snapshot.version["files"] if snapshot.version else {}
    made = {role: f"{origin}{address}" for role, address in files.items()}
    return {
        "content": snapshot.content,
        "locale": snapshot.locale,
        "voice": snapshot.voice,
        "status": snapshot.status,
        "fresh": snapshot.fresh,
        "skipped": False,
        "script": made.get("script"),
        "audio": made.get("audio"),
        "transcript": made.get("transcript"),
        "duration_seconds": snapshot.version["duration_seconds"] if snapshot.version else None,
        "segments": snapshot.version["segments"] if snapshot.version else snapshot.segments_total,
        "takes_bought": snapshot.takes_bought,
        "takes_reused": snapshot.takes_reused,
        "cost_usd": snapshot.cost_usd,
        "estimated_usd": snapshot.version["estimated_usd"] if snapshot.version else 0.0,
        "saved_usd": snapshot.version["saved_usd"] if snapshot.version else 0.0,
        "attempts": snapshot.attempts,
        "run_id": snapshot.run_id,
        "error": snapshot.failure,
        "words": snapshot.words,
        "segments_done": snapshot.segments_done,
        "stale": snapshot.stale,
    }
