"""The accounts that are paid for: how each stands at its provider. Looking costs nothing."""

from __future__ import annotations

import asyncio

from assets.domain.accounts import Standing
from assets.domain.voices import Voice
from assets.pipeline.desk import Desk
from assets.providers.base import PaidScriptWriter, PaidSpeechProvider


def standings(desk: Desk) -> list[Standing]:
    """What each account and each of its voices answers, and which of them rest after faults.

    A provider without a key is well: its voices are merely not offered.
    """
    return [*asyncio.run(_asked(desk)), *_resting(desk)]


def is_offered(desk: Desk, voice: Voice) -> bool:
    """Whether a voice costs nothing, or there is an account that pays for it."""
    provider = desk.speech_provider(voice)
    return not isinstance(provider, PaidSpeechProvider) or provider.has_account


def account_of(desk: Desk, voice: Voice) -> str:
    """The account that pays for what a voice says; empty for a voice that costs nothing."""
    provider = desk.speech_provider(voice)
    return provider.account if isinstance(provider, PaidSpeechProvider) else ""


def resting(desk: Desk) -> dict[str, str]:
    """The accounts that are left alone for now after faults, and why."""
    circuits = desk.ledger.accounts.circuits()
    return {circuit.account: circuit.why for circuit in circuits if circuit.open_until is not None}


async def _asked(desk: Desk) -> list[Standing]:
    found = []
    writer = desk.writer()
    if isinstance(writer, PaidScriptWriter):
        found.append(await writer.standing())
    voices: dict[str, list[Voice]] = {}
    for voice in desk.voices().entries:
        voices.setdefault(voice.provider, []).append(voice)
    for name, its in voices.items():
        provider = desk.speech_provider(its[0])
        if not isinstance(provider, PaidSpeechProvider):
            continue
        if provider.has_account:
            found += await provider.standing(its)
        else:
            keys = ", ".join(voice.key.name for voice in its)
            found.append(Standing(name, True, f"has no key: {keys} cannot be chosen. Nothing else needs one"))
    return found


def _resting(desk: Desk) -> list[Standing]:
    return [
        Standing(
            f"{account} account",
            False,
            f"is not called for now: {why}",
            "Mend the cause, then: studio reconcile --apply",
        )
        for account, why in resting(desk).items()
    ]
