"""The ledger as the rest of the studio uses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType

from assets.domain.holders import Holder
from assets.storage.ledger.accounts import Accounts
from assets.storage.ledger.approvals import Approvals
from assets.storage.ledger.batches import Batches
from assets.storage.ledger.books import Books
from assets.storage.ledger.claims import Claims
from assets.storage.ledger.database import Database
from assets.storage.ledger.edits import Edits
from assets.storage.ledger.extracts import Extracts
from assets.storage.ledger.figures import Ledgerwide
from assets.storage.ledger.narrations import Narrations
from assets.storage.ledger.paces import Paces
from assets.storage.ledger.sections import Sections
from assets.storage.ledger.spending import Spending
from assets.storage.ledger.takes import Takes
from assets.storage.ledger.upkeep import Upkeep
from assets.storage.ledger.versions import Versions
from assets.storage.processes import is_alive


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """The transactional record: status, claims, versions, takes and money.

    Every method of its parts is one transaction, usually of a millisecond. A ledger may be used from any thread.
    """

    def __init__(self, books: Books) -> None:
        self._database = books.database
        self.claims = Claims(books)
        self.narrations = Narrations(books)
        self.versions = Versions(books)
        self.spend = Spending(books)
        self.takes = Takes(books, self.spend)
        self.sections = Sections(books, self.spend)
        self.accounts = Accounts(books)
        self.extracts = Extracts(books)
        self.figures = Ledgerwide(books)
        self.upkeep = Upkeep(books)
        self.paces = Paces(books)
        self.edits = Edits(books)
        self.approvals = Approvals(books)
        self.batches = Batches(books)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Callable[[], datetime] = _utc_now,
        alive: Callable[[Holder], bool | None] = is_alive,
    ) -> Ledger:
        """Open the ledger at a database URL; make it, or bring it up to date, when that is needed.

        Any number of processes may do so at once. Raises `Refused`, `Unwritable` or `Corrupt` when it cannot be used.
        """
        return cls(Books(Database.open(url), clock, alive))

    def close(self) -> None:
        """Give its connections back."""
        self._database.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
