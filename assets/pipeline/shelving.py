"""Shelving: keeps the shelves as the catalogue and the ledger are, at a cost that never becomes a burden."""

from __future__ import annotations

import gc
import logging
import math
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from assets.domain.contents import Entry
from assets.domain.errors import StudioError
from assets.domain.fingerprints import digest
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Record
from assets.domain.states import Status
from assets.pipeline.desk import Desk
from assets.storage.shelves import Shelves, Standing, Text

NOT_ASKED = "not_asked"
_LASTS_SECONDS = 1.0
_AT_MOST_ONE_IN = 20
"""A large catalogue is looked through less often, so that looking never takes more than a twentieth of the time."""
_WORTH_WAITING_SECONDS = 0.3
"""Who asks waits for a look through the catalogue while the last one was as quick as this."""
_READ_AT_ONCE = 200
"""So many texts that nobody has read yet are read before anything is shown; more of them, afterwards."""
_WAITED_FOR = 2_000
"""So many texts are put up before the first who asks is answered; more of them, step by step and aside."""
_WHILE_READING_ONE_IN = 3
"""While texts are read, what is known of them is put up again and again, for a third of the time at most."""
_COLLECTED_AT = (20_000, 5, 250)
"""So that a look, which makes some hundred thousand objects that go again by themselves, is no reason to collect."""
_MARGIN = timedelta(seconds=30)
"""Changes that were under way while the last look was taken are looked at once more."""
_PHASES = {
    Status.PENDING: "queued",
    Status.GENERATING_SCRIPT: "writing",
    Status.GENERATING_SPEECH: "speaking",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
}
_log = logging.getLogger(__name__)


