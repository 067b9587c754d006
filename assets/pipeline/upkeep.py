"""Upkeep: narrations that are made by themselves because a policy says so, and what that would be, said beforehand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assets.domain.errors import Refused
from assets.domain.freshness import Policy, When
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Asked, Outcome
from assets.pipeline.desk import Desk
from assets.pipeline.planning import Planned, plan
from assets.providers.base import PaidScriptWriter, PaidSpeechProvider

REQUESTED_BY = "upkeep"
PRIORITY = -10
"""Whoever asks for a narration themselves is served first."""
AT_ONCE = 10
"""Narrations that upkeep has under way at a time: it never fills the line."""
_SETTLED_SECONDS = 60.0
"""An author who saves every minute does not want a version of each."""
_NIGHT = range(1, 5)
_POPULAR_DAYS = 28
_ESTIMATED = 200


@dataclass(frozen=True, slots=True)
class Due:
    """A narration that is to be made: why (`out of date` or `never made`), and how often its text was listened to."""

    key: NarrationKey
    why: str
    listens: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What upkeep would do now: all that is due, most listened to first, and what it has money for.

    `planned` are the estimates of as many of the first as were worked out. `affordable` of them fit into what is
    left of the money, `left_micros`, which is None where there is no cap. `settling` are narrations whose text was
    edited a moment ago.
    """

    due: tuple[Due, ...]
    planned: tuple[Planned, ...]
    affordable: tuple[NarrationKey, ...]
    left_micros: int | None
    settling: int


class Upkeep:
    """Looks after the narrations that a policy chooses."""

    def __init__(
        self,
        desk: Desk,
        policy: Policy | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._desk = desk
        self._policy = policy or desk.settings.keep_fresh
        self._clock = clock
        self._wall = wall

    def is_time(self) -> bool:
        """Whether the policy lets it work at this moment. Nights are those of this machine's own time."""
        match self._policy.when:
            case When.CHANGE:
                return True
            case When.NIGHTLY:
                return self._clock().astimezone().hour in _NIGHT
        return False

    def outlook(self, at_most: int = _ESTIMATED) -> Outlook:
        """What would be done now, were it time; nothing is asked for and nothing is bought. Raises `Refused`."""
        due, settling = self._due()
        left = self._money_left()
        planned: tuple[Planned, ...] = ()
        affordable, sum_micros = [], 0
        if due and self._anything_costs():
            planned = plan(self._desk, [each.key for each in due[:at_most]])
            for each in planned:
                cost = each.estimate.micros
                if each.refusal or (left is not None and sum_micros + cost > left):
                    continue
                sum_micros += cost
                affordable.append(each.key)
        else:
            affordable = [each.key for each in due[:at_most]]
        return Outlook(due, planned, tuple(affordable), left, settling)

    def begin(self) -> tuple[Asked, ...]:
        """Ask for the next narrations, as many as it may have under way and has money for. Raises `Refused`.

        Whoever calls this submits the runs of those that are claimed.
        """
        room = AT_ONCE - self._desk.ledger.upkeep.live(REQUESTED_BY)
        if room <= 0 or not self.is_time():
            return ()
        claimed = []
        for key in self.outlook(room).affordable[:room]:
            try:
                asked = self._desk.ask(key, requested_by=REQUESTED_BY, priority=PRIORITY)
            except Refused:  # its text or its voice went away a moment ago
                continue
            if asked.outcome is Outcome.CLAIMED:
                claimed.append(asked)
        return tuple(claimed)

    def _due(self) -> tuple[tuple[Due, ...], int]:
        ledger, policy = self._desk.ledger, self._policy
        wanted, made = self._desk.fingerprints(), ledger.narrations.fingerprints()
        tried = ledger.upkeep.tried()
        keys = set(made)
        if policy.missing:
            keys |= set(self._desk.default_narrations())
        listens = ledger.upkeep.listens(self._clock().date() - timedelta(days=_POPULAR_DAYS))
        due, settling = [], 0
        for key in keys:
            fingerprint = wanted.get(key)
            if fingerprint is None or made.get(key) == fingerprint or not policy.chooses(str(key.content)):
                continue
            # What is under way is being made; what failed or was cancelled waits for a person, or for another text.
            last = tried.get(key)
            if last is not None and (last.live or (not last.made and last.fingerprint == fingerprint)):
                continue
            if not self._has_settled(key):
                settling += 1
                continue
            heard = listens.get(key.content, {}).get(key.locale, 0)
            due.append(Due(key, "out of date" if key in made else "never made", heard))
        return tuple(sorted(due, key=lambda each: (-each.listens, each.why == "never made", str(each.key)))), settling

    def _has_settled(self, key: NarrationKey) -> bool:
        source = self._desk.catalogue().source(key.content, key.locale)
        try:
            modified = (self._desk.settings.content / source.path).stat().st_mtime
        except OSError:
            return False
        return self._wall() - modified >= _SETTLED_SECONDS

    def _anything_costs(self) -> bool:
        paid = any(
            isinstance(self._desk.speech_provider(voice), PaidSpeechProvider) for voice in self._desk.voices().entries
        )
        return paid or isinstance(self._desk.writer(), PaidScriptWriter)

    def _money_left(self) -> int | None:
        """What upkeep may still spend now, by its own cap and by those of the day and month; None without any."""
        caps, spend = self._desk.settings.caps, self._desk.ledger.spend
        today = self._clock().replace(hour=0, minute=0, second=0, microsecond=0)
        left = []
        if self._policy.per_day is not None:
            left.append(self._policy.per_day - self._desk.ledger.upkeep.spent(REQUESTED_BY, today))
        for cap, since in ((caps.per_day, today), (caps.per_month, today.replace(day=1))):
            if cap is not None:
                left.append(cap - spend.used(since.date()))
        return max(0, min(left)) if left else None
