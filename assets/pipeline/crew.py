"""The crew: takes in the voices of this machine, spoken by the speakers of `studio up`, or else in this process."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Client
from pathlib import Path

from assets.domain.errors import Refused, StudioError, Unavailable
from assets.domain.speech import Speech
from assets.pipeline.speakers import DOORS
from assets.providers.base import EmbeddedSpeechProvider, SpeechRequest
from assets.storage.sockets import address

_ATTEMPTS = 3
_RESTART_SECONDS = 5.0
"""So long a crew that went away without a word is waited for: its supervisor starts it again."""
_ABSENT_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.1
_MOST_AT_ONCE = 16
_log = logging.getLogger(__name__)


class Crew:
    """Has takes spoken; may be used from any thread."""

    def __init__(self, home: Path) -> None:
        try:
            self._doors = [address(home, name) for name in DOORS]
        except Refused as refused:  # `studio up` says so, too, and starts none
            _log.warning("There are no speakers: %s", refused)
            self._doors = []
        self._waiting = ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="crew")
        self._absent_until = 0.0

    async def speak(
        self, provider: EmbeddedSpeechProvider, request: SpeechRequest, *, can_wait: bool = False
    ) -> Speech:
        """The audio of one segment; raises what the provider raises.

        What `can_wait` comes after what somebody waits for. A speaker that dies is a fault that passes: another begins
        again, and nothing is lost, for it stores nothing. Raises `Unavailable` when three of them died of it.
        """
        door = self._doors[can_wait] if self._doors else None
        if door is not None and door.exists() and time.monotonic() > self._absent_until:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._waiting, self._ask, door, provider.name, request)
            if isinstance(answer, StudioError):
                raise answer
            if answer is not None:
                return answer
        return await provider.speak(request)

    def _ask(self, door: Path, provider: str, request: SpeechRequest) -> Speech | StudioError | None:
        """A speaker's answer; None when there are no speakers."""
        deadline, died = time.monotonic() + _RESTART_SECONDS, 0
        while died < _ATTEMPTS:
            try:
                line = Client(str(door), family="AF_UNIX")
            except OSError:
                if not door.exists() or time.monotonic() > deadline:
                    self._absent_until = time.monotonic() + _ABSENT_SECONDS
                    return None
                time.sleep(_LOOK_AGAIN_SECONDS)
                continue
            with line:
                try:
                    line.send((provider, request))
                    answer: Speech | StudioError = line.recv()
                except (EOFError, OSError):
                    died += 1
                    deadline = time.monotonic() + _RESTART_SECONDS
                    _log.warning("A speaker ended in the middle of a take; it is begun again")
                    continue
            return answer
        return Unavailable(
            f"The voice broke off {died} times while it said '{request.text[:40]}'.",
            remedy="Ask again; if it stays so, change that sentence or choose another voice.",
        )
