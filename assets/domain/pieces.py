"""Pieces: what is paid for once. A written section and a spoken segment are reserved, made, kept and settled alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from assets.domain.holders import Holder


class Stage(StrEnum):
    """What a piece is bought for."""

    SCRIPT = "script"
    SPEECH = "speech"


class PieceRequest(Protocol):
    """A piece that is wanted. `estimate_micros` is what it may cost at most, in millionths of a US dollar."""

    @property
    def stage(self) -> Stage:
        """Script or speech."""
        ...

    @property
    def key(self) -> str:
        """Its address: everything that it is made of, hashed."""
        ...

    @property
    def provider(self) -> str:
        """Who makes it."""
        ...

    @property
    def model(self) -> str:
        """With which model."""
        ...

    @property
    def voice(self) -> str:
        """In which voice; empty for a section."""
        ...

    @property
    def characters(self) -> int:
        """How many characters are spoken; 0 for a section."""
        ...

    @property
    def estimate_micros(self) -> int:
        """What it may cost at most."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """A living process is making this piece at this moment; it may be this very process."""

    holder: Holder


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """A reservation whose process died before it said how the call ended: it may have been carried out and billed.

    `others` is how many more processes died over the same piece; `reserved_at` is that of the first of all.
    """

    reservation_id: str
    estimate_micros: int
    reserved_at: datetime
    others: int = 0


Request = TypeVar("Request", bound=PieceRequest, covariant=True)


@dataclass(frozen=True, slots=True)
class Reservation(Generic[Request]):
    """The right to make one piece. It must be stored, adopted or released, whatever happens."""

    id: str
    request: Request
    claim_id: str
    earlier: EarlierCall | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A call that is settled, by its piece and the provider's name for it.

    A history that does not show it hides others, too. `at` is when it was settled.
    """

    key: str
    request_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LostCall:
    """What is known of a lost call when the provider's history is asked for it.

    It was made after `since`. `settled` are the calls for the same piece that are accounted for and cannot be it.
    """

    since: datetime
    settled: frozenset[str] = frozenset()
    witness: Witness | None = None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Money that is set aside for a call of which nobody knows what became of it."""

    reservation_id: str
    stage: Stage
    key: str
    provider: str
    model: str
    voice: str
    estimate_micros: int
    reserved_at: datetime
    claim_id: str
