"""The one rule of trying again: which faults, how often, and after how long.

A fault of the machine is Dagster's to retry and a dead process the sensor's; this rule is for provider calls alone, so
attempts never multiply. A lost answer (`OutcomeUnknown`) is never simply tried again: it is settled first.
"""

from __future__ import annotations

from dataclasses import dataclass

from assets.domain.errors import Busy, RateLimited, StudioError


@dataclass(frozen=True, slots=True)
class RetryRule:
    """At most `attempts` calls for one piece; waits grow from `first_seconds`, doubled each time, up to `cap_seconds`.

    A provider's own Retry-After is obeyed up to `longest_told_seconds`; one that asks for more is not waited for.
    """

    attempts: int = 5
    first_seconds: float = 1.0
    cap_seconds: float = 60.0
    longest_told_seconds: float = 120.0

    def wait(self, error: StudioError, attempt: int, chance: float) -> float | None:
        """Seconds to wait after the failure of attempt number `attempt` (from 1), None when it must not be repeated.

        `chance` in [0, 1) spreads the waits of many callers over the upper half of the range, so that they do not all
        come back at once.
        """
        if not error.transient or attempt >= self.attempts:
            return None
        told = error.retry_after_seconds if isinstance(error, RateLimited) else None
        if told is not None and told > self.longest_told_seconds:
            return None
        # An overloaded provider needs a longer rest than a full slot.
        first = self.first_seconds * (2.0 if isinstance(error, Busy) else 1.0)
        backoff = min(self.cap_seconds, first * 2.0 ** (attempt - 1)) * (0.5 + chance / 2)
        return max(told or 0.0, backoff)
