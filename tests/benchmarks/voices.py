"""How fast the voices on this machine are, what they take, and what 20 minutes of them sound like at the joins; JSON.

    python tests/benchmarks/voices.py > docs/voices.json

Each engine is measured in a process of its own, at one and at two segments at once. Wall times depend on what else the
machine does; CPU seconds per second of audio do not.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ENGINES = {"joe": "en", "heart": "en", "espeak": "en"}
MINUTES = 20
SPOKEN_SECONDS = 240
"""So much of the lessons is spoken, and then joined over and over: what is measured are the joins."""
TEXT = (
    "The sea rises and falls twice a day, and people who live by it plan their work around the tides.",
    "When water is heated it boils, but on a high mountain it boils much sooner than down here by the sea.",
    "A good experiment changes one thing at a time and writes down everything that happens on the way.",
    "Light needs about eight minutes to travel from the Sun to the Earth, and hours to the farthest planets.",
)


def rss_mib() -> int:
    """What this process holds now."""
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) // 1024


def engine(voice: str, at_once: int) -> dict[str, Any]:
    """One engine in this process: first sentence cold and warm, then eight segments, so many at once."""
    from assets.domain.keys import Locale
    from assets.providers.base import SpeechRequest
    from assets.providers.registry import speech_provider
    from assets.storage.voice_files import load

    chosen = load(ROOT / "data" / "catalogue" / "voices.toml").get(voice)
    provider = speech_provider(chosen.provider)
    before = rss_mib()

    async def say(*texts: str) -> float:
        gate = asyncio.Semaphore(at_once)

        async def one(text: str) -> float:
            async with gate:
                return (await provider.speak(SpeechRequest(text, Locale(ENGINES[voice]), chosen))).duration_seconds

        return sum(await asyncio.gather(*map(one, texts)))

    async def measure() -> dict[str, Any]:
        began = time.monotonic()
        await say(TEXT[0])
        cold = time.monotonic() - began
        began = time.monotonic()
        await say(TEXT[1])
        warm = time.monotonic() - began
        loaded = rss_mib()
        cpu, began = time.process_time(), time.monotonic()
        audio = await say(*TEXT, *TEXT)
        wall, cpu = time.monotonic() - began, time.process_time() - cpu
        return {
            "voice": voice,
            "provider": chosen.provider,
            "at_once": at_once,
            "first_sentence_cold_seconds": round(cold, 2),
            "first_sentence_warm_seconds": round(warm, 2),
            "audio_seconds": round(audio, 1),
            "wall_per_audio_second": round(wall / audio, 3),
            "cpu_per_audio_second": round(cpu / audio, 3),
            "rss_before_mib": before,
            "rss_loaded_mib": loaded,
            "rss_peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }

    return asyncio.run(measure())


def long_lesson(minutes: int) -> dict[str, Any]:
    """The English lessons of the catalogue in Joe's voice, over and over until it is long: joins, loudness, memory."""
    import numpy as np

    from assets.audio.encoding import Tags, decode, encode_flac
    from assets.audio.evening import speech_db
    from assets.audio.mixdown import mix
    from assets.domain.mixing import Plan
    from assets.domain.scripts import drafts
    from assets.pipeline.opening import open_desk
    from assets.providers.base import SectionOrder, SpeechRequest
    from assets.providers.embedded_writer import EmbeddedWriter
    from assets.providers.registry import speech_provider
    from assets.settings import Settings

    spec = importlib.util.spec_from_file_location("clicks", ROOT / "tests" / "audio" / "clicks.py")
    assert spec is not None and spec.loader is not None
    detector = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(detector)

    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Settings.from_environment({"STUDIO_HOME": folder}))
        joe = desk.voices().get("joe")
        provider, writer = speech_provider("piper"), EmbeddedWriter()
        takes: list[tuple[bytes, Any]] = []
        total = 0.0
        for source in desk.catalogue().sources:
            if source.locale.tag != "en":
                continue
            outline = desk.outline(source)
            for draft in drafts(outline):
                section = asyncio.run(writer.write(SectionOrder("k", draft, outline, source.locale)))
                for segment in section.segments if total < SPOKEN_SECONDS else ():
                    speech = asyncio.run(provider.speak(SpeechRequest(segment.text, source.locale, joe)))
                    takes.append((encode_flac(speech.pcm, speech.sample_rate), speech.words))
                    total += speech.duration_seconds
        spoken = total
        order = list(range(len(takes)))
        while total < 60 * minutes:
            order += range(len(takes))
            total += spoken
        most: list[int] = []

        def load(number: int) -> Any:
            from assets.domain.speech import Speech

            flac, words = takes[order[number]]
            most.append(rss_mib())
            return Speech(*decode(flac), words)

        out = Path(folder) / "narration.mp3"
        pauses = tuple((0.15, 0.55, 0.35, 1.0)[number % 4] for number in range(len(order)))
        cpu, began = time.process_time(), time.monotonic()
        made = mix(Plan(pauses), load, out=out, tags=Tags("Long"))
        wall, cpu = time.monotonic() - began, time.process_time() - cpu
        pcm, rate = decode(out)
        wave = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768
        moments = [moment for placed in made.placed for moment in (placed.start_seconds, placed.end_seconds)]
        clicked = detector.clicks(wave, rate, moments)
        levels = [
            level
            for placed in made.placed
            if (level := speech_db(np.frombuffer(pcm, "<i2")[_samples(placed, rate)], rate)) is not None
        ]
        desk.ledger.close()
        tenth = max(1, len(most) // 10)
        return {
            "minutes": round(made.duration_seconds / 60, 1),
            "takes": len(order),
            "joins": len(moments),
            "clicks": len(clicked),
            "largest_level_jump_db": round(float(np.abs(np.diff(levels)).max()), 2),
            "loudness_lufs": round(made.measured.loudness_lufs or 0.0, 2),
            "true_peak_db": round(made.measured.true_peak_db or 0.0, 2),
            "mixing_wall_seconds": round(wall, 1),
            "mixing_cpu_seconds": round(cpu, 1),
            "rss_first_tenth_mib": max(most[:tenth]),
            "rss_last_tenth_mib": max(most[-tenth:]),
        }


def _samples(placed: Any, rate: int) -> slice:
    return slice(round(placed.start_seconds * rate), round(placed.end_seconds * rate))


def main() -> None:
    """Measure everything and print it; `--engine` and `--lesson` are for the processes that this one starts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine")
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--lesson", type=int)
    given = parser.parse_args()
    if given.engine:
        found: dict[str, Any] = engine(given.engine, given.at_once)
    elif given.lesson:
        found = long_lesson(given.lesson)
    else:
        found = {
            "cores": os.cpu_count(),
            "engines": [_child("--engine", voice, "--at-once", str(count)) for voice in ENGINES for count in (1, 2)],
            "long_lesson": _child("--lesson", str(MINUTES)),
        }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


def _child(*words: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
