"""Calls to providers: within what their account allows, through its circuit, and tried again by the one rule."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from assets.domain.errors import Busy, KeyRefused, OutcomeUnknown, QuotaExceeded, Resting, StudioError, Unavailable
from assets.domain.retries import RetryRule
from assets.storage.ledger.ledger import Ledger
from assets.storage.processes import this_process

_LOOK_AGAIN_SECONDS = 0.1
_CALL_LEASE_SECONDS = 300.0
"""Longer than any call may last: its time-out is well below."""
_OF_THE_ACCOUNT = (KeyRefused, QuotaExceeded)
_FAULTS = (Unavailable, Busy, OutcomeUnknown)

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Flight:
    """Where a call is, for whoever has to stop in the middle.

    `under_way` from the moment the provider has it until what it answered is kept, which the caller says by taking
    it back; `stopping` when it must not be tried again.
    """

    under_way: bool = False
    stopping: bool = False


class Calls:
    """The one way to a provider that costs money. Calls of embedded engines do not pass here."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        concurrency: int,
        rule: RetryRule | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._accounts = ledger.accounts
        self._concurrency = concurrency
        self._rule = rule or RetryRule()
        self._sleep = sleep
        self._chance = chance

    async def make(
        self,
        account: str,
        call: Callable[[], Awaitable[Answer]],
        tell: Callable[[str], None],
        flight: Flight | None = None,
    ) -> Answer:
        """The answer of a call, after as many attempts as its faults are worth; `tell` hears of each failed one.

        Raises the fault of the last attempt, and `Resting` at once, without a call, while the circuit is open.
        """
        flight = flight or Flight()
        attempt = 1
        while True:
            try:
                async with self._place(account):
                    flight.under_way = True
                    answer = await call()
            except StudioError as error:
                flight.under_way = False
                self._count(account, error)
                wait = self._rule.wait(error, attempt, self._chance())
                if wait is None or flight.stopping:
                    raise
                tell(f"Attempt {attempt} of {self._rule.attempts} failed: {error.message} Next in {wait:.0f} s.")
                await self._sleep(wait)
                attempt += 1
            else:
                self._accounts.worked(account)
                return answer

    @contextlib.asynccontextmanager
    async def _place(self, account: str) -> AsyncIterator[None]:
        """One of the account's places for calls under way, over all processes."""
        while True:
            self._require_closed(account)
            place = self._accounts.enter(
                account, this_process(), limit=self._concurrency, lease_seconds=_CALL_LEASE_SECONDS
            )
            if place is not None:
                break
            await self._sleep(_LOOK_AGAIN_SECONDS)
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
                remedy=f"It is tried again from {circuit.open_until:%H:%M:%S} UTC on; mend the cause and ask again.",
            )

    def _count(self, account: str, error: StudioError) -> None:
        if isinstance(error, (*_FAULTS, *_OF_THE_ACCOUNT)):
            self._accounts.failed(account, str(error), of_the_account=isinstance(error, _OF_THE_ACCOUNT))
