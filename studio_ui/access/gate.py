"""The gate: every request passes it before any route, of ours or of Gradio's, and leaves with a person or not at all.

Pure ASGI, so that streams are left alone. Who somebody is comes from one of four places, in this order: a token in the
`Authorization` header, a session cookie, the word of a proxy that the settings name, or, where no log-in is set up,
the mere fact of being on this machine.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlsplit

from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assets.domain.errors import Forbidden, Refused, StudioError, TooOften
from assets.domain.people import Person, Role
from assets.settings import Settings
from assets.storage.people_file import People, PeopleFile
from studio_ui.access import notices
from studio_ui.access.guards import PERSON
from studio_ui.access.nowhere import reads_pages
from studio_ui.access.rules import READ, is_in_the_table, least_role
from studio_ui.access.sessions import COOKIE, Sessions

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HERE = Person("this machine", Role.OPERATOR)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


@dataclass(frozen=True, slots=True)
class Door:
    """How people may come in, by the settings. `open` means that no log-in is set up and none is asked for."""

    people_file: PeopleFile
    loopback: bool
    header: str
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    proxy_role: Role

    @classmethod
    def of(cls, settings: Settings) -> Door:
        """The door that the settings describe."""
        return cls(
            people_file=PeopleFile(settings.users),
            loopback=settings.host in LOOPBACK,
            header=settings.auth_header,
            proxies=settings.auth_proxies,
            proxy_role=settings.auth_role,
        )

    def require_guarded(self) -> None:
        """Raise `Refused` for an address that others can reach while nobody would be asked to log in."""
        if not self.loopback and not self.header and not self.people_file.people().users:
            raise Refused(
                "STUDIO_HOST is an address that others can reach, and nobody would have to log in.",
                remedy="Add somebody with `studio user add NAME --role operator`, or name the header and the addresses "
                "of a proxy that logs people in (STUDIO_AUTH_HEADER, STUDIO_AUTH_PROXIES); or use 127.0.0.1.",
            )

    def is_open(self, people: People) -> bool:
        """Whether nobody needs to log in. Never so where others can reach this server."""
        return self.loopback and not self.header and not people.users

    def trusts(self, scope: Scope) -> bool:
        """Whether a request comes from a proxy that the settings name."""
        peer = (scope.get("client") or ("",))[0]
        try:
            address = ipaddress.ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.proxies)


class NotLoggedIn(StudioError):
    """Nobody can be told from this request."""

    code = "log_in"


class Gate:
    """Lets a request in for the person who makes it, when that person may use the address; tells the others why not."""

    def __init__(self, app: ASGIApp, *, door: Door, sessions: Sessions, pages: Mapping[str, Role]) -> None:
        self.app = app
        self.door = door
        self.sessions = sessions
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request: 401 for nobody, 403 for somebody without the role, else as whoever it is."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # the studio has no WebSocket
            await send({"type": "websocket.close", "code": 1008})
            return
        scope.pop(PERSON, None)
        headers = _headers(scope)
        if headers.get("x-forwarded-proto") in (["http"], ["https"]) and self.door.trusts(scope):
            scope["scheme"] = headers["x-forwarded-proto"][0]
        least = least_role(scope["method"], scope["path"], self.pages)
        try:
            person = self._person(scope, headers)
            if least is not None:
                if person is None:
                    raise NotLoggedIn("Log in first.", remedy="Open /login, or send a token: Authorization: Bearer …")
                scope[PERSON] = person  # also when it is turned away: what it is shown then says where it may go
                if person.role < least and self._is_nowhere(scope):
                    await JSONResponse({"detail": "Not Found"}, 404)(scope, receive, send)
                    return
                person.require(least)
        except StudioError as error:
            if least is not None:
                await _turned_away(error, scope, headers)(scope, receive, send)
                return
            person = None  # what everybody may see is no place to refuse anybody
        if person is not None:
            scope[PERSON] = person
        await self.app(scope, receive, send)

    def _is_nowhere(self, scope: Scope) -> bool:
        """Whether a browser asks for a page that there is not: who may not look behind is told no more than that."""
        return reads_pages(scope) and not is_in_the_table(scope["method"], scope["path"], self.pages)

    def _person(self, scope: Scope, headers: Mapping[str, list[str]]) -> Person | None:
        people = self.door.people_file.people()
        for given in headers.get("authorization", ()):  # another scheme, or another's token, says nothing to us
            scheme, _, token = given.partition(" ")
            if scheme.lower() == "bearer" and (program := people.bearer(token.strip())) is not None:
                return program
        if self.door.is_open(people):
            if any(name in headers for name in _FORWARDED):
                raise Forbidden(
                    "This studio has no log-in and is for this machine alone, but the request came through a proxy.",
                    remedy="Add users with `studio user add`, or set STUDIO_AUTH_HEADER and STUDIO_AUTH_PROXIES.",
                )
            return HERE
        if self.door.header and self.door.trusts(scope) and (named := headers.get(self.door.header)):
            return self._named(named, people)
        user = self.sessions.user(session_cookie(headers), people)
        if user is None:
            return None
        _refuse_another_site(scope["method"], headers)
        return Person(user.name, user.role)

    def _named(self, values: list[str], people: People) -> Person:
        """Whom a trusted proxy names; their role is the one in the users' file, or the one for all others."""
        name = values[0].strip().lower()
        if len(values) != 1 or not name or len(name) > 200 or not name.isprintable():
            raise Forbidden(
                "The proxy names nobody, or more than one person.", remedy="Mend the proxy's configuration."
            )
        known = people.users.get(name)
        return Person(name, known.role if known else self.door.proxy_role)


