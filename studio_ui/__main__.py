"""`python -m studio_ui`: the studio's web server on its own, for a supervisor to start."""

from __future__ import annotations

import sys

from assets.domain.errors import StudioError
from assets.settings import Settings
from assets.telemetry import logs, traces
from studio_ui.server import serve


def main() -> int:
    """Serve until a signal comes; 2 when the settings will not do."""
    try:
        settings = Settings.from_environment()
        logs.set_up(settings, "studio")
        traces.set_up(settings, "studio")
        serve(settings)
    except StudioError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
