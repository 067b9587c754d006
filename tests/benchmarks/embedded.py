"""Embedded, end to end: from asking to a published version, against the bare engine speaking the same segments.

A thousand characters in Joe's voice, by one speaker and by two. The floor is the same speakers, as warm, with the same
segments, right after: it finds the machine as busy as the narration did.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from _crew import Crew, speakers
from _measure import figure, report

VOICE = "joe"
ROUNDS = 7
CHARACTERS = 1_000
SENTENCES = (
    "In lesson {n} the sea rises, and it falls again, and people of town {n} plan their work by it. ",
    "They have done so for {n} hundred years, and nobody remembers a day on which it was not so. ",
    "Part {m} of their story is told in every school, by people who were there when it was written. ",
)


def text(number: int) -> str:
    """A lesson of so many characters, no paragraph of which was spoken before."""
    made, part = f"# Lesson {number}\n", 0
    while len(made) < CHARACTERS:
        part += 1
        made += "\n" + "".join(each.format(n=number, m=part) for each in SENTENCES).strip() + "\n"
    return made[: made.rindex(".", 0, CHARACTERS) + 1] + "\n"


class Rounds:
    """Narrations one after another, each followed by the bare engine."""

    def __init__(self, home: Path, content: Path, at_once: int) -> None:
        from assets.pipeline.opening import open_desk
        from assets.settings import Settings

        given = {"STUDIO_HOME": home, "STUDIO_CONTENT": content, "STUDIO_SPEECH_CONCURRENCY": at_once}
        self.desk = open_desk(Settings.from_environment({name: str(value) for name, value in given.items()}))
        self.at_once = at_once

    def key(self, number: int) -> Any:
        from assets.domain.keys import NarrationKey

        return NarrationKey.of(f"lesson-{number}", "en", VOICE)

    def narration(self, number: int) -> None:
        """Everything: asked for, written, spoken, joined, measured, published."""
        from assets.pipeline.engine import Engine

        made = asyncio.run(Engine(self.desk, ()).make(self.key(number)))
        assert made.version is not None and made.version.takes_bought, made.error

    def bare(self, number: int) -> None:
        """The takes alone, nothing kept."""
        from assets.pipeline.asking import requests
        from assets.pipeline.crew import Crew as Asking
        from assets.pipeline.writing import Writing

        wanted = self.desk.wanted(self.key(number))
        provider, crew = self.desk.speech_provider(wanted.voice), Asking(self.desk.settings.home)

        async def all_of_them() -> None:
            script = await Writing(self.desk).script(wanted)
            gate = asyncio.Semaphore(self.at_once)

            async def one(ask: Any) -> None:
                async with gate:
                    await crew.speak(provider, ask)

            await asyncio.gather(*map(one, requests(wanted, script.segments)))

        asyncio.run(all_of_them())

    def measure(self, crew: Crew) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
        """Wall and processor seconds of every narration, and of the bare engine after it."""

        def clocked(work: Any, number: int) -> tuple[float, float]:
            began, cpu = time.perf_counter(), time.process_time() + crew.cpu_seconds()
            work(number)
            return time.perf_counter() - began, time.process_time() + crew.cpu_seconds() - cpu

        self.narration(0)
        self.bare(0)
        both = [(clocked(self.narration, number), clocked(self.bare, number)) for number in range(1, ROUNDS + 1)]
        return [whole for whole, _ in both], [bare for _, bare in both]


def main() -> None:
    """Print the figures."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="bench-embedded-") as name:
        content = Path(name) / "content"
        content.mkdir()
        for number in range(ROUNDS + 1):
            (content / f"lesson-{number}.en.md").write_text(text(number), encoding="utf-8")
        for count in (1, 2):
            home = Path(name) / f"home-{count}"
            home.mkdir()
            with speakers(home, count) as crew:
                whole, bare = Rounds(home, content, count).measure(crew)
            many = f"{count} speaker{'s' if count > 1 else ''}"
            for what, clock, bound in (("end to end", 0, {"ratio_at_most": 1.3}), ("processor time of all", 1, {})):
                floor = statistics.median(each[clock] for each in bare)
                figures.append(
                    figure(
                        f"{what}, {many}",
                        statistics.median(each[clock] for each in whole),
                        "s",
                        floor=round(floor, 3),
                        floor_is="the same speakers alone",
                        **bound,
                    )
                )
            ratios = [one[0] / other[0] for one, other in zip(whole, bare, strict=True)]
            figures.append(figure(f"the ratio of a round, median, {many}", statistics.median(ratios), ""))
    report(
        f"embedded, end to end, {CHARACTERS:,} characters",
        figures,
        f"{ROUNDS} narrations by '{VOICE}', each a text never spoken before, one after another. What is above the "
        "floor: keeping each take durably (FLAC, gates, ledger), which the next take hides, and after the last one "
        "joining, encoding and measuring the whole, which nothing hides.",
    )


if __name__ == "__main__":
    main()
