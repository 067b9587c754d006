"""The columns of the shelves: texts and narrations as arrays of numbers, for choosing, ordering and counting.

A hundred thousand narrations are gone through in a millisecond or two; what they are called stays in the tables.
A content is named by its rank (0 for the first title, and so on), a text by its index in the order of rank and locale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from assets.domain.questions import Question

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

NOWHERE = int(np.iinfo(np.int64).max)
"""The place of a text that was not found."""
_BY_TITLE = -(10**9)
"""Added to the rank of what is found by its title: before all that is found by what it says."""
_BITS = 16
_ONES = (1 << _BITS) - 1


class Columns:
    """Not safe to use from threads by itself. A key is a rank, a locale and, of a narration, a voice in one number."""

    def __init__(self, kinds: Sequence[str], texts: Iterable[tuple[int, str, int]]) -> None:
        """`kinds` by rank; `texts` as (rank, locale, number), in the order of rank and locale."""
        self._names: dict[str, int] = {}
        self._kinds = np.array([self._number(kind) for kind in kinds], np.int64)
        self._changed = np.zeros(len(kinds))
        rows = [(rank, self._number(locale), number) for rank, locale, number in texts]
        ranks, locales, numbers = np.array(rows, np.int64).reshape(-1, 3).T
        self._ranks, self._locales, self._numbers = ranks, locales, numbers
        self._firsts = np.searchsorted(ranks, np.arange(len(kinds)))
        order = np.argsort(key := ranks << _BITS | locales)
        self._text_keys, self._text_at = key[order], order
        self._keys: Numbers = np.empty(0, np.int64)
        self._phases: Numbers = np.empty(0, np.int64)
        self._text_of: Numbers = np.empty(0, np.int64)

    def put(self, narrations: Iterable[tuple[int, str, str, str, float | None]]) -> None:
        """How narrations stand now: (rank, locale, voice, phase, when something last happened to it)."""
        rows = {
            (rank << _BITS | self._number(locale)) << _BITS | self._number(voice): (self._number(phase), changed or 0.0)
            for rank, locale, voice, phase, changed in narrations
        }
        if not rows:
            return
        keys = np.array(sorted(rows), np.int64)
        at = np.searchsorted(self._keys, keys)
        new = (at == len(self._keys)) | (np.append(self._keys, -1)[at] != keys)
        if new.any():
            self._keys = np.insert(self._keys, at[new], keys[new])
            self._phases = np.insert(self._phases, at[new], -1)
            self._text_of = self._texts_of(self._keys >> _BITS)
            at = np.searchsorted(self._keys, keys)
        self._phases[at] = [rows[key][0] for key in keys.tolist()]
        np.maximum.at(self._changed, keys >> 2 * _BITS, [rows[key][1] for key in keys.tolist()])

    def last_change(self) -> float:
        """When something last happened to any narration, in seconds since 1970; 0 for never."""
        return float(self._changed.max(initial=0.0))

    def places(self, by_title: Sequence[int], by_body: Sequence[int]) -> Numbers:
        """The place of each text among those found: by title or id (indices), or by what it says (numbers, best first).

        What is found both ways counts as found by its title.
        """
        found = np.full(len(self._ranks), NOWHERE, np.int64)
        if len(by_body):
            numbers = np.asarray(by_body, np.int64)
            order = np.argsort(numbers, kind="stable")
            at = np.searchsorted(numbers, self._numbers, sorter=order)
            at = order[np.minimum(at, len(order) - 1)]
            found = np.where(numbers[at] == self._numbers, at, found)
        titled = np.asarray(by_title, np.int64)
        found[titled] = self._ranks[titled] + _BY_TITLE
        return found

    def choose(self, question: Question, places: Numbers | None) -> Numbers:
        """The ranks of the contents that are looked for, in order; `places` of the texts where words are asked for.

        All that is asked has to be true of one and the same text.
        """
        chosen = self._contents(question, places)
        if question.kind:
            chosen = chosen[self._kinds[chosen] == self._known(question.kind)]
        if question.recent:
            return chosen[np.argsort(-self._changed[chosen], kind="stable")]
        return chosen

    def count(self, question: Question, places: Numbers | None) -> dict[str, int]:
        """How many narrations there are in each phase, of those that are asked about in whatever phase."""
        asked = self._narrations(question.locale, question.voice, "")
        if question.kind:
            asked &= self._kinds[self._keys >> 2 * _BITS] == self._known(question.kind)
        if places is not None:
            asked &= self._said(places)
        counts = np.bincount(self._phases[asked], minlength=len(self._names)).tolist()
        return {name: counts[number] for name, number in self._names.items() if counts[number]}

    def _contents(self, question: Question, places: Numbers | None) -> Numbers:
        """The ranks of contents of any kind: by how well they fit the words, or in their own order."""
        if question.about_narrations:
            asked = self._narrations(question.locale, question.voice, question.phase)
            if places is None:
                return np.unique(self._keys[asked] >> 2 * _BITS)
            texts = np.zeros(len(places), np.bool_)
            texts[self._text_of[asked & self._said(places)]] = True
        else:
            texts = self._equal(self._locales, question.locale)
        if places is None:
            return np.unique(self._ranks[texts])
        fit = np.minimum.reduceat(np.where(texts, places, NOWHERE), self._firsts) if len(places) else places
        found = np.flatnonzero(fit != NOWHERE)
        return found[np.argsort(fit[found], kind="stable")]

    def _narrations(self, locale: str, voice: str, phase: str) -> Mask:
        return (
            self._equal(self._keys >> _BITS & _ONES, locale)
            & self._equal(self._keys & _ONES, voice)
            & self._equal(self._phases, phase)
        )

    def _said(self, places: Numbers) -> Mask:
        """Of which narrations the text was found; never of one whose text is gone."""
        found: Mask = np.append(places, NOWHERE)[self._text_of] != NOWHERE
        return found

    def _texts_of(self, keys: Numbers) -> Numbers:
        """The indices of the texts of these keys; -1 for one that is gone."""
        if not len(self._text_keys):
            return np.full(len(keys), -1)
        at = np.minimum(np.searchsorted(self._text_keys, keys), len(self._text_keys) - 1)
        return np.where(self._text_keys[at] == keys, self._text_at[at], -1)

    def _equal(self, values: Numbers, name: str) -> Mask:
        return values == self._known(name) if name else np.ones(len(values), np.bool_)

    def _number(self, name: str) -> int:
        return self._names.setdefault(name, len(self._names))

    def _known(self, name: str) -> int:
        return self._names.get(name, -1)
