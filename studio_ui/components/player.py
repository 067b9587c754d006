"""What the player is given: addresses of audio and transcript, which the browser fetches by itself."""

from __future__ import annotations

from typing import Any

from studio_ui.snapshots import Snapshot


def playing(snapshot: Snapshot | None) -> dict[str, Any] | None:
    """The value of the player for a narration; None when there is nothing to hear yet."""
    if snapshot is None or snapshot.version is None or "audio" not in snapshot.version["files"]:
        return None
    files: dict[str, str] = snapshot.version["files"]
    return {
        "key": f"{snapshot.content}@{snapshot.locale}@{snapshot.voice}",
        "query": snapshot.query,
        "version": snapshot.version["number"],
        "title": snapshot.title,
        "voice_name": snapshot.voice_name,
        "duration": snapshot.version["duration_seconds"],
        "audio": files["audio"],
        "transcript": files.get("transcript", ""),
        "files": files,
        "downloads": snapshot.version["downloads"],
    }
