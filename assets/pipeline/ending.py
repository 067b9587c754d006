"""Ending work whose end cannot be written down now: a full disk must not leave a claim that nobody works on."""

from __future__ import annotations

import logging
import threading

from assets.domain.errors import Cancelled, ClaimLost, StudioError, Unwritable
from assets.domain.narrations import Failure
from assets.storage.ledger.work import Work

_AGAIN_SECONDS = 2.0
_log = logging.getLogger(__name__)


def end_failed(work: Work, failure: Failure) -> None:
    """Write down why the work failed; where that cannot be written, as soon as it can, while this process lives.

    Until then the claim counts as worked on, and its lease runs out by and by. Raises what `Work.fail` raises.
    """
    try:
        work.fail(failure)
    except Unwritable:
        threading.Thread(target=_by_and_by, args=(work, failure), name="ending work", daemon=True).start()
        raise


def _by_and_by(work: Work, failure: Failure) -> None:
    waiting = threading.Event()
    while True:
        waiting.wait(_AGAIN_SECONDS)
        try:
            work.fail(failure)
        except (ClaimLost, Cancelled):  # somebody has taken it over, or stopped it
            return
        except StudioError as error:
            _log.info("The end of %s cannot be written down yet: %s", work.key, error)
        else:
            return