def session_cookie(headers: Mapping[str, list[str]]) -> str:
    """The session cookie that a request brings, or nothing."""
    for line in headers.get("cookie", ()):
        try:
            morsel = SimpleCookie(line).get(COOKIE)
        except CookieError:
            continue
        if morsel is not None:
            return morsel.value
    return ""


def _refuse_another_site(method: str, headers: Mapping[str, list[str]]) -> None:
    """A browser sends the cookie along whoever wrote the page; what changes something has to come from ours.

    `OwnHostOnly` has compared the origin with the host already. Here one must be there at all.
    """
    if method not in READ and not headers.get("origin") and headers.get("sec-fetch-site") != ["same-origin"]:
        raise Forbidden("Only the studio's own pages may ask for that.", remedy="Programs use a token, not a cookie.")


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _turned_away(error: StudioError, scope: Scope, headers: Mapping[str, list[str]]) -> Response:
    """What somebody is told who may not come in: a page for people, JSON for programs and scripts."""
    reads = scope["method"] in READ and "text/html" in ",".join(headers.get("accept", ()))
    if isinstance(error, NotLoggedIn):
        if reads:
            query = scope.get("query_string", b"").decode("latin-1")
            wanted = scope["path"] + (f"?{query}" if query else "")
            return RedirectResponse(f"/login?next={quote(wanted, safe='')}", 303, {"Cache-Control": "no-store"})
        return _json(error, 401, {"WWW-Authenticate": 'Bearer realm="Narration Studio"'})
    status = 429 if isinstance(error, TooOften) else 403 if isinstance(error, Forbidden) else 503
    if reads:
        return notices.page(error, status, headers.get("accept-language", [""])[0])
    return _json(error, status, {})


def _json(error: StudioError, status: int, headers: Mapping[str, str]) -> JSONResponse:
    return JSONResponse({"error": error.as_json()}, status, {"Cache-Control": "no-store", **headers})


def safe_next(wanted: str) -> str:
    """Where to go after the log-in: an address of this server, whatever was asked for."""
    plain = wanted if wanted.isprintable() and "\\" not in wanted else ""
    try:
        parts = urlsplit(plain)
    except ValueError:
        return "/"
    if not plain.startswith("/") or plain.startswith("//") or parts.scheme or parts.netloc:
        return "/"
    return "/" if parts.path.rstrip("/") in {"/login", "/logout"} else plain
