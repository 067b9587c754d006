"""How fast the voices on this machine are, what they take, and what long lessons sound like at the joins; JSON.

    python tests/benchmarks/voices.py [--texts FOLDER] > docs/voices.json

Each engine is measured as it works in the running system: in speakers, processes of one thread, one of them and two.
Wall times depend on what else the machine does; CPU seconds per second of audio do not. The lessons are the English
ones of the catalogue, or of a folder of your own, which should have enough of them for twenty minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _crew import speakers
from _measure import ROOT

ENGINES = {"joe": "en", "heart": "en", "espeak": "en"}
LESSONS = {"joe": 20, "heart": 3}
"""Minutes of lessons to be joined, by voice."""
TEXT = (
    "The sea rises and falls twice a day, and people who live by it plan their work around the tides.",
    "When water is heated it boils, but on a high mountain it boils much sooner than down here by the sea.",
    "A good experiment changes one thing at a time and writes down everything that happens on the way.",
    "Light needs about eight minutes to travel from the Sun to the Earth, and hours to the farthest planets.",
)


def rss_mib() -> int:
    """What this process holds now."""
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) // 1024


def engine(voice: str, processes: int) -> dict[str, Any]:
    """One engine in so many speakers: first sentence cold and warm, then eight segments, as many at once."""
    from assets.domain.keys import Locale
    from assets.pipeline.crew import Crew
    from assets.providers.base import EmbeddedSpeechProvider, SpeechRequest
    from assets.providers.registry import speech_provider
    from assets.storage.voice_files import load

    chosen = load(ROOT / "data" / "catalogue" / "voices.toml").get(voice)
    provider = speech_provider(chosen.provider)
    assert isinstance(provider, EmbeddedSpeechProvider)

    async def say(crew: Crew, *texts: str) -> float:
        gate = asyncio.Semaphore(processes)

        async def one(text: str) -> float:
            async with gate:
                ask = SpeechRequest(text, Locale(ENGINES[voice]), chosen)
                return (await crew.speak(provider, ask)).duration_seconds

        return sum(await asyncio.gather(*map(one, texts)))

    def clocked(*texts: str) -> tuple[float, float]:
        began = time.monotonic()
        audio = asyncio.run(say(crew, *texts))
        return time.monotonic() - began, audio

    with tempfile.TemporaryDirectory() as home, speakers(Path(home), processes, loaded=False) as there:
        crew, before = Crew(Path(home)), there.memory_mib()
        cold, _ = clocked(*(TEXT[0],) * processes)  # each of them loads the model
        warm, _ = clocked(TEXT[1])
        loaded, cpu = there.memory_mib(), there.cpu_seconds()
        wall, audio = clocked(*TEXT, *TEXT)
        cpu = there.cpu_seconds() - cpu
        return {
            "voice": voice,
            "provider": chosen.provider,
            "processes": processes,
            "first_sentence_cold_seconds": round(cold, 2),
            "first_sentence_warm_seconds": round(warm, 2),
            "audio_seconds": round(audio, 1),
            "wall_per_audio_second": round(wall / audio, 3),
            "cpu_per_audio_second": round(cpu / audio, 3),
            "before_mib": before,
            "loaded_mib": loaded,
            "spoken_mib": there.memory_mib(),
        }


def long_lesson(voice: str, minutes: int, texts: Path) -> dict[str, Any]:
    """Real lessons in this voice, one after another until it is long: joins, loudness, memory.

    Every segment is another one for as long as there are texts; then they begin again. It says how much was different.
    """
    import numpy as np

    from assets.audio.encoding import Tags, decode, encode_flac
    from assets.audio.evening import speech_db
    from assets.audio.mixdown import mix
    from assets.domain.keys import NarrationKey
    from assets.domain.mixing import Plan, plan
    from assets.pipeline.asking import requests
    from assets.pipeline.opening import open_desk
    from assets.pipeline.writing import Writing
    from assets.providers.registry import speech_provider
    from assets.settings import Settings

    spec = importlib.util.spec_from_file_location("clicks", ROOT / "tests" / "audio" / "clicks.py")
    assert spec is not None and spec.loader is not None
    detector = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(detector)

    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Settings.from_environment({"STUDIO_HOME": folder, "STUDIO_CONTENT": str(texts)}))
        provider = speech_provider(desk.voices().get(voice).provider)
        takes: list[tuple[bytes, Any, float]] = []
        total = 0.0
        for source in desk.catalogue().sources:
            if source.locale.tag != "en" or total >= 60 * minutes:
                continue
            wanted = desk.wanted(NarrationKey.of(source.content.path, "en", voice))
            script = asyncio.run(Writing(desk).script(wanted))
            for ask, pause in zip(requests(wanted, script.segments), plan(script).pauses, strict=True):
                if total < 60 * minutes:
                    speech = asyncio.run(provider.speak(ask))
                    takes.append((encode_flac(speech.pcm, speech.sample_rate), speech.words, pause))
                    total += speech.duration_seconds + pause
        different = total
        order = list(range(len(takes)))
        while total < 60 * minutes:
            order += range(len(takes))
            total += different
        most: list[int] = []

        def load(number: int) -> Any:
            from assets.domain.speech import Speech

            flac, words, _ = takes[order[number]]
            most.append(rss_mib())
            return Speech(*decode(flac), words)

        out = Path(folder) / "narration.mp3"
        pauses = tuple(takes[number][2] for number in order)
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
            "voice": voice,
            "minutes": round(made.duration_seconds / 60, 1),
            "different_minutes": round(min(different, total) / 60, 1),
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
    """Measure everything and print it; `--lesson` is for the processes that this one starts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, default=ROOT / "data" / "catalogue" / "contents")
    parser.add_argument("--lesson")
    given = parser.parse_args()
    if given.lesson:
        found: Any = long_lesson(given.lesson, LESSONS[given.lesson], given.texts)
    else:
        found = {
            "cores": os.cpu_count(),
            "engines": [engine(voice, count) for voice in ENGINES for count in (1, 2)],
            "long_lessons": [_child("--lesson", voice, "--texts", str(given.texts)) for voice in LESSONS],
        }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


def _child(*words: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
