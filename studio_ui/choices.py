"""What a person has chosen, and what may be chosen next to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assets.domain.errors import StudioError
from assets.domain.keys import ContentId, Locale, NarrationKey
from studio_ui.services import Contents, Studio, VoiceChoice


@dataclass(frozen=True, slots=True)
class Choice:
    """A content, a locale and a voice as chosen; `key` is None when they name no narration, and `problem` says why."""

    contents: tuple[Contents, ...]
    locales: tuple[str, ...]
    voices: tuple[VoiceChoice, ...]
    content: str | None
    locale: str | None
    voice: str | None
    key: NarrationKey | None
    problem: dict[str, str] | None = None


def find(contents: Sequence[Contents], words: str) -> str | None:
    """The content that is meant by an id, a title or a part of one, the first that fits; None when none does."""
    wanted = words.strip().casefold()
    if not wanted:
        return None
    exact = (entry.id for entry in contents if wanted in {entry.id.casefold(), entry.title.casefold()})
    part = (entry.id for entry in contents if wanted in entry.title.casefold() or wanted in entry.id.casefold())
    return next(exact, None) or next(part, None)


def choose(
    studio: Studio, content: str | None, locale: str | None, voice: str | None, *, exactly: bool = False
) -> Choice:
    """The choice that comes nearest: a content that has no text in the locale brings its own, and so with voices.

    With `exactly`, as for an address that somebody was given, nothing stands in for what was named: a part that
    cannot be served makes a choice without a key, and its problem in words. A part that is None is filled in.
    """
    contents = studio.contents()
    known = {entry.id: entry for entry in contents}
    try:
        if content is None or (content not in known and not exactly):
            content = studio.first_key().content.path
        entry = known.get(content)
        if entry is None:  # raises the sentence that says what is wrong with it
            studio.desk.catalogue().source(ContentId(content), Locale(locale or studio.default_locale.tag))
        locales = entry.locales if entry else ()
        if locale is None or (locale not in locales and not exactly):
            locale = next((tag for tag in (locale, studio.default_locale.tag) if tag in locales), locales[0])
        spoken = Locale(locale)
        voices = studio.voices(spoken)
        able = [each.key for each in voices if not each.refusal]
        if voice is None or (voice not in able and not exactly):
            voice = able[0] if able else voices[0].key if voices else ""
        key = NarrationKey.of(content, locale, voice)
        if locale not in locales:
            studio.desk.catalogue().source(key.content, key.locale)
    except StudioError as error:
        entry = known.get(content or "")
        return Choice(
            contents=contents,
            locales=entry.locales if entry else (),
            voices=(),
            content=content if entry else None,
            locale=locale if entry and locale in entry.locales else None,
            voice=None,
            key=None,
            problem=error.as_json(),
        )
    return Choice(contents, locales, voices, content, locale, voice, key)
