"""The library page over 10,000 contents in 3 locales and 4 voices, through the route that a browser uses."""

from __future__ import annotations

import itertools
import random
import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from _measure import figure, percentile, report, seconds

from studio_ui.services import Studio

CONTENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
LOCALES = ("en", "id", "de")
VOICES = ("one", "two", "three", "four")
LOOKS = 300
AT_MOST_MS = 150
_WORDS = [
    "moon",
    "tide",
    "light",
    "sound",
    "number",
    "river",
    "stone",
    "orbit",
    "ratio",
    "wave",
    "colour",
    "angle",
    "history",
    "garden",
    "music",
    "engine",
]
_STATUSES = ("completed",) * 7 + ("failed", "pending", "cancelled")


def write_catalogue(folder: Path) -> None:
    """Short texts, so that what is measured begins soon; a page of the library shows titles alone."""
    chance = random.Random(7)
    for number, locale in itertools.product(range(CONTENTS), LOCALES):
        lesson = folder / ("articles" if number % 3 else "subjects") / f"topic-{number % 40}" / f"lesson-{number}"
        lesson.mkdir(parents=True, exist_ok=True)
        title = f"{' '.join(chance.sample(_WORDS, 3)).capitalize()} {number}"
        (lesson / f"{locale}.md").write_text(f"# {title}\n\nThis is lesson {number}.\n", encoding="utf-8")


def write_voices(file: Path) -> None:
    """Four voices that speak every locale on this machine."""
    line = 'name = "{}"\nprovider = "espeak"\nmodel = "espeak-ng-1.52"\nprovider_voice = "default"\nlocales = ["*"]\n'
    told = 'licence = "GPL-3.0-or-later"\ndescription = "A voice of the benchmark."\n'
    file.write_text("\n".join(f"[{v}]\n{line.format(v.title())}{told}" for v in VOICES), encoding="utf-8")


def write_ledger(desk: object) -> int:
    """Three of four narrations were asked for at some time, most of them are published; how many there are."""
    from sqlalchemy import insert

    from assets.storage.ledger.schema import claims, narrations, versions

    chance, now = random.Random(11), datetime.now(UTC)
    wanted = desk.fingerprints()  # type: ignore[attr-defined]
    asked = [key for key in wanted if chance.random() < 0.75]
    rows: dict[str, list[dict[str, object]]] = {"narrations": [], "claims": [], "versions": []}
    none = {"failure_code": "", "failure_message": "", "failure_remedy": ""}
    for number, key in enumerate(asked, 1):
        status = chance.choice(_STATUSES)
        published = status == "completed"
        at = now - timedelta(minutes=chance.randrange(500_000))
        rows["narrations"].append(
            {"id": number, "content": key.content.path, "locale": key.locale.tag, "voice": key.voice.name,
             "status": status, "current_version_id": number if published else None, "claim_id": f"c{number}",
             "attempts": 1, "created_at": at, "updated_at": at, **none}
        )  # fmt: skip
        rows["claims"].append(
            {"id": f"c{number}", "narration_id": number, "fingerprint": "", "force": False, "approval": False,
             "priority": 0, "requested_by": "", "run_id": "", "state": "live" if status == "pending" else "done",
             "attempt": 1, "cancel_requested": False, "segments_total": 0, "segments_done": 0, "takes_bought": 0,
             "takes_reused": 0, "cost_micros": 0, "asked_at": at, "turn_at": at, "waiting_since": at, **none}
        )  # fmt: skip
        if published:
            fresh = chance.random() < 0.9
            rows["versions"].append(
                {"id": number, "narration_id": number, "number": 1, "claim_id": f"c{number}",
                 "fingerprint": wanted[key] if fresh else "0" * 64, "script_fingerprint": "", "segments": 9,
                 "duration_seconds": 200.0, "characters": 900, "takes_bought": 9, "takes_reused": 0,
                 "cost_micros": 0, "files": {}, "created_at": at}
            )  # fmt: skip
    with desk.ledger._database.writing() as tx:  # type: ignore[attr-defined]
        for table in (narrations, claims, versions):
            tx.execute(insert(table), rows[table.name])
    return len(wanted)


def until_all_is_there(studio: Studio) -> None:
    """Look again until nothing is missing any more."""
    while studio.library.shelving.progress is not None:
        time.sleep(0.05)
        studio.library.shelving.current()


