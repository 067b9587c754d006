"""Scripts by a chat model of OpenAI, or of any server that speaks its language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assets.domain.accounts import Account, Standing
from assets.domain.costs import expected_tokens
from assets.domain.errors import OutcomeUnknown, Rejected
from assets.domain.pieces import LostCall
from assets.domain.scripts import Style
from assets.providers.base import Answer, Repair, SectionOrder
from assets.providers.models import thinking_tokens
from assets.providers.openai_account import OpenAIAccount
from assets.providers.prompts import PROMPT_VERSION, messages

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

_TOKENS_OF_FORM = 64
"""What a message costs besides its text, generously."""
_TOKENS_OF_MARK = 4
_LEAST_ANSWER_TOKENS = 400
_CLOCKS_DIFFER = timedelta(minutes=5)
_MARK = "narration_studio_section"


class OpenAIWriter:
    """Writes sections. `keeps` says that the server keeps its answers and lists them, as OpenAI itself does."""

    name = "openai"
    prompt_version = PROMPT_VERSION
    account = "openai"

    def __init__(self, account: Account, model: str, keeps: bool) -> None:
        self.model = model
        self._account = OpenAIAccount(account)
        self._keeps = keeps

    def refusal(self) -> str | None:
        """Why nothing can be written, with the remedy, or None when a call can be made."""
        if not self._account.is_usable:
            return "Scripts need a key: set OPENAI_API_KEY, or STUDIO_SCRIPT_WRITER=embedded."
        return None

    def style(self, persona: str, directions: Sequence[str]) -> Style:
        """All of it is heeded."""
        return Style(persona, tuple(directions))

    def at_most(self, order: SectionOrder, repair: Repair | None = None) -> tuple[int, int]:
        """The most tokens that are read and written: no token is shorter than a byte."""
        asked = messages(order, repair)
        read = sum(len(each["content"].encode()) + _TOKENS_OF_FORM for each in asked)
        return read, self._longest_answer(order)

    def expected(self, order: SectionOrder) -> tuple[int, int]:
        """About how many tokens will be read and written: an answer is about as long as its source."""
        read = sum(expected_tokens(each["content"]) for each in messages(order))
        return read, sum(expected_tokens(block.text) + _TOKENS_OF_MARK for block in order.draft.spoken)

    async def answer(self, order: SectionOrder, repair: Repair | None = None) -> Answer:
        """What the model writes, by one call."""
        told: dict[str, Any] = {"model": self.model, "messages": messages(order, repair)}
        # OpenAI has given up `max_tokens`; others know nothing else.
        longest = "max_completion_tokens" if self._account.is_openai else "max_tokens"
        told[longest] = self._longest_answer(order)
        if self._keeps:
            told |= {"store": True, "metadata": {_MARK: order.key}}
        async with self._account.calling() as client:
            answered = await client.chat.completions.create(**told)
        return self._read(answered)

    async def recover(self, key: str, lost: LostCall) -> Answer | None:
        """The answer to an earlier call, from those that the server keeps."""
        found = await self._kept(key, lost)
        return self._read(found) if found is not None else None

    async def _kept(self, key: str, lost: LostCall) -> ChatCompletion | None:
        who = f"{self._account.name[:1].upper()}{self._account.name[1:]}"
        cannot_tell = OutcomeUnknown(
            f"{who} keeps no history of its answers, so nobody can tell whether it was billed.",
            remedy="Say what became of it: `studio reconcile --apply --lost paid` (or `unpaid`); then ask again.",
        )
        if not self._keeps:
            raise cannot_tell
        after = (lost.since - _CLOCKS_DIFFER).timestamp()
        try:
            async with self._account.calling() as client:
                async for kept in client.chat.completions.list(metadata={_MARK: key}, model=self.model):
                    if kept.created >= after and kept.id not in lost.settled:
                        return kept
                witness = lost.witness
                if witness is not None and not [
                    kept async for kept in client.chat.completions.list(metadata={_MARK: witness.key}) if kept.id
                ]:
                    raise cannot_tell
        except Rejected as refused:
            raise cannot_tell from refused
        return None

    async def standing(self) -> Standing:
        """How the account stands, for `studio doctor`; nothing is bought."""
        return await self._account.standing(self.model)

    def _longest_answer(self, order: SectionOrder) -> int:
        source = sum(len(block.text.encode()) for block in order.draft.spoken)
        return max(_LEAST_ANSWER_TOKENS, source) + thinking_tokens(self.model)

    def _read(self, answered: ChatCompletion) -> Answer:
        """An answer as ours. What is no chat completion is an answer that was lost on its way."""
        # The SDK checks nothing: another server, or a page that asks to sign in, may have answered.
        choices = getattr(answered, "choices", None)
        message = getattr(choices[0], "message", None) if choices else None
        if choices is None or message is None:
            raise self._account.unreadable("it is no chat completion")
        ending = {"length": "cut_off", "content_filter": "refused"}.get(choices[0].finish_reason or "", "complete")
        if getattr(message, "refusal", None):
            ending = "refused"
        usage = getattr(answered, "usage", None)
        return Answer(
            text=message.content or "",
            ending=ending,
            prompt_tokens=usage.prompt_tokens if usage is not None else None,
            completion_tokens=usage.completion_tokens if usage is not None else None,
            request_id=answered.id or "",
        )
