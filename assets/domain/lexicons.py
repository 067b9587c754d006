"""Lexicons: how words are said that voices say wrongly, as rules that touch the texts they are in and no others."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from assets.domain.errors import Refused
from assets.domain.said import Respoken

_LONGEST_WRITTEN, _LONGEST_SAID = 80, 200
_UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_NO_WORDS = re.compile(r"[<>{}\[\]\\`|$*\x00-\x1f\x7f\ue000-\uf8ff]")
_IPA = re.compile(r"[a-zæçðøħŋœβθχɐ-ʯʰ-˿\u0300-\u036fᵻ‿|‖. ]+\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase as it is written, and how it is said.

    `said` is a respelling in ordinary letters, which every voice can read; `ipa` its sounds, for voices that take them
    and rather than the respelling. `cased`: only where it is written in exactly these letters. `before` and `after`
    are words of which one must stand directly before or after it. `note` is for people.
    """

    written: str
    said: str = ""
    ipa: str = ""
    cased: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """What tells it from other entries of its lexicon: what is written, and where. Not how it is said."""
        written = self.written if self.cased else self.written.casefold()
        parts = [written, self.cased, *sorted(_folded(self.before)), "", *sorted(_folded(self.after))]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:12]

    def parts(self, *, ipa: bool) -> list[object]:
        """All of it that can be heard in a voice that takes IPA or does not, as plain data."""
        return [self.name, self.written, self.said, self.ipa if ipa else ""]

    def heard(self, *, ipa: bool) -> bool:
        """Whether a voice that takes IPA, or does not, can say it."""
        return bool(self.said or (ipa and self.ipa))

    def require_sound(self) -> Entry:
        """This entry, when it can be used. Raises `Refused` and says what to change."""
        if not _TOKEN.search(self.written) or len(self.written) > _LONGEST_WRITTEN or self.written.split() == []:
            raise Refused(
                f"'{self.written[:40]}' is no word of a lexicon.",
                remedy=f"Write a word or a phrase with a letter or a digit, at most {_LONGEST_WRITTEN} characters.",
            )
        if not (self.said or self.ipa):
            raise Refused(
                f"The lexicon does not say how '{self.written}' is said.",
                remedy="Give a respelling (said), its sounds (ipa), or both.",
            )
        if (
            len(self.said) > _LONGEST_SAID
            or _NO_WORDS.search(self.said)
            or (self.said and not _TOKEN.search(self.said))
        ):
            raise Refused(
                f"'{self.said[:40]}' is no respelling of '{self.written}'.",
                remedy=f"Write it in letters as it sounds, without markup, at most {_LONGEST_SAID} characters.",
            )
        if self.ipa and (len(self.ipa) > _LONGEST_SAID or not _IPA.match(self.ipa)):
            raise Refused(
                f"'{self.ipa[:40]}' is no IPA for '{self.written}'.",
                remedy="Write the sounds without slashes or brackets, such as ˈnɑːbuː.",
            )
        return self


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a text an entry applies: the characters from `first` to before `last`."""

    first: int
    last: int
    entry: Entry


class Lexicon:
    """The entries for one locale. Of two with one name the later one counts, so that a project's overrule ours."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        named = {entry.name: entry for entry in entries}
        self.entries = tuple(named.values())
        self._starts: dict[str, list[tuple[int, Entry]]] = {}
        for entry in self.entries:
            token = _TOKEN.search(entry.written)
            if token is not None:
                self._starts.setdefault(token[0].casefold(), []).append((token.start(), entry))
        for found in self._starts.values():
            found.sort(key=lambda each: _rank(each[1]))

    @cached_property
    def digest(self) -> str:
        """What tells it from another lexicon."""
        parts = sorted(json.dumps(entry.parts(ipa=True), ensure_ascii=False) for entry in self.entries)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def may_touch(self, text: str) -> bool:
        """Whether an entry may apply in a text; of most texts it is told at once that none does."""
        return not self._starts.keys().isdisjoint(map(str.casefold, _TOKEN.findall(text)))

    def places(self, text: str, *, ipa: bool = False) -> Iterator[Place]:
        """Where its entries apply, from left to right; the longest written one wins, and one with a context."""
        if not self.may_touch(text):
            return
        done = 0
        for token in _TOKEN.finditer(text):
            if token.start() < done:
                continue
            for offset, entry in self._starts.get(token[0].casefold(), ()):
                first = token.start() - offset
                if first >= done and entry.heard(ipa=ipa) and _stands_at(entry, text, first):
                    done = first + len(entry.written)
                    yield Place(first, done, entry)
                    break

    def changes(self, text: str, *, ipa: bool = False) -> list[Respoken]:
        """What is said in a text otherwise than it is written. `ipa`: whether the voice takes it."""
        return [
            Respoken(
                place.first,
                place.last,
                place.entry.said or text[place.first : place.last],
                place.entry.ipa if ipa else "",
            )
            for place in self.places(text, ipa=ipa)
        ]

    def touched(self, texts: Iterable[str], *, ipa: bool = False) -> tuple[Entry, ...]:
        """The entries that are heard in any of these texts, in an order that does not depend on the texts."""
        found = {place.entry.name: place.entry for text in texts for place in self.places(text, ipa=ipa)}
        return tuple(found[name] for name in sorted(found))


NO_LEXICON = Lexicon()


def touched_digest(entries: Iterable[Entry], *, ipa: bool) -> str:
    """What a fingerprint is told of the entries that are heard in a narration; nothing where there are none."""
    parts = [entry.parts(ipa=ipa) for entry in entries]
    if not parts:
        return ""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _rank(entry: Entry) -> tuple[int, bool, bool, bool]:
    """What is tried first: the longest, then what needs a context, then what needs exact letters."""
    return -len(entry.written), not entry.before, not entry.after, not entry.cased


def _stands_at(entry: Entry, text: str, first: int) -> bool:
    written, last = entry.written, first + len(entry.written)
    there = text[first:last] if first >= 0 else ""
    if there != written and (entry.cased or there.casefold() != written.casefold()):
        return False
    if _runs_on(text[first - 1 : first], written[0]) or _runs_on(written[-1], text[last : last + 1]):
        return False
    if entry.before:
        words = _TOKEN.findall(text[max(0, first - 60) : first])
        if not words or words[-1].casefold() not in _folded(entry.before):
            return False
    if entry.after:
        following = _TOKEN.search(text, last)
        return following is not None and following[0].casefold() in _folded(entry.after)
    return True


def _runs_on(before: str, after: str) -> bool:
    """Whether a word goes on between two characters."""
    if not before or not after or not (before.isalnum() or before == "_") or not (after.isalnum() or after == "_"):
        return False
    return not re.match(f"[{_UNSPACED}]", before) and not re.match(f"[{_UNSPACED}]", after)


def _folded(words: Iterable[str]) -> set[str]:
    return {word.casefold() for word in words}
