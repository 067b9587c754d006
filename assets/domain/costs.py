"""Money: prices by provider, model and day, and what a piece of work will cost at most.

All amounts are whole millionths of a US dollar (`micros`), so that sums are exact and caps hold to the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil

from assets.domain.errors import Refused

MICROS = 1_000_000
_WHOLE_TOKEN = re.compile("[\u2e80-\U0010ffff]")
FREE_PROVIDERS = frozenset({"embedded", "espeak", "kokoro", "piper"})


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs from a day on, in micros per million characters spoken or tokens read and written.

    A speech model has `characters`, a script model `prompt_tokens` and `completion_tokens`; the others are 0.
    """

    provider: str
    model: str
    since: date
    characters: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Prices:
    """The price list, any number of entries per model, each valid from its day until the next one's."""

    entries: tuple[Price, ...] = ()

    def find(self, provider: str, model: str, day: date) -> Price | None:
        """The price of a model on a day: free for embedded engines, None when the list does not know it."""
        if provider in FREE_PROVIDERS:
            return Price(provider, model, day)
        known = [e for e in self.entries if (e.provider, e.model) == (provider, model) and e.since <= day]
        return max(known, key=lambda entry: entry.since, default=None)

    def require(self, provider: str, model: str, day: date) -> Price:
        """The price of a model on a day. Raises `Refused` when it is not known: a cap cannot hold on a guess."""
        found = self.find(provider, model, day)
        if found is None:
            raise Refused(
                f"The price of {provider}'s {model} is not known.",
                remedy="Add it to prices.toml; a model that costs nothing has the price 0.",
            )
        return found


def speech_micros(price: Price, characters: float) -> int:
    """What speaking so many characters costs, rounded up: an estimate must never be below the bill."""
    return ceil(price.characters * characters / MICROS)


def script_micros(price: Price, prompt_tokens: int, completion_tokens: int) -> int:
    """What so many tokens cost, rounded up."""
    return ceil((price.prompt_tokens * prompt_tokens + price.completion_tokens * completion_tokens) / MICROS)


def expected_tokens(text: str) -> int:
    """About how many tokens a text is to a language model: four letters of English, two of most other scripts.

    For telling beforehand what something will cost; what it may cost at most is counted in bytes.
    """
    plain = len(text) if text.isascii() else len(text.encode("ascii", "ignore"))
    whole = len(_WHOLE_TOKEN.findall(text)) if plain < len(text) else 0
    return ceil(0.25 * plain + 0.5 * (len(text) - plain - whole) + whole)


@dataclass(frozen=True, slots=True)
class Caps:
    """What may be spent in one day and one month (of UTC), in micros; None is no limit.

    Money that is set aside counts like money that is spent, and so does a call whose outcome is unknown.
    """

    per_day: int | None = None
    per_month: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a narration will take before anything is paid: pieces to buy and to reuse, characters, money, seconds.

    `script_calls` counts sections that are to be written, `takes_new` segments that are to be spoken. `seconds` is
    how long it will play.
    """

    sections: int = 0
    script_calls: int = 0
    segments: int = 0
    takes_new: int = 0
    characters: int = 0
    characters_new: int = 0
    script_micros: int = 0
    speech_micros: int = 0
    saved_micros: int = 0
    seconds: float = 0.0

    @property
    def micros(self) -> int:
        """All the money it will cost."""
        return self.script_micros + self.speech_micros


def total(estimates: Iterable[Estimate]) -> Estimate:
    """Several estimates as one."""
    found = list(estimates)
    return Estimate(
        sections=sum(e.sections for e in found),
        script_calls=sum(e.script_calls for e in found),
        segments=sum(e.segments for e in found),
        takes_new=sum(e.takes_new for e in found),
        characters=sum(e.characters for e in found),
        characters_new=sum(e.characters_new for e in found),
        script_micros=sum(e.script_micros for e in found),
        speech_micros=sum(e.speech_micros for e in found),
        saved_micros=sum(e.saved_micros for e in found),
        seconds=sum(e.seconds for e in found),
    )


def error_percent(estimated_micros: int, actual_micros: int) -> float | None:
    """How far an estimate was off, in per cent of what it really cost; None when it cost nothing."""
    return 100.0 * (estimated_micros - actual_micros) / actual_micros if actual_micros else None
