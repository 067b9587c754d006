"""One of many processes that ask for the same things at once, as a program.

The environment is the studio's; the arguments are a moment to begin at (Unix time) and the narrations to ask for,
each as often as it is named. It prints what came of each.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from assets.domain.keys import NarrationKey
from assets.pipeline import paying
from assets.pipeline.desk import Desk
from assets.pipeline.engine import Engine, Made
from assets.pipeline.opening import open_desk
from assets.settings import Settings


async def make(desk: Desk, names: list[str]) -> list[Made]:
    engine = Engine(desk, ())
    return await asyncio.gather(*(engine.make(NarrationKey.of(*name.split("@"))) for name in names))


def main() -> None:
    paying._HISTORY_AFTER_SECONDS = (0.0, 0.05)
    begin, *names = sys.argv[1:]
    desk = open_desk(Settings.from_environment())
    time.sleep(max(0.0, float(begin) - time.time()))
    made = asyncio.run(make(desk, names))
    sys.stdout.write(json.dumps([[str(each.key), each.result, each.error.code if each.error else ""] for each in made]))


if __name__ == "__main__":
    main()
