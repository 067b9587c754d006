"""From rows of the ledger to the types of the domain, and what is selected for them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, Select, literal_column, select

from assets.domain.claims import Claim, ClaimState
from assets.domain.holders import Holder
from assets.domain.keys import ContentId, Locale, NarrationKey, VoiceKey
from assets.domain.narrations import Failure, FileFacts, Narration, Version
from assets.domain.progress import Progress, Step
from assets.domain.states import Status
from assets.domain.takes import StoredTake
from assets.storage.ledger.schema import claims, narrations, takes, versions

# Written out and not bound: only then do SQLite's partial indexes of live claims apply.
IS_LIVE = claims.c.state == literal_column("'live'")


@functools.cache
def narrations_with_versions() -> Select[Any]:
    """Narrations with their current version and latest claim, for `narration_of`."""
    return (
        select(narrations, versions, claims)
        .select_from(narrations)
        .outerjoin(versions, versions.c.id == narrations.c.current_version_id)
        .outerjoin(claims, claims.c.id == narrations.c.claim_id)
    )


@functools.cache
def claims_with_narrations() -> Select[Any]:
    """Claims with their narration, for `claim_of` and for whoever changes both."""
    return select(claims, narrations).join(narrations, narrations.c.id == claims.c.narration_id)


@functools.cache
def versions_with_narrations() -> Select[Any]:
    """Versions with their narration, for `version_of`."""
    return select(versions, narrations).join(narrations, narrations.c.id == versions.c.narration_id)


def of_key(key: NarrationKey) -> tuple[Any, Any, Any]:
    """The conditions that select one narration."""
    return (
        narrations.c.content == key.content.path,
        narrations.c.locale == key.locale.tag,
        narrations.c.voice == key.voice.name,
    )


def parameters_of(key: NarrationKey) -> dict[str, str]:
    """A narration as the parameters of a statement."""
    return {"of_content": key.content.path, "of_locale": key.locale.tag, "of_voice": key.voice.name}


def key_of(row: Row[Any]) -> NarrationKey:
    """The narration's key."""
    m = row._mapping
    return NarrationKey(
        ContentId(m[narrations.c.content]), Locale(m[narrations.c.locale]), VoiceKey(m[narrations.c.voice])
    )


def holder_of(row: Row[Any]) -> Holder | None:
    """Who works on the claim, if anybody."""
    m = row._mapping
    if m[claims.c.holder_host] is None:
        return None
    return Holder(m[claims.c.holder_host], m[claims.c.holder_pid], m[claims.c.holder_started])


def files_as_json(files: Mapping[str, FileFacts]) -> dict[str, dict[str, Any]]:
    """The files of a version as the ledger keeps them."""
    return {role: asdict(facts) for role, facts in files.items()}


def version_of(row: Row[Any], key: NarrationKey | None = None) -> Version:
    """The version of a row of `versions_with_narrations` or `narrations_with_versions`."""
    m = row._mapping
    v = versions.c
    return Version(
        id=m[v.id],
        key=key or key_of(row),
        number=m[v.number],
        fingerprint=m[v.fingerprint],
        script_fingerprint=m[v.script_fingerprint],
        duration_seconds=m[v.duration_seconds],
        segments=m[v.segments],
        characters=m[v.characters],
        takes_bought=m[v.takes_bought],
        takes_reused=m[v.takes_reused],
        cost_micros=m[v.cost_micros],
        estimate_micros=m[v.estimate_micros],
        saved_micros=m[v.saved_micros],
        created_at=m[v.created_at],
        files={role: FileFacts(**facts) for role, facts in m[v.files].items()},
    )


def narration_of(row: Row[Any]) -> Narration:
    """The narration of a row of `narrations_with_versions`."""
    m = row._mapping
    n, c = narrations.c, claims.c
    known = m[c.id] is not None
    key = key_of(row)
    return Narration(
        key=key,
        status=Status(m[n.status]),
        version=version_of(row, key) if m[versions.c.id] is not None else None,
        claim_id=m[n.claim_id],
        run_id=m[c.run_id] if known else "",
        attempts=m[n.attempts],
        segments_total=m[c.segments_total] if known else 0,
        segments_done=m[c.segments_done] if known else 0,
        takes_bought=m[c.takes_bought] if known else 0,
        takes_reused=m[c.takes_reused] if known else 0,
        cost_micros=m[c.cost_micros] if known else 0,
        estimate_micros=m[c.estimate_micros] if known else 0,
        progress=_progress(m) if known else Progress(),
        failure=_failure(m[n.failure_code], m[n.failure_message], m[n.failure_remedy]),
        updated_at=m[n.updated_at],
    )


def claim_of(row: Row[Any], position: int = 0) -> Claim:
    """The claim of a row of `claims_with_narrations`."""
    m = row._mapping
    c = claims.c
    state = ClaimState(m[c.state])
    return Claim(
        id=m[c.id],
        key=key_of(row),
        fingerprint=m[c.fingerprint],
        force=m[c.force],
        approval=m[c.approval],
        priority=m[c.priority],
        requested_by=m[c.requested_by],
        run_id=m[c.run_id],
        state=state,
        status=Status(m[narrations.c.status]) if state is ClaimState.LIVE else None,
        holder=holder_of(row),
        attempt=m[c.attempt],
        cancel_requested=m[c.cancel_requested],
        segments_total=m[c.segments_total],
        segments_done=m[c.segments_done],
        takes_bought=m[c.takes_bought],
        takes_reused=m[c.takes_reused],
        cost_micros=m[c.cost_micros],
        version_number=m[c.version_number],
        failure=_failure(m[c.failure_code], m[c.failure_message], m[c.failure_remedy]),
        asked_at=m[c.asked_at],
        started_at=m[c.started_at],
        ended_at=m[c.ended_at],
        position=position,
    )


def stored_take_of(row: Row[Any]) -> StoredTake:
    """The take of a row whose state is `stored`."""
    m = row._mapping
    return StoredTake(**{name: m[takes.c[name]] for name in StoredTake.__slots__})


def _progress(m: Mapping[Any, Any]) -> Progress:
    c = claims.c
    return Progress(
        step=Step(m[c.step]) if m[c.step] else None,
        sections_done=m[c.sections_done],
        sections_total=m[c.sections_total],
        joined=m[c.joined],
        remaining_seconds=m[c.remaining_seconds],
    )


def _failure(code: str, message: str, remedy: str) -> Failure | None:
    return Failure(code, message, remedy) if code else None
