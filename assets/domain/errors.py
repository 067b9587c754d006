"""Everything that can go wrong, as a tree that a person can act on.

StudioError
├── Refused               bad input; nothing was begun (exit 2)
│   ├── Forbidden         the person who asks has not the role for it
│   └── TooOften          the person who asks has asked too often just now
├── ProviderError         a script writer or a voice did not deliver
│   ├── RateLimited       asked to wait; `retry_after_seconds` says how long when it was told
│   ├── Busy              the provider is overloaded
│   ├── Unavailable       no answer: network, time-out before anything was sent, 5xx
│   ├── QuotaExceeded     the account has nothing left
│   ├── Rejected          the provider refuses this request for good: voice, policy, bad request
│   │   └── KeyRefused    the account itself is refused: no call with this key can work
│   ├── Resting           so many calls failed that the account is left alone for a while
│   ├── BadAnswer         an answer came and is not usable
│   └── OutcomeUnknown    it may have been made and billed; it must be settled before anything is bought again
├── BudgetExceeded        the money cap would be passed
├── ContentChanged        the source changed or vanished while the work was under way
├── Cancelled             a person stopped it
├── ApprovalWanted        the script is written; a person is to approve it before it is spoken
├── ClaimLost             another run took this narration over; this one must stop writing
├── Unwritable            the disk is full, a folder may not be written, the ledger cannot be reached
└── Corrupt               a stored file is not what was stored

Nothing is ever decided by matching words in a message: the class decides, and `code` names it in JSON.
"""

from __future__ import annotations


class StudioError(Exception):
    """An error with one sentence that says what is wrong and one that says what to do about it.

    `remedy` is for everybody, in a page as well; `at_a_shell` is for the command line, where that can do it by itself.
    """

    code = "error"
    transient = False
    """Whether trying the same thing again, later, can help."""

    def __init__(self, message: str, *, remedy: str = "", at_a_shell: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.at_a_shell = at_a_shell or remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def as_json(self) -> dict[str, str]:
        """The `error` object of the studio's JSON."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy}

    def as_json_at_a_shell(self) -> dict[str, str]:
        """The `error` object of the command line's JSON."""
        return self.as_json() | {"remedy": self.at_a_shell}


class Refused(StudioError):
    """The request itself cannot be served: unknown content, voice or locale, an unreadable file."""

    code = "refused"


class Forbidden(Refused):
    """Whoever asks has not the role for it; nothing was begun."""

    code = "forbidden"


class TooOften(Refused):
    """Whoever asks has asked so often that they have to wait a little; nothing was begun."""

    code = "too_often"

    def __init__(self, message: str, *, remedy: str = "", retry_after_seconds: float = 1.0) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after_seconds = retry_after_seconds


class ProviderError(StudioError):
    """A script writer or a voice did not deliver."""

    code = "provider_error"


class RateLimited(ProviderError):
    """The provider asked us to wait."""

    code = "rate_limited"
    transient = True

    def __init__(self, message: str, *, remedy: str = "", retry_after_seconds: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after_seconds = retry_after_seconds


class Busy(ProviderError):
    """The provider is overloaded; its own word for 'not now'."""

    code = "busy"
    transient = True


class Unavailable(ProviderError):
    """No usable connection or a server-side fault, and surely nothing was made."""

    code = "unavailable"
    transient = True


class QuotaExceeded(ProviderError):
    """The account has no characters or money left."""

    code = "quota_exceeded"


class Rejected(ProviderError):
    """The provider will never accept this request: key, voice, policy or form."""

    code = "rejected"


class KeyRefused(Rejected):
    """The provider does not know the key, or the key may not do this."""

    code = "key_refused"


class Resting(ProviderError):
    """The account's circuit is open after too many faults; nothing was asked of the provider."""

    code = "provider_resting"


class BadAnswer(ProviderError):
    """An answer came, and its script or audio is not usable."""

    code = "bad_answer"


class OutcomeUnknown(ProviderError):
    """The call may have been carried out and billed; only the provider's history can tell."""

    code = "outcome_unknown"


class EarlierUnknown(OutcomeUnknown):
    """Nobody can tell what became of an earlier call for the same piece; now nothing was called."""


class BudgetExceeded(StudioError):
    """The work would pass a money cap."""

    code = "budget_exceeded"


class ContentChanged(StudioError):
    """The source changed or vanished while its narration was being made."""

    code = "content_changed"


class Cancelled(StudioError):
    """A person stopped the work."""

    code = "cancelled"


class ApprovalWanted(StudioError):
    """The script is written and kept, and a person is to approve it before it is spoken; no fault of anybody."""

    code = "approval_wanted"


class ClaimLost(StudioError):
    """Another run holds this narration now; whatever this run would write is out of date."""

    code = "claim_lost"


class Unwritable(StudioError):
    """The ledger or the files cannot be used: full disk, missing permission, no database."""

    code = "unwritable"


class Corrupt(StudioError):
    """A stored file is missing or is not what was stored."""

    code = "corrupt"
