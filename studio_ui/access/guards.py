"""What each event of a page needs, declared where the event is written, and held to on every way that leads to it.

Gradio's events share their addresses: a page's button and a machine's call come in by the same route, and hiding an
event does not close it. So the function itself is guarded: through the queue, outside it, and as a tool of MCP.

    @requires(Role.EDITOR)
    def ask(self, now: Shown, request: gr.Request) -> list[Any]:
        self.studio.request(key, by=asker(request).name)

An event that declares nothing needs an operator.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import Any, TypeVar

from starlette.types import Scope

from assets.domain.counting import counted
from assets.domain.errors import Forbidden, StudioError, TooOften
from assets.domain.people import Person, Role
from studio_ui.access.limits import Limiter
from studio_ui.access.refusals import as_gradio_error

PERSON = "studio.person"
"""Where the gate leaves, in the scope of a request, the person who makes it."""
_DECLARED = "_studio_requires"

F = TypeVar("F", bound=Callable[..., Any])


def requires(least: Role, *, limited: bool | None = None) -> Callable[[F], F]:
    """Declare the least role for an event, a `gr.api` endpoint or a tool; operators alone may use one without it.

    What an editor does counts against the limit on asking, unless `limited` says otherwise.
    """

    def declared(function: F) -> F:
        setattr(function, _DECLARED, (least, least is Role.EDITOR if limited is None else limited))
        return function

    return declared


def declared_role(function: Callable[..., Any]) -> Role | None:
    """The role that a function declares, or None."""
    found: tuple[Role, bool] | None = getattr(function, _DECLARED, None)
    return found[0] if found else None


def asker(request: Any) -> Person:  # noqa: ANN401 - gr.Request and Starlette's, which share no type
    """Who makes this request, for a verb that needs more than its event. Raises `Forbidden` when nobody can be told."""
    inner = getattr(request, "request", None) or request
    scope: Scope = getattr(inner, "scope", None) or {}
    person = scope.get(PERSON)
    if not isinstance(person, Person):
        raise Forbidden("It cannot be told who asks for this.", remedy="Open the studio's page and try again.")
    return person


def limit(limiter: Limiter, person: Person) -> None:
    """Count one request of this person. Raises `TooOften`."""
    seconds = limiter.take(person.name)
    if seconds:
        raise TooOften(
            "You have asked for very much in a short time.",
            remedy=f"Wait {counted(max(1, round(seconds)), 'second')}, then ask again.",
            retry_after_seconds=seconds,
        )


def guard_events(blocks: Any, limiter: Limiter) -> None:  # noqa: ANN401 - gr.Blocks, imported later
    """Make every event of these pages ask who it is for before it does anything."""
    for event in blocks.fns.values():
        if event.fn is not None:
            event.fn = _guarded(event.fn, limiter)


def _guarded(function: Callable[..., Any], limiter: Limiter) -> Callable[..., Any]:
    from gradio.context import LocalContext
    from gradio.utils import function_wrapper

    least, limited = getattr(function, _DECLARED, (Role.OPERATOR, False))

    def check() -> None:
        try:
            person = asker(LocalContext.request.get(None))
            person.require(least)
            if limited:
                limit(limiter, person)
        except StudioError as refused:
            raise as_gradio_error(refused) from refused

    guarded: Callable[..., Any] = function_wrapper(_in_words(function), before_fn=check)
    return guarded


def _in_words(function: Callable[..., Any]) -> Callable[..., Any]:
    """What an event itself refuses as the sentence that it is; what streams tells its errors as it goes."""
    if any(is_it(function) for is_it in (iscoroutinefunction, isgeneratorfunction, isasyncgenfunction)):
        return function

    @functools.wraps(function)
    def answered(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any event
        try:
            return function(*args, **kwargs)
        except StudioError as refused:
            raise as_gradio_error(refused, refused.code) from refused

    return answered
