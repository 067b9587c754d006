"""Watching the content root, so that an edit is known within a second or two, whatever the size of the catalogue."""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType

from assets.domain.errors import StudioError
from assets.pipeline.desk import Desk

_log = logging.getLogger(__name__)
_TRY_AGAIN_SECONDS = 5.0
_DEBOUNCE_MILLISECONDS = 400
_POLL_MILLISECONDS = 2_000


class Watching:
    """Reads what has changed since the last time, then whatever changes, in a thread of its own, until it is left.

    `progress` is how many of the texts that had to be read have been, for as long as the reading goes on.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watching the content root", daemon=True)
        self.progress: tuple[int, int] | None = None

    def __enter__(self) -> Watching:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=5.0)

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except (StudioError, OSError) as fault:
                # A root that is not there now may come back: nothing else depends on this thread.
                _log.warning("The content root cannot be watched now: %s", fault)
                self._stop.wait(_TRY_AGAIN_SECONDS)

    def _follow(self) -> None:
        from watchfiles import watch

        self._read()
        changes = watch(
            self._desk.settings.content,
            stop_event=self._stop,
            debounce=_DEBOUNCE_MILLISECONDS,
            step=100,
            poll_delay_ms=_POLL_MILLISECONDS,
            yield_on_timeout=True,
            rust_timeout=_POLL_MILLISECONDS,
            raise_interrupt=False,
        )
        began = True
        for found in changes:
            # What was written between the reading and the first look of the watcher is in no change.
            if found or began:
                self._read()
            began = False

    def _read(self) -> None:
        began = time.monotonic()
        try:
            entries = self._desk.look_again(self._tell)
        finally:
            self.progress = None
        _log.info(
            "The catalogue was read", extra={"texts": len(entries), "seconds": round(time.monotonic() - began, 3)}
        )

    def _tell(self, read: int, of: int) -> None:
        self.progress = (read, of)
