"""The pulse: the signs of life that a process gives for each claim it works on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from assets.domain.errors import Cancelled, ClaimLost, Unwritable
from assets.storage.ledger.work import Work

_log = logging.getLogger(__name__)


class Pulse:
    """Keeps claims alive while they are worked on, and ends the work when the claim is lost or cancelled."""

    @contextlib.asynccontextmanager
    async def of(self, work: Work) -> AsyncIterator[None]:
        """Beat for this work while the body runs. Raises `ClaimLost` or `Cancelled` in place of the body's end."""
        task = asyncio.current_task()
        assert task is not None
        ended: list[ClaimLost | Cancelled] = []

        async def beat() -> None:
            while True:
                await asyncio.sleep(min(work.lease_seconds / 3, 2.0))
                try:
                    await asyncio.to_thread(work.heartbeat)
                except (ClaimLost, Cancelled) as end:
                    ended.append(end)
                    task.cancel()
                    return
                except Unwritable as full:  # the work itself stops at what it cannot write; a beat may come later
                    _log.warning("A sign of life of %s could not be written: %s", work.key, full)

        beating = asyncio.create_task(beat())
        try:
            yield
        except asyncio.CancelledError:
            if ended:
                task.uncancel()
                raise ended[0] from None
            raise
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating
