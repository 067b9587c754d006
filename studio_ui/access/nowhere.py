"""What a person's browser is shown where there is nothing: a page of the studio, with the way to the others.

Programs get the answer as it is, in JSON. So does whatever is at the addresses of programs, whoever reads it there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assets.domain.people import Person
from studio_ui.access import notices
from studio_ui.access.guards import PERSON
from studio_ui.access.rules import READ

_FOR_PROGRAMS = ("/api/", "/gradio_api/")
_LONGEST_SENTENCE_BYTES = 10_000

Offered = Callable[[Person | None], Iterable[Mapping[str, str]]]
"""The pages (`noun`, `path`) that somebody may open."""


def reads_pages(scope: Scope) -> bool:
    """Whether this is somebody's browser that wants a page to show."""
    if scope["type"] != "http" or scope["method"] not in READ or scope["path"].startswith(_FOR_PROGRAMS):
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


class Nowhere:
    """Gives browsers a page where an address answers 404. Stands around the gate, which says who somebody is."""

    def __init__(self, app: ASGIApp, *, offered: Offered) -> None:
        self.app = app
        self.offered = offered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not reads_pages(scope):
            await self.app(scope, receive, send)
            return
        lost, body = False, b""

        async def or_a_page(message: Message) -> None:
            nonlocal lost, body
            if message["type"] == "http.response.start" and message["status"] == 404:
                lost = True
            elif not lost:
                await send(message)
            elif message["type"] == "http.response.body":
                body = (body + message.get("body", b""))[:_LONGEST_SENTENCE_BYTES]
                if not message.get("more_body", False):
                    await self._page(scope, body)(scope, receive, send)

        # The gate writes into this scope who it is; the routes beneath may have copies of their own.
        await self.app(scope, receive, or_a_page)

    def _page(self, scope: Scope, body: bytes) -> ASGIApp:
        accepted = b",".join(value for name, value in scope["headers"] if name == b"accept-language").decode("latin-1")
        return notices.nowhere(accepted, pages=self.offered(scope.get(PERSON)), sentence=_sentence(body))


def _sentence(body: bytes) -> str:
    """What the answer itself says is missing there, such as a file of a narration; or nothing."""
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return ""
