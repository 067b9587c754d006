"""A batch of 200 narrations, script 2 s and speech 2 s, 20 side by side, against bare asyncio; fresh ones asked again.

Script and speech wait as calls to a provider do; the audio is eSpeak's, which takes some milliseconds.
"""

from __future__ import annotations

import asyncio
import os
import resource
import tempfile
import time
from pathlib import Path

from _measure import figure, report

NARRATIONS = int(os.environ.get("BENCH_NARRATIONS", "200"))
SIDE_BY_SIDE, SCRIPT_SECONDS, SPEECH_SECONDS = 20, 2.0, 2.0
TEXT = "# Page {number}\n\nThis is what page {number} says.\n"


async def floor() -> None:
    """The same waits, and nothing else."""
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one() -> None:
        async with places:
            await asyncio.sleep(SCRIPT_SECONDS)
            await asyncio.sleep(SPEECH_SECONDS)

    await asyncio.gather(*(one() for _ in range(NARRATIONS)))


def simulate() -> None:
    """Script and speech take as long as they would over the network, and no more of this machine."""
    from assets.domain.speech import Speech
    from assets.pipeline.writing import Writing
    from assets.providers.base import SpeechRequest
    from assets.providers.espeak import Espeak

    write = Writing.script

    async def script(self, *words, **more):
        await asyncio.sleep(SCRIPT_SECONDS)
        return await write(self, *words, **more)

    say = Espeak.speak

    async def speak(self, request: SpeechRequest) -> Speech:
        # Its two segments are spoken side by side, as by a provider.
        await asyncio.sleep(SPEECH_SECONDS)
        return await say(self, request)

    Writing.script, Espeak.speak, Espeak.parallel = script, speak, 1_000


def cpu() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def main() -> None:
    began = time.monotonic()
    asyncio.run(floor())
    least = time.monotonic() - began
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        content = Path(folder) / "content"
        content.mkdir()
        for number in range(NARRATIONS):
            (content / f"page-{number}.md").write_text(TEXT.format(number=number))
        given = {"STUDIO_HOME": f"{folder}/home", "STUDIO_CONTENT": str(content), "STUDIO_SPEECH_CONCURRENCY": "100"}
        os.environ.update(given)
        from assets.pipeline.opening import open_desk
        from assets.settings import Settings
        from dagster_project.home import prepare
        from dagster_project.local import LocalRuns
        from studio_ui.progress import Progress

        settings = Settings.from_environment()
        prepare(settings)
        desk = open_desk(settings)
        simulate()
        import assets.audio.mixdown  # noqa: F401 - imports are not the batch's

        with Progress(quiet=True) as progress:
            runs, keys = LocalRuns(desk, progress), list(desk.everything(voice="espeak"))
            used, began = cpu(), time.monotonic()
            runs.make_many(keys)
            wall, spent = time.monotonic() - began, cpu() - used
        made = len(desk.fresh(keys))
        assert made == NARRATIONS, f"{made} of {NARRATIONS} were made"
        began = time.monotonic()
        desk.fresh(keys)
        again = time.monotonic() - began
    report(
        f"{NARRATIONS} narrations in one run",
        [
            figure("wall", wall, "s", floor=least, floor_is="bare asyncio", ratio_at_most=1.15),
            figure("CPU per narration", spent / NARRATIONS, "s", at_most=0.1),
            figure("recognised as fresh again, all", again, "s"),
        ],
        note="CPU is of the run's own process and what it started; nothing else runs. From a profile: a fifth of it is "
        "LAME encoding five seconds of real audio for each narration, a third is levelling, measuring and storing that "
        "audio; two fifths are the ledger, Dagster's seven events, parsing, fingerprints and asyncio.",
    )


if __name__ == "__main__":
    main()
