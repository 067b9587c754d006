"""Opening what every process of the studio works with."""

from __future__ import annotations

from assets.pipeline.desk import Desk
from assets.settings import Settings
from assets.storage.files import Files
from assets.storage.ledger.ledger import Ledger


def open_desk(settings: Settings) -> Desk:
    """The desk over the ledger and the files that the settings name; makes both when they are not there yet."""
    return Desk(settings, Ledger.open(settings.ledger_url), Files(settings.files))