def addresses() -> list[str]:
    """What people look for: words, filters, pages and orders, no two alike."""
    chance = random.Random(3)
    found: dict[str, None] = {}
    while len(found) < LOOKS:
        query = {
            "q": chance.choice(
                [
                    "",
                    "",
                    f"{chance.choice(_WORDS)} {chance.choice(_WORDS)[:3]}",
                    chance.choice(_WORDS),
                    "lesson",
                    "this",
                ]
            ),
            "type": chance.choice(["", "", "article"]),
            "locale": chance.choice(["", "", *LOCALES]),
            "voice": chance.choice(["", "", *VOICES]),
            "status": chance.choice(["", "", "ready", "stale", "failed", "queued", "not_asked"]),
            "order": chance.choice(["", "recent"]),
            "p": str(chance.randrange(1, 30)),
        }
        found["?" + "&".join(f"{name}={value.replace(' ', '+')}" for name, value in query.items() if value)] = None
    return list(found)


def main() -> None:
    """Print the figures."""
    from fastapi.testclient import TestClient

    from assets.pipeline.opening import open_desk
    from assets.settings import Settings
    from studio_ui.browsing import Place
    from studio_ui.orchestrator import DagsterOverHttp
    from studio_ui.server import create_app

    with tempfile.TemporaryDirectory(prefix="bench-library-") as name:
        folder = Path(name)
        write_catalogue(folder / "content")
        write_voices(folder / "voices.toml")
        places = {"HOME": folder / "home", "CONTENT": folder / "content", "VOICES": folder / "voices.toml"}
        desk = open_desk(Settings.from_environment({f"STUDIO_{name}": str(path) for name, path in places.items()}))
        reading = seconds(desk.entries)
        total = write_ledger(desk)
        studio = Studio(desk, DagsterOverHttp("http://127.0.0.1:9"))
        first = seconds(studio.library.shelving.current)
        filling = first + seconds(lambda: until_all_is_there(studio))
        again = open_desk(desk.settings)
        restarted = Studio(again, DagsterOverHttp("http://127.0.0.1:9"))
        restart = seconds(lambda: restarted.look(Place.of({})))
        with restarted.library.shelving._looking:  # it would be another process: what it does aside is its own
            again.ledger.close()
        with TestClient(create_app(desk.settings, studio), base_url="http://127.0.0.1") as client:
            config = client.get("/config").json()
            here = {c["id"] for c in config["components"] if c["props"].get("elem_id") == "library"}
            event = next(
                d for d in config["dependencies"] if any(at in here and what == "restore" for at, what in d["targets"])
            )

            def look(address: str) -> dict[str, object]:
                body = {"fn_index": event["id"], "data": [], "session_hash": "s"}
                answer = client.post(f"/gradio_api/run/predict{address}", json=body)
                assert answer.status_code == 200, answer.text
                shown: dict[str, object] = answer.json()["data"][1]
                assert "entries" in shown, shown
                return shown

            assert look("")["total"] == CONTENTS
            took, rows = [], 0
            for address in addresses():
                began = time.perf_counter()
                rows += len(look(address)["entries"])  # type: ignore[arg-type]
                took.append((time.perf_counter() - began) * 1000)
            beside = []
            looking = threading.Thread(target=studio.library.shelving._look_aside)
            studio.library.shelving._looking.acquire()
            looking.start()
            for address in itertools.cycle(addresses()):
                beside.append(seconds(lambda a=address: look(a)) * 1000)  # type: ignore[misc]
                if not looking.is_alive():
                    break
            floor = statistics.median(seconds(lambda: client.get("/livez")) * 1000 for _ in range(50))
        desk.ledger.close()
    bare = {"floor": round(floor, 2), "floor_is": "the smallest answer of the same application"}
    report(
        f"library page over {CONTENTS:,} contents x {len(LOCALES)} locales x {len(VOICES)} voices",
        [
            figure("a page, 95 of 100", percentile(took, 0.95), "ms", at_most=AT_MOST_MS, **bare),
            figure("a page, median", statistics.median(took), "ms", **bare),
            figure("a page, longest", max(took), "ms", **bare),
            figure("a page while the catalogue is looked through, 95 of 100", percentile(beside, 0.95), "ms", **bare),
            figure("narrations that may be asked for", total, ""),
            figure("rows of all pages", rows, ""),
            figure("the first page ever, the texts read: of what is known", first, "s"),
            figure("until every narration is on the shelves", filling, "s"),
            figure("the first page after a restart", restart, "s"),
            figure("the first reading of the texts", reading, "s"),
        ],
        note=f"{LOOKS} different pages: words of titles and texts, filters, orders, page numbers at random. Nothing was"
        " answered from memory twice.",
    )


if __name__ == "__main__":
    main()
