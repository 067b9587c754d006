"""Insights from a real ledger: what is counted, and what the box for SQL gives."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from assets.domain.errors import Refused
from assets.domain.narrations import Failure
from assets.storage.ledger.schema import spend
from studio_ui import insights


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Every look is a new one."""
    monkeypatch.setattr(insights, "_LASTS_SECONDS", 0.0)
    monkeypatch.setattr(insights, "_AT_MOST_ONE_IN", 0)


def pay(house, micros, *, days_ago=0, provider="elevenlabs"):
    """A call that was settled, as the ledger writes it down."""
    with house.desk.ledger._database.writing() as tx:
        tx.execute(
            insert(spend).values(
                at=datetime.now(UTC) - timedelta(days=days_ago),
                kind="settled",
                reservation_id=f"r{days_ago}{micros}",
                micros=micros,
                held_micros=-micros,
                characters=10,
                provider=provider,
                model="m",
                voice="x",
                take_key="k",
                claim_id="c",
                narration_id=1,
                request_id="",
                stage="speech",
            )
        )


def test_money_minutes_and_times_are_what_the_ledger_says(house, echoes):
    version = house.publish(echoes)
    pay(house, 1_250_000)
    pay(house, 250_000, days_ago=3)
    pay(house, 4_000_000, days_ago=20, provider="openai")
    looked = house.studio.insights.look(7)
    assert len(looked["by_day"]) == 7
    assert looked["by_day"][-1]["usd"] == pytest.approx(1.25)
    assert looked["by_day"][-4]["usd"] == pytest.approx(0.25)
    assert looked["by_day"][-1]["minutes"] == pytest.approx(version.duration_seconds / 60)
    assert {row["provider"]: row["usd"] for row in looked["by_provider"]} == {"elevenlabs": 1.5, "piper": 0.0}
    assert looked["by_voice"] == [
        {"voice": "joe", "usd": 1.5, "saved_usd": 0.0, "minutes": pytest.approx(version.duration_seconds / 60)}
    ]
    assert looked["by_locale"][0]["locale"] == "en"
    assert sum(row["usd"] for row in house.studio.insights.look(30)["by_day"]) == pytest.approx(5.5)
    assert looked["until_ready"][0] >= 0


def test_outcomes_retries_and_failures_are_counted_by_cause(house, echoes):
    house.publish(echoes)
    work = house.begin(echoes, force=True)
    work.tried("Attempt 1 failed.", code="rate_limited", due_at=datetime.now(UTC))
    work.tried("Attempt 2 failed.", code="busy", due_at=datetime.now(UTC))
    work.tried("Attempt 3 failed.", code="busy", due_at=datetime.now(UTC))
    work.fail(Failure("busy", "Busy.", "Wait."))
    looked = house.studio.insights.look(30)
    assert (looked["done"], looked["failed"], looked["cancelled"]) == (1, 1, 0)
    assert looked["retries"] == [{"code": "busy", "count": 2}, {"code": "rate_limited", "count": 1}]
    assert looked["failures"] == [{"code": "busy", "count": 1}]


def test_what_lost_its_text_is_an_orphan(house, echoes):
    house.publish(echoes)
    assert house.studio.insights.look(30)["orphans"] == []
    (house.settings.content / "articles/echoes.en.md").unlink()
    house.studio = type(house.studio)(house.desk, house.orchestrator)
    house.desk.look_again()
    assert house.studio.insights.look(30)["orphans"] == [str(echoes)]


def test_an_inquiry_reads_what_is_there_now(house, echoes):
    house.publish(echoes)
    answer = house.studio.insights.ask("SELECT locale, versions FROM made")
    assert (answer["columns"], answer["rows"], answer["more"]) == (["locale", "versions"], [["en", 1]], False)
    with pytest.raises(Refused):
        house.studio.insights.ask("DELETE FROM versions")
    tables = {name for name, _ in house.studio.insights.look(30)["tables"]}
    assert {"narrations", "claims", "versions", "takes", "spend", "events", "requests", "money", "made"} <= tables
