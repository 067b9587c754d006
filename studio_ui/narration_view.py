"""What the page of one narration shows, as plain data: for Gradio's events and for the route that open pages poll."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from assets.domain.errors import StudioError
from assets.domain.narrations import Version
from studio_ui.choices import Choice
from studio_ui.components.player import playing
from studio_ui.services import Studio
from studio_ui.snapshots import Snapshot, revision, version_facts

LIVE_SECONDS = 1.5
"""How often an open page asks while something is being made."""
AWAITED_SECONDS = 0.3
"""How often it asks while its listener waits for the first sound."""
IDLE_SECONDS = 10.0
"""How often it asks otherwise."""
_LIVE = frozenset({"queued", "writing", "speaking"})


def compose(
    studio: Studio,
    choice: Choice,
    *,
    heard: int | None = None,
    chosen: bool = False,
    settled: bool = False,
    notice: dict[str, str] | None = None,
) -> dict[str, Any]:
    """The values of `stage`, `player`, `timeline`, `versions`, `shelf` and `verdict` for what was chosen.

    `heard` is an earlier version that somebody wants to hear instead of the current one. `stage` has a `revision` that
    changes exactly when anything else does, and says in `look_seconds` when to look again.
    """
    snapshot, problem = None, notice or choice.problem
    if choice.key is not None:
        try:
            snapshot = studio.snapshot(choice.key)
        except StudioError as error:
            problem = notice or error.as_json()
    published = studio.listening.versions(choice.key) if choice.key is not None and snapshot is not None else ()
    other = _other(snapshot, published, heard)
    shelf = studio.recent()
    stage = _stage(snapshot, choice, problem, other)
    player = playing(snapshot, other)
    timeline = {
        "lines": snapshot.timeline if snapshot else [],
        "run_url": snapshot.run_url if snapshot else "",
        "open": snapshot.query if snapshot and snapshot.live and not snapshot.version else "",
    }
    versions = _versions(snapshot, published, other)
    told = {name: value for name, value in stage.items() if name != "notice"}
    live = stage.get("live") or any(entry["phase"] in _LIVE for entry in shelf)
    stage |= {
        "revision": revision([told, player, timeline, versions, shelf]),
        "look_seconds": AWAITED_SECONDS if snapshot and snapshot.awaited else LIVE_SECONDS if live else IDLE_SECONDS,
        "chosen": chosen,
        "settled": settled,
    }
    verdict = {name: versions[name] for name in ("asks", "heard", "lang", "dir")} if versions["rows"] else None
    page = {"stage": stage, "player": player, "timeline": timeline, "versions": versions, "shelf": shelf}
    return {**page, "verdict": verdict}


def _other(snapshot: Snapshot | None, published: tuple[Version, ...], heard: int | None) -> Version | None:
    """The version that is to be heard instead of the current one, when there is such a one."""
    if snapshot is None or snapshot.version is None or heard == snapshot.version["number"]:
        return None
    return next((version for version in published if version.number == heard), None)


def _stage(
    snapshot: Snapshot | None, choice: Choice, problem: dict[str, str] | None, other: Version | None
) -> dict[str, Any]:
    if snapshot is None:
        named = {"content": choice.content, "locale": choice.locale, "voice": choice.voice}
        title = next((each.title for each in choice.contents if each.id == choice.content), choice.content or "")
        return {**named, "phase": "refused", "title": title, "notice": problem, "query": "", "heard": None}
    data = asdict(snapshot)
    del data["early"]
    query = snapshot.query if other is None else f"{snapshot.query}&version={other.number}"
    return {
        **data,
        "query": query,
        "heard": other.number if other else None,
        "timeline": len(snapshot.timeline),
        "review": f"/review{snapshot.query}",
        "notice": problem,
    }


def _versions(snapshot: Snapshot | None, published: tuple[Version, ...], other: Version | None) -> dict[str, Any]:
    """Every version, newest first, which of them plays for everybody, and which is heard here."""
    if snapshot is None or snapshot.version is None:
        return {"rows": [], "current": None, "heard": None, "asks": {}}
    current = snapshot.version["number"]
    return {
        "current": current,
        "heard": other.number if other else current,
        "live": snapshot.live,
        "asks": {"content": snapshot.content, "locale": snapshot.locale, "voice": snapshot.voice},
        "lang": snapshot.locale,
        "dir": snapshot.direction,
        "rows": [version_facts(version) for version in published],
    }
