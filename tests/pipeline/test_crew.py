"""The crew: takes are spoken in other processes, what is waited for comes first, and a dying speaker loses nothing."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from multiprocessing.connection import Client
from pathlib import Path

import psutil
import pytest

from assets.domain.errors import Rejected, Unavailable
from assets.domain.keys import Locale, NarrationKey
from assets.pipeline.crew import Crew
from assets.pipeline.engine import Engine, Result
from assets.pipeline.opening import open_desk
from assets.pipeline.speakers import DOORS, _next
from assets.providers.base import SpeechRequest
from assets.providers.registry import speech_provider
from assets.settings import Settings
from assets.storage.sockets import address, listen
from assets.storage.voice_files import load

ROOT = Path(__file__).resolve().parents[2]
VOICES = load(ROOT / "data" / "catalogue" / "voices.toml")


def request(text: str, voice: str = "espeak") -> SpeechRequest:
    return SpeechRequest(text, Locale("en"), VOICES.get(voice))


@contextmanager
def speakers(home: Path, count: int = 1):
    """The program itself; gives the processes that speak."""
    given = {n: v for n, v in os.environ.items() if not n.startswith("STUDIO_")}
    program = subprocess.Popen(
        [sys.executable, "-m", "assets.pipeline.speakers", "--count", str(count)],
        cwd=ROOT,
        env={**given, "STUDIO_HOME": str(home), "STUDIO_DEFAULT_LOCALE": "ar"},
    )
    try:
        parent = psutil.Process(program.pid)
        until(lambda: address(home, DOORS[1]).exists() and len(parent.children()) == count)
        yield parent
    finally:
        program.terminate()
        program.wait(20)


def until(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def home(tmp_path):
    return tmp_path


def test_a_take_is_spoken_by_another_process_and_is_the_same(home, monkeypatch):
    espeak = speech_provider("espeak")
    here = asyncio.run(espeak.speak(request("The sea rises.")))
    with speakers(home):
        monkeypatch.setattr(espeak, "speak", lambda _: pytest.fail("it was spoken in this process"))
        there = asyncio.run(Crew(home).speak(espeak, request("The sea rises.")))
    assert there.sample_rate == here.sample_rate
    assert [(word.first_char, word.last_char) for word in there.words] == [(0, 3), (4, 7), (8, 14)]
    assert there.duration_seconds == pytest.approx(here.duration_seconds, rel=0.05)


def test_without_speakers_this_process_speaks(home):
    espeak = speech_provider("espeak")
    assert asyncio.run(Crew(home).speak(espeak, request("The sea rises."))).samples > 0


def test_a_socket_that_a_dead_crew_left_behind_is_waited_for_once(home, monkeypatch):
    monkeypatch.setattr("assets.pipeline.crew._RESTART_SECONDS", 0.2)
    import socket

    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(address(home, DOORS[0])))
    espeak, crew = speech_provider("espeak"), Crew(home)
    assert asyncio.run(crew.speak(espeak, request("The sea rises."))).samples > 0
    began = time.monotonic()
    assert asyncio.run(crew.speak(espeak, request("The sea rises."))).samples > 0
    assert time.monotonic() - began < 0.2


def test_what_a_voice_refuses_is_said_in_its_own_words(home):
    with speakers(home), pytest.raises(Rejected, match="nothing to say") as refused:
        asyncio.run(Crew(home).speak(speech_provider("espeak"), request("…")))
    assert refused.value.remedy == "Leave this segment out."


def test_what_somebody_waits_for_is_let_in_before_what_can_wait(home):
    doors = [listen(address(home, name), backlog=8) for name in DOORS]
    for door in doors:
        door.setblocking(False)
    lines = [Client(str(address(home, DOORS[door])), family="AF_UNIX") for door in (1, 1, 0)]
    for number, line in enumerate(lines):
        line.send(number)
    let_in = []
    for _ in lines:
        with _next(doors) as line:
            let_in.append(line.recv())
    assert let_in == [2, 0, 1]
    for each in (*doors, *lines):
        each.close()


def test_a_speaker_that_is_killed_in_the_middle_of_a_take_loses_nothing(home):
    with speakers(home) as parent:
        (speaker,) = parent.children()
        said = []
        # The speaker has let the crew in and reads on: long enough to be killed in the middle.
        piper = speech_provider("piper")
        asked = request("The sea rises and falls twice a day, and people plan their work around it. " * 5, "joe")
        asking = threading.Thread(target=lambda: said.append(asyncio.run(Crew(home).speak(piper, asked))))
        asking.start()
        until(lambda: speaker.cpu_times().user > 0.5)
        speaker.kill()
        asking.join(120)
        assert said[0].samples > 0
        assert [each.pid for each in parent.children()] != [speaker.pid]


def test_a_take_that_kills_every_speaker_is_given_up_in_words(home, monkeypatch):
    monkeypatch.setattr("assets.pipeline.crew.Client", _Dying)
    address(home, DOORS[0]).touch()
    with pytest.raises(Unavailable, match="broke off 3 times") as given_up:
        asyncio.run(Crew(home).speak(speech_provider("espeak"), request("The sea rises.")))
    assert given_up.value.transient


class _Dying:
    """A line whose speaker dies of whatever it is told."""

    def __init__(self, _address: str, family: str) -> None: ...

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None: ...

    def send(self, _said) -> None: ...

    def recv(self):
        raise EOFError


def test_the_speakers_end_with_their_parent_however_it_ends(home):
    with speakers(home, count=2) as parent:
        there = parent.children()
        os.kill(parent.pid, signal.SIGKILL)
        until(lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in there))


@pytest.fixture
def desk(home):
    content = home / "content"
    content.mkdir()
    for name in ("one", "two", "three"):
        (content / f"{name}.en.md").write_text(f"# Part {name}\n\nThe sea rises.\n")
    opened = open_desk(Settings.from_environment({"STUDIO_HOME": str(home), "STUDIO_CONTENT": str(content)}))
    yield opened
    opened.ledger.close()


def test_a_batch_is_spoken_by_the_speakers_and_lets_others_go_first(home, desk, monkeypatch):
    asked = []
    speak = Crew.speak

    async def and_look(crew, provider, request, *, can_wait=False):
        asked.append(can_wait)
        return await speak(crew, provider, request, can_wait=can_wait)

    async def make_both():
        keys = [NarrationKey.of(name, "en", "espeak") for name in ("one", "two")]
        return [made.result async for made in Engine(desk, []).make_all(keys)]

    monkeypatch.setattr(Crew, "speak", and_look)
    monkeypatch.setattr(speech_provider("espeak"), "speak", lambda _: pytest.fail("it was spoken in this process"))
    with speakers(home):
        assert asyncio.run(make_both()) == [Result.MADE, Result.MADE]
        assert asked == [True] * 3, "two titles, and the sentence that both say"
        alone = asyncio.run(Engine(desk, []).make(NarrationKey.of("three", "en", "espeak")))
    assert (alone.result, asked[3:]) == (Result.MADE, [False])
