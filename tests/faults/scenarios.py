"""Scenarios of failure: one fault, what became of the narration, the calls and the money, and how it was made good.

The tests hold each of them to what is promised; `python tests/faults/report.py` writes them into
docs/reliability.md. Everything is real but the providers: they are the provider server, behind their real SDKs.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))
import provider_server as fake

from assets.audio.measuring import measure_file
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Version
from assets.domain.retries import RetryRule
from assets.pipeline import calls, paying, settling
from assets.pipeline.desk import Desk
from assets.pipeline.engine import Engine, Made, Result
from assets.pipeline.opening import open_desk
from assets.pipeline.settling import settle_spending
from assets.settings import Settings

LESSON = """# Tides

The sea rises and falls twice a day, and the highest tide of all was 16 metres.

## The Moon

The Moon pulls on the water, and the water on the near side is pulled the most of all.

$$x^2 + 1 = 2$$

The Sun pulls as well, yet less than half as strongly, so that most of what we see is the work of the Moon.
"""
KEY = NarrationKey.of("tides", "en", "nina")
THREE_TEXTS = ("tides", "articles/echoes", "articles/waves")
PLAIN_KEY = NarrationKey.of("tides", "en", "nova")
SCRIPTS, TAKES = 2, 6
LASTS_SECONDS = 25.6
"""How long the lesson is when nothing fails; the server speaks every text at one pace."""
PER_MILLION = {"speech": 80.0, "plain_speech": 15.0}
"""Dollars for a million characters, as a provider's bill has them: not read from our own price list."""


@dataclass
class House:
    """A studio whose providers are the provider server."""

    server: fake.Server
    desk: Desk
    environment: dict[str, str]

    @property
    def files(self) -> Path:
        """Where takes and versions lie."""
        return self.desk.files.root

    def make(self, *keys: NarrationKey) -> Made:
        """Make one narration, as the engine does wherever it runs."""

        async def run() -> list[Made]:
            return [made async for made in Engine(self.desk, ()).make_all(keys or (KEY,))]

        return asyncio.run(run())[0]

    @property
    def settled(self) -> int:
        """What the ledger says was spent, in micros."""
        return self.desk.ledger.spend.totals().settled_micros

    @property
    def held(self) -> int:
        """What it says is set aside."""
        return self.desk.ledger.spend.totals().held_micros

    @property
    def bill(self) -> int:
        """What the providers would charge, call by call at the prices of the price list."""
        total = 0
        for call in self.server.calls:
            if call.billed:
                tokens = 0.40 * call.prompt_tokens + 1.60 * call.completion_tokens
                speech = PER_MILLION.get(call.stage, 0.0) * call.characters
                total += -(-round(1e6 * (speech + tokens)) // 1_000_000)
        return total

    def twice(self, stage: str) -> int:
        """How many calls were billed beyond one for each piece."""
        return sum(count - 1 for count in Counter(call.text for call in self.server.billed(stage)).values())


@contextmanager
def house(
    folder: Path,
    *,
    policy: str = "hold",
    budget: str = "",
    call_seconds: int = 30,
    patience: tuple[float, ...] = (0.0, 0.05),
) -> Iterator[House]:
    """A fresh studio with one lesson; waits are short, and a call may last `call_seconds`.

    `patience` is how long it waits before each look into a history.
    """
    server = fake.Server(hang_seconds=20).start()
    content = folder / "content"
    content.mkdir(parents=True)
    (content / "tides.md").write_text(LESSON)
    environment = {
        "STUDIO_HOME": str(folder / "home"),
        "STUDIO_CONTENT": str(content),
        "STUDIO_CALL_TIMEOUT_SECONDS": str(call_seconds),
        "STUDIO_UNKNOWN_OUTCOME": policy,
        "STUDIO_BUDGET_USD_PER_DAY": budget,
        **server.settings,
    }
    desk = open_desk(Settings.from_environment(environment))
    before = (calls.RetryRule, paying._HISTORY_AFTER_SECONDS, settling._LOOK_AGAIN_SECONDS)
    calls.RetryRule = lambda: RetryRule(first_seconds=0.01)  # type: ignore[assignment,misc]
    paying._HISTORY_AFTER_SECONDS = patience
    settling._LOOK_AGAIN_SECONDS = patience[-1]
    try:
        yield House(server, desk, environment)
    finally:
        calls.RetryRule, paying._HISTORY_AFTER_SECONDS, settling._LOOK_AGAIN_SECONDS = before  # type: ignore[misc]
        desk.ledger.close()
        server.stop()


@contextmanager
def house_of_three(folder: Path) -> Iterator[House]:
    """The same with two short articles beside the lesson, for what is done with many."""
    with house(folder) as made:
        for text in THREE_TEXTS[1:]:
            path, name = made.desk.settings.content / f"{text}.md", text.rpartition("/")[2]
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"# {name.title()}\n\nThis is what {name} do, all day and all night long.\n")
        yield made


