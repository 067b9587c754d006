"""News: what open pages wait for, worked out by one for all of them, so that a look never waits for the ledger."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

from assets.domain.errors import StudioError
from assets.domain.keys import NarrationKey
from studio_ui.choices import choose
from studio_ui.narration_view import compose
from studio_ui.services import Studio

logger = logging.getLogger(__name__)

ROUND_SECONDS = 1.0
"""How often the narrations of all open pages are looked at: one question to the ledger, for however many pages."""
AWAITED_SECONDS = 0.25
"""How often while somebody waits for the first sound of one."""
ANEW_SECONDS = 10.0
"""After so long a page is worked out anew whatever its narration says: voices, prices and lexicons may have changed."""
LATEST_SECONDS = 5.0
"""What nobody has looked at for so long is no news: whoever asks then waits for a new answer."""
FORGOTTEN_SECONDS = 30.0
"""A page that has not asked for so long is closed, or nobody sees it."""
MOST_WATCHED = 1000
_FIRST_ANSWERS_AT_ONCE = 2


class Page(NamedTuple):
    """Which page somebody has open; whether there is such a narration turns out when it is worked out."""

    content: str
    locale: str
    voice: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page is told: `tag` is another one exactly when something in `body`, JSON, is.

    `awaited`: its listener waits for the first sound.
    """

    tag: str
    body: bytes
    awaited: bool = False


@dataclass(slots=True)
class _Watched:
    answer: Answer
    stamp: Hashable
    composed: float
    looked: float
    asked: float
    changes: int


class News:
    """The answers for all open pages of one process. Each is worked out when its narration has changed, and only then.

    Nobody is given an answer that is older than the last thing that was done in this studio, or that is older than
    `LATEST_SECONDS`: whoever asks then waits. Safe to use from threads.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._clock = studio.clock
        self._lock = threading.Lock()
        self._watched: dict[Page, _Watched] = {}
        self._coming: dict[Page, Future[Answer]] = {}
        self._pool = ThreadPoolExecutor(_FIRST_ANSWERS_AT_ONCE, thread_name_prefix="news")
        self._following = False
        self._shelf: Hashable = None

    def kept(self, page: Page) -> Answer | None:
        """The answer for a page while it is good, at once; None when somebody has to work it out."""
        found, now = self._watched.get(page), self._clock()
        if found is None or found.changes != self._studio.changes or now - found.looked > LATEST_SECONDS:
            return None
        found.asked = now
        return found.answer

    def coming(self, page: Page) -> Future[Answer]:
        """The answer for a page as it is now, or what working it out raises; all who ask meanwhile wait for it."""
        with self._lock:
            if (there := self._coming.get(page)) is not None:
                return there
            found = self._coming[page] = self._pool.submit(self._first, page)
            if not self._following:
                self._following = True
                threading.Thread(target=self._follow, name="news for open pages", daemon=True).start()
            return found

    def look(self) -> None:
        """One round: work out what has changed, of the pages that are open; let go of those that are not."""
        now = self._clock()
        with self._lock:
            for page in [page for page, kept in self._watched.items() if now - kept.asked > FORGOTTEN_SECONDS]:
                del self._watched[page]
            watched = dict(self._watched)
        stamps = self._stamps(watched)
        for page, kept in watched.items():
            stamp, changes = stamps[page], self._studio.changes
            if kept.stamp == stamp and kept.changes == changes and now - kept.composed < ANEW_SECONDS:
                kept.looked = now
                continue
            answer = self._composed(page)
            with self._lock:
                if self._watched.get(page) is kept:  # or else somebody has worked it out meanwhile, later than this
                    self._watched[page] = _Watched(answer, stamp, now, now, kept.asked, changes)

    def _follow(self) -> None:
        idle = threading.Event()
        while True:
            with self._lock:
                awaited = any(kept.answer.awaited for kept in self._watched.values())
            idle.wait(AWAITED_SECONDS if awaited else ROUND_SECONDS)
            with self._lock:
                if not self._watched and not self._coming:
                    self._following = False
                    return
            try:
                self.look()
            except Exception as fault:  # whoever asks next is told by their own look
                logger.warning("Open pages could not be looked after: %s", fault, exc_info=not _ours(fault))
                with self._lock:
                    self._watched.clear()

    def _first(self, page: Page) -> Answer:
        try:
            changes, now = self._studio.changes, self._clock()
            stamp = self._stamps([page])[page]  # before it is worked out: what changes meanwhile is seen next time
            answer = self._composed(page)
            with self._lock:
                while len(self._watched) >= MOST_WATCHED:
                    del self._watched[min(self._watched, key=lambda each: self._watched[each].asked)]
                self._watched[page] = _Watched(answer, stamp, now, now, now, changes)
            return answer
        finally:
            with self._lock:
                self._coming.pop(page, None)

    def _stamps(self, pages: Any) -> dict[Page, Hashable]:  # noqa: ANN401 - any pages
        keys = {page: _key(page) for page in pages}
        shelf, of = self._studio.stamps([key for key in keys.values() if key is not None])
        if shelf != self._shelf:
            self._shelf = shelf
            self._studio.outdated(None)
        return {page: (shelf, of.get(key)) if key is not None else shelf for page, key in keys.items()}

    def _composed(self, page: Page) -> Answer:
        self._studio.outdated(_key(page))  # what was remembered may be older than the stamp
        chosen = choose(self._studio, page.content, page.locale, page.voice, exactly=True)
        shown = compose(self._studio, chosen, heard=page.version)
        body = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
        return Answer(f'"{shown["stage"]["revision"]}"', body, shown["stage"]["look_seconds"] < ROUND_SECONDS)


def _key(page: Page) -> NarrationKey | None:
    try:
        return NarrationKey.of(page.content, page.locale, page.voice)
    except StudioError:
        return None


def _ours(fault: Exception) -> bool:
    return isinstance(fault, StudioError)
