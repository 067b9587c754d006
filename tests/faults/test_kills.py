"""`kill -9` at the worst moments: the same command again completes, and nothing that was finished is made again."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

KILL = "import os, signal\ndef die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)\n"
MOMENTS = {
    "before the script": KILL + "from assets.pipeline.writing import Writing\nWriting.script = die",
    "after the script": KILL + "from assets.storage.ledger.work import Work\nWork.speaking = die",
    "between takes": KILL
    + """
from assets.storage.ledger.takes import Takes
store, count = Takes.store, []
def third(*a, **k):
    count.append(1)
    return die() if len(count) == 3 else store(*a, **k)
Takes.store = third""",
    "while a take is spoken": KILL
    + """
from assets.providers.espeak import Espeak
speak, count = Espeak.speak, []
async def third(*a, **k):
    count.append(1)
    return die() if len(count) == 3 else await speak(*a, **k)
Espeak.speak = third""",
    "while it is encoded": KILL + "import assets.audio.mixdown as m\nm.measure_file = die",
    "before it is published": KILL + "from assets.storage.ledger.work import Work\nWork.publish = die",
}


def takes(home: Path) -> dict[str, int]:
    """Each take that is on disk, with the moment its file was written."""
    return {path.name: path.stat().st_mtime_ns for path in (home / "files" / "takes").rglob("*.flac")}


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_narration_is_completed_by_the_same_command_again(studio, moment: str) -> None:
    first = studio.generate().json
    studio.write("tides.en.md", (studio.content / "tides.en.md").read_text().replace(" the ", " our "))

    killed = studio.run("generate", "tides", "--voice", "espeak", "--json", before=MOMENTS[moment])
    assert killed.code == -signal.SIGKILL, killed.err
    finished = takes(studio.home)

    meanwhile = studio.run("status", "tides", "--voice", "espeak", "--json").json
    assert meanwhile["audio"] == first["audio"], "the earlier version stays"
    assert Path(meanwhile["audio"]).stat().st_size > 10_000
    assert meanwhile["status"] != "completed"

    again = studio.generate()
    assert again.code == 0, again.err
    assert again.json["status"] == "completed"
    assert again.json["fresh"]
    assert again.json["audio"] != first["audio"]
    now = takes(studio.home)
    assert {name: now[name] for name in finished} == finished, "a finished take was made again"

    settled = studio.run("reconcile", "--apply", "--json")
    assert settled.code == 0, settled.err
    left = studio.run("reconcile", "--json").json
    assert {name: found for name, found in left.items() if found and name != "applied"} == {}
    assert studio.generate().json["skipped"]


@pytest.mark.slow
def test_twelve_at_once_make_it_once(studio) -> None:
    processes = [studio.start("generate", "tides", "--voice", "espeak", "--json") for _ in range(12)]
    import json

    ended = [(process.communicate(timeout=240), process.returncode) for process in processes]
    assert [code for _, code in ended] == [0] * 12, [err for (_, err), _ in ended]
    reports = [json.loads(out) for (out, _), _ in ended]
    assert {each["audio"] for each in reports} == {reports[0]["audio"]}
    assert sum(1 for each in reports if each["takes_bought"]) == 1
    assert reports[0]["version"] == 1
    bought = sum(each["takes_bought"] for each in reports)
    assert bought == len(takes(studio.home)), "each take was made once"
