"""The speakers, as a program: `python -m assets.pipeline.speakers`, which `studio up` starts and restarts.

Processes that speak in the voices of this machine, for every run and page of the installation: so many as there are
cores, each on one thread, and each keeps what it has loaded. Whoever wants a take knocks at a door, and the kernel lets
them in where a speaker is free; there is a door for what somebody waits for and one for what can wait. The model of the
default voice is loaded before the speakers are forked: they share its memory, and one that takes the place of another
is ready at once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import select
import signal
import socket
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from assets.domain.errors import StudioError
from assets.domain.speech import Speech
from assets.providers.base import EmbeddedSpeechProvider, SpeechRequest
from assets.providers.registry import speech_provider
from assets.settings import Settings
from assets.storage.processes import end_with
from assets.storage.sockets import address, listen
from assets.storage.voice_files import load

DOORS = ("speakers.sock", "speakers-later.sock")
"""For what somebody waits for, and for what can wait: a batch."""
_MOST = 4
_KNOCKING = 256
_TAKES = 2_000
_MEMORY_BYTES = 1_500_000_000
"""A speaker is replaced by a fresh one after so many takes, or when it has grown to this."""
_TO_SPEAK_UP_SECONDS = 5.0
_SOON_SECONDS = 1.0
_LONGEST_REST_SECONDS = 5.0
"""Between one speaker that died soon after it began and the next: something is wrong, and may pass."""
_log = logging.getLogger(__name__)


class Speakers:
    """The speakers of one installation; ends with a signal."""

    def __init__(self, home: Path, count: int) -> None:
        self._paths = [address(home, name) for name in DOORS]
        self._count = count
        self._speaking: dict[int, float] = {}

    def serve(self) -> NoReturn:
        """Let them speak until a signal comes, and put another in the place of each that ends."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(0))
        doors = [listen(path, backlog=_KNOCKING) for path in self._paths]
        for door in doors:
            door.setblocking(False)
        died_soon = 0
        try:
            while True:
                while len(self._speaking) < self._count:
                    self._fork(doors)
                pid, status = os.wait()
                lived = time.monotonic() - self._speaking.pop(pid)
                if code := os.waitstatus_to_exitcode(status):
                    _log.error("A speaker (pid: %s) ended with %s; another takes its place", pid, code)
                died_soon = died_soon + 1 if code and lived < _SOON_SECONDS else 0
                if died_soon:
                    time.sleep(min(_LONGEST_REST_SECONDS, 0.1 * 2**died_soon))
        finally:
            for path in self._paths:
                path.unlink(missing_ok=True)
            for pid in self._speaking:
                os.kill(pid, signal.SIGKILL)

    def _fork(self, doors: list[socket.socket]) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self._speaking[pid] = time.monotonic()
            return
        code = 1
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            end_with(parent)
            _speak_until_worn(doors)
            code = 0
        except BaseException:
            _log.exception("A speaker ended")
        finally:
            logging.shutdown()
            os._exit(code)


def _speak_until_worn(doors: list[socket.socket]) -> None:
    import psutil

    this = psutil.Process()
    for _ in range(_TAKES):
        with _next(doors) as line:
            answer: Speech | StudioError
            try:
                if not line.poll(_TO_SPEAK_UP_SECONDS):
                    continue
                name, request = line.recv()
            except (EOFError, OSError):  # whoever knocked is gone
                continue
            try:
                answer = asyncio.run(_speak(name, request))
            except StudioError as error:
                answer = error
            with contextlib.suppress(OSError):  # nobody waits for it any more
                line.send(answer)
        if this.memory_info().rss > _MEMORY_BYTES:
            return


async def _speak(name: str, request: SpeechRequest) -> Speech:
    return await speech_provider(name).speak(request)


def _next(doors: list[socket.socket]) -> Connection:
    """Whoever knocks next, at the first door before the second."""
    while True:
        knocking, _, _ = select.select(doors, [], [])
        for door in doors:
            if door in knocking:
                with contextlib.suppress(BlockingIOError):  # another speaker was quicker
                    line, _ = door.accept()
                    line.setblocking(True)
                    return Connection(line.detach())


def _load_default(settings: Settings) -> None:
    """Load the model of the voice that most will ask for, before anybody forks."""
    try:
        for voice in load(settings.voices).for_locale(settings.default_locale):
            provider = speech_provider(voice.provider, settings)
            if provider.refusal(voice, settings.default_locale) is None:
                if isinstance(provider, EmbeddedSpeechProvider):
                    provider.load()
                return
    except StudioError as fault:  # whoever asks for it is told
        _log.warning("No voice was loaded beforehand: %s", fault)


def main() -> NoReturn:
    """Serve the installation that the environment names."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--count", type=int, default=max(1, min(_MOST, os.cpu_count() or 1)))
    count = options.parse_args().count
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    settings = Settings.from_environment()
    _load_default(settings)
    gc.collect()
    gc.freeze()
    Speakers(settings.home, count).serve()


if __name__ == "__main__":
    main()
