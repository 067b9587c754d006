"""A process that dies at a chosen step of its work, as a program: one line of JSON for each death that is wanted.

It imports everything once and forks for each line, so that forty deaths take a minute. A line names the environment
of the studio and the point; the answer is how the child ended.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import itertools
import json
import os
import signal
import sys
import threading
import time
from typing import Any

from assets.domain.keys import NarrationKey
from assets.pipeline import paying
from assets.pipeline.engine import Engine
from assets.pipeline.opening import open_desk
from assets.settings import Settings


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def arm(place: str, when: str, number: int) -> None:
    """Let the process die before, after or during the call of that number of a function."""
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    whole, calls = getattr(owner, name), itertools.count(1)

    def begin() -> bool:
        """Whether the process dies when this call, of several that may be under way, is over."""
        due = next(calls) == number
        if due and when == "before":
            die()
        if due and when == "during":
            threading.Timer(0.15, die).start()
        return due and when == "after"

    async def waiting(*a: Any, **k: Any) -> Any:
        last = begin()
        answer = await whole(*a, **k)
        if last:
            die()
        return answer

    def plain(*a: Any, **k: Any) -> Any:
        last = begin()
        answer = whole(*a, **k)
        if last:
            die()
        return answer

    setattr(owner, name, waiting if inspect.iscoroutinefunction(whole) else plain)


def work(order: dict[str, Any]) -> None:
    paying._HISTORY_AFTER_SECONDS = (0.0, 0.05)
    arm(*order["point"])
    desk = open_desk(Settings.from_environment(order["environment"]))
    asyncio.run(Engine(desk, ()).make(NarrationKey.of(*order["key"])))


def main() -> None:
    import av  # noqa: F401 - loaded once, for all children
    import elevenlabs.client  # noqa: F401
    import openai  # noqa: F401

    import assets.audio.mixdown  # noqa: F401

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                work(json.loads(line))
            finally:
                os._exit(7)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
