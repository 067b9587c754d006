"""Takes: segments as spoken by a voice, kept for ever and paid for once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assets.domain.errors import Corrupt
from assets.domain.pieces import Stage
from assets.domain.speech import Speech, WordTiming


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """A take that is wanted. `estimate_micros` is what it may cost at most, in millionths of a US dollar."""

    key: str
    provider: str
    model: str
    voice: str
    locale: str
    text: str
    estimate_micros: int = 0

    @property
    def stage(self) -> Stage:
        """Speech."""
        return Stage.SPEECH

    @property
    def characters(self) -> int:
        """How many characters are spoken, which is what providers bill."""
        return len(self.text)


@dataclass(frozen=True, slots=True)
class Take:
    """A take that was made: who spoke what, how long it is, when each word is said, and what it cost.

    `samples` at `sample_rate` hertz are its exact length; `size` in bytes and `sha256` are of its FLAC file and
    empty until it is stored. All this is kept beside the audio, so that a store of takes explains itself
    without the ledger.
    """

    key: str
    provider: str
    model: str
    voice: str
    locale: str
    text: str
    sample_rate: int
    samples: int
    words: tuple[WordTiming, ...] = ()
    cost_micros: int = 0
    request_id: str = ""
    size: int = 0
    sha256: str = ""

    @classmethod
    def of(cls, request: TakeRequest, speech: Speech) -> Take:
        """The take that a provider's answer makes of a request."""
        return cls(
            key=request.key,
            provider=request.provider,
            model=request.model,
            voice=request.voice,
            locale=request.locale,
            text=request.text,
            sample_rate=speech.sample_rate,
            samples=speech.samples,
            words=speech.words,
            cost_micros=speech.cost_micros,
            request_id=speech.request_id,
        )

    @property
    def characters(self) -> int:
        """How many characters are spoken."""
        return len(self.text)

    @property
    def request(self) -> TakeRequest:
        """What it was made for."""
        return TakeRequest(self.key, self.provider, self.model, self.voice, self.locale, self.text)

    @property
    def duration_seconds(self) -> float:
        """How long it lasts, from the samples themselves."""
        return self.samples / self.sample_rate

    def as_json(self) -> dict[str, Any]:
        """Plain data for the file beside the audio; `from_json` is its inverse."""
        return {
            "key": self.key,
            "provider": self.provider,
            "model": self.model,
            "voice": self.voice,
            "locale": self.locale,
            "text": self.text,
            "sample_rate": self.sample_rate,
            "samples": self.samples,
            "words": [[w.start_seconds, w.end_seconds, w.first_char, w.last_char] for w in self.words],
            "cost_micros": self.cost_micros,
            "request_id": self.request_id,
            "size": self.size,
            "sha256": self.sha256,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Take:
        """The take from what `as_json` gave. Raises `Corrupt` when something is missing or of another kind."""
        try:
            take = cls(
                key=str(data["key"]),
                provider=str(data["provider"]),
                model=str(data["model"]),
                voice=str(data["voice"]),
                locale=str(data["locale"]),
                text=str(data["text"]),
                sample_rate=int(data["sample_rate"]),
                samples=int(data["samples"]),
                words=tuple(WordTiming(float(a), float(b), int(c), int(d)) for a, b, c, d in data["words"]),
                cost_micros=int(data["cost_micros"]),
                request_id=str(data["request_id"]),
                size=int(data["size"]),
                sha256=str(data["sha256"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Corrupt("The description of a take is not what was stored.", remedy="It is made again.") from error
        if take.sample_rate <= 0 or take.samples <= 0:
            raise Corrupt("The description of a take has no length.", remedy="It is made again.")
        return take


@dataclass(frozen=True, slots=True)
class StoredTake:
    """A take that the ledger knows to be made; its files are in the store."""

    key: str
    provider: str
    model: str
    voice: str
    locale: str
    text: str
    sample_rate: int
    samples: int
    size: int
    sha256: str
    cost_micros: int
    request_id: str
    stored_at: datetime
