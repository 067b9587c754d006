"""A studio over a real desk, ledger and files in a folder of its own; only Dagster, at the far end, is played by us."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assets.domain.captions import plain_text, srt, transcript_json, webvtt
from assets.domain.claims import Publication
from assets.domain.errors import Unavailable
from assets.domain.hearing import Heard
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Version
from assets.domain.outlines import BlockKind
from assets.domain.scripts import Script
from assets.domain.timelines import Chapter, Passage, Sentence, Timeline, Word
from assets.pipeline.desk import Desk
from assets.pipeline.writing import Writing
from assets.providers.whisper import LISTENER
from assets.settings import Settings
from assets.storage.files import Files
from assets.storage.ledger.ledger import Ledger
from assets.storage.ledger.work import Work
from assets.storage.processes import this_process
from studio_ui.services import Studio

TEXTS = {
    "articles/echoes.en.md": "# Echoes\n\nA sound comes back. It travelled twice.\n\n## Far walls\n\nIt is far.\n",
    "articles/echoes.id.md": "# Gema\n\nBunyi itu kembali. Ia menempuh jarak dua kali.\n",
    "articles/a-longer-one.en.md": "# Long\n\n" + "It goes on and on, and then it goes on. " * 20 + "\n",
    "subjects/greeting.ar.md": "# التحية\n\nالسلام عليكم. كيف حالك؟\n",
    "subjects/hostile.en.md": (
        '# Hostile `<img src=x onerror="window.hurt=1">` ${window.hurt=2}\n\n'
        "Say `{{value}}` and `${Reflect.set(window,'hurt',3)}` and `<script>window.hurt=4</script>` aloud.\n"
    ),
}


@dataclass
class FakeOrchestrator:
    """Dagster as the studio sees it: takes runs, or cannot be reached."""

    reachable: bool = True
    submitted: list[tuple[NarrationKey, str]] = field(default_factory=list)

    def submit(self, key: NarrationKey, claim_id: str) -> str:
        if not self.reachable:
            raise Unavailable("Dagster does not answer.", remedy="Start it with `studio up`.")
        self.submitted.append((key, claim_id))
        return f"run-of-{claim_id}"

    def trouble(self) -> str:
        return ""

    def submit_together(self, claims: Mapping[NarrationKey, str]) -> str:
        for key, claim_id in claims.items():
            self.submit(key, claim_id)
        return "run-of-many"

    def run_url(self, run_id: str) -> str:
        return f"http://127.0.0.1:3000/runs/{run_id}"

    def partition_url(self, key: NarrationKey) -> str:
        return f"http://127.0.0.1:3000/assets/audio?partition={key}"


@dataclass
class House:
    """Everything of one studio, for tests to look at and to work in."""

    settings: Settings
    desk: Desk
    orchestrator: FakeOrchestrator
    clock: Callable[[], float]
    studio: Studio = field(init=False)

    def __post_init__(self) -> None:
        self.studio = Studio(self.desk, self.orchestrator, clock=self.clock)

    def write(self, name: str, text: str) -> None:
        path = self.settings.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def begin(self, key: NarrationKey, *, force: bool = False) -> Work:
        """Ask, and start the work as a run would."""
        asked = self.desk.ask(key, force=force)
        work = self.desk.ledger.claims.start(asked.claim_id, this_process(), "run-1", max_parallel=20, lease_seconds=30)
        assert isinstance(work, Work)
        return work

    def publish(self, key: NarrationKey, *, words: bool = True, force: bool = False) -> Version:
        """Make a narration without a voice: a tone for every word, and everything else as it really is."""
        work = self.begin(key, force=force)
        timeline = self._timeline(key, words=words)
        work.speaking(len(timeline.sentences))
        folder = self.desk.files.work_folder(work.claim_id, work.attempt)
        _tones(timeline, folder / "narration.mp3")
        for name, text in {
            "captions.vtt": webvtt(timeline),
            "subtitles.srt": srt(timeline),
            "transcript.json": transcript_json(timeline),
            "script.txt": plain_text(timeline),
        }.items():
            (folder / name).write_text(text, encoding="utf-8")
        script = {**_written(self.desk, key), "made_of": self.desk.wanted(key).made_of.as_json()}
        script["takes"] = [_take(segment.text) for segment in Script.from_json(script).segments]
        (folder / "script.json").write_text(json.dumps(script))
        work.took(bought=len(timeline.sentences))
        files = self.desk.files.publish_folder(folder, key, work.fingerprint, work.claim_id, work.attempt)
        wanted = self.desk.wanted(key)
        return work.publish(
            Publication(wanted.script_fingerprint, timeline.duration_seconds, len(timeline.sentences), 100, files)
        )

    def hear(self, version: Version, **otherwise: str) -> None:
        """Listen to a version: it is heard as it is written, but for the passages named (`p2="…"`, from 1 on)."""
        script = Script.from_json(json.loads(self.studio.file(version, "script").read_text()))
        for number, segment in enumerate(script.segments, 1):
            heard = Heard(segment.text, otherwise.get(f"p{number}", segment.text), LISTENER)
            self.desk.files.put_hearing(_take(segment.text), heard)

    def _timeline(self, key: NarrationKey, *, words: bool) -> Timeline:
        outline = self.desk.wanted(key).outline
        now, chapters, passages, title, began = 0.0, [], [], outline.title, 0.0
        for block in outline.blocks:
            if block.kind is BlockKind.LEFT_OUT:
                continue
            if block.kind is BlockKind.HEADING and passages:
                chapters.append(Chapter(title, began, now, tuple(passages)))
                passages, title, began = [], block.text, now
            first, sentences = now, []
            spoken = f"{block.text}." if block.kind is BlockKind.HEADING else block.text
            for text in spoken.replace(". ", ".\n").splitlines():
                start, said = now, []
                for word in text.split():
                    said.append(Word(word, now, now + 0.25))
                    now = round(now + 0.28, 3)
                sentences.append(Sentence(text, start, now, tuple(said) if words else ()))
                now = round(now + 0.15, 3)
            passages.append(Passage(block.id, block.kind.value, first, now, tuple(sentences)))
        chapters.append(Chapter(title, began, now, tuple(passages)))
        return Timeline(outline.title, key.locale.tag, now, tuple(chapters))


def _take(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _written(desk: Desk, key: NarrationKey) -> dict[str, Any]:
    """The script as it really is; in a thread, because a browser's event loop may be running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(Writing(desk).script(desk.wanted(key))).as_json()).result()


