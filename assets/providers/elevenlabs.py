"""ElevenLabs: voices that cost money, with the moment of every character, and a history that settles lost answers.

The SDK's own retries are off: it would repeat what is billed and what is hopeless (`domain/retries.py` is the one
rule). Its faults are told apart by status and by the provider's own codes, never by their wording.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

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
from assets.domain.keys import Locale
from assets.domain.pieces import LostCall, Witness
from assets.domain.scripts import Direction, directed
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.domain.words import words
from assets.providers.alignment import spread
from assets.providers.base import SpeechRequest
from assets.providers.connections import PerLoop, seconds_told, sendable, sentence
from assets.providers.decoding import decode_mono, is_encoded
from assets.providers.models import ELEVENLABS, SpeechModel, accepted, fault_of

if TYPE_CHECKING:
    from elevenlabs.client import AsyncElevenLabs
    from elevenlabs.core.request_options import RequestOptions
    from elevenlabs.types import SpeechHistoryItemResponse

RATE = 24_000
_FORMAT = "pcm_24000"
_LOCALES_LISTED = "ar bg cs da de el en es fi fil fr hi hr hu id it ja ko ms nl no pl pt ro ru sk sv ta tr uk vi zh"
_LOCALES = frozenset(_LOCALES_LISTED.split())
"""The languages of eleven_multilingual_v2 and its siblings, and of v3, which has more."""
_CLOCKS_DIFFER = timedelta(minutes=5)
_HISTORY_PAGE = 100
_NO_DIRECTION = str.maketrans("[]", "()")
_LEAST_ALIGNED = 0.9
_SLOTS = frozenset({"too_many_concurrent_requests", "concurrent_limit_exceeded"})
_NO_MONEY = frozenset({"quota_exceeded", "insufficient_credits", "payment_required"})
_ELSEWHERE = frozenset({502, 504})
"""A gateway gave up: what stands behind it may have carried the call out."""


class _Alignment(Protocol):
    """The moments of the characters, as answers and the history have them."""

    characters: list[str]
    character_start_times_seconds: list[float]
    character_end_times_seconds: list[float]


class ElevenLabs:
    """Speaks through an ElevenLabs account."""

    name = "elevenlabs"
    adapter_version = "1"
    parallel = 16
    """The account's places over all processes are the limit that counts."""
    account = "elevenlabs"

    def __init__(self, account: Account) -> None:
        self._account = account
        self._clients: PerLoop[AsyncElevenLabs] = PerLoop(self._client)

    def refusal(self, voice: Voice, locale: Locale) -> str | None:
        """Why this voice cannot speak this locale here. Asks no server."""
        model = ELEVENLABS.get(voice.model)
        if model is None:
            return f"ElevenLabs has no model '{voice.model}' here; choose one of: {', '.join(ELEVENLABS)}."
        if fault := fault_of(model, voice.settings):
            return f"The voice '{voice.key}' cannot be used: {fault} Change its settings, or choose another voice."
        if not voice.provider_voice.isalnum():
            return f"'{voice.provider_voice[:40]}' is no voice id of ElevenLabs; choose another voice."
        if locale.language not in _LOCALES:
            return f"ElevenLabs does not speak '{locale}'; choose another voice."
        if not self._account.key:
            return f"The voice '{voice.key}' needs a key: set ELEVENLABS_API_KEY, or choose another voice."
        return None

    def directions(self, voice: Voice) -> tuple[str, ...]:
        """The directions that this voice's model understands."""
        return ELEVENLABS[voice.model].directions if voice.model in ELEVENLABS else ()

    def billed_text(self, request: SpeechRequest) -> str:
        """What is sent, and billed: the words with their directions.

        What a text itself has in square brackets is no direction, and must not be taken for one.
        """
        text = sendable(request.text)
        if self.directions(request.voice):
            text = text.translate(_NO_DIRECTION)
        return directed(text, request.directions)

    async def speak(self, request: SpeechRequest) -> Speech:
        """The audio of one segment, by one call."""
        model = self._model(request)
        told: dict[str, Any] = {"model_id": model.name, "text": self.billed_text(request)}
        if settings := accepted(model, request.voice.settings):
            from elevenlabs import VoiceSettings

            told["voice_settings"] = VoiceSettings.model_validate(settings)
        if model.stitching:
            told |= {"previous_text": request.text_before or None, "next_text": request.text_after or None}
        if model.language_code:
            told["language_code"] = request.locale.language
        async with self._calling() as client:
            answer = await client.text_to_speech.with_raw_response.convert_with_timestamps(
                request.voice.provider_voice,
                output_format=_FORMAT,
                request_options=self._options(),
                **{name: value for name, value in told.items() if value is not None},
            )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return _speech(
            request,
            _pcm(answer.data.audio_base_64),
            answer.data.alignment,
            request_id=headers.get("request-id", ""),
            billed=_billed(headers.get("character-cost"), model),
        )

    async def recover(self, request: SpeechRequest, lost: LostCall) -> Speech | None:
        """The audio of an earlier call from the account's history, None when the history surely does not have it.

        The history names the text, the voice and the model; what was made before, clocks set aside, is another's. One
        that does not show a call that is known to be made hides others, too, and cannot tell.
        """
        model, sent = self._model(request), self.billed_text(request)
        cannot_tell = OutcomeUnknown(
            "ElevenLabs' history cannot be read, or does not show this account's calls, so nobody can tell whether it "
            "was billed.",
            remedy="Give the key the permission to read the history, or say what became of it: `studio reconcile "
            "--apply --lost paid` (or `unpaid`); then ask again.",
        )
        began = lost.since - _CLOCKS_DIFFER
        seen = lost.witness is None
        try:
            async with self._calling() as client:
                async for item in self._history(client, request, min(began, *_moments_of(lost.witness, began))):
                    name = item.request_id or item.history_item_id
                    seen = seen or (lost.witness is not None and name == lost.witness.request_id)
                    if item.date_unix < began.timestamp() or name in lost.settled:
                        continue
                    if (item.text, item.model_id) == (sent, model.name):
                        return await self._of_history(client, item, request, model)
        except Rejected as refused:
            raise cannot_tell from refused
        if not seen:
            raise cannot_tell
        return None

    async def _history(
        self, client: AsyncElevenLabs, request: SpeechRequest, after: datetime
    ) -> AsyncIterator[SpeechHistoryItemResponse]:
        start: str | None = None
        while True:
            page = await client.history.list(
                page_size=_HISTORY_PAGE,
                voice_id=request.voice.provider_voice,
                date_after_unix=int(after.timestamp()),
                start_after_history_item_id=start,
                source="TTS",
                request_options=self._options(),
            )
            for item in page.history:
                yield item
            start = page.last_history_item_id
            if not page.has_more or not start:
                return

    async def _of_history(
        self, client: AsyncElevenLabs, item: SpeechHistoryItemResponse, request: SpeechRequest, model: SpeechModel
    ) -> Speech:
        """Fetch what the history has. Its audio is in the format it was made in, or in one that can be decoded."""
        chunks = client.history.get_audio(item.history_item_id, request_options=self._options())
        audio = b"".join([chunk async for chunk in chunks])
        if not audio:
            raise OutcomeUnknown(
                "ElevenLabs' history has the call and not its audio.", remedy="Ask again in a few minutes."
            )
        pcm = decode_mono(audio, RATE) if is_encoded(audio, item.content_type) else audio[: len(audio) & ~1]
        change = (item.character_count_change_to or 0) - (item.character_count_change_from or 0)
        return _speech(
            request,
            pcm,
            item.alignments.alignment if item.alignments is not None else None,
            request_id=item.request_id or item.history_item_id,
            billed=_billed(str(change), model) if change > 0 else None,
        )

    @property
    def has_account(self) -> bool:
        """Whether there is a key."""
        return bool(self._account.key)

    async def standing(self, voices: Sequence[Voice]) -> list[Standing]:
        """How the account stands, and each voice's id, so that one that was retired is known before it is paid for."""
        found: list[Standing] = []
        try:
            async with self._calling() as client:
                plan = await client.user.subscription.get(request_options=self._options())
            left = plan.character_limit - plan.character_count
            found.append(
                Standing(
                    "elevenlabs account",
                    left > 0,
                    f"plan {plan.tier}, {left:,} of {plan.character_limit:,} characters left",
                    "Buy more characters, or wait for the next month.",
                )
            )
        except StudioError as error:
            found.append(Standing("elevenlabs account", False, error.message, error.remedy))
            return found
        for voice in voices:
            try:
                async with self._calling() as client:
                    there = await client.voices.get(voice.provider_voice, request_options=self._options())
                found.append(Standing(f"voice {voice.key}", True, f"is ElevenLabs' '{there.name}'"))
            except StudioError as error:
                found.append(Standing(f"voice {voice.key}", False, error.message, "Give it another provider_voice."))
        return found

    def _model(self, request: SpeechRequest) -> SpeechModel:
        if (refusal := self.refusal(request.voice, request.locale)) is not None:
            raise Rejected(refusal)
        if not words(request.text):
            raise Rejected("There is nothing to say in this segment.", remedy="Remove it from the script.")
        model = ELEVENLABS[request.voice.model]
        if len(self.billed_text(request)) > model.limit_chars:
            raise Rejected(
                f"The segment has {len(request.text):,} characters; {model.name} takes {model.limit_chars:,}.",
                remedy="Cut that paragraph of the text in two.",
            )
        return model

    def _client(self) -> AsyncElevenLabs:
        from elevenlabs.client import AsyncElevenLabs

        return AsyncElevenLabs(
            api_key=self._account.key, base_url=self._account.url or None, timeout=self._account.timeout_seconds
        )

    def _options(self) -> RequestOptions:
        return {"max_retries": 0, "timeout_in_seconds": max(1, int(self._account.timeout_seconds))}

    @asynccontextmanager
    async def _calling(self) -> AsyncIterator[AsyncElevenLabs]:
        """A client whose faults come out as ours."""
        import httpx
        from elevenlabs.core.api_error import ApiError

        try:
            yield self._clients.get()
        except ApiError as fault:
            raise self._told(fault.status_code or 0, fault.body, fault.headers or {}) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as fault:
            raise Unavailable(
                f"ElevenLabs cannot be reached ({type(fault).__name__}).", remedy="Check the network, then ask again."
            ) from None
        except httpx.HTTPError as fault:
            raise OutcomeUnknown(
                f"ElevenLabs' answer did not arrive ({type(fault).__name__}).",
                remedy="Its history is asked before anything is bought again.",
            ) from None

    def _told(self, status: int, body: object, headers: dict[str, str]) -> ProviderError:
        """What the provider said, in our words."""
        detail = body.get("detail") if isinstance(body, dict) else None
        codes = {str(detail.get(name)) for name in ("status", "code", "type")} if isinstance(detail, dict) else set()
        said = sentence(self._account, detail.get("message") if isinstance(detail, dict) else detail)
        if 200 <= status < 300:
            return OutcomeUnknown("ElevenLabs' answer cannot be read.", remedy="Its history is asked for the audio.")
        if codes & _NO_MONEY or status == 402:
            return QuotaExceeded(
                "The ElevenLabs account has no characters left.", remedy="Buy more, or wait for the next month."
            )
        if status == 401:
            return KeyRefused("ElevenLabs does not accept the key.", remedy="Check ELEVENLABS_API_KEY.")
        if status == 429 and codes & _SLOTS:
            return RateLimited(
                "ElevenLabs allows no more calls at once.",
                remedy="Lower STUDIO_SPEECH_CONCURRENCY to what your plan allows.",
                retry_after_seconds=seconds_told(headers),
            )
        if "system_busy" in codes:
            return Busy("ElevenLabs is overloaded.", remedy="Ask again later.")
        if status == 429:
            return RateLimited(
                "ElevenLabs asks for a pause.", remedy="Ask again later.", retry_after_seconds=seconds_told(headers)
            )
        if status in _ELSEWHERE:
            return OutcomeUnknown(f"ElevenLabs did not answer in time (status {status}).", remedy="Ask again later.")
        if status >= 500:
            return Unavailable(f"ElevenLabs has a fault of its own (status {status}).", remedy="Ask again later.")
        return Rejected(f"ElevenLabs refuses the request: {said}", remedy="Change the voice's entry or the text.")