@dataclass
class Told:
    """What came of one scenario."""

    stage: str
    fault: str
    how: str
    first: str
    code: str
    calls: int
    billed: int
    twice: int
    settled: int
    held: int
    bill: int
    finally_: str
    recovery: str
    settled_in_the_end: int = 0
    held_in_the_end: int = 0
    bill_in_the_end: int = 0
    twice_in_the_end: int = 0
    sound: bool = False
    notes: list[str] = field(default_factory=list)


def scenario(folder: Path, stage: str, fault: str, how: str = "once") -> Told:
    """Let one fault happen, look, mend its cause, ask again, and look again.

    `how`: `once`; `always` until it is mended; `history hides it`: the call is billed and the history does not show it;
    `history is down` until it is mended; `rebuy`: the same under that policy.
    """
    policy = "rebuy" if how == "rebuy" else "hold"
    # Time-outs are short only where one is meant: on a busy machine an answer that is in time may take a while.
    call_seconds = 2 if fault.startswith("time_out") else 30
    patience = (0.0, 0.05, 3.0) if fault == "time_out_billed_late" else (0.0, 0.05)
    with house(folder, policy=policy, call_seconds=call_seconds, patience=patience) as home:
        home.server.history_shows = how != "history hides it"
        home.server.history_works = how not in {"history is down", "rebuy"}
        matching = "(mathematics)" if fault == "formulas_missing" else ""
        home.server.fail(stage, fault, times=1_000 if how == "always" else 1, matching=matching)
        key = PLAIN_KEY if stage == "plain_speech" else KEY
        made = home.make(key)
        told = Told(
            stage=stage,
            fault=fault,
            how=how,
            first=made.result.value,
            code=made.error.code if made.error else "",
            calls=len(home.server.made(stage)),
            billed=len(home.server.billed(stage)),
            twice=home.twice(stage),
            settled=home.settled,
            held=home.held,
            bill=home.bill,
            finally_="",
            recovery="none needed",
            notes=[each.text for each in home.desk.ledger.narrations.happenings(key, limit=200)],
        )
        if made.result is not Result.MADE:
            home.server.behave()
            home.server.history_works = True
            told.recovery = "asked again"
            if home.desk.ledger.accounts.circuits():
                # What `studio reconcile --apply` does: the cause is mended, so nobody needs to wait.
                home.desk.ledger.accounts.close_all()
            made = home.make(key)
            if made.result is not Result.MADE and home.held:
                settle_spending(home.desk, apply=True, lost="paid")
                told.recovery = "said to be paid, asked again"
                made = home.make(key)
        elif home.held:
            home.server.history_works = True
            settle_spending(home.desk, apply=True)
            told.recovery = "reconcile settled what was held"
            if home.held:
                settle_spending(home.desk, apply=True, lost="paid")
                told.recovery = "said to be paid"
        told.finally_ = made.result.value
        told.settled_in_the_end, told.held_in_the_end, told.bill_in_the_end = home.settled, home.held, home.bill
        told.twice_in_the_end = home.twice(stage)
        told.sound = made.version is not None and is_sound(home, made.version)
        return told


def is_sound(home: House, version: Version) -> bool:
    """Whether a published file is what the words need: no clipping, no long silence, not cut and not run on.

    How long the lesson lasts is known from one that met no fault.
    """
    heard = measure_file(home.desk.files.resolve(version.files["audio"].path))
    right_length = abs(heard.duration_seconds - LASTS_SECONDS) < 0.02 * LASTS_SECONDS
    return right_length and heard.clipped_samples == 0 and heard.longest_silence_seconds < 4


def all_scenarios() -> list[tuple[str, str, str]]:
    """Every fault of script and speech, once; those that matter in more ways, in each of them."""
    found = [(stage, fault, "once") for stage in fake.FAULTS for fault in fake.FAULTS[stage]]
    for stage in ("script", "speech"):
        lost = ("reset_after_billing", "time_out_billed", "cut_body")
        found += [(stage, fault, how) for fault in lost for how in ("history is down", "rebuy")]
        found += [(stage, "time_out_billed", "history hides it"), (stage, "error_500", "always")]
    found += [("plain_speech", fault, "rebuy") for fault in ("reset_after_billing", "time_out_billed")]
    found += [("plain_speech", fault, "always") for fault in ("silence", "error_500")]
    found += [("speech", fault, "always") for fault in ("silence", "next_line_bleeds_in", "key_refused", "quota")]
    found += [("script", fault, "always") for fault in ("markup", "wrong_language", "blocks_missing", "key_refused")]
    return found
