"""Voices: who can speak, by which provider, in which locales."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assets.domain.errors import Refused
from assets.domain.keys import Locale, VoiceKey


@dataclass(frozen=True, slots=True)
class Voice:
    """One entry of `voices.toml`.

    `provider_voice` is the provider's own id. `locales` are tags the voice is offered for; `*` means every locale
    that its provider can speak. `settings` go to the provider and are part of every take's key. `persona` tells a
    script writer how this voice speaks; voices with the same persona share their scripts.
    """

    key: VoiceKey
    name: str
    provider: str
    model: str
    provider_voice: str
    locales: tuple[str, ...]
    licence: str = ""
    description: str = ""
    not_locales: tuple[str, ...] = ()
    settings: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    persona: str = ""

    def offered_for(self, locale: Locale) -> bool:
        """Whether this voice is meant for a locale; `en` covers `en-GB`, `*` covers all but `not_locales`."""
        tags = {locale.tag, locale.language}
        return not tags & set(self.not_locales) and ("*" in self.locales or bool(tags & set(self.locales)))


@dataclass(frozen=True, slots=True)
class Voices:
    """All voices in the order of `voices.toml`: the first that speaks a locale is its default."""

    entries: tuple[Voice, ...]

    def get(self, key: VoiceKey | str) -> Voice:
        """The voice of that key. Raises `Refused` with the keys there are; no voice ever stands in for another."""
        wanted = str(key)
        for voice in self.entries:
            if voice.key.name == wanted:
                return voice
        known = ", ".join(voice.key.name for voice in self.entries)
        raise Refused(f"There is no voice '{wanted[:40]}'.", remedy=f"Choose one of: {known}.")

    def for_locale(self, locale: Locale) -> tuple[Voice, ...]:
        """The voices that are offered for a locale, default first."""
        return tuple(voice for voice in self.entries if voice.offered_for(locale))

    def default_for(self, locale: Locale) -> Voice:
        """The first voice offered for a locale. Raises `Refused` when there is none."""
        offered = self.for_locale(locale)
        if not offered:
            raise Refused(f"No voice speaks '{locale}'.", remedy="Add one to voices.toml, or ask for another locale.")
        return offered[0]

    def require(self, key: VoiceKey | str, locale: Locale) -> Voice:
        """The voice of that key when it speaks the locale. Raises `Refused` before any work is done."""
        voice = self.get(key)
        if not voice.offered_for(locale):
            others = ", ".join(v.key.name for v in self.for_locale(locale))
            remedy = f"Voices for '{locale}': {others}." if others else f"No voice speaks '{locale}' yet."
            raise Refused(f"The voice '{voice.key}' does not speak '{locale}'.", remedy=remedy)
        return voice


def unique(voices: Iterable[Voice]) -> Voices:
    """The voices in order. Raises `Refused` when a key is given twice."""
    seen: dict[str, Voice] = {}
    for voice in voices:
        if voice.key.name in seen:
            raise Refused(f"The voice '{voice.key}' is defined twice.", remedy="Keep one entry per key in voices.toml.")
        seen[voice.key.name] = voice
    return Voices(tuple(seen.values()))