def _moments_of(witness: Witness | None, began: datetime) -> tuple[datetime, ...]:
    return (began,) if witness is None else (witness.at - _CLOCKS_DIFFER,)


def _pcm(audio: object) -> bytes:
    """The samples of an answer. What was billed and did not arrive whole is looked for in the history."""
    lost = OutcomeUnknown("ElevenLabs answered without usable audio.", remedy="Its history is asked for the audio.")
    if not isinstance(audio, str) or not audio:
        raise lost
    try:
        pcm = base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError):
        raise lost from None
    if len(pcm) < 2 or len(pcm) % 2:
        raise lost
    return pcm


def _billed(counted: str | None, model: SpeechModel) -> float | None:
    """Characters at the list price, from the credits that the provider counts in."""
    try:
        return float(counted) / model.credits_per_character if counted else None
    except ValueError:
        return None


def _speech(
    request: SpeechRequest, pcm: bytes, alignment: _Alignment | None, *, request_id: str, billed: float | None
) -> Speech:
    """The answer as ours; timings that are missing are shared out, timings that end early are a flaw."""
    duration = len(pcm) / 2 / RATE
    sent = directed(request.text, request.directions)
    moments: list[tuple[float, float]] = []
    if alignment is not None:
        # One entry is one character, but for those that are written with several.
        for characters, start, end in zip(
            alignment.characters or (),
            alignment.character_start_times_seconds or (),
            alignment.character_end_times_seconds or (),
            strict=False,
        ):
            moments += [(start, end)] * len(characters)
    spans = words(request.text)
    own: list[tuple[float, float] | None] = [None] * len(spans)
    if len(moments) == len(sent):
        place = _places(request)
        own = [(moments[place[first]][0], moments[place[last - 1]][1]) for first, last in spans]
    flaw = ""
    if alignment is not None and len(moments) < _LEAST_ALIGNED * len(sent):
        flaw = f"Its timings cover {len(moments)} of {len(sent)} characters."
    return Speech(
        pcm,
        RATE,
        words=spread(spans, own, duration),
        request_id=request_id,
        billed_characters=billed,
        flaw=flaw,
    )


def _places(request: SpeechRequest) -> list[int]:
    """Where each character of the text stands in what was sent, directions included."""
    found, before, waiting = [], 0, list(request.directions)
    for at in range(len(request.text)):
        while waiting and waiting[0].at <= at:
            before += len(directed("", [Direction(0, waiting.pop(0).name)]))
        found.append(at + before)
    return found
