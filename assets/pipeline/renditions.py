"""Renditions: sound that is made of what there is when somebody wants to hear it, once, and kept for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from assets.storage.files import Files

Render = Callable[[Path, Callable[[float], None]], None]
"""Writes a rendition to a path and tells the share that is done, 0 to 1."""


@dataclass(slots=True)
class Making:
    """One rendition under way, or there already. `share` is how much of it is done."""

    result: Future[Path]
    share: float = 0.0
    began: float = field(default_factory=time.monotonic)


class Renditions:
    """Makes renditions one at a time: they are a courtesy, and narrations come first. May be used from any thread."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rendition")
        self._being_made: dict[tuple[str, str], Making] = {}

    def begin(self, name: str, ending: str, render: Render, *, anew: bool = True) -> Making:
        """The rendition of that name: kept, under way, or begun now.

        One that failed is made anew; without `anew` it is given back once, so that whoever only looks how far it is is
        told what went wrong.
        """
        with self._lock:
            making = self._being_made.get((name, ending))
            if making is not None and not making.result.done():
                return making
            if (kept := self._files.rendition(name, ending)) is not None:
                there: Future[Path] = Future()
                there.set_result(kept)
                return Making(there, share=1.0)
            if making is not None and not anew:  # it failed
                return self._being_made.pop((name, ending))
            making = self._being_made[name, ending] = Making(Future())
        self._worker.submit(self._carry_out, making, name, ending, render)
        return making

    def _carry_out(self, making: Making, name: str, ending: str, render: Render) -> None:
        def tell(share: float) -> None:
            making.share = share

        making.began = time.monotonic()
        try:
            draft = self._files.draft()
            try:
                render(draft, tell)
                made = self._files.keep_rendition(draft, name, ending)
            finally:
                draft.unlink(missing_ok=True)
        except BaseException as error:
            making.result.set_exception(error)
        else:
            with self._lock:
                self._being_made.pop((name, ending), None)
            making.result.set_result(made)
