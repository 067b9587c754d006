"""The names of things: locale, content id, voice key, and the narration key made of the three.

A narration key has one text form, `content@locale@voice`, which is also its Dagster partition key. Of all
delimiters only `@ / : - _` survive typing and wildcards in the Dagster UI, so every part keeps to a plain
alphabet and the delimiter is `@`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assets.domain.errors import Refused

_CONTENT_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\Z")
_VOICE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
_LOCALE = re.compile(r"([a-z]{2,3})(?:-([A-Z][a-z]{3}))?(?:-([A-Z]{2}|[0-9]{3}))?\Z")
_LONGEST_CONTENT_ID = 200

# ISO 639-1. Three-letter languages are not guessed from file names: `notes.old.md` is not in a language `old`.
LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so
    sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()  # noqa: SIM905 - 180 quoted codes cannot be read
)
_OFTEN_MEANT = {"jp": "ja", "cn": "zh", "ua": "uk", "cz": "cs", "dk": "da", "gr": "el", "vn": "vi", "in": "id"}


@dataclass(frozen=True, slots=True, order=True)
class Locale:
    """A BCP 47 tag of language, optional script and optional region: `en`, `id`, `pt-BR`, `zh-Hant-TW`."""

    tag: str

    def __post_init__(self) -> None:
        match = _LOCALE.match(self.tag)
        if not match or (len(match[1]) == 2 and match[1] not in LANGUAGES):
            meant = _OFTEN_MEANT.get(self.tag.lower())
            remedy = f"Did you mean '{meant}'?" if meant else "Use a BCP 47 tag such as en, id or pt-BR."
            raise Refused(f"'{self.tag[:40]}' is not a language tag.", remedy=remedy)

    @property
    def language(self) -> str:
        """The language without script or region: `pt` of `pt-BR`."""
        return self.tag.split("-", 1)[0]

    @property
    def region(self) -> str:
        """The country or area of the tag, as in `en-GB`; empty where there is none."""
        return next((part.upper() for part in self.tag.split("-")[1:] if len(part) == 2 or part.isdigit()), "")

    @property
    def right_to_left(self) -> bool:
        """Whether the script of this language runs from right to left."""
        return self.language in {"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}

    def __str__(self) -> str:
        return self.tag


def looks_like_locale(text: str) -> bool:
    """Whether a part of a file name is meant as a locale, well-formed or not: `id`, `pt-BR`, but also `jp`.

    `jp` is no language, yet nobody names a file `react.jp.mdx` without meaning one; it is better to say so
    than to list a content of that name.
    """
    return text in _OFTEN_MEANT or bool((match := _LOCALE.match(text)) and match[1] in LANGUAGES)


@dataclass(frozen=True, slots=True, order=True)
class ContentId:
    """The path of a content without its locale: `subjects/mathematics/vectors`."""

    path: str

    def __post_init__(self) -> None:
        parts = self.path.split("/")
        if len(self.path) > _LONGEST_CONTENT_ID or not all(_CONTENT_PART.match(part) for part in parts):
            raise Refused(
                f"'{self.path[:80]}' cannot be a content id.",
                remedy="Use letters, digits, '-' and '_' in names of folders and files, at most 200 characters.",
            )

    @property
    def kind(self) -> str:
        """`article` for what lies under `articles/`, `subject` for all else."""
        return "article" if self.path.startswith("articles/") else "subject"

    def __str__(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True, order=True)
class VoiceKey:
    """The key of a voice in `voices.toml`: `joe`, `nina`."""

    name: str

    def __post_init__(self) -> None:
        if not _VOICE.match(self.name):
            raise Refused(
                f"'{self.name[:40]}' cannot be the key of a voice.",
                remedy="Use lower-case letters, digits, '-' and '_', at most 64 characters.",
            )

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, order=True)
class NarrationKey:
    """What a narration is of: one content, in one locale, in one voice."""

    content: ContentId
    locale: Locale
    voice: VoiceKey

    @classmethod
    def of(cls, content: str, locale: str, voice: str) -> NarrationKey:
        """The key from three plain strings. Raises `Refused` when a part is malformed."""
        return cls(ContentId(content), Locale(locale), VoiceKey(voice))

    @classmethod
    def parse(cls, text: str) -> NarrationKey:
        """The key from its text form `content@locale@voice`. Raises `Refused`."""
        parts = text.split("@")
        if len(parts) != 3:
            raise Refused(f"'{text[:120]}' is not a narration.", remedy="Write content@locale@voice.")
        return cls.of(*parts)

    def __str__(self) -> str:
        return f"{self.content}@{self.locale}@{self.voice}"