class Shelving:
    """The shelves of one process. Safe to use from threads."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._file = desk.settings.home / "shelves.db"
        self._shelves = Shelves(desk.index.search)
        self._looking = threading.Lock()
        self._following = threading.Lock()
        self._took: float | None = None
        self._look_at = 0.0
        self._follow_at = 0.0
        self._since: datetime | None = None
        self._entries: tuple[Entry, ...] = ()
        self._wanted: dict[NarrationKey, str | None] = {}
        self._published: set[NarrationKey] = set()
        self._all_seen = False

    def current(self) -> Shelves:
        """The shelves as things stand: the ledger a second ago at most, a large catalogue somewhat longer.

        A large catalogue is not waited for: what an earlier process has kept is there at once, or else the texts as
        far as they are known; the rest comes while `progress` says so. Raises `Refused` where there is no catalogue.
        """
        if self._took is None:
            with self._looking:
                if self._took is None:
                    self._begin()
        if self._took is not None and self._took < _WORTH_WAITING_SECONDS:
            with self._looking:
                if time.monotonic() >= self._look_at:
                    self._look()
        elif time.monotonic() >= self._look_at and self._looking.acquire(blocking=False):
            threading.Thread(target=self._look_aside, name="shelving", daemon=True).start()
        with self._following:
            if time.monotonic() >= self._follow_at:
                self._follow()
        return self._shelves

    @property
    def progress(self) -> tuple[int, int] | None:
        """How many texts are known, of how many, while not all of them are; None when they are and all is put up."""
        if (reading := self.desk.index.reading) is not None:
            return reading
        if self._all_seen:
            return None
        return sum(1 for entry in self._entries if entry.facts is not None), len(self._entries)

    def _begin(self) -> None:
        """Put up what can be put up at once."""
        if self._shelves.take_up(self._file, self._label):
            self._since = self._shelves.last_change()
            self._took = _WORTH_WAITING_SECONDS
            self._all_seen = True  # as it was when the last process looked; what is otherwise now comes soon
        elif len(self.desk.catalogue().sources) > _WAITED_FOR:
            self._entries = self.desk.entries(read=False)
            self._shelves.fill(_texts(self._entries), (), self.desk.settings.default_locale.tag)
            self._took = _WORTH_WAITING_SECONDS
            self._follow_at = math.inf  # the whole ledger is no change to wait for: it comes with the first look
        else:
            self._look()

    @property
    def _label(self) -> str:
        """What is kept is of use only for this very catalogue and ledger, whose address may hold a password."""
        settings = self.desk.settings
        parts = {"content": str(settings.content.resolve()), "ledger": settings.ledger_url}
        return digest({**parts, "locale": settings.default_locale.tag})

    def orphans(self) -> tuple[NarrationKey, ...]:
        """What was published once and cannot be made any more: its text is gone, or its voice, or nobody offers it."""
        with self._following:
            return tuple(sorted(self._published.difference(self._wanted), key=str))

    def _look_aside(self) -> None:
        try:
            self._look()
        except StudioError as error:
            _log.warning("The catalogue could not be looked through: %s", error)
            self._look_at = time.monotonic() + _LASTS_SECONDS
        finally:
            self._looking.release()

    def _look(self) -> None:
        """Look through catalogue and voices, and put everything up anew when something is not as it was."""
        began = time.monotonic()
        known = self.desk.entries(read=False) if not self._wanted else ()
        later = self.desk.index.reading is not None or sum(entry.facts is None for entry in known) > _READ_AT_ONCE
        if later:
            known = known or self.desk.entries(read=False)
            if self.desk.index.reading is None:
                threading.Thread(target=self._read, name="reading the texts", daemon=True).start()
        entries = known if later else self.desk.entries()
        wanted: dict[NarrationKey, str | None] = dict.fromkeys(self.desk.everything(), None if later else "")
        if not later:
            wanted |= self.desk.fingerprints(wanted, entries=entries)
        if self._took is None or (entries, wanted) != (self._entries, self._wanted):
            self._put_up(entries, wanted, complete=not later)
        self._all_seen = not later
        took = time.monotonic() - began
        pause = _WHILE_READING_ONE_IN * took if later else _AT_MOST_ONE_IN * took
        self._took = max(took, _WORTH_WAITING_SECONDS) if later else took
        self._look_at = time.monotonic() + max(_LASTS_SECONDS, pause)

    def _read(self) -> None:
        try:
            self.desk.entries()
        except StudioError as error:
            _log.warning("The texts could not be read: %s", error)
        self._look_at = 0.0

    def _put_up(self, entries: tuple[Entry, ...], wanted: dict[NarrationKey, str | None], *, complete: bool) -> None:
        records = {record.key: record for record in self.desk.ledger.narrations.records()}
        places: list[Record | NarrationKey] = [*(key for key in wanted if key not in records), *records.values()]
        try:
            self._shelves.fill(
                _texts(entries),
                (_standing(each, wanted) for each in places),
                self.desk.settings.default_locale.tag,
                keep=self._file if complete and len(entries) > _WAITED_FOR else None,
                label=self._label,
            )
        except OSError as fault:  # they are put up all the same; only the next start takes longer
            _log.warning("The shelves could not be kept: %s", fault)
        with self._following:  # not while they are put up: whoever asks meanwhile sees what there was
            self._entries, self._wanted = entries, wanted
            self._published = {key for key, record in records.items() if record.version}
            self._since = max((record.updated_at for record in records.values()), default=None)
            self._follow_at = 0.0
        if complete and len(entries) > _WAITED_FOR:  # until then it is put up anew every few seconds
            _spare_the_collector()

    def _follow(self) -> None:
        """Bring what has changed in the ledger since the last time."""
        since = self._since - _MARGIN if self._since else None
        records = self.desk.ledger.narrations.records(since=since)
        self._shelves.update(_standing(record, self._wanted) for record in records)
        self._published.update(record.key for record in records if record.version)
        self._since = max((record.updated_at for record in records), default=self._since)
        self._follow_at = time.monotonic() + _LASTS_SECONDS


def _spare_the_collector() -> None:
    """A large catalogue stays: to go through it for garbage again and again would halt every page for a second."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AT)


def _texts(entries: Iterable[Entry]) -> Iterator[Text]:
    for entry in entries:
        content, locale = entry.source.content, entry.source.locale.tag
        if entry.facts is None or entry.facts.problem:
            yield Text(content.path, locale, content.kind, content.path)
        else:
            facts = entry.facts
            yield Text(content.path, locale, content.kind, facts.title, facts.description, facts.number)


def _standing(place: Record | NarrationKey, wanted: Mapping[NarrationKey, str | None]) -> Standing:
    if isinstance(place, NarrationKey):
        return Standing(place.content.path, place.locale.tag, place.voice.name, NOT_ASKED)
    key = place.key
    phase = "approval" if place.waits_for_approval else _PHASES.get(place.status)
    if phase is None:
        now = wanted.get(key, "") if wanted else None
        fresh = now is None or now == place.fingerprint  # None: its text has not been looked at yet, and so it may be
        phase = NOT_ASKED if not place.version else "ready" if fresh else "stale"
    return Standing(
        key.content.path, key.locale.tag, key.voice.name, phase, place.version, place.duration_seconds, place.updated_at
    )
