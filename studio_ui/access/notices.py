"""The pages of the studio outside Gradio: log-in, log-out, why somebody is turned away, and where there is nothing.

Plain HTML that works without a script. Every value is escaped where it goes in; there is no other way in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template
from types import MappingProxyType

from starlette.responses import HTMLResponse

from assets.domain.errors import StudioError
from studio_ui.access.words import WORDS
from studio_ui.labels import SITE, labels

_FRAME = Template((Path(__file__).parent / "frame.html").read_text(encoding="utf-8"))
_LOG_IN = Template((Path(__file__).parent / "log_in.html").read_text(encoding="utf-8"))
_LOG_OUT = Template((Path(__file__).parent / "log_out.html").read_text(encoding="utf-8"))
_NOWHERE = Template((Path(__file__).parent / "nowhere.html").read_text(encoding="utf-8"))
_REFUSAL = Template((Path(__file__).parent / "refusal.html").read_text(encoding="utf-8"))


def language(accepted: str) -> str:
    """The first language of an `Accept-Language` header that the studio's own pages are written in."""
    for part in accepted.split(","):
        tag = part.partition(";")[0].strip().lower().partition("-")[0]
        if tag in WORDS:
            return tag
    return "en"


def log_in(accepted: str, *, after: str, name: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    """The log-in page; `after` is where to go then, `problem` names a sentence of `WORDS`."""
    words = WORDS[language(accepted)]
    notice = words[problem] if problem else ""
    return _page(_LOG_IN, accepted, "log_in", {"after": after, "name": name, "problem": notice}, status)


def log_out(accepted: str, *, name: str) -> HTMLResponse:
    """The page that asks whether to log out: a link alone must not do it."""
    return _page(_LOG_OUT, accepted, "log_out", {"name": name}, 200)


def page(error: StudioError, status: int, accepted: str) -> HTMLResponse:
    """The page for somebody who may not see what they asked for."""
    return _page(_REFUSAL, accepted, "not_allowed", {"message": error.message, "remedy": error.remedy}, status)


def nowhere(accepted: str, *, pages: Iterable[Mapping[str, str]], sentence: str = "") -> HTMLResponse:
    """The page for an address at which there is nothing: `sentence` says what is missing; `pages` may be gone to."""
    tag = language(accepted)
    names = {page["path"]: labels(SITE)[tag]["page_" + page["noun"]] for page in pages}
    links = "".join(f'<li><a href="{escape(path)}">{escape(name)}</a></li>' for path, name in names.items())
    said = {"said": sentence or WORDS[tag]["nowhere_text"], "said_in": "en" if sentence else tag}
    return _page(_NOWHERE, accepted, "nowhere", said, 404, {"links": links})


def _page(
    body: Template,
    accepted: str,
    title: str,
    values: Mapping[str, str],
    status: int,
    written: Mapping[str, str] = MappingProxyType({}),
) -> HTMLResponse:
    """A page with `values` as text in it; `written` is HTML already."""
    tag = language(accepted)
    words = {f"w_{name}": escape(text) for name, text in WORDS[tag].items()}
    filled = body.substitute(words | {name: escape(value) for name, value in values.items()} | dict(written))
    html = _FRAME.substitute(words, lang=tag, title=escape(WORDS[tag][title]), body=filled)
    return HTMLResponse(html, status, {"Cache-Control": "no-store", "Content-Language": tag, "Vary": "Accept-Language"})
