"""What the player is given: addresses of audio and transcript, which the browser fetches by itself."""

from __future__ import annotations

from typing import Any

from assets.domain.narrations import Version
from studio_ui.snapshots import Snapshot, version_facts


def playing(snapshot: Snapshot | None, other: Version | None = None) -> dict[str, Any] | None:
    """The value of the player for a narration, or for another version of it; None when there is nothing to hear yet.

    Before anything is published that is the sections that are spoken already, as `early`.
    """
    if snapshot is None:
        return None
    common = {
        "key": f"{snapshot.content}@{snapshot.locale}@{snapshot.voice}",
        "query": snapshot.query,
        "title": snapshot.title,
        "voice_name": snapshot.voice_name,
        "locale": snapshot.locale,
        "dir": snapshot.direction,
    }
    version = version_facts(other) if other is not None else snapshot.version
    if version is None or "audio" not in version["files"]:
        if not snapshot.early:
            return None
        return {**common, "version": 0, "early": snapshot.early, "sections_total": snapshot.sections_total}
    files: dict[str, str] = version["files"]
    return {
        **common,
        "version": version["number"],
        "guest": other is not None,
        "duration": version["duration_seconds"],
        "audio": files["audio"],
        "transcript": files.get("transcript", ""),
        "captions": files.get("captions", ""),
        "files": files,
        "downloads": version["downloads"],
    }
