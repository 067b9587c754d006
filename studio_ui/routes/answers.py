"""Refusals over HTTP: always JSON, always a sentence."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from assets.domain.errors import StudioError


def sentence(status: int, message: str) -> JSONResponse:
    """A refusal in the form of the contract's `error` object."""
    return JSONResponse(
        {"error": {"code": "refused", "message": message, "remedy": ""}}, status, {"Cache-Control": "no-store"}
    )


def refusal(error: StudioError, status: int = 404) -> JSONResponse:
    """An error of ours with its code, message and remedy."""
    return JSONResponse({"error": error.as_json()}, status, {"Cache-Control": "no-store"})
