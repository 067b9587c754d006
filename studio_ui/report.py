"""What is true about a narration, as the plain data that people script against."""

from __future__ import annotations

from typing import Any

from assets.domain.costs import MICROS, error_percent
from assets.domain.errors import StudioError
from assets.domain.narrations import Narration, Version
from assets.domain.states import Status
from assets.pipeline.wanted import View
from assets.storage.files import Files


def report(
    view: View, files: Files, *, skipped: bool = False, error: StudioError | None = None, made: bool = True
) -> dict[str, Any]:
    """The JSON of `studio generate` and `studio status` for one narration.

    Paths are absolute and of the version that plays now. `takes_bought`, `takes_reused` and `cost_usd` are of the
    latest work on it, and so is the estimate that it began with; they are 0 when `made` is False, because this request
    made nothing. `saved_usd` is what the reused pieces of the version had cost.
    """
    narration, version = view.narration, view.narration.version
    failure = narration.failure
    found = error.as_json_at_a_shell() if error else None
    if found is None and failure is not None:
        found = {"code": failure.code, "message": failure.message, "remedy": failure.remedy}
    return {
        "content": str(narration.key.content),
        "locale": str(narration.key.locale),
        "voice": str(narration.key.voice),
        "title": view.title,
        "status": narration.status.value if narration.status else "absent",
        "fresh": view.fresh,
        "stale": view.stale,
        "skipped": skipped,
        "script": _path(version, "script", files),
        "audio": _path(version, "audio", files),
        "transcript": _path(version, "transcript", files),
        "captions": _path(version, "captions", files),
        "subtitles": _path(version, "subtitles", files),
        "version": version.number if version else None,
        "duration_seconds": version.duration_seconds if version else None,
        "segments": version.segments if version else narration.segments_total,
        "takes_bought": narration.takes_bought if made else 0,
        "takes_reused": narration.takes_reused if made else (version.segments if version else 0),
        "cost_usd": narration.cost_micros / MICROS if made else 0.0,
        "estimated_usd": narration.estimate_micros / MICROS if made else 0.0,
        "estimate_error_percent": _error(narration) if made else None,
        "saved_usd": version.saved_micros / MICROS if version else 0.0,
        "attempts": narration.attempts,
        "run_id": narration.run_id,
        "error": found,
    }


def _error(narration: Narration) -> float | None:
    """An estimate is judged by work that came to its end."""
    if narration.status is not Status.COMPLETED:
        return None
    error = error_percent(narration.estimate_micros, narration.cost_micros)
    return None if error is None else round(error, 2)


def _path(version: Version | None, role: str, files: Files) -> str | None:
    if version is None or role not in version.files:
        return None
    return str(files.resolve(version.files[role].path))
