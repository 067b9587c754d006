import asyncio
import io
import json
import logging
from collections.abc import Iterator

import pytest

from assets.domain.keys import NarrationKey
from assets.pipeline.engine import Engine
from assets.pipeline.opening import open_desk
from assets.settings import Settings
from assets.telemetry import logs

KEY = 'sk-"quoted"-0123456789'
PASSWORD = "p%40ss-word-01"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The logging of the test run is left as it was."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.OURS}
    yield
    root.handlers[:] = before
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)


def settings(**more: str) -> Settings:
    return Settings.from_environment({"OPENAI_API_KEY": KEY, **more})


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_line_of_a_narration_says_which_run_and_claim_also_in_tasks_and_threads():
    out = io.StringIO()
    logs.set_up(settings(), "worker", stream=out)
    log = logging.getLogger("assets.anything")

    async def one(number: int) -> None:
        with logs.about(narration=f"n{number}", run="r", claim=f"c{number}"):
            await asyncio.sleep(0)
            await asyncio.gather(asyncio.to_thread(log.info, "thread"), asyncio.create_task(said(log)))

    async def said(log: logging.Logger) -> None:
        log.info("task", extra={"segments": 3})

    async def all_of_them() -> None:
        await asyncio.gather(one(1), one(2))

    asyncio.run(all_of_them())
    log.info("outside")
    found = lines(out)
    assert {(e["event"], e.get("narration"), e.get("run"), e.get("claim")) for e in found} == {
        ("thread", "n1", "r", "c1"),
        ("task", "n1", "r", "c1"),
        ("thread", "n2", "r", "c2"),
        ("task", "n2", "r", "c2"),
        ("outside", None, None, None),
    }
    assert {e["process"] for e in found} == {"worker"}
    assert next(e for e in found if e["event"] == "task")["segments"] == 3


def test_a_narration_is_followed_in_the_log_by_its_claim_from_its_beginning_to_its_end(tmp_path):
    (tmp_path / "tides.md").write_text("# Tides\n\nThe sea rises.\n")
    places = {"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(tmp_path)}
    out = io.StringIO()
    logs.set_up(Settings.from_environment(places), "worker", stream=out)
    desk = open_desk(Settings.from_environment(places))
    key = NarrationKey.of("tides", "en", "espeak")
    asyncio.run(Engine(desk, [], run_id="r").make(key))
    claim = desk.ledger.narrations.get(key).claim_id
    desk.ledger.close()
    said = [(line["event"], line.get("narration"), line.get("run"), line.get("claim")) for line in lines(out)]
    assert said == [(event, str(key), "r", claim) for event in ("Work begins", "The script is ready", "Done")]


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_line_holds_a_key_or_a_password_whatever_says_it(form):
    out = io.StringIO()
    chosen = settings(STUDIO_LOG_FORMAT=form, STUDIO_LEDGER_URL=f"postgresql+psycopg://me:{PASSWORD}@host/db")
    logs.set_up(chosen, "worker", stream=out)
    log = logging.getLogger("assets.anything")
    with logs.about(narration=KEY):
        log.warning("the server said %s", KEY, extra={"answer": f"Bearer {KEY}", "url": chosen.ledger_url})
        try:
            raise ValueError(f"no such key: {KEY} p@ss-word-01")
        except ValueError:
            log.exception("it failed")
    assert out.getvalue().count("…") >= 5
    for secret in (KEY, json.dumps(KEY)[1:-1], PASSWORD, "p@ss-word-01"):
        assert secret not in out.getvalue()


def test_what_another_handler_left_in_a_record_is_not_said_twice():
    out, first = io.StringIO(), logging.StreamHandler(io.StringIO())
    first.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logging.getLogger().addHandler(first)
    logs.set_up(settings(), "dagster", stream=out)
    logging.getLogger("assets.x").info("once")
    assert {"message", "asctime"}.isdisjoint(lines(out)[0])


def test_of_libraries_only_warnings_are_logged_and_the_level_of_ours_is_a_setting():
    out = io.StringIO()
    logs.set_up(settings(), "studio", stream=out)
    logging.getLogger("httpx").info("a request")
    logging.getLogger("assets.x").debug("detail")
    logs.set_up(settings(STUDIO_LOG_LEVEL="debug"), "studio", stream=out)
    logging.getLogger("httpx").warning("trouble")
    logging.getLogger("assets.x").debug("detail")
    assert [line["event"] for line in lines(out)] == ["trouble", "detail"]
