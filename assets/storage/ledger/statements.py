"""What is carried out for every narration, made once: SQLAlchemy takes longer to make a statement than to run it.

Values that are compared with are parameters named `of_…`; those that are written are parameters named as their columns.
"""

from __future__ import annotations

from sqlalchemy import bindparam, case, func, insert, select, update

from assets.domain.claims import ClaimState
from assets.storage.ledger.rows import claims_with_narrations, narrations_with_versions
from assets.storage.ledger.schema import batches, claims, events, narrations, spend, spend_days

CLAIM = claims_with_narrations().where(claims.c.id == bindparam("of_id"))
CHANGE_CLAIM = update(claims).where(claims.c.id == bindparam("of_id"))
END_CLAIM = CHANGE_CLAIM.where(claims.c.state == ClaimState.LIVE.value)
NEW_CLAIM = insert(claims)

NARRATION = narrations_with_versions().where(
    narrations.c.content == bindparam("of_content"),
    narrations.c.locale == bindparam("of_locale"),
    narrations.c.voice == bindparam("of_voice"),
)
MOVE_NARRATION = update(narrations).where(
    narrations.c.id == bindparam("of_id"), narrations.c.status == bindparam("of_status")
)
NEW_EVENT = insert(events)

NEW_LINE = insert(spend)
NARRATION_OF_CLAIM = select(claims.c.narration_id).where(claims.c.id == bindparam("of_id"))
ASKER_OF_CLAIM = select(claims.c.requested_by).where(claims.c.id == bindparam("of_id"))
CAP_OF_BATCH = select(batches.c.name, batches.c.cap_micros, batches.c.used_micros).where(
    batches.c.id == bindparam("of_id")
)
USED_SINCE = select(
    func.coalesce(func.sum(spend_days.c.held_micros), 0)
    + func.coalesce(func.sum(case((spend_days.c.day >= bindparam("of_day"), spend_days.c.micros), else_=0)), 0)
)
LINES_OF_PIECE = (
    select(spend.c.kind, spend.c.reservation_id, spend.c.held_micros, spend.c.claim_id, spend.c.at)
    .where(spend.c.take_key == bindparam("of_key"))
    .order_by(spend.c.id)
)
