"""Contents: lessons and articles, and the files that hold them in each locale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from assets.domain.errors import Refused
from assets.domain.keys import ContentId, Locale

LARGEST_FILE_BYTES = 4_000_000
"""A page is some tens of kilobytes; a file of megabytes is a mistake that would cost hours of speech."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the content root: a content in one locale. `path` is relative to the content root."""

    content: ContentId
    locale: Locale
    path: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that cannot be a source, and why, in one sentence. The rest of the catalogue still works."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says of itself, for lists and for freshness in bulk, without its words.

    `outline` is the digest of what may be said of it; `characters` how many would be spoken. `problem` says why the
    text cannot be used; then there is nothing else. `spoken` are its words, block by block, when it has just been read;
    `number` is what the index finds them by.
    """

    title: str = ""
    description: str = ""
    outline: str = ""
    characters: int = 0
    problem: str = ""
    spoken: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A source and what is known of its text; `facts` is None while it has not been read yet."""

    source: Source
    facts: Facts | None

    @property
    def title(self) -> str:
        """The title, or the content's id where there is none to show."""
        return (self.facts.title if self.facts else "") or self.source.content.path


@dataclass(frozen=True)
class Catalogue:
    """Everything that may be asked for, and what had to be passed over."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...] = ()

    @cached_property
    def _by_content(self) -> dict[ContentId, dict[Locale, Source]]:
        found: dict[ContentId, dict[Locale, Source]] = {}
        for source in self.sources:
            found.setdefault(source.content, {})[source.locale] = source
        return found

    @cached_property
    def contents(self) -> tuple[ContentId, ...]:
        """The contents in order, each once."""
        return tuple(sorted(self._by_content, key=str))

    def locales(self, content: ContentId) -> tuple[Locale, ...]:
        """The locales a content exists in, in order."""
        return tuple(sorted(self._by_content.get(content, ())))

    def source(self, content: ContentId, locale: Locale) -> Source:
        """The file of a content in a locale. Raises `Refused` and says what there is instead."""
        if (source := self._by_content.get(content, {}).get(locale)) is not None:
            return source
        locales = self.locales(content)
        if locales:
            there = ", ".join(str(other) for other in locales)
            raise Refused(f"'{content}' has no text in '{locale}'.", remedy=f"It exists in: {there}.")
        for problem in self.problems:
            if problem.path.startswith((f"{content}.", f"{content}/")):
                raise Refused(f"'{content}' cannot be used: {problem.message}", remedy="Mend the file and ask again.")
        raise Refused(
            f"There is no content '{content}'.",
            remedy="The library shows what there is.",
            at_a_shell="`studio list contents` shows what there is.",
        )
