"""Batching: which narrations a selection comes to, what they would take, and asking for them a portion at a time."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from assets.domain.batches import Batch, BatchItem, BatchState, Cause, ItemState, Selection, Which, asker
from assets.domain.costs import Caps, Estimate, total
from assets.domain.errors import BudgetExceeded, KeyRefused, QuotaExceeded, Refused
from assets.domain.keys import ContentId, Locale, NarrationKey, VoiceKey
from assets.domain.narrations import Asked, Failure, Outcome
from assets.pipeline.desk import Desk
from assets.pipeline.planning import Planned, plan, plan_at_once

BATCH_PRIORITY = -1
"""Whoever asks for one narration waits to hear it: a batch comes after them."""
_MOST_AHEAD = 10_000
"""Narrations of a batch that are looked at together: so many are told to be fresh in two seconds."""
_ROUNDS = 10
"""Portions that are asked for in one go while what is asked for turns out to be fresh already."""
STOPPED_BY = frozenset({BudgetExceeded.code, QuotaExceeded.code, KeyRefused.code})
"""What one narration of a batch failed by, and all others would."""


@dataclass(frozen=True, slots=True)
class Room:
    """What may still be spent, in micros; None where there is no cap."""

    today: int | None
    month: int | None

    def lacks(self, micros: int) -> int:
        """How much of an amount would not be spent under the caps."""
        return max(0, *(micros - left for left in (self.today, self.month) if left is not None), 0)


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What a batch would take. `refusals` are the reasons why some of it cannot be made, with how many.

    `by_rule` of its narrations go by the length of their texts alone, as if nothing of them could be reused, because
    they were not worked out yet; `error` is how far such a length is off for nine of ten that were, as a share, or None
    where that is not known.
    """

    keys: tuple[NarrationKey, ...]
    estimate: Estimate
    room: Room
    refusals: dict[str, int] = field(default_factory=dict)
    by_rule: int = 0
    error: float | None = None


def chosen(desk: Desk, selection: Selection) -> tuple[NarrationKey, ...]:
    """The narrations that a selection comes to, sorted. Raises `Refused` for a name that there is none of."""
    _require_known(desk, selection)
    voices = set(selection.voices)
    possible = [key for key in desk.everything() if selection.names(key)]
    published = {key: made for key, made in desk.ledger.narrations.fingerprints().items() if selection.names(key)}
    if selection.which is Which.ALL:
        first = {key for key in desk.default_narrations() if selection.names(key)}
        return tuple(k for k in possible if k.voice.name in voices or (not voices and (k in first or k in published)))
    found: set[NarrationKey] = set()
    if selection.which in {Which.STALE, Which.OUTDATED}:
        there = [key for key in possible if key in published and (not voices or key.voice.name in voices)]
        now = desk.fingerprints(there)
        found |= {key for key in there if now.get(key) != published[key]}
    if selection.which in {Which.MISSING, Which.OUTDATED}:
        wanted = [k for k in possible if k.voice.name in voices] if voices else desk.default_narrations()
        found |= {key for key in wanted if key not in published and selection.names(key)}
    return tuple(sorted(found, key=str))


def plan_batch(desk: Desk, keys: Sequence[NarrationKey], progress: Callable[[int], None] = lambda _: None) -> BatchPlan:
    """What these narrations would take together; `progress` is told how many have been looked at."""
    return _together(desk, plan(desk, keys, progress))


def plan_batch_at_once(desk: Desk, keys: Sequence[NarrationKey]) -> BatchPlan:
    """About what these narrations would take together, within seconds for ten thousand. Raises `Refused`."""
    rough = plan_at_once(desk, keys)
    together = _together(desk, rough.planned)
    return replace(together, by_rule=len(together.keys) - rough.measured, error=rough.error)


def _together(desk: Desk, planned: Iterable[Planned]) -> BatchPlan:
    estimates: list[Estimate] = []
    refusals: Counter[str] = Counter()
    possible: list[NarrationKey] = []
    for each in planned:
        if each.refusal:
            refusals[each.refusal] += 1
        else:
            possible.append(each.key)
            estimates.append(each.estimate)
    return BatchPlan(tuple(possible), total(estimates), room(desk), dict(refusals))


def room(desk: Desk) -> Room:
    """What may still be spent today and this month."""
    caps, spend = desk.settings.caps, desk.ledger.spend
    if caps == Caps():
        return Room(None, None)
    today = datetime.now(UTC).date()

    def left(cap: int | None, since: date) -> int | None:
        return None if cap is None else max(0, cap - spend.used(since))

    return Room(left(caps.per_day, today), left(caps.per_month, today.replace(day=1)))


@dataclass(frozen=True, slots=True)
class Fed:
    """A narration that was asked for, and whose claim nobody has submitted yet."""

    key: NarrationKey
    claim_id: str


