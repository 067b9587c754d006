"""Peak memory over idle while a narration of an hour is made: written, spoken, joined, measured, published.

In one process that speaks itself, as `studio generate` does: with speakers the model is theirs. Once by a voice that is
spoken in no time, and once by a neural one.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _measure import figure, report

MINUTES = 60
VOICES = ("espeak", "joe")
WORDS = (
    "The sea rises and falls twice a day, and people who live by it plan their work around the tides of lesson {n}. "
    "When the Moon stands high the water follows, and half a day later it does so once more, a little lower. "
)
CHARACTERS_PER_MINUTE = 900


def text(characters: int) -> str:
    """A long lesson: headings and paragraphs, no two alike."""
    parts, length, number = ["# A long lesson about the sea\n"], 0, 0
    while length < characters:
        number += 1
        paragraph = WORDS.format(n=number)
        if number % 12 == 1:
            parts.append(f"## Part {number // 12 + 1}\n")
        parts.append(paragraph + "\n")
        length += len(paragraph)
    return "\n".join(parts)


def resident(name: str) -> float:
    """A figure of this process's memory in MiB: VmRSS now, VmHWM at its highest."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


def measure(voice: str) -> dict[str, float]:
    """A narration of an hour by this voice, in this process."""
    from assets.domain.keys import NarrationKey
    from assets.pipeline.engine import Engine
    from assets.pipeline.opening import open_desk
    from assets.settings import Settings

    with tempfile.TemporaryDirectory(prefix="bench-memory-") as name:
        content = Path(name) / "content"
        content.mkdir()
        (content / "short.en.md").write_text(text(500), encoding="utf-8")
        (content / "long.en.md").write_text(text(MINUTES * CHARACTERS_PER_MINUTE), encoding="utf-8")
        desk = open_desk(Settings.from_environment({"STUDIO_HOME": f"{name}/home", "STUDIO_CONTENT": str(content)}))

        def make(lesson: str) -> tuple[float, float]:
            engine = Engine(desk, ())
            began = time.process_time()
            made = asyncio.run(engine.make(NarrationKey.of(lesson, "en", voice)))
            assert made.version is not None, made.error
            return made.version.duration_seconds, time.process_time() - began

        make("short")
        idle = resident("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # the highest so far begins anew
        duration, took = make("long")
        return {"idle": idle, "peak": resident("VmHWM"), "minutes": duration / 60, "took": took}


def main() -> None:
    """Print the figures; with the name of a voice, what was measured of it alone."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))  # noqa: T201
        return
    figures = []
    for voice in VOICES:
        done = subprocess.run([sys.executable, __file__, voice], stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout)
        figures += [
            figure(f"peak over idle, {voice}", found["peak"] - found["idle"], "MiB", at_most=400),
            figure("idle, everything loaded", found["idle"], "MiB"),
            figure("its length", found["minutes"], "min"),
            figure("processor time to make it", found["took"], "s"),
        ]
    report(f"memory of a narration of {MINUTES} minutes", figures)


if __name__ == "__main__":
    main()
