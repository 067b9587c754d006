"""Many processes that ask at once, and edits of a page: what was bought, and what was set aside at the most."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from scenarios import KEY, LESSON, House, house

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Crowd:
    """What came of it: how the requests ended, and the calls and the money of all processes together, in micros."""

    ended: Counter[str]
    codes: Counter[str]
    scripts: int
    takes: int
    twice: int
    settled: int
    held: int
    bill: int
    most_ever: int
    most_under_way: int


def crowd(home: House, asked: list[list[str]], *, budget: str = "") -> Crowd:
    """Let as many processes as there are lists ask for theirs at the same moment, and wait for all."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STUDIO_", "DAGSTER_"))}
    # Twenty processes on a small machine are slow: an answer that is late is not lost.
    given = {"PYTHONPATH": str(ROOT), "STUDIO_BUDGET_USD_PER_DAY": budget, "STUDIO_CALL_TIMEOUT_SECONDS": "60"}
    ran = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("asker.py"))],
        input=json.dumps(asked),
        env={**kept, **home.environment, **given},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 0 and len(answers) == len(asked), ran.stderr[-2000:]
    assert all(answer.startswith("[") for answer in answers), [each[-2000:] for each in answers]
    came = [each for answer in answers for each in json.loads(answer)]
    return Crowd(
        ended=Counter(result for _, result, _ in came),
        codes=Counter(code for _, _, code in came if code),
        scripts=len(home.server.billed("script")),
        takes=len(home.server.billed("speech")),
        twice=home.twice("script") + home.twice("speech"),
        settled=home.settled,
        held=home.held,
        bill=home.bill,
        most_ever=most_ever(home),
        most_under_way=home.server.most_under_way,
    )


def most_ever(home: House) -> int:
    """The most that was ever spent and set aside together, line by line of the record."""
    ledger = sqlite3.connect(home.desk.settings.home / "ledger.db")
    total = most = 0
    for (change,) in ledger.execute("SELECT micros + held_micros FROM spend ORDER BY id").fetchall():
        total += change
        most = max(most, total)
    ledger.close()
    return most


def the_same_key(folder: Path) -> Crowd:
    """Two hundred requests for one narration, over twenty processes."""
    with house(folder) as home:
        return crowd(home, [[str(KEY)] * 10] * 20)


def shared_text(folder: Path) -> Crowd:
    """Fifty narrations that share two sections and differ in one; four processes ask for all of them."""
    with house(folder) as home:
        names = [
            _page(folder, number, f"{LESSON}\n## Page {number}\n\nThis is what page {number} adds.\n")
            for number in range(50)
        ]
        return crowd(home, [names] * 4)


def under_a_cap(folder: Path) -> Crowd:
    """Twenty processes with three narrations each, which cost more than the dollar that may be spent."""
    with house(folder) as home:
        names = []
        for number in range(60):
            said = (f"Sentence {each} of page {number} is here to be spoken and to be paid for." for each in range(6))
            names.append(_page(folder, number, f"# Page {number}\n\n{' '.join(said)}\n"))
        return crowd(home, [names[each::20] for each in range(20)], budget="1")


def _page(folder: Path, number: int, text: str) -> str:
    (folder / "content" / f"page-{number}.md").write_text(text)
    return f"page-{number}@en@nina"


EDITS = {
    "one sentence edited": LESSON.replace("less than half as strongly", "not half as strongly"),
    "the edit undone": LESSON,
    "one paragraph inserted at the top": LESSON.replace(
        "## The Moon", "A new paragraph at the top of all.\n\n## The Moon"
    ),
    "the insertion undone": LESSON,
}


def edits(folder: Path) -> dict[str, tuple[int, int]]:
    """What each edit of a narrated page buys: sections written, segments spoken."""
    found = {}
    with house(folder) as home:
        home.make()
        for name, text in EDITS.items():
            before = len(home.server.billed("script")), len(home.server.billed("speech"))
            (folder / "content" / "tides.md").write_text(text)
            home.make()
            assert home.desk.view(KEY).fresh
            after = len(home.server.billed("script")), len(home.server.billed("speech"))
            found[name] = (after[0] - before[0], after[1] - before[1])
    return found
