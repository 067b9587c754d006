"""What other programs can ask, as OpenAPI and as a page to read, which has no script and fetches nothing."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse

_PAGE = Template((Path(__file__).parent / "reference.html").read_text(encoding="utf-8"))


def router(routers: Sequence[APIRouter]) -> APIRouter:
    """The page `/api` and the document `/api/openapi.json` about the routes of these routers."""
    document = get_openapi(
        title="Narration Studio",
        version="1",
        summary="Published files and the status of narrations.",
        routes=[route for each in routers for route in each.routes],
    )
    document["components"] = {
        **document.get("components", {}),
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    }
    document["security"] = [{"token": []}, {}]
    routes = APIRouter(include_in_schema=False)

    @routes.get("/api/openapi.json")
    def openapi() -> JSONResponse:
        """The routes, for programs that read OpenAPI."""
        return JSONResponse(document)

    @routes.get("/api")
    def page() -> HTMLResponse:
        """The routes, the endpoints and the tools, for people who write programs."""
        return HTMLResponse(_PAGE.substitute(routes="".join(_routes(document)), verbs="".join(_verbs())))

    return routes


def _routes(document: dict[str, Any]) -> Iterator[str]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield _section(
                f"{method.upper()} {path}",
                operation.get("description", operation["summary"]),
                (
                    (each["name"], each.get("description") or _kind(each["schema"]), each["required"])
                    for each in operation.get("parameters", ())
                ),
                ((code, each["description"]) for code, each in operation["responses"].items() if code != "422"),
            )


def _verbs() -> Iterator[str]:
    from gradio.utils import get_function_description

    from studio_ui.endpoints import VERBS, Endpoints

    for name in VERBS:
        verb = getattr(Endpoints, name)
        words, described, answers = get_function_description(verb)
        taken = {n: p for n, p in inspect.signature(verb).parameters.items() if n not in {"self", "request"}}
        yield _section(
            name,
            words,
            ((n, described.get(n, ""), p.default is inspect.Parameter.empty) for n, p in taken.items()),
            (("gives", each) for each in answers),
        )


def _kind(schema: dict[str, Any]) -> str:
    return str(schema.get("type", ""))


def _section(
    title: str, words: str, parameters: Iterable[tuple[str, str, bool]], answers: Iterable[tuple[str, str]]
) -> str:
    rows = "".join(
        f"<tr><th scope=row><code>{escape(name)}</code></th><td>{escape(text)}</td>"
        f"<td>{'needed' if needed else 'may be left out'}</td></tr>"
        for name, text, needed in parameters
    )
    table = f"<table><caption class=unseen>Parameters</caption>{rows}</table>" if rows else ""
    told = "".join(f"<dt>{escape(code)}</dt><dd>{escape(text)}</dd>" for code, text in answers)
    return f"<section><h3><code>{escape(title)}</code></h3><p>{escape(words)}</p>{table}<dl>{told}</dl></section>"
