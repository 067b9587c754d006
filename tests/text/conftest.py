from collections.abc import Callable
from typing import Any

import pytest

from assets.domain.keys import Locale
from assets.domain.outlines import Outline
from assets.text.pages import parse

Parse = Callable[..., Outline]


@pytest.fixture
def page() -> Parse:
    """Parses a page; `said` of the outline's blocks is what the tests compare."""

    def parsed(text: str, *, mdx: bool = True, locale: str = "en", name: str = "vectors-2", **more: Any) -> Outline:
        return parse(text, mdx=mdx, locale=Locale(locale), name=name, **more)

    return parsed
