"""Insights: what the library says about money, time and faults, as plain data for a page; and inquiries in SQL."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from assets.domain.errors import StudioError
from assets.domain.questions import Question
from assets.pipeline.desk import Desk
from assets.pipeline.shelving import Shelving
from assets.storage.inquiries import inquire
from assets.storage.library import Library

PERIODS = (7, 30, 90, 365)
"""Days that may be looked at; the second is what is shown at first."""
_LASTS_SECONDS = 20.0
_AT_MOST_ONE_IN = 20
"""A large ledger is read less often, so that building never takes more than a twentieth of the time."""
_WORTH_WAITING_SECONDS = 2.0
"""Who asks waits for the library to be brought up to date while the last time was as quick as this."""
_log = logging.getLogger(__name__)

_QUERIES = {
    "built": "SELECT built_at FROM library",
    "days": """
        SELECT CAST(d.day AS DATE) AS day, coalesce(m.usd, 0) AS usd, coalesce(v.saved, 0) AS saved_usd,
            coalesce(v.minutes, 0) AS minutes, coalesce(v.versions, 0) AS versions
        FROM range(DATE '{today}' - INTERVAL ({days} - 1) DAY, DATE '{today}' + INTERVAL 1 DAY, INTERVAL 1 DAY) d(day)
        LEFT JOIN (SELECT day, sum(usd) AS usd FROM money GROUP BY day) m ON m.day = d.day
        LEFT JOIN (SELECT day, sum(saved_usd) AS saved, sum(minutes) AS minutes, sum(versions) AS versions
            FROM made GROUP BY day) v ON v.day = d.day
        ORDER BY 1""",
    "providers": "SELECT provider, sum(usd) AS usd FROM money WHERE day > DATE '{today}' - {days} GROUP BY ALL",
    "voices": """
        SELECT coalesce(m.voice, v.voice) AS voice, coalesce(m.usd, 0) AS usd, coalesce(v.saved, 0) AS saved_usd,
            coalesce(v.minutes, 0) AS minutes
        FROM (SELECT coalesce(voice, '') AS voice, sum(usd) AS usd FROM money WHERE day > DATE '{today}' - {days}
            GROUP BY ALL) m
        FULL JOIN (SELECT voice, sum(saved_usd) AS saved, sum(minutes) AS minutes FROM made
            WHERE day > DATE '{today}' - {days} GROUP BY ALL) v ON v.voice = m.voice""",
    "locales": """
        SELECT coalesce(m.locale, v.locale) AS locale, coalesce(m.usd, 0) AS usd, coalesce(v.saved, 0) AS saved_usd,
            coalesce(v.minutes, 0) AS minutes
        FROM (SELECT coalesce(locale, '') AS locale, sum(usd) AS usd FROM money WHERE day > DATE '{today}' - {days}
            GROUP BY ALL) m
        FULL JOIN (SELECT locale, sum(saved_usd) AS saved, sum(minutes) AS minutes FROM made
            WHERE day > DATE '{today}' - {days} GROUP BY ALL) v ON v.locale = m.locale""",
    "outcomes": """
        SELECT state, count(*) AS count FROM requests
        WHERE ended_at > TIMESTAMP '{now}' - INTERVAL {days} DAY AND failure_code <> 'approval_wanted' GROUP BY ALL""",
    "waits": """
        SELECT count(first_sound_at) AS heard, count(ready_at) AS ready,
            quantile_cont(epoch(first_sound_at - asked_at), [0.5, 0.95]) AS first_sound,
            quantile_cont(epoch(ready_at - asked_at), [0.5, 0.95]) AS until_ready
        FROM requests WHERE asked_at > TIMESTAMP '{now}' - INTERVAL {days} DAY AND state = 'done'""",
    "retries": """
        SELECT code, count(*) AS count FROM events
        WHERE kind = 'retry' AND events.at > TIMESTAMP '{now}' - INTERVAL {days} DAY GROUP BY ALL ORDER BY 2 DESC, 1""",
    "failures": """
        SELECT failure_code AS code, count(*) AS count FROM requests
        WHERE state = 'failed' AND ended_at > TIMESTAMP '{now}' - INTERVAL {days} DAY
        GROUP BY ALL ORDER BY 2 DESC, 1""",
    "estimates": """
        SELECT day, sum(usd) AS usd, sum(estimate_usd) AS estimate_usd FROM made
        WHERE day > DATE '{today}' - {days} AND (usd > 0 OR estimate_usd > 0) GROUP BY ALL ORDER BY 1""",
}
TABLES = """
    SELECT table_name, string_agg(column_name, ', ' ORDER BY ordinal_position) AS columns
    FROM information_schema.columns GROUP BY ALL ORDER BY table_name"""


class Insights:
    """The insights of one studio. Safe to use from threads."""

    def __init__(self, desk: Desk, shelving: Shelving) -> None:
        self._desk = desk
        self._shelving = shelving
        self.library = Library(desk.ledger, desk.settings.home / "library.duckdb")
        self._building = threading.Lock()
        self._took: float | None = None
        self._answers: dict[int, tuple[float, dict[str, Any]]] = {}

    def look(self, days: int) -> dict[str, Any]:
        """Everything about so many days, the last of them today. Raises `StudioError`."""
        self._refresh()
        built = self.library.path.stat().st_mtime
        kept = self._answers.get(days)
        if kept is None or kept[0] != built:
            kept = (built, self._look(days))
            self._answers[days] = kept
        return {**kept[1], **self._standing()}

    def ask(self, sql: str) -> dict[str, Any]:
        """What an inquiry in SQL finds. Raises `Refused`."""
        self._refresh()
        began = time.monotonic()
        (answer,) = inquire(self.library.path, [sql])
        return {
            "columns": list(answer.columns),
            "rows": [list(row) for row in answer.rows],
            "more": answer.more,
            "seconds": round(time.monotonic() - began, 2),
        }

    def _refresh(self) -> None:
        """Bring the library up to date: at once where that is quick or there is none, aside where it is not."""
        due = max(_LASTS_SECONDS, _AT_MOST_ONE_IN * (self._took or 0.0))
        age = self.library.age_seconds()
        if age < due:
            return
        if age == float("inf") or self._took is None or self._took < _WORTH_WAITING_SECONDS:
            with self._building:
                self._build(due)
        elif self._building.acquire(blocking=False):
            threading.Thread(target=self._build_aside, args=(due,), name="library", daemon=True).start()

    def _build_aside(self, due: float) -> None:
        try:
            self._build(due)
        except StudioError as error:
            _log.warning("The library was not brought up to date: %s", error)
        finally:
            self._building.release()

    def _build(self, due: float) -> None:
        began = time.monotonic()
        self.library.refresh(older_than_seconds=due)
        self._took = time.monotonic() - began

    def _look(self, days: int) -> dict[str, Any]:
        now = datetime.now(UTC)
        values = {"days": int(days), "now": f"{now:%Y-%m-%d %H:%M:%S}", "today": f"{now:%Y-%m-%d}"}
        queries = [*(query.format(**values) for query in _QUERIES.values()), TABLES]
        *answers, tables = inquire(self.library.path, queries)
        found = {name: answer.as_dicts() for name, answer in zip(_QUERIES, answers, strict=True)}
        outcomes = {row["state"]: row["count"] for row in found["outcomes"]}
        (waits,) = found["waits"]
        return {
            "days": days,
            "built_at": f"{found['built'][0]['built_at']}Z".replace(" ", "T"),
            "by_day": found["days"],
            "by_provider": self._providers(found),
            "by_voice": sorted(found["voices"], key=_weight),
            "by_locale": sorted(found["locales"], key=_weight),
            "done": outcomes.get("done", 0),
            "failed": outcomes.get("failed", 0),
            "cancelled": outcomes.get("cancelled", 0),
            "first_sound": _pair(waits["first_sound"]),
            "until_ready": _pair(waits["until_ready"]),
            "retries": found["retries"],
            "failures": found["failures"],
            "estimates": found["estimates"],
            "tables": [list(row) for row in tables.rows],
        }

    def _providers(self, found: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
        """Money by provider from the record of spending; what reuse saved, by who provides the voice."""
        provided = {voice.key.name: voice.provider for voice in self._desk.voices().entries}
        rows: dict[str, dict[str, Any]] = defaultdict(lambda: {"usd": 0.0, "saved_usd": 0.0, "minutes": 0.0})
        for row in found["providers"]:
            rows[row["provider"]]["usd"] += row["usd"]
        for row in found["voices"]:
            rows[provided.get(row["voice"], row["voice"])]["saved_usd"] += row["saved_usd"]
            rows[provided.get(row["voice"], row["voice"])]["minutes"] += row["minutes"]
        return sorted(({"provider": name, **row} for name, row in rows.items()), key=_weight)

    def _standing(self) -> dict[str, Any]:
        """How everything stands now: what is out of date, and what has lost its text or its voice."""
        counts = self._shelving.current().counts(Question())
        orphans = self._shelving.orphans()
        return {
            "ready": counts.get("ready", 0),
            "stale": counts.get("stale", 0),
            "orphaned": len(orphans),
            "orphans": [str(key) for key in orphans[:50]],
        }


def _weight(row: Mapping[str, Any]) -> tuple[float, float]:
    return -row["usd"], -row["minutes"]


def _pair(found: object) -> list[float] | None:
    """The median and the 95th percentile, in seconds, of a list that came as text; None where there is nothing yet."""
    if not isinstance(found, str):
        return None
    return [round(float(value), 1) for value in found.strip("[]").split(",")]
