"""`python -m studio_ui`: the studio's web server on its own, for a supervisor to start."""

from __future__ import annotations

import logging
import sys

from assets.domain.errors import StudioError
from assets.settings import Settings
from studio_ui.server import serve


def main() -> int:
    """Serve until a signal comes; 2 when the settings will not do."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        serve(Settings.from_environment())
    except StudioError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
