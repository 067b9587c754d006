"""Accounts: how a provider that asks for a key is reached."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """A key and where it is used. `url` is empty for the provider's own address, `timeout_seconds` is of one call.

    The key is a secret: it is no part of what is printed, logged or kept.
    """

    key: str = field(default="", repr=False)
    url: str = ""
    timeout_seconds: float = 120.0

    def without_secrets(self, text: str) -> str:
        """The text with the key taken out, for messages that repeat what a provider said."""
        return text.replace(self.key, "…") if self.key else text


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account or a voice stands at its provider: whether it is well, what was seen, and what to do if not."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
