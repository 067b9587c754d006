"""Estimators: processes that work out what many narrations are made of, so that no page waits for it.

It is minutes of work for a large catalogue, and in a thread it would slow down every answer of its process.
"""

from __future__ import annotations

import itertools
import os
import signal
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future

from assets.domain.errors import Unavailable
from assets.domain.keys import NarrationKey
from assets.pipeline.desk import Desk
from assets.pipeline.estimating import WorkedOut, work_out
from assets.settings import Settings

_WORTH_PROCESSES = 100
"""Starting processes takes as long as looking at so many texts."""
_AT_A_TIME = 10
"""Texts: tenths of a second."""
_AHEAD = 2
"""Portions that are given to each process, so that none waits; whoever stops waits for these."""
_MOST = 8
_WHEN_NOBODY_ELSE = 10
"""The niceness of the processes: pages and narrations come first."""

_desk: Desk | None = None


def worked_out(desk: Desk, keys: Iterable[NarrationKey]) -> Generator[list[WorkedOut]]:
    """What each of these narrations is made of, in their order and some at a time; of many by processes of their own.

    Whoever has enough of it closes it, and they end. Raises `Unavailable` when one of them is gone.
    """
    texts = [tuple(voices) for _, voices in itertools.groupby(keys, lambda key: (key.content, key.locale))]
    portions = [
        [key for text in texts[first : first + _AT_A_TIME] for key in text]
        for first in range(0, len(texts), _AT_A_TIME)
    ]
    if len(texts) < _WORTH_PROCESSES:
        yield from (work_out(desk, portion) for portion in portions)
    else:
        yield from _side_by_side(desk.settings, portions)


def _side_by_side(settings: Settings, portions: Sequence[Sequence[NarrationKey]]) -> Generator[list[WorkedOut]]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    count = min(os.cpu_count() or 1, _MOST)
    # Spawned, not forked: this is called by servers that have threads.
    pool = ProcessPoolExecutor(count, get_context("spawn"), _begin, (settings, os.getpid()))
    waiting = iter(portions)
    under_way = deque[Future[list[WorkedOut]]]()
    try:
        # A few at a time: a program that ends waits for all that its processes were given.
        for portion in itertools.islice(waiting, count * _AHEAD):
            under_way.append(pool.submit(_portion, portion))
        while under_way:
            yield under_way.popleft().result()
            for portion in itertools.islice(waiting, 1):
                under_way.append(pool.submit(_portion, portion))
    except BrokenProcessPool as gone:
        raise Unavailable(
            "A process that was working out a plan is gone.",
            remedy="Plan again: what was worked out is kept. If it happens again, see whether memory is short.",
        ) from gone
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(settings: Settings, parent: int) -> None:
    from assets.pipeline.opening import open_desk
    from assets.storage.processes import end_with

    global _desk
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever began it ends it
    os.nice(_WHEN_NOBODY_ELSE)
    _desk = open_desk(settings)


def _portion(keys: Sequence[NarrationKey]) -> list[WorkedOut]:
    assert _desk is not None
    return work_out(_desk, keys)
