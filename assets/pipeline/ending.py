"""Ending work whose end cannot be written down now: a full disk must leave no claim and no piece held by nobody."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any

from assets.domain.errors import Cancelled, ClaimLost, StudioError, Unwritable
from assets.domain.narrations import Failure
from assets.domain.pieces import Reservation
from assets.storage.ledger.reservations import Reservations
from assets.storage.ledger.work import Work

_AGAIN_SECONDS = 2.0
_log = logging.getLogger(__name__)


def end_failed(work: Work, failure: Failure) -> None:
    """Write down why the work failed; where that cannot be written, as soon as it can, while this process lives.

    Until then the claim counts as worked on, and its lease runs out by and by. Raises what `Work.fail` raises.
    """
    _now_or_by_and_by(lambda: work.fail(failure), f"The end of {work.key}")


def let_go(records: Reservations[Any, Any], reservation: Reservation[Any]) -> None:
    """Give back a piece whose answer came and cannot be kept; where that cannot be written, as soon as it can.

    What was paid for stays unknown: the provider's history has it, and whoever makes the piece next asks that first.
    """
    paid = reservation.request.estimate_micros > 0
    with contextlib.suppress(Unwritable):  # the fault that keeps the answer from being kept is told already
        _now_or_by_and_by(
            lambda: records.release(reservation, unknown=paid), f"The reservation of {reservation.request.key}"
        )


def _now_or_by_and_by(write: Callable[[], None], what: str) -> None:
    try:
        write()
    except Unwritable:
        threading.Thread(target=_by_and_by, args=(write, what), name="ending work", daemon=True).start()
        raise


def _by_and_by(write: Callable[[], None], what: str) -> None:
    waiting = threading.Event()
    while True:
        waiting.wait(_AGAIN_SECONDS)
        try:
            write()
        except (ClaimLost, Cancelled):  # somebody has taken it over, or stopped it
            return
        except StudioError as error:
            _log.info("%s cannot be written down yet: %s", what, error)
        else:
            return
