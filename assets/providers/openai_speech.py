"""OpenAI's voices, or those of a server that speaks its language: paid by the character, without timings or history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assets.domain.accounts import Account, Standing
from assets.domain.errors import OutcomeUnknown, Rejected
from assets.domain.keys import Locale
from assets.domain.pieces import LostCall
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.domain.words import words
from assets.providers.base import SpeechRequest
from assets.providers.connections import sendable
from assets.providers.models import OPENAI, accepted, fault_of
from assets.providers.openai_account import OpenAIAccount

RATE = 24_000
"""Of the format `pcm`: 16-bit little-endian mono."""
_VOICES_LISTED = "alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse"
_VOICES = frozenset(_VOICES_LISTED.split())
_LOCALES_LISTED = (
    "af ar az be bg bs ca cs cy da de el en es et fa fi fr gl he hi hr hu hy id is it ja kk kn ko lt lv "
    "mi mk mr ms ne nl no pl pt ro ru sk sl sr sv sw ta th tl tr uk ur vi zh"
)
_LOCALES = frozenset(_LOCALES_LISTED.split())


class OpenAISpeech:
    """Speaks through an OpenAI account."""

    name = "openai-speech"
    adapter_version = "1"
    parallel = 16
    account = "openai-speech"
    """Its own: speech and scripts of one key have limits of their own at OpenAI."""

    def __init__(self, account: Account) -> None:
        self._account = OpenAIAccount(account)

    def refusal(self, voice: Voice, locale: Locale) -> str | None:
        """Why this voice cannot speak this locale here. Asks no server."""
        model = OPENAI.get(voice.model)
        if model is None:
            return f"OpenAI has no speech model '{voice.model}' here; choose one of: {', '.join(OPENAI)}."
        if fault := fault_of(model, voice.settings):
            return f"The voice '{voice.key}' cannot be used: {fault} Change its settings, or choose another voice."
        if self._account.is_openai and voice.provider_voice not in _VOICES:
            known = ", ".join(sorted(_VOICES))
            return f"OpenAI has no voice '{voice.provider_voice[:40]}'; choose another: {known}."
        if locale.language not in _LOCALES:
            return f"OpenAI does not speak '{locale}'; choose another voice."
        if not self._account.is_usable:
            return f"The voice '{voice.key}' needs a key: set OPENAI_API_KEY, or choose another voice."
        return None

    @property
    def has_account(self) -> bool:
        """Whether there is a key, or a server of one's own."""
        return self._account.is_usable

    async def standing(self, voices: Sequence[Voice]) -> list[Standing]:
        """How the account stands with the models of these voices; a voice cannot be looked up."""
        return [await self._account.standing(model) for model in sorted({voice.model for voice in voices})]

    def directions(self, voice: Voice) -> tuple[str, ...]:  # noqa: ARG002 - of the protocol
        """None of its models takes directions within the text."""
        return ()

    def billed_text(self, request: SpeechRequest) -> str:
        """What is sent, and billed."""
        return request.text

    async def speak(self, request: SpeechRequest) -> Speech:
        """The audio of one segment, by one call."""
        if (refusal := self.refusal(request.voice, request.locale)) is not None:
            raise Rejected(refusal)
        if not words(request.text):
            raise Rejected("There is nothing to say in this segment.", remedy="Remove it from the script.")
        model = OPENAI[request.voice.model]
        if len(request.text) > model.limit_chars:
            raise Rejected(
                f"The segment has {len(request.text):,} characters; {model.name} takes {model.limit_chars:,}.",
                remedy="Cut that paragraph of the text in two.",
            )
        told: dict[str, Any] = accepted(model, request.voice.settings)
        if model.instructions and request.voice.persona:
            told["instructions"] = request.voice.persona
        async with self._account.calling() as client:
            answer = await client.audio.speech.create(
                model=model.name,
                voice=request.voice.provider_voice,
                input=sendable(request.text),
                response_format="pcm",
                **told,
            )
            pcm = answer.content
        kind = answer.response.headers.get("content-type", "")
        if kind.startswith(("text/", "application/json")) or len(pcm) < 2 or len(pcm) % 2:
            raise self._account.unreadable(f"{len(pcm)} bytes of {kind or 'no named kind'}")
        return Speech(pcm, RATE, request_id=answer.response.headers.get("x-request-id", ""))

    async def recover(self, request: SpeechRequest, lost: LostCall) -> Speech | None:  # noqa: ARG002
        """OpenAI keeps no history of what was spoken: nobody can tell."""
        raise OutcomeUnknown(
            "OpenAI keeps no history of what was spoken, so nobody can tell whether it was billed.",
            remedy="Say what became of it with `studio reconcile --apply --lost paid` (or `unpaid`), then ask again.",
        )
