"""How often somebody may do something: a bucket of tokens each, filled at a steady pace."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_BUCKETS = 10_000


class Limiter:
    """Lets each name do `burst` things at once and `per_minute` in the long run. Safe to use from threads."""

    def __init__(self, per_minute: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # who came last is last

    def take(self, name: str) -> float:
        """Take one and return 0, or take none and return the seconds after which there is one."""
        with self._lock:
            left = self._left(name)
            if left < 1:
                self._keep(name, left)
                return (1 - left) / self._pace
            self._keep(name, left - 1)
            return 0.0

    def give_back(self, name: str) -> None:
        """Put back what was taken for something that should not have counted."""
        with self._lock:
            self._keep(name, min(self._burst, self._left(name) + 1))

    def _left(self, name: str) -> float:
        left, then = self._buckets.get(name, (self._burst, 0.0))
        return min(self._burst, left + (self._clock() - then) * self._pace)

    def _keep(self, name: str, left: float) -> None:
        self._buckets[name] = (left, self._clock())
        self._buckets.move_to_end(name)
        if len(self._buckets) > _MOST_BUCKETS:  # whoever has been away for longest gives way
            self._buckets.popitem(last=False)
