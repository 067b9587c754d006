"""`studio up`: everything answers, a request is served through Dagster, and nothing outlives it."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psutil
import pytest

pytestmark = pytest.mark.slow
Wait = Callable[..., None]


@pytest.fixture
def ports(studio) -> dict[str, int]:
    found = {}
    for name in ("STUDIO_PORT", "STUDIO_DAGSTER_PORT"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            found[name] = probe.getsockname()[1]
        studio.environment[name] = str(found[name])
    return found


@pytest.fixture
def running(studio, ports: dict[str, int], wait_until: Wait) -> Iterator[subprocess.Popen[str]]:
    with started(studio, wait_until) as process:
        yield process


@contextmanager
def started(studio, wait_until: Wait, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "studio_ui.cli", "up", *options],
        env=studio.environment,
        stdout=subprocess.DEVNULL,
        stderr=(studio.home / "up.log").open("w"),
        text=True,
    )

    def announced() -> bool:
        text = (studio.home / "up.log").read_text()
        assert process.poll() is None, text
        return "Press Ctrl-C" in text

    try:
        wait_until(announced)
        yield process
    finally:
        if process.poll() is None:
            process.kill()


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_a_request_is_served_and_a_killed_supervisor_leaves_nothing_behind(
    studio, ports: dict[str, int], running: subprocess.Popen[str], wait_until: Wait
) -> None:
    assert httpx.get(f"http://127.0.0.1:{ports['STUDIO_PORT']}/healthz").status_code == 200
    served = studio.run("request", "tides", "--voice", "espeak", "--wait", "--json")
    assert served.code == 0, served.err
    assert served.json["status"] == "completed"
    assert served.json["fresh"]
    again = studio.run("request", "tides", "--voice", "espeak", "--json")
    assert again.json["skipped"]

    studio.write(
        "long.en.md", "# Long\n\n" + "\n\n".join(f"This is paragraph {n}, and it is spoken." for n in range(400))
    )
    asked = studio.run("request", "long", "--voice", "joe", "--json")
    assert asked.code == 0, asked.err

    def at_work() -> bool:
        now = studio.run("status", "long", "--voice", "joe", "--json").json
        return now["status"] == "generating_speech" and now["takes_bought"] > 1

    wait_until(at_work)
    members = family(running)
    assert len(members) >= 5, "four servers and the run"
    os.kill(running.pid, signal.SIGKILL)
    wait_until(lambda: not [each for each in members if each.is_running() and each.status() != "zombie"])
    assert studio.run("status", "long", "--voice", "joe", "--json").json["status"] != "completed"
    freed = studio.run("reconcile", "--apply", "--json")
    assert freed.code == 0, freed.err
    assert studio.run("status", "long", "--voice", "joe", "--json").json["status"] == "pending"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything(
    running: subprocess.Popen[str], number: signal.Signals, ports: dict[str, int], wait_until: Wait
) -> None:
    members = family(running)
    running.send_signal(number)
    assert running.wait(timeout=30) == 0
    assert not [each for each in members if each.is_running() and each.status() != "zombie"]


def test_what_was_under_way_when_it_was_stopped_is_shown_and_made_after_the_next_start(
    studio, ports: dict[str, int], wait_until: Wait
) -> None:
    paragraphs = [f"This is paragraph {number}, and it is spoken by a plain voice." for number in range(60)]
    studio.write("long.en.md", "# Long\n\n" + "\n\n".join(paragraphs))

    def page() -> dict[str, Any]:
        asked = {"content": "long", "locale": "en", "voice": "espeak"}
        answer = httpx.get(f"http://127.0.0.1:{ports['STUDIO_PORT']}/api/v1/pages/narration", params=asked)
        shown: dict[str, Any] = answer.json()["stage"]
        return shown

    with started(studio, wait_until) as process:
        begun = studio.run("batch", "start", "--voice", "espeak", "--yes", "--json")
        assert begun.code == 0, begun.err
        assert studio.run("request", "long", "--voice", "espeak", "--json").code == 0
        wait_until(lambda: page()["segments_done"] > 3)
        before = page()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    with started(studio, wait_until):
        shown = page()
        assert before["live"] and shown["live"] and not shown["failure"], shown
        wait_until(lambda: page()["phase"] == "ready", 180)
        assert page()["takes_reused"] >= before["segments_done"], "what was spoken before is not spoken again"

        def batch() -> dict[str, Any]:
            found: dict[str, Any] = studio.run("batch", "show", begun.json["batch"]["id"], "--json").json
            return found

        wait_until(lambda: batch()["state"] == "done", 180)
        counts = batch()["counts"]
        assert counts["made"] + counts["fresh"] == batch()["total"], counts


def test_the_paid_path_can_be_tried_without_a_key_and_what_it_makes_is_kept_apart(
    studio, ports: dict[str, int], wait_until: Wait
) -> None:
    with started(studio, wait_until, "--fake-providers"):
        exported = shlex.split((studio.home / "pretend" / "environment.sh").read_text())
        studio.environment.update(named.split("=", 1) for named in exported if named != "export")
        assert studio.environment["STUDIO_HOME"] == str(studio.home / "pretend")
        planned = studio.run("plan", "tides", "--voice", "nina", "--json").json["total"]
        assert planned["cost_usd"] > 0
        made = studio.run("request", "tides", "--voice", "nina", "--wait", "--json")
        assert made.code == 0, made.err
        assert made.json["fresh"]
        assert made.json["takes_bought"] == planned["takes_to_buy"]
        assert made.json["cost_usd"] == pytest.approx(planned["cost_usd"], rel=0.05)
        assert abs(made.json["estimate_error_percent"]) < 5
    assert not list((studio.home / "files").rglob("*.flac")), "a pretended voice must never pass for the real one"


def test_a_port_in_use_is_said_in_one_sentence(studio, ports: dict[str, int]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports["STUDIO_PORT"]))
        taken.listen()
        refused = studio.run("up")
    assert refused.code == 2
    assert f"Port {ports['STUDIO_PORT']} of 127.0.0.1 cannot be used" in refused.err
    assert "STUDIO_PORT" in refused.err
    assert "Traceback" not in refused.err
