"""Signals, made into an orderly cancellation of asynchronous work.

Dagster raises an exception wherever the main thread happens to be. Inside an event loop that may be any task, a
heartbeat for instance, and the interrupt would be kept there unseen.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(Exception):
    """A signal ended the work."""


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run asynchronous work to its end. Raises `Interrupted` when a signal came and the work has been cancelled."""
    return asyncio.run(_heeding_signals(work))


async def _heeding_signals(work: Coroutine[Any, Any, Answer]) -> Answer:
    task = asyncio.create_task(work)
    if threading.current_thread() is not threading.main_thread():
        return await task
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    came: list[signal.Signals] = []

    def heed(number: signal.Signals) -> None:
        came.append(number)
        task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, heed, number)
    try:
        return await task
    except asyncio.CancelledError:
        if came:
            raise Interrupted(came[0].name) from None
        raise
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