def feed(desk: Desk) -> tuple[Fed, ...]:
    """Ask for the next narrations of every running batch: as many as keep all places busy, and no more.

    So a batch can be paused, and whoever asks for one narration does not stand behind ten thousand. Any process may
    do this at any time, several at once, too: asking twice joins. What was claimed is to be submitted by the caller, or
    else is by the sensor that looks after claims. A batch that met a cap, an empty account or a refused key is
    paused: what is left of it would meet the same. What is fresh is told in bulk, and far ahead when a whole portion
    turned out to be. Under a cap, what it does not pay for beside the others under way waits until they are made.
    """
    fed: list[Fed] = []
    held: set[str] = set()
    ahead = 2 * desk.settings.max_parallel
    for _ in range(_ROUNDS):
        due = desk.ledger.batches.due(2 * desk.settings.max_parallel, ahead=ahead)
        due = tuple(each for each in due if each[0].id not in held)
        for batch, free, items in due:
            asked, some_wait = _feed(desk, batch, free, items)
            fed += asked
            if some_wait:
                held.add(batch.id)
        if not due:
            break
        ahead = _MOST_AHEAD
    return tuple(fed)


def _feed(desk: Desk, batch: Batch, free: int, items: Sequence[BatchItem]) -> tuple[list[Fed], bool]:
    """Ask for the first `free` of these; whether some of them wait for money."""
    if any(cause.code in STOPPED_BY for cause in desk.ledger.batches.causes(batch.id)):
        with contextlib.suppress(Refused):  # another process has paused it in this moment
            desk.ledger.batches.pause(batch.id)
        return [], False
    if not batch.force:
        known = desk.fresh([item.key for item in items])
        if known:
            desk.ledger.batches.fresh([item for item in items if item.key in known])
            items = [item for item in items if item.key not in known]
    fed, answers = [], []
    paid_for = _paid_for(desk, batch, items[:free])
    for item in paid_for:
        try:
            asked = _ask(desk, batch, item.key)
        except Refused as refused:
            desk.ledger.batches.refused(item, Failure(refused.code, refused.message, refused.remedy))
            continue
        answers.append((item, asked))
        if asked.outcome is Outcome.CLAIMED:
            fed.append(Fed(item.key, asked.claim_id))
    desk.ledger.batches.asked(answers)
    return fed, len(paid_for) < len(items[:free])


def _paid_for(desk: Desk, batch: Batch, items: Sequence[BatchItem]) -> Sequence[BatchItem]:
    """Those of these items that the caps pay for to their ends beside what is under way, by what the plan says.

    Asked for all at once, each would buy some of its pieces, and the cap would be met with none of them finished.
    Where nothing is under way and none is paid for, the first is asked for: that it is too dear, its reservations tell.
    """
    caps = room(desk)
    left = [] if batch.cap_micros is None else [batch.cap_micros - batch.used_micros]
    left += [each for each in (caps.today, caps.month) if each is not None]
    if not left or not items:
        return items
    open_items = desk.ledger.batches.items(batch.id, states={ItemState.QUEUED, ItemState.WORKING}, limit=None)
    planned = plan(desk, [item.key for item in (*open_items, *items)])
    still = min(left) - sum(each.estimate.micros for each in planned[: len(open_items)])
    paid_for = []
    for item, each in zip(items, planned[len(open_items) :], strict=True):
        if each.estimate.micros <= still:
            still -= each.estimate.micros
            paid_for.append(item)
    return paid_for or items[: 0 if open_items else 1]


def can_go_on(batch: Batch, causes: Iterable[Cause]) -> bool:
    """Whether `resume` is of use: it was paused, or the last of it were stopped by what would stop everything."""
    if batch.state is not BatchState.RUNNING:
        return batch.state is BatchState.PAUSED
    return any(cause.code in STOPPED_BY for cause in causes)


def resume(desk: Desk, batch_id: str, cap_micros: int | None = None) -> Batch:
    """Go on with a batch that was paused or stopped, and try again what stopped it, under a new cap when one is given.

    Raises `Refused`.
    """
    batch = desk.ledger.batches.get(batch_id)
    for cause in desk.ledger.batches.causes(batch.id):
        if cause.code in STOPPED_BY:
            desk.ledger.batches.retry(batch.id, cause=cause.code)
    return desk.ledger.batches.resume(batch.id, cap_micros=cap_micros)


def _ask(desk: Desk, batch: Batch, key: NarrationKey) -> Asked:
    return desk.ask(
        key,
        force=batch.force,
        approval=batch.approval,
        requested_by=asker(batch.id),
        priority=BATCH_PRIORITY,
    )


def _require_known(desk: Desk, selection: Selection) -> None:
    catalogue = desk.catalogue()
    paths = [content.path for content in catalogue.contents]
    for name in selection.contents:
        if not any(path == name or path.startswith(f"{name.rstrip('/')}/") for path in paths):
            raise Refused(
                f"There is no content '{name[:80]}'.",
                remedy="The library shows what there is.",
                at_a_shell="`studio list contents` shows what there is.",
            )
    for tag in selection.locales:
        Locale(tag)
    for voice in selection.voices:
        desk.voices().get(VoiceKey(voice).name)


def parsed(names: Iterable[str]) -> tuple[str, ...]:
    """Names of contents as people write them, without a slash at either end. Raises `Refused`."""
    return tuple(ContentId(name.strip("/")).path for name in names if name.strip("/"))
