"""Providers as data: a name in `voices.toml` or in a setting, and where its code is. Loaded when first asked for."""

from __future__ import annotations

import difflib
import importlib
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from assets.domain.errors import Refused

if TYPE_CHECKING:
    from assets.providers.base import ScriptWriter, SpeechProvider

SPEECH_PROVIDERS: Mapping[str, str] = {
    "piper": "assets.providers.piper:Piper",
    "espeak": "assets.providers.espeak:Espeak",
}
SCRIPT_WRITERS: Mapping[str, str] = {
    "embedded": "assets.providers.embedded_writer:EmbeddedWriter",
}

_MADE: dict[str, object] = {}
_LOCK = threading.Lock()


def speech_provider(name: str) -> SpeechProvider:
    """The speech provider of that name, one for the whole process. Raises `Refused` with the names there are."""
    return cast("SpeechProvider", _made(SPEECH_PROVIDERS, name, "speech provider"))


def script_writer(name: str) -> ScriptWriter:
    """The script writer of that name, one for the whole process. Raises `Refused` with the names there are."""
    return cast("ScriptWriter", _made(SCRIPT_WRITERS, name, "script writer"))


def _made(places: Mapping[str, str], name: str, kind: str) -> object:
    if name not in places:
        near = difflib.get_close_matches(name, places, n=1)
        known = f"Did you mean '{near[0]}'?" if near else f"Choose one of: {', '.join(places)}."
        raise Refused(f"There is no {kind} '{name[:40]}'.", remedy=known)
    with _LOCK:
        if places[name] not in _MADE:
            module, _, factory = places[name].partition(":")
            _MADE[places[name]] = getattr(importlib.import_module(module), factory)()
        return _MADE[places[name]]
