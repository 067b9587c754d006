"""Listening: the verbs of the narration page that are about sound: samples, early listening, versions, changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assets.domain.changes import Change, Kind, Piece
from assets.domain.costs import MICROS
from assets.domain.errors import Refused, StudioError
from assets.domain.keys import Locale, NarrationKey
from assets.domain.narrations import Narration, Version
from assets.domain.voices import Voice
from assets.pipeline.desk import Desk
from assets.pipeline.early import Early
from assets.pipeline.history import History
from assets.pipeline.samples import Samples
from studio_ui.remembered import Remembered

OFFER_SECONDS = 10.0
MOST_CHANGES = 8
"""How many changes of a text the banner shows; how many more there are is said in a number."""
LONGEST_QUOTE = 240


class Listening:
    """What may be listened to around one narration; may be used from any thread."""

    def __init__(self, desk: Desk, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._early = Early(desk)
        self._samples = Samples(desk)
        self._history = History(desk)
        self._remembered = Remembered(OFFER_SECONDS, clock=clock)

    # Samples

    def sample_of(self, voice: Voice, locale: Locale) -> dict[str, Any] | None:
        """Where a sample of a voice can be heard, or what it would cost to have one; None when there can be none."""

        def look() -> dict[str, Any] | None:
            try:
                offer = self._samples.offer(voice, locale)
            except StudioError:  # no price, no account: the voice itself says what is wrong
                return None
            if offer.ready:
                return {"url": f"/media/samples/{locale}/{voice.key}.mp3", "cost_usd": 0.0}
            return {"url": "", "cost_usd": offer.micros / MICROS} if offer.micros else None

        return self._remembered.get(("sample", voice.key, locale), look)

    def sample(self, voice: str, locale: str) -> Path:
        """The audio of a sample that costs nothing to hear. Raises `Refused`, or what the voice raises."""
        return self._samples.audio(self._able(voice, locale), Locale(locale))

    def buy_sample(self, voice: str, locale: str) -> None:
        """Have a sample spoken at its price. Raises `Refused`, `BudgetExceeded` or `ProviderError`."""
        self._samples.buy(self._able(voice, locale), Locale(locale))
        self._remembered.forget()

    def _able(self, voice: str, locale: str) -> Voice:
        found = self._desk.voices().get(voice)
        if (refusal := self._desk.refusal(found, locale)) is not None:
            raise Refused(refusal)
        return found

    # Early listening

    def early(self, narration: Narration) -> list[dict[str, Any]]:
        """The stretches that can be heard while the rest is being made, as addresses of sound and transcript."""
        done = narration.segments_done
        if not done or narration.status is None or not narration.status.live:
            return []

        def look() -> list[dict[str, Any]]:
            key = narration.key
            base = f"/media/{key.content}/{key.locale}/{key.voice}/early"
            return [
                {
                    "number": stretch.number,
                    "title": stretch.title,
                    "audio": f"{base}/{stretch.name}.mp3",
                    "transcript": f"{base}/{stretch.name}.json",
                }
                for stretch in self._early.stretches(narration)
            ]

        return self._remembered.get(("early", narration.claim_id, done), look)

    def early_file(self, key: NarrationKey, name: str, ending: str) -> Path:
        """The sound (`mp3`) or the transcript (`json`) of a stretch. Raises `Refused` when it cannot be heard now."""
        return self._early.audio(key, name) if ending == "mp3" else self._early.transcript(key, name)

    # Versions

    def versions(self, key: NarrationKey) -> tuple[Version, ...]:
        """Everything that was published of a narration, newest first."""
        return self._history.versions(key)

    def restore(self, key: NarrationKey, number: int) -> None:
        """Let an earlier version play again. Raises `Refused` and `Corrupt`."""
        self._history.restore(key, number)

    def compare(self, key: NarrationKey, before: int, after: int) -> dict[str, Any]:
        """What is said otherwise in version `after` than in version `before`, in order, with the moments of both.

        Stretches that are the same are counted, not repeated. Raises `Refused` and `Corrupt`.
        """
        versions = {version.number: version for version in self.versions(key)}
        if before not in versions or after not in versions:
            raise Refused(f"{key} has no version {min(before, after)}.", remedy="Choose two of its versions.")
        found = self._history.compare(versions[before], versions[after])
        return {"before": before, "after": after, "changes": [_row(change) for change in found]}

    # Changes of the text

    def changes(self, version: Version, wanted: str) -> dict[str, Any]:
        """What has changed in the text since a version was made: the first changes, and how many more there are.

        `wanted` is the fingerprint that the text asks for now. Empty where nothing can be told.
        """

        def look() -> dict[str, Any]:
            try:
                found = self._history.changes(version)
            except StudioError:  # the banner says already that it is out of date
                found = ()
            shown = [_row(change) for change in found[:MOST_CHANGES]]
            return {"shown": shown, "more": max(0, len(found) - MOST_CHANGES)}

        return self._remembered.get(("changes", version.id, wanted), look)


def _row(change: Change) -> dict[str, Any]:
    if change.kind is Kind.SAME:
        return {"kind": change.kind.value, "count": len(change.after)}
    return {"kind": change.kind.value, "before": _quoted(change.before), "after": _quoted(change.after)}


def _quoted(pieces: Sequence[Piece]) -> dict[str, Any] | None:
    if not pieces:
        return None
    text = " ".join(piece.text for piece in pieces)
    short = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"
    return {"text": short, "start": round(pieces[0].start_seconds, 3)}
