"""The circuit of a provider account: after enough faults in a row nobody calls it for a while.

closed --(faults in a row, or one that concerns the account)--> open --(rest is over)--> half open: one call may try
half open --(it works)--> closed; --(it fails)--> open again, with a longer rest
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FAULTS_TO_OPEN = 5
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Circuit:
    """The state of one account. `faults` counts failures in a row; it is open until `open_until`."""

    account: str
    faults: int = 0
    opened: int = 0
    open_until: datetime | None = None
    why: str = ""

    def lets_through(self, now: datetime) -> bool:
        """Whether a call may be made now."""
        return self.open_until is None or now >= self.open_until

    def after_success(self) -> Circuit:
        """The circuit after a call that worked: closed, all forgotten."""
        return Circuit(self.account)

    def after_fault(self, why: str, now: datetime, *, of_the_account: bool) -> Circuit:
        """The circuit after a fault. One of the account itself (its key, its quota) opens it at once."""
        faults = self.faults + 1
        was_resting = self.open_until is not None
        if not of_the_account and not was_resting and faults < FAULTS_TO_OPEN:
            return replace(self, faults=faults, why=why)
        rest = min(LONGEST_REST, FIRST_REST * 2**self.opened)
        return Circuit(self.account, faults, self.opened + 1, now + rest, why)
