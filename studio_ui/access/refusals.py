"""Refusals of Gradio's events as programs expect them: the sentence as it is, and a status that says whose fault it is.

Gradio answers whatever an event raises with 500, as if the server had failed. Who raises a refusal leaves it in the
request, and this layer puts its status into the answer. What nobody left a word about stays a 500. Through Gradio's
queue an error is an event of a stream that began with 200 long before; there the sentence alone says it.
"""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assets.domain.errors import Corrupt, Forbidden, Refused, StudioError, TooOften, Unwritable

_REFUSAL = "studio.refusal"


class Refusal:
    """What a request was refused for, if it was."""

    error: StudioError | None = None


def status_of(error: StudioError) -> int:
    """The status of an error: 403 without the role, 429 too often, 422 for what cannot be asked, 503 with no disk."""
    match error:
        case TooOften():
            return 429
        case Forbidden():
            return 403
        case Refused():
            return 422
        case Unwritable() | Corrupt():
            return 503
    return 409  # a cap, an account, an approval: nothing is wrong with the request, and now it cannot be


def as_gradio_error(error: StudioError, title: str = "") -> Exception:
    """The error as Gradio takes it; the request in which it is raised is told its status."""
    import gradio as gr
    from gradio.context import LocalContext

    request: Any = LocalContext.request.get(None)
    inner = getattr(request, "request", None) or request
    refusal = (getattr(inner, "scope", None) or {}).get(_REFUSAL)
    if isinstance(refusal, Refusal):
        refusal.error = error
    return gr.Error(str(error), title=title, print_exception=False)


class Refusals:
    """Gives refused events the status that they have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = scope[_REFUSAL] = Refusal()

        async def with_status(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 500 and refusal.error is not None:
                message["status"] = status_of(refusal.error)
                if isinstance(refusal.error, TooOften):
                    seconds = str(max(1, round(refusal.error.retry_after_seconds))).encode()
                    message["headers"] = [*message.get("headers", ()), (b"retry-after", seconds)]
            await send(message)

        await self.app(scope, receive, with_status)
