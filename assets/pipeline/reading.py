"""Reading: a source's text as an outline, and what the catalogue keeps of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from assets.domain.contents import Facts, Source
from assets.domain.edits import speakable
from assets.domain.fingerprints import outline_digest
from assets.domain.outlines import BlockKind, Outline
from assets.text.components import Components

_ASSETS = Path(__file__).resolve().parent.parent
_LIBRARIES = ("markdown-it-py", "mdit-py-plugins", "mathra", "unicode-rbnf", "pyyaml")
_WORTH_PROCESSES = 200
"""Starting processes takes as long as reading so many texts."""
_AT_A_TIME = 20


def outline_of(source: Source, text: str, components: Components | None = None) -> Outline:
    """The outline of a source's text; `components` are those of the project."""
    from assets.text.pages import parse

    mdx, page = source.path.endswith(".mdx"), source.path.lower().endswith((".html", ".htm"))
    name = PurePosixPath(source.content.path).name
    return parse(text, mdx=mdx, html=page, locale=source.locale, name=name, components=components)


def facts_of(source: Source, text: str, components: Components | None = None) -> Facts:
    """What the catalogue keeps of a text."""
    outline = outline_of(source, text, components)
    characters = sum(len(block.text) for block in outline.blocks if block.kind is not BlockKind.LEFT_OUT)
    spoken = tuple(block.text for block in speakable(outline))
    return Facts(outline.title, outline.description, outline_digest(outline), characters, spoken=spoken)


def read_many(texts: Sequence[tuple[Source, str]], components: Components | None = None) -> Iterator[Facts]:
    """The facts of many texts, in their order; of very many by as many processes as there are processors."""
    facts = partial(facts_of, components=components)
    processes = min(os.cpu_count() or 1, 8)
    if len(texts) < _WORTH_PROCESSES or processes == 1:
        yield from (facts(*each) for each in texts)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Spawned, not forked: this is called by servers that have threads.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(facts, *zip(*texts, strict=True), chunksize=_AT_A_TIME)


@cache
def reader_version(components: str) -> str:
    """Changes with everything that can make another outline of the same text: our own reading and its libraries.

    `components` is the digest of the project's.
    """
    code = hashlib.sha256()
    own = [path for path in sorted((_ASSETS / "text").rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    for path in (*own, _ASSETS / "domain" / "outlines.py", _ASSETS / "domain" / "fingerprints.py", Path(__file__)):
        code.update(path.read_bytes())
    code.update(components.encode())
    code.update(" ".join(f"{name} {version(name)}" for name in _LIBRARIES).encode())
    return code.hexdigest()
