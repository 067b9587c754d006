"""What every request passes before a page or a route sees it; pure ASGI, so that streams are left alone."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

import psutil
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio_ui.access.gate import LOOPBACK

LARGEST_BODY_BYTES = 1_000_000

# Gradio needs inline scripts and `unsafe-eval` to draw anything. The policy keeps what is said on this page from
# leaving it; that nothing hostile runs here at all is the work of static templates and `textContent`.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob: data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "object-src 'none'",
        "form-action 'self'",
    )
)
HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


def answering_names(host: str, also: Iterable[str]) -> frozenset[str]:
    """The host names that a server listening on `host` answers to: its own, this machine's, and those in `also`."""
    names = {*LOOPBACK, host, *also}
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        names.add(socket.gethostname())
        for addresses in psutil.net_if_addrs().values():
            names |= {a.address.partition("%")[0] for a in addresses if a.family in {socket.AF_INET, socket.AF_INET6}}
    return frozenset(name.lower() for name in names)


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": {"code": "refused", "message": sentence, "remedy": ""}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _host_of(authority: str) -> str:
    try:
        return (urlsplit(f"//{authority}").hostname or "").lower()
    except ValueError:
        return ""


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with the headers added."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {key.lower() for key, _ in message.get("headers", ())}
                message["headers"] = [
                    *message.get("headers", ()),
                    *((key, value) for key, value in HEADERS if key not in there),
                ]
            await send(message)

        await self.app(scope, receive, with_headers)


class OwnHostOnly:
    """Serves only requests that name this server as their host, and changes nothing for pages of other origins.

    A page anywhere can give its own domain the address 127.0.0.1 and then talk to a server on this machine as if
    it were its own; the Host header gives it away. The Origin header does so for plain cross-site posts.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with 421 (another host) or 403 (another origin)."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        host, origin = _header(scope, b"host"), _header(scope, b"origin")
        if _host_of(host) not in self.hosts:
            await self._turn_away(scope, send, 421, "This server does not answer to that host name.")
        elif origin and scope.get("method") not in {"GET", "HEAD"} and urlsplit(origin).netloc.lower() != host.lower():
            await self._turn_away(scope, send, 403, "Only the studio's own pages may ask for that.")
        else:
            await self.app(scope, receive, send)

    async def _turn_away(self, scope: Scope, send: Send, status: int, sentence: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _refuse(send, status, sentence)


class ClosedDoors:
    """Closes the doors of Gradio that this studio has no use for: uploads, its file server, its fetching proxy.

    Two names in the address of a page are Gradio's own and fail there for whoever types them: they are left out.
    """

    _CLOSED = ("deep_link", "file", "proxy", "stream", "upload", "vibe")
    _ITS_OWN = (b"page", b"deep_link")

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer 404 at a closed door."""
        parts = [part for part in scope.get("path", "").lower().split("/") if part]
        if scope["type"] == "http" and parts[:1] == ["gradio_api"] and "".join(parts[1:2]).startswith(self._CLOSED):
            await _refuse(send, 404, "There is nothing here.")
            return
        if scope["type"] == "http" and parts[:1] != ["gradio_api"]:
            asked = [each for each in scope["query_string"].split(b"&") if each.split(b"=")[0] not in self._ITS_OWN]
            scope = {**scope, "query_string": b"&".join(asked)}
        await self.app(scope, receive, send)


class _TooLarge(Exception):
    pass


class BodyLimit:
    """Refuses request bodies that no page of ours sends, whether they announce their size or not."""

    def __init__(self, app: ASGIApp, *, largest_bytes: int = LARGEST_BODY_BYTES) -> None:
        self.app = app
        self.largest_bytes = largest_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer 413."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = _header(scope, b"content-length")
        if announced and (not announced.isdigit() or int(announced) > self.largest_bytes):
            await _refuse(send, 413, "That is more than the studio takes in one request.")
            return
        received, answering = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.largest_bytes:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except _TooLarge:
            if answering:
                raise
            await _refuse(send, 413, "That is more than the studio takes in one request.")