def _tones(timeline: Timeline, path: Path) -> None:
    import av
    import numpy as np

    rate = 22050
    samples = np.zeros(int(timeline.duration_seconds * rate), dtype=np.float32)
    for sentence in timeline.sentences:
        for word in sentence.words or (Word(sentence.text, sentence.start_seconds, sentence.end_seconds),):
            first, last = int(word.start_seconds * rate), int(word.end_seconds * rate)
            samples[first:last] = 0.2 * np.sin(2 * np.pi * 220 * np.arange(last - first) / rate)
    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None, :], format="s16", layout="mono")
        frame.sample_rate = rate
        for packet in itertools.chain(stream.encode(frame), stream.encode(None)):
            container.mux(packet)


def build_house(folder: Path, clock: Callable[[], float], environment: Mapping[str, str] | None = None) -> House:
    """A studio with a few texts and, unless its environment says otherwise, the voices that are shipped."""
    settings = Settings.from_environment(
        {"STUDIO_HOME": str(folder / "home"), "STUDIO_CONTENT": str(folder / "content"), **(environment or {})}
    )
    desk = Desk(settings, Ledger.open(settings.ledger_url), Files(settings.files))
    house = House(settings, desk, FakeOrchestrator(), clock)
    for name, text in TEXTS.items():
        house.write(name, text)
    return house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A studio of its own, for which every look is a second after the last."""
    ticks = itertools.count(step=10)
    made = build_house(tmp_path, lambda: float(next(ticks)))
    yield made
    made.desk.ledger.close()


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One studio for the tests of a module that only read."""
    ticks = itertools.count(step=10)
    made = build_house(tmp_path_factory.mktemp("house"), lambda: float(next(ticks)))
    yield made
    made.desk.ledger.close()


@pytest.fixture
def echoes() -> NarrationKey:
    """The narration that most tests are about."""
    return NarrationKey.of("articles/echoes", "en", "joe")
