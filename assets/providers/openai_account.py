"""An account with OpenAI, or with any server that speaks its language: one client, and its faults as ours."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from assets.domain.accounts import Account, Standing
from assets.domain.errors import (
    Busy,
    KeyRefused,
    OutcomeUnknown,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    Rejected,
    StudioError,
    Unavailable,
)
from assets.providers.connections import PerLoop, seconds_told, sentence

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

_NO_MONEY = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_NOT_ALLOWED = frozenset({"invalid_api_key", "account_deactivated"})
_ELSEWHERE = frozenset({502, 504})


class OpenAIAccount:
    """Calls with one key. The SDK's own retries are off: `domain/retries.py` is the one rule."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._clients: PerLoop[AsyncOpenAI] = PerLoop(self._client)

    @property
    def name(self) -> str:
        """Who answers, for a sentence."""
        return "OpenAI" if not self._account.url else "the server of OPENAI_BASE_URL"

    @property
    def is_openai(self) -> bool:
        """Whether this is OpenAI itself and not a server that speaks its language."""
        return not self._account.url

    @property
    def is_usable(self) -> bool:
        """Whether a call can be made at all: a server of one's own may want no key."""
        return bool(self._account.key or self._account.url)

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[AsyncOpenAI]:
        """A client whose faults come out as ours."""
        import httpx2
        import openai

        try:
            yield self._clients.get()
        except openai.APIStatusError as fault:
            raise self._told(fault) from None
        except openai.APIConnectionError as fault:
            raise self._lost(fault.__cause__ or fault) from None
        except httpx2.HTTPError as fault:
            raise self._lost(fault) from None
        except (openai.APIError, json.JSONDecodeError) as fault:
            raise self.unreadable(type(fault).__name__) from None

    async def standing(self, model: str) -> Standing:
        """How the account stands, for `studio doctor`; nothing is bought."""
        try:
            async with self.calling() as client:
                await client.models.retrieve(model)
        except StudioError as error:
            return Standing("openai account", False, error.message, error.remedy)
        return Standing("openai account", True, f"{self.name} has the model {model}")

    def unreadable(self, what: str) -> OutcomeUnknown:
        """An answer came that is no answer: it may have been carried out and billed."""
        return OutcomeUnknown(f"The answer of {self.name} cannot be read ({what}).", remedy="Ask again.")

    def _client(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI

        return AsyncOpenAI(
            api_key=self._account.key or "none",
            base_url=self._account.url or "https://api.openai.com/v1",
            max_retries=0,
            timeout=self._account.timeout_seconds,
        )

    def _lost(self, fault: BaseException) -> ProviderError:
        import httpx2

        name = type(fault).__name__
        if isinstance(fault, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout):
            return Unavailable(f"{_first_up(self.name)} cannot be reached ({name}).", remedy="Check the network.")
        return OutcomeUnknown(
            f"The answer of {self.name} did not arrive ({name}).",
            remedy="It may have been billed: see STUDIO_UNKNOWN_OUTCOME and `studio reconcile`.",
        )

    def _told(self, fault: APIStatusError) -> ProviderError:
        body = fault.body if isinstance(fault.body, dict) else {}
        codes = {str(body.get("code")), str(body.get("type"))}
        status, who = fault.status_code, self.name
        if codes & _NO_MONEY or status == 402:
            return QuotaExceeded(f"The account with {who} has no money left.", remedy="Check its plan and its bill.")
        if status == 401 or codes & _NOT_ALLOWED:
            return KeyRefused(f"{_first_up(who)} does not accept the key.", remedy="Check OPENAI_API_KEY.")
        if status == 429:
            return RateLimited(
                f"{_first_up(who)} asks for a pause.",
                remedy="Ask again later, or lower STUDIO_SCRIPT_CONCURRENCY.",
                retry_after_seconds=seconds_told(fault.response.headers),
            )
        if status == 503:
            return Busy(f"{_first_up(who)} is overloaded.", remedy="Ask again later.")
        if status in _ELSEWHERE:
            return OutcomeUnknown(f"{_first_up(who)} did not answer in time (status {status}).", remedy="Ask again.")
        if status >= 500:
            return Unavailable(f"{_first_up(who)} has a fault of its own (status {status}).", remedy="Ask again later.")
        said = sentence(self._account, body.get("message"))
        return Rejected(
            f"{_first_up(who)} refuses the request: {said}", remedy="Check the model, the voice and the text."
        )


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
