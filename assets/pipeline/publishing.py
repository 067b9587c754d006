"""The last stage: takes become one file with its captions and transcript, pass the gates, and are published."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.domain.captions import plain_text, srt, transcript_json, webvtt
from assets.domain.claims import Publication
from assets.domain.errors import BadAnswer, Corrupt
from assets.domain.gates import Gate, failed, narration_gates
from assets.domain.mixing import plan, timeline
from assets.domain.narrations import Version
from assets.domain.progress import CHECKED_FROM
from assets.domain.said import Said
from assets.domain.scripts import Script
from assets.domain.speech import Speech
from assets.pipeline.asking import said
from assets.pipeline.speaking import Spoken
from assets.pipeline.wanted import Wanted
from assets.storage.files import Files
from assets.storage.ledger.work import Work
from assets.text.sentences import sentences

_TELL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Produced:
    """A published version, and what was measured on its encoded file."""

    version: Version
    gates: tuple[Gate, ...]
    loudness_lufs: float | None


class Publishing:
    """Makes versions out of takes."""

    def __init__(self, files: Files) -> None:
        self._files = files

    async def publish(
        self, wanted: Wanted, script: Script, spoken: Spoken, work: Work, progress: Callable[[float], None]
    ) -> Produced:
        """Mix, measure, write every format, and make it the version that plays.

        Raises `BadAnswer` when a gate does not pass, `Corrupt` when a take is damaged; the version before stays.
        """
        stop = threading.Event()

        def joined(share: float) -> None:
            progress(share)
            tell(share)

        tell = _now_and_then(work.joining)
        folder = self._files.work_folder(work.claim_id, work.attempt)
        making = asyncio.create_task(
            asyncio.to_thread(self._make, folder, wanted, script, spoken.keys, joined, stop.is_set)
        )
        try:
            gates, loudness, duration = await asyncio.shield(making)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait([making])
            raise
        files = self._files.publish_folder(folder, work.key, wanted.fingerprint, work.claim_id, work.attempt)
        version = work.publish(
            Publication(
                script_fingerprint=wanted.script_fingerprint,
                duration_seconds=duration,
                segments=len(script.segments),
                characters=script.characters,
                files=files,
            )
        )
        return Produced(version, gates, loudness)

    def _make(
        self,
        folder: Path,
        wanted: Wanted,
        script: Script,
        takes: Sequence[str],
        progress: Callable[[float], None],
        stop: Callable[[], bool],
    ) -> tuple[tuple[Gate, ...], float | None, float]:
        from assets.audio.encoding import Tags
        from assets.audio.mixdown import mix

        shown = [said(wanted, segment) for segment in script.segments]
        mixed = mix(
            plan(script),
            lambda number: speech_of(self._files, takes[number], shown[number]),
            out=folder / "narration.mp3",
            tags=Tags(
                title=script.title,
                artist=wanted.voice.name,
                album=wanted.key.content.path.rpartition("/")[0] or "Narrations",
                language=script.locale,
                comment=script.description,
            ),
            progress=progress,
            stop=stop,
        )
        heard = timeline(script, mixed.placed, lambda text: sentences(text, wanted.key.locale), mixed.duration_seconds)
        gates = narration_gates(heard, mixed.measured)
        if bad := failed(gates):
            raise BadAnswer(
                f"The narration did not pass its checks: {' '.join(gate.detail for gate in bad)}",
                remedy="Ask again; if it stays so, look at its script.",
            )
        facts = {
            **script.as_json(),
            "fingerprint": wanted.script_fingerprint,
            "made_of": wanted.made_of.as_json(),
            "takes": list(takes),
        }
        for name, text in {
            "captions.vtt": webvtt(heard),
            "subtitles.srt": srt(heard),
            "transcript.json": transcript_json(heard),
            "script.json": json.dumps(facts, ensure_ascii=False, indent=1),
            "script.txt": plain_text(heard),
        }.items():
            (folder / name).write_text(text, encoding="utf-8")
        return gates, mixed.measured.loudness_lufs, mixed.measured.duration_seconds


def speech_of(files: Files, key: str, shown: Said) -> Speech:
    """A take, its words timed by the text that a reader sees. Raises `Corrupt` when it is not there any more."""
    from assets.audio.encoding import decode

    found = files.take(key)
    if found is None:
        raise Corrupt("A take was damaged on disk and has been set aside.", remedy="Ask again: it is made anew.")
    take, flac = found
    pcm, rate = decode(flac)
    return Speech(pcm, rate, shown.timings(take.words))


def _now_and_then(tell: Callable[[float], None]) -> Callable[[float], None]:
    """Tell the ledger when checking begins, and no more often than twice a second before and after."""
    last, checking = time.monotonic(), False

    def told(share: float) -> None:
        nonlocal last, checking
        now, checks = time.monotonic(), share >= CHECKED_FROM
        if now - last >= _TELL_SECONDS or checks != checking:
            last, checking = now, checks
            tell(share)

    return told
