"""Calls to providers: within what their account allows, through its circuit, and tried again by the one rule."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from assets.domain.errors import Busy, KeyRefused, OutcomeUnknown, QuotaExceeded, Resting, StudioError, Unavailable
from assets.domain.retries import RetryRule
from assets.storage.ledger.ledger import Ledger
from assets.storage.processes import this_process
from assets.telemetry import traces

_LOOK_AGAIN_SECONDS = 0.1
_CALL_LEASE_SECONDS = 300.0
"""Longer than any call may last: its time-out is well below."""
_log = logging.getLogger(__name__)
_OF_THE_ACCOUNT = (KeyRefused, QuotaExceeded)
_FAULTS = (Unavailable, Busy, OutcomeUnknown)

Answer = TypeVar("Answer")


class Tried(Protocol):
    """Whoever hears of an attempt that failed: in words, with the code of the fault and when the next is due."""

    def __call__(self, text: str, *, code: str, due_at: datetime) -> None:
        """Take note of it."""
        ...


@dataclass(slots=True)
class Flight:
    """Where a call is, for whoever has to stop in the middle.

    `under_way` from the moment the provider has it until what it answered is kept, which the caller says by taking
    it back; `stopping` when it must not be tried again.
    """

    under_way: bool = False
    stopping: bool = False

    async def land(self, making: asyncio.Task[Answer], give_up: Callable[[bool], None]) -> Answer:
        """Wait for work that may be paid for. When this is cancelled, a call that is under way comes to its end first.

        What it buys is kept for whoever asks next; what was only waiting is given up at once. `give_up` clears up after
        work that never began, and is told whether a call may have been made.
        """
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            self.stopping = True
            if not self.under_way:
                making.cancel()
            await asyncio.wait([making])
            if making.cancelled():
                # A task that is cancelled before its first step never comes to its own clearing up.
                give_up(self.under_way)
            elif (fault := making.exception()) is not None:
                _log.info("A call that was under way when its narration stopped ended badly: %s", fault)
            raise


class Calls:
    """The one way to a provider that costs money. Calls of embedded engines do not pass here."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        rule: RetryRule | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._accounts = ledger.accounts
        self._rule = rule or RetryRule()
        self._sleep = sleep
        self._chance = chance

    async def make(
        self,
        account: str,
        places: int,
        call: Callable[[], Awaitable[Answer]],
        tried: Tried,
        flight: Flight | None = None,
        *,
        counted: bool = True,
        priority: int = 0,
    ) -> Answer:
        """The answer of a call, after as many attempts as its faults are worth; `tried` hears of each failed one.

        `places` is how many calls of the account may be under way at once, over all processes; a free one goes to
        whoever has waited for longest, those of higher `priority` first. A call that is not `counted` says
        nothing about the account: neither its faults nor its success move the circuit.

        Raises the fault of the last attempt, and `Resting` at once, without a call, while the circuit is open.
        """
        flight = flight or Flight()
        attempt = 1
        while True:
            try:
                async with self._place(account, places, priority):
                    flight.under_way = True
                    with traces.span("provider call", account=account, attempt=attempt):
                        answer = await call()
            except StudioError as error:
                flight.under_way = False
                if counted:
                    self._count(account, error)
                wait = self._rule.wait(error, attempt, self._chance())
                if wait is None or flight.stopping:
                    raise
                tried(
                    f"Attempt {attempt} of {self._rule.attempts} failed: {error.message} Next in {wait:.0f} s.",
                    code=error.code,
                    due_at=datetime.now(UTC) + timedelta(seconds=wait),
                )
                await self._sleep(wait)
                attempt += 1
            else:
                if counted:
                    self._accounts.worked(account)
                return answer

    @contextlib.asynccontextmanager
    async def _place(self, account: str, places: int, priority: int) -> AsyncIterator[None]:
        """One of the account's places for calls under way, over all processes."""
        caller, waits = self._accounts.caller(priority), False
        try:
            while True:
                self._require_closed(account)
                place = self._accounts.enter(
                    account, this_process(), limit=places, lease_seconds=_CALL_LEASE_SECONDS, caller=caller
                )
                if place is not None:
                    waits = False
                    break
                waits = True
                await self._sleep(_LOOK_AGAIN_SECONDS)
        finally:
            if waits:
                self._accounts.give_up(caller)
        try:
            yield
        finally:
            self._accounts.leave(place)

    def _require_closed(self, account: str) -> None:
        circuit = self._accounts.circuit(account)
        now = datetime.now(UTC)
        if not circuit.lets_through(now):
            assert circuit.open_until is not None
            raise Resting(
                f"{account} is left alone after {circuit.faults} faults in a row; the last: {circuit.why}",
                remedy=f"It is tried again from {circuit.open_until:%H:%M:%S} UTC on. When the cause is mended, "
                "`studio reconcile --apply` lets it be tried at once.",
            )

    def _count(self, account: str, error: StudioError) -> None:
        if isinstance(error, (*_FAULTS, *_OF_THE_ACCOUNT)):
            self._accounts.failed(account, str(error), of_the_account=isinstance(error, _OF_THE_ACCOUNT))
