"""Every word of the pages, in the languages of the pages themselves.

The texts of narrations are in their own locales; these are about buttons and statuses. They stand in
`words/<page>.toml`, each in every language (`play.en`, `play.id`) and under a name that no other page gives; what
several pages say is in `words/site.toml`. The browser's language chooses, for Gradio's own components (through
`gr.I18n`) as for ours (through their `labels` property).
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "id")
SITE = "site"
_WORDS = Path(__file__).parent / "words"


def pages() -> tuple[str, ...]:
    """The pages that have words, `site` among them."""
    return tuple(sorted(path.stem for path in _WORDS.glob("*.toml")))


@functools.cache
def labels(page: str) -> Mapping[str, Mapping[str, str]]:
    """Language -> name -> words, of one page and of the whole site."""
    tables: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for part in (SITE, page):
        for name, words in tomllib.loads((_WORDS / f"{part}.toml").read_text(encoding="utf-8")).items():
            for language in LANGUAGES:
                tables[language][name] = words[language]
    return tables


def gradio_labels() -> Any:  # noqa: ANN401 - gr.I18n, which must not be imported before its environment is set
    """The words of all pages in the form that Gradio's own components take; called with a name, it gives the words."""
    import gradio as gr

    tables = [labels(page) for page in pages()]
    return gr.I18n(**{language: {k: v for page in tables for k, v in page[language].items()} for language in LANGUAGES})
