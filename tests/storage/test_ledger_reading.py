"""What can be read from the ledger, and that nothing of it has to look at every row."""

from datetime import UTC

import pytest
from sqlalchemy import event

from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure
from assets.domain.states import Status

A, B = "a" * 64, "b" * 64


@pytest.fixture
def several(bench):
    for content, locale in (("articles/tides", "id"), ("articles/tides", "en"), ("subjects/optics", "en")):
        bench.published(A, key=NarrationKey.of(content, locale, "joe"))
    bench.begun(B, key=NarrationKey.of("subjects/optics", "en", "joe")).fail(Failure("busy", "Busy.", "Wait."))
    bench.ask(B, key=NarrationKey.of("subjects/optics", "id", "nina"))
    return bench


def test_narrations_are_found_by_what_they_are_and_how_they_stand(several):
    find = several.ledger.narrations.find
    assert [str(n.key) for n in find()] == [
        "articles/tides@en@joe",
        "articles/tides@id@joe",
        "subjects/optics@en@joe",
        "subjects/optics@id@nina",
    ]
    assert [str(n.key) for n in find(limit=2, offset=1)] == ["articles/tides@id@joe", "subjects/optics@en@joe"]
    assert len(find(content="articles/tides")) == 2
    assert len(find(locale="en")) == 2
    assert [n.key.voice.name for n in find(voice="nina")] == ["nina"]
    assert [n.status for n in find(statuses=[Status.FAILED])] == [Status.FAILED]
    assert len(find(statuses=[Status.FAILED, Status.PENDING], limit=None)) == 2
    assert find(statuses=[]) == ()


def test_the_counts_name_every_status(several):
    counts = several.ledger.narrations.counts()
    assert counts[Status.COMPLETED] == 2
    assert counts[Status.FAILED] == 1
    assert counts[Status.PENDING] == 1
    assert counts[Status.CANCELLED] == 0
    assert several.ledger.narrations.counts(locale="id")[Status.COMPLETED] == 1
    assert several.ledger.narrations.counts(voice="nina")[Status.COMPLETED] == 0


def test_the_fingerprints_are_those_of_the_versions_that_play(several):
    found = several.ledger.narrations.fingerprints()
    assert set(found.values()) == {A}
    assert len(found) == 3
    assert list(several.ledger.narrations.fingerprints(locale="id")) == [NarrationKey.of("articles/tides", "id", "joe")]


def test_versions_are_listed_newest_first(bench):
    bench.published(A)
    bench.published(B)
    assert [version.number for version in bench.ledger.versions.of(bench.key)] == [2, 1]
    assert [version.number for version in bench.ledger.versions.all()] == [1, 2]


def test_a_timeline_is_told_in_order_and_the_latest_lines_are_kept(bench):
    bench.published(A)
    assert bench.kinds() == ["asked", "started", "speaking", "published"]
    latest = bench.ledger.narrations.happenings(bench.key, limit=2)
    assert [happening.kind for happening in latest] == ["speaking", "published"]
    assert latest[0].at == bench.moment
    assert latest[0].at.tzinfo is UTC


def test_progress_is_seen_while_it_is_made(bench):
    work = bench.begun()
    work.speaking(4)
    work.took(bought=1, cost_micros=7)
    work.took(reused=2)
    narration = bench.ledger.narrations.get(bench.key)
    assert (narration.segments_total, narration.segments_done) == (4, 3)
    assert (narration.takes_bought, narration.takes_reused, narration.cost_micros) == (1, 2, 7)


def test_readers_do_not_wait_for_a_writer(bench):
    bench.ask()
    with bench.ledger._database.writing():
        assert bench.status() is Status.PENDING


def plans(bench, read):
    """How SQLite goes about the statements of a reading."""
    statements = []
    engine = bench.ledger._database._engine
    listener = lambda _c, _cursor, statement, parameters, *_: statements.append((statement, parameters))  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    read()
    event.remove(engine, "before_cursor_execute", listener)
    with engine.connect() as connection:
        return [
            row[3]
            for statement, parameters in statements
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize(
    "read",
    [
        lambda bench: bench.ledger.narrations.get(bench.key),
        lambda bench: bench.ledger.narrations.happenings(bench.key),
        lambda bench: bench.ledger.narrations.find(statuses=[Status.FAILED]),
        lambda bench: bench.ledger.narrations.counts(),
        lambda bench: bench.ledger.narrations.counts(locale="en"),
        lambda bench: bench.ledger.versions.of(bench.key),
        lambda bench: bench.ledger.claims.queue(),
        lambda bench: bench.ledger.claims.gone(),
        lambda bench: bench.start(bench.ask().claim_id),
        lambda bench: bench.ask("f" * 64),
        lambda bench: bench.ledger.takes.get("a" * 64),
    ],
    ids=["one", "timeline", "find", "counts", "counts of", "versions", "queue", "gone", "start", "ask", "take"],
)
def test_no_reading_that_is_done_often_looks_at_every_row(bench, read):
    bench.ask()
    found = plans(bench, lambda: read(bench))
    assert found
    scans = [step for step in found if step.startswith("SCAN") and "INDEX" not in step]
    assert scans == []
