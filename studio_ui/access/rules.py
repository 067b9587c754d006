"""Which role each address needs, in one table. An address that is not in it needs an operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assets.domain.people import Role

READ = frozenset({"GET", "HEAD"})
POST = frozenset({"POST"})
BOTH = READ | POST


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever has `least` may use `methods` at `path`, or below it where it ends in a slash; None lets everybody in."""

    methods: frozenset[str]
    path: str
    least: Role | None

    def covers(self, method: str, path: str) -> bool:
        """Whether this rule is about that request. Paths are compared as the routes compare them: letter by letter."""
        if method not in self.methods:
            return False
        return path.startswith(self.path) if self.path.endswith("/") else path == self.path


RULES = (
    # Before anybody has logged in.
    Rule(READ, "/healthz", None),
    Rule(READ, "/livez", None),
    Rule(READ, "/studio/", None),
    Rule(READ, "/favicon.ico", None),
    Rule(READ, "/robots.txt", None),
    Rule(BOTH, "/login", None),
    Rule(BOTH, "/logout", None),
    # Files and facts.
    Rule(READ, "/media/", Role.LISTENER),
    Rule(READ, "/api/v1/", Role.LISTENER),
    Rule(READ, "/api", Role.LISTENER),
    Rule(READ, "/api/openapi.json", Role.LISTENER),
    Rule(READ, "/readyz", Role.LISTENER),
    Rule(READ, "/metrics", Role.OPERATOR),
    # What Gradio serves its pages from.
    Rule(READ, "/config", Role.LISTENER),
    Rule(READ, "/theme.css", Role.LISTENER),
    Rule(READ, "/manifest.json", Role.LISTENER),
    Rule(READ, "/assets/", Role.LISTENER),
    Rule(READ, "/static/", Role.LISTENER),
    Rule(READ, "/svelte/", Role.LISTENER),
    Rule(READ, "/gradio_api/info", Role.LISTENER),
    Rule(READ, "/gradio_api/openapi.json", Role.LISTENER),
    Rule(READ, "/gradio_api/startup-events", Role.LISTENER),
    Rule(READ, "/gradio_api/theme.css", Role.LISTENER),
    # Events share these addresses; what each of them needs is declared where it is written (`guards.requires`).
    Rule(POST, "/gradio_api/run/", Role.LISTENER),
    Rule(POST, "/gradio_api/api/", Role.LISTENER),
    Rule(BOTH, "/gradio_api/call/", Role.LISTENER),
    Rule(POST, "/gradio_api/queue/join", Role.LISTENER),
    Rule(READ, "/gradio_api/queue/data", Role.LISTENER),
    Rule(BOTH, "/gradio_api/mcp", Role.LISTENER),
    Rule(BOTH, "/gradio_api/mcp/", Role.LISTENER),
)


def is_in_the_table(method: str, path: str, pages: Mapping[str, Role]) -> bool:
    """Whether a rule, or a page, is about that request."""
    return any(rule.covers(method, path) for rule in RULES) or (method in READ and (path.rstrip("/") or "/") in pages)


def least_role(method: str, path: str, pages: Mapping[str, Role]) -> Role | None:
    """The least role for a request; None lets everybody in. `pages` are the addresses of pages and what they need."""
    for rule in RULES:
        if rule.covers(method, path):
            return rule.least
    if method in READ and (page := pages.get(path.rstrip("/") or "/")) is not None:
        return page
    return Role.OPERATOR
