"""Voices as they are written down: a TOML file with one table per voice."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assets.domain.errors import Refused
from assets.domain.keys import Locale, VoiceKey
from assets.domain.voices import Voice, Voices, unique
from assets.providers.registry import SPEECH_PROVIDERS

_REQUIRED = ("name", "provider", "model", "provider_voice", "locales")
_OPTIONAL = ("licence", "description", "persona", "not_locales", "settings")


def load(path: Path) -> Voices:
    """The voices of a `voices.toml`, in the order of the file.

    Raises `Refused` with one sentence that names the file and the entry for the first fault found.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Refused(f"There is no voices file '{path}'.", remedy="Let STUDIO_VOICES name one.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"The voices file '{path}' is not text.", remedy="Save it as UTF-8.") from error
    except OSError as error:
        remedy = "Let STUDIO_VOICES name a file that can be read."
        raise Refused(f"The voices file '{path}' cannot be read: {error.strerror}.", remedy=remedy) from error
    except tomllib.TOMLDecodeError as error:
        remedy = "Keep one table per voice, such as [joe], with name = value lines."
        raise Refused(f"The voices file '{path}' is not TOML: {error}.", remedy=remedy) from error
    if not tables:
        raise Refused(f"The voices file '{path}' has no voice.", remedy="Add a table per voice, such as [joe].")
    return unique(_voice(path, key, table) for key, table in tables.items())


def _voice(path: Path, key: str, table: object) -> Voice:
    entry = f"[{key}] in '{path}'"
    if not isinstance(table, Mapping):
        raise Refused(f"'{key}' in '{path}' belongs to no voice.", remedy="Put it under a table such as [joe].")
    for field in table:
        if field not in (*_REQUIRED, *_OPTIONAL):
            near = difflib.get_close_matches(field, (*_REQUIRED, *_OPTIONAL), n=1, cutoff=0.0)
            raise Refused(f"{entry} has an unknown field '{field}'.", remedy=f"The nearest is '{near[0]}'.")
    for field in _REQUIRED:
        if not table.get(field):
            raise Refused(f"{entry} has no {field}.", remedy=f"Add {field} = … to it.")
    provider = _text(table, "provider", entry)
    if provider not in SPEECH_PROVIDERS:
        known = ", ".join(SPEECH_PROVIDERS)
        raise Refused(f"{entry} names an unknown provider '{provider[:40]}'.", remedy=f"Use one of: {known}.")
    try:
        voice_key = VoiceKey(key)
        locales, not_locales = _locales(table, "locales", entry), _locales(table, "not_locales", entry)
    except Refused as fault:
        raise Refused(f"{entry}: {fault.message}", remedy=fault.remedy) from fault
    return Voice(
        key=voice_key,
        name=_text(table, "name", entry),
        provider=provider,
        model=_text(table, "model", entry),
        provider_voice=_text(table, "provider_voice", entry),
        locales=locales,
        licence=_text(table, "licence", entry),
        description=_text(table, "description", entry),
        not_locales=not_locales,
        settings=_settings(table, entry),
        persona=" ".join(_text(table, "persona", entry).split()),
    )


def _text(table: Mapping[str, Any], field: str, entry: str) -> str:
    value = table.get(field, "")
    if not isinstance(value, str):
        raise Refused(f"{field} of {entry} is not text.", remedy=f'Write it in quotes: {field} = "…".')
    return value


def _locales(table: Mapping[str, Any], field: str, entry: str) -> tuple[str, ...]:
    tags = table.get(field, [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Refused(f"{field} of {entry} is no list of tags.", remedy=f'Write it as {field} = ["en", "id"].')
    return tuple(tag if tag == "*" and field == "locales" else Locale(tag).tag for tag in tags)


def _settings(table: Mapping[str, Any], entry: str) -> dict[str, str | int | float | bool]:
    settings = table.get("settings", {})
    if not isinstance(settings, dict) or not all(isinstance(v, str | int | float | bool) for v in settings.values()):
        remedy = "Write it as settings = { name = value }, each value a text, a number, true or false."
        raise Refused(f"settings of {entry} is no table of plain values.", remedy=remedy)
    return settings
