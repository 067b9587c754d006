"""`studio up --fake-providers`: the paid path without a key, with a server that bills nobody.

The server is the one that the tests fail on purpose; it speaks with the embedded eSpeak and writes by copying.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from assets.domain.errors import Refused
from assets.settings import PROJECT, Settings

PROGRAM = PROJECT / "tests/fakes/provider_server.py"
FOLDER = "pretend"
KEY = "sk-pretended-0000000000000000"


def settings(given: dict[str, str], port: int) -> Settings:
    """The settings of a studio whose providers are pretended, in a folder of its own.

    What a pretended voice speaks must never be taken for what the real one was paid for. Raises `Refused` where the
    server is not there.
    """
    if not PROGRAM.is_file():
        raise Refused(
            "The pretended providers are not part of the installed package.",
            remedy="Run it from a clone of the project's repository.",
        )
    home = Settings.from_environment(override=given).home / FOLDER
    return Settings.from_environment(override={**given, "STUDIO_HOME": str(home), **customer(port)})


def customer(port: int) -> dict[str, str]:
    """What to set to be the server's customer."""
    address = f"http://127.0.0.1:{port}"
    return {
        "STUDIO_SCRIPT_WRITER": "openai",
        "STUDIO_SCRIPT_HISTORY": "yes",
        "STUDIO_LEDGER_URL": "",
        "STUDIO_FILES_URL": "",
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": f"{address}/v1",
        "ELEVENLABS_API_KEY": KEY,
        "ELEVENLABS_BASE_URL": address,
    }


def command(port: int) -> list[str]:
    """How the server is started."""
    return [sys.executable, str(PROGRAM), "--port", str(port), "--voice", "--latency", "0.3", "--key", KEY]


def write_environment(settings: Settings, port: int) -> Path:
    """A file that another shell reads (`source`) to mean the same studio. Its path."""
    named = {"STUDIO_HOME": str(settings.home), **customer(port), "STUDIO_DAGSTER_URL": settings.dagster_url}
    path = settings.home / "environment.sh"
    path.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in named.items()), encoding="utf-8")
    return path
