"""Providers as data: a name in `voices.toml` or in a setting, and where its code is. Loaded when first asked for."""

from __future__ import annotations

import difflib
import importlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from assets.domain.errors import Refused

if TYPE_CHECKING:
    from assets.providers.base import ScriptWriter, SpeechProvider
    from assets.settings import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """Where a provider's class is. `given` names the settings that it is made with."""

    code: str
    given: tuple[str, ...] = ()


SPEECH_PROVIDERS: Mapping[str, Place] = {
    "piper": Place("assets.providers.piper:Piper"),
    "kokoro": Place("assets.providers.kokoro:Kokoro"),
    "espeak": Place("assets.providers.espeak:Espeak"),
    "elevenlabs": Place("assets.providers.elevenlabs:ElevenLabs", ("elevenlabs",)),
    "openai-speech": Place("assets.providers.openai_speech:OpenAISpeech", ("openai",)),
}
SCRIPT_WRITERS: Mapping[str, Place] = {
    "embedded": Place("assets.providers.embedded_writer:EmbeddedWriter"),
    "openai": Place("assets.providers.openai_writer:OpenAIWriter", ("openai", "script_model", "script_history")),
}

_MADE: dict[tuple[object, ...], object] = {}
_LOCK = threading.Lock()


def speech_provider(name: str, settings: Settings | None = None) -> SpeechProvider:
    """The speech provider of that name, one for the whole process and each account.

    Without settings those of the environment hold. Raises `Refused` with the names there are.
    """
    return cast("SpeechProvider", _made(SPEECH_PROVIDERS, name, "speech provider", settings))


def script_writer(name: str, settings: Settings | None = None) -> ScriptWriter:
    """The script writer of that name, one for the whole process, each account and model; like `speech_provider`."""
    return cast("ScriptWriter", _made(SCRIPT_WRITERS, name, "script writer", settings))


def _made(places: Mapping[str, Place], name: str, kind: str, settings: Settings | None) -> object:
    if name not in places:
        near = difflib.get_close_matches(name, places, n=1)
        known = f"Did you mean '{near[0]}'?" if near else f"Choose one of: {', '.join(places)}."
        raise Refused(f"There is no {kind} '{name[:40]}'.", remedy=known)
    place = places[name]
    if place.given and settings is None:
        from assets.settings import Settings

        settings = Settings.from_environment()
    given = tuple(getattr(settings, each) for each in place.given)
    with _LOCK:
        if (place.code, *given) not in _MADE:
            module, _, factory = place.code.partition(":")
            _MADE[place.code, *given] = getattr(importlib.import_module(module), factory)(*given)
        return _MADE[place.code, *given]
