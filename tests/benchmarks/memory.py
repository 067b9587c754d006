"""Peak memory over idle while a narration of an hour is made: written, spoken, joined, measured, published."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from _measure import figure, report

MINUTES = 60
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


def main() -> None:
    """Print the figures."""
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
            made = asyncio.run(engine.make(NarrationKey.of(lesson, "en", "espeak")))
            assert made.version is not None, made.error
            return made.version.duration_seconds, time.process_time() - began

        make("short")
        idle = resident("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # the highest so far begins anew
        duration, took = make("long")
        peak = resident("VmHWM")
    report(
        f"memory of a narration of {MINUTES} minutes",
        [
            figure("peak over idle", peak - idle, "MiB", at_most=400),
            figure("idle, everything loaded", idle, "MiB"),
            figure("its length", duration / 60, "min"),
            figure("processor time to make it", took, "s"),
        ],
    )


if __name__ == "__main__":
    main()
