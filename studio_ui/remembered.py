"""Answers that many open pages share: each is looked up at most once in a while, by one thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar, cast

T = TypeVar("T")

MOST_ANSWERS = 1000


@dataclass(slots=True)
class _Answer:
    lock: threading.Lock = field(default_factory=threading.Lock)
    until: float = 0.0
    value: object = None


class Remembered:
    """Answers by name, each good for `seconds`. An answer that raises is not kept."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._answers: dict[Hashable, _Answer] = {}

    def get(self, name: Hashable, look: Callable[[], T]) -> T:
        """The answer of that name; `look` finds it when there is none that is still good."""
        with self._lock:
            if len(self._answers) >= MOST_ANSWERS and name not in self._answers:
                self._answers.clear()
            answer = self._answers.setdefault(name, _Answer())
        with answer.lock:  # one looks, the others wait for what it finds
            if self._clock() >= answer.until:
                answer.value = look()
                answer.until = self._clock() + self._seconds
            return cast("T", answer.value)

    def drop(self, name: Hashable) -> None:
        """Let go of one answer."""
        with self._lock:
            self._answers.pop(name, None)

    def forget(self) -> None:
        """Let go of every answer: something was changed by us just now."""
        with self._lock:
            self._answers.clear()
