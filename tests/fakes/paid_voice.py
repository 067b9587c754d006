"""A voice that costs money, as an object at the seam of `PaidSpeechProvider`: it bills, forgets and fails as told."""

from __future__ import annotations

import asyncio
import math
import struct
from dataclasses import dataclass, field

from assets.domain.accounts import Standing
from assets.domain.errors import OutcomeUnknown, StudioError
from assets.domain.pieces import LostCall
from assets.domain.speech import Speech
from assets.providers.base import SpeechRequest

RATE = 24_000
MICROS_PER_CHARACTER = 80


@dataclass
class Lost:
    """The answer does not arrive. `billed` says whether the call was carried out."""

    billed: bool


@dataclass
class Silence:
    """It answers, and bills, with silence."""


@dataclass
class PaidVoice:
    """Answers each call with the next of `answers` (an error, `Lost`, `Silence`), and well when there is none left."""

    answers: list[object] = field(default_factory=list)
    history_works: bool = True
    delay_seconds: float = 0.0
    calls: list[str] = field(default_factory=list)
    billed: list[str] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    name: str = "paid"
    adapter_version: str = "1"
    parallel: int = 8
    account: str = "paid"

    @property
    def has_account(self) -> bool:
        """It needs none."""
        return True

    async def standing(self, voices: object) -> list[Standing]:
        """Always well."""
        return [Standing("paid account", True, "is pretended")]

    def refusal(self, voice: object, locale: object) -> str | None:
        """It speaks everything."""
        return None

    async def speak(self, request: SpeechRequest) -> Speech:
        """One call."""
        self.calls.append(request.text)
        answer = self.answers.pop(0) if self.answers else None
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.delay_seconds)
        finally:
            self.under_way -= 1
        match answer:
            case StudioError():
                raise answer
            case Lost(billed=billed):
                if billed:
                    self.billed.append(request.text)
                raise OutcomeUnknown("The connection was cut off.")
            case Silence():
                self.billed.append(request.text)
                return Speech(bytes(2 * RATE), RATE, billed_characters=len(request.text))
        self.billed.append(request.text)
        return spoken(request.text)

    def directions(self, voice: object) -> tuple[str, ...]:
        """It takes none."""
        return ()

    def billed_text(self, request: SpeechRequest) -> str:
        """All of it."""
        return request.text

    async def recover(self, request: SpeechRequest, lost: LostCall) -> Speech | None:
        """What the history says."""
        if not self.history_works:
            raise OutcomeUnknown("The history of this account cannot be read.", remedy="Ask again later.")
        return spoken(request.text) if request.text in self.billed else None


def spoken(text: str) -> Speech:
    """A tone that rises and falls like speech and is as long as the text needs."""
    seconds = max(0.6, 0.07 * len(text))
    total = int(seconds * RATE)
    samples = (
        int(9000 * math.sin(math.pi * n / total) * (0.6 + 0.4 * math.sin(n / 900)) * math.sin(n / 12))
        for n in range(total)
    )
    pcm = struct.pack(f"<{total}h", *samples)
    return Speech(pcm, RATE, billed_characters=len(text), request_id=f"r-{abs(hash(text))}")
