"""Many processes that ask for the same things at once, as a program.

The environment is the studio's. On standard input comes a JSON list: for each process the narrations that it asks for,
each as often as it is named. Everything is imported once and the processes are forked from there; they begin together
when all of them are there. For each a line of JSON is printed: what came of its narrations, or why it died.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import traceback

from assets.domain.keys import NarrationKey
from assets.pipeline import paying
from assets.pipeline.desk import Desk
from assets.pipeline.engine import Engine, Made
from assets.pipeline.opening import open_desk
from assets.settings import Settings

_EACH_OPENS_WITHIN_SECONDS = 0.1


async def make(desk: Desk, names: list[str]) -> list[Made]:
    engine = Engine(desk, ())
    return await asyncio.gather(*(engine.make(NarrationKey.of(*name.split("@"))) for name in names))


def ask(names: list[str], begin: float) -> str:
    desk = open_desk(Settings.from_environment())
    time.sleep(max(0.0, begin - time.time()))
    made = asyncio.run(make(desk, names))
    return json.dumps([[str(each.key), each.result, each.error.code if each.error else ""] for each in made])


def main() -> int:
    import av  # noqa: F401 - loaded once, for all children
    import elevenlabs.client  # noqa: F401
    import openai  # noqa: F401

    import assets.audio.mixdown  # noqa: F401

    paying._HISTORY_AFTER_SECONDS = (0.0, 0.05)
    asked: list[list[str]] = json.load(sys.stdin)
    begin = time.time() + 1 + _EACH_OPENS_WITHIN_SECONDS * len(asked)
    answers = []
    for names in asked:
        reading, writing = os.pipe()
        if os.fork() == 0:
            try:
                came = ask(names, begin)
            except BaseException:
                came = traceback.format_exc()
            os.write(writing, came.encode())
            os._exit(0)
        os.close(writing)
        answers.append(os.fdopen(reading, encoding="utf-8"))
    for answer in answers:
        sys.stdout.write(f"{json.dumps(answer.read())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
