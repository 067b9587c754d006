"""What every adapter of a paid provider needs: a client per event loop, and what a server said made fit to be shown."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Generic, TypeVar

from assets.domain.accounts import Account

_LONGEST_SENTENCE = 200

Client = TypeVar("Client")


class PerLoop(Generic[Client]):
    """One client for each event loop: a connection belongs to the loop it was opened in."""

    def __init__(self, make: Callable[[], Client]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Client] = weakref.WeakKeyDictionary()

    def get(self) -> Client:
        """The client of the running loop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._made:
                self._made[loop] = self._make()
            return self._made[loop]


def sentence(account: Account, said: object) -> str:
    """What a server said, short, on one line, without the key, and ending like a sentence."""
    words = " ".join(account.without_secrets(str(said or "no reason was given")).split())
    words = words if len(words) <= _LONGEST_SENTENCE else words[: _LONGEST_SENTENCE - 1] + "…"
    return words if words.endswith((".", "!", "?", "…")) else words + "."


def sendable(text: str) -> str:
    """A text as JSON can carry it, as long as before: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def seconds_told(headers: Mapping[str, str]) -> float | None:
    """The pause that a server asks for by `Retry-After`, in seconds or as a date; None when it does not say."""
    named = {name.lower(): value.strip() for name, value in headers.items()}
    try:
        if "retry-after-ms" in named:
            return max(0.0, float(named["retry-after-ms"]) / 1000)
        if "retry-after" not in named:
            return None
        told = named["retry-after"]
        if told.replace(".", "", 1).isdigit():
            return float(told)
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
