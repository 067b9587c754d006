"""The addresses of logging in and out."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from studio_ui.access import notices
from studio_ui.access.gate import Door, safe_next
from studio_ui.access.guards import PERSON
from studio_ui.access.limits import Limiter
from studio_ui.access.sessions import COOKIE, LIFETIME_SECONDS, Sessions

_LARGEST_FORM_BYTES = 10_000


class Attempts:
    """How often an address, and the name that it tries, may be wrong. Whoever succeeds loses no attempt."""

    def __init__(self) -> None:
        self._by_address = Limiter(per_minute=6, burst=10)
        self._by_name = Limiter(per_minute=10, burst=30)

    def begin(self, address: str, name: str) -> bool:
        """Whether one more attempt may be made; it counts from now on, so that a crowd at once gains nothing."""
        if self._by_address.take(address):
            return False
        if self._by_name.take(name):
            self._by_address.give_back(address)
            return False
        return True

    def succeeded(self, address: str, name: str) -> None:
        """The attempt was right and does not count."""
        self._by_address.give_back(address)
        self._by_name.give_back(name)


def router(door: Door, sessions: Sessions) -> APIRouter:
    """Log-in and log-out."""
    routes = APIRouter(include_in_schema=False)
    attempts = Attempts()

    @routes.get("/login")
    def form(request: Request, next: str = "/") -> Response:  # noqa: A002 - its name in the address
        """The log-in page; whoever is in already goes on."""
        after = safe_next(next)
        if door.is_open(door.people_file.people()):
            return RedirectResponse(after, 303)
        return notices.log_in(request.headers.get("accept-language", ""), after=after)

    @routes.post("/login")
    async def log_in(request: Request) -> Response:
        """Look at name and password and begin a session."""
        accepted = request.headers.get("accept-language", "")
        body = await request.body()
        form = parse_qs(body[:_LARGEST_FORM_BYTES].decode("utf-8", "replace"), keep_blank_values=True)
        name, password, after = (form.get(each, [""])[0] for each in ("username", "password", "next"))
        name, after = name.strip().lower()[:64], safe_next(after)
        address = _address(request, door)
        if len(body) > _LARGEST_FORM_BYTES or not attempts.begin(address, name):
            answer = notices.log_in(accepted, after=after, name=name, problem="too_often", status=429)
            answer.headers["Retry-After"] = "60"
            return answer
        user = await run_in_threadpool(door.people_file.check, name, password)
        if user is None:
            return notices.log_in(accepted, after=after, name=name, problem="wrong", status=401)
        attempts.succeeded(address, name)
        answer = RedirectResponse(after, 303, {"Cache-Control": "no-store"})
        answer.set_cookie(
            COOKIE,
            sessions.begin(user),
            max_age=LIFETIME_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer

    @routes.get("/logout")
    def ask(request: Request) -> Response:
        """The page with the button that logs out."""
        person = request.scope.get(PERSON)
        if person is None:
            return RedirectResponse("/login", 303)
        return notices.log_out(request.headers.get("accept-language", ""), name=person.name)

    @routes.post("/logout")
    def log_out(request: Request) -> Response:
        """End the session."""
        sessions.end(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/login", 303, {"Cache-Control": "no-store"})
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=request.url.scheme == "https")
        return answer

    return routes


def _address(request: Request, door: Door) -> str:
    """Where an attempt comes from; a trusted proxy says for whom it asks, and nobody else is believed."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded[:64] if forwarded and door.trusts(request.scope) else peer
