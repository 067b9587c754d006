"""What several commands ask for, and what they open with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assets.settings import Settings
from studio_ui.commands.printing import say

if TYPE_CHECKING:
    from assets.domain.keys import NarrationKey
    from assets.pipeline.desk import Desk

content = click.argument("content")
locale = click.option("--locale", help="Language tag of the text; default: STUDIO_DEFAULT_LOCALE.")
voice = click.option(
    "--voice", help="Key of the voice; default: the first in voices.toml that can speak the locale here."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")


def desk_of(settings: Settings | None = None) -> Desk:
    """The desk at which a command works; how things go is told by the commands, so only errors are logged."""
    from assets.pipeline.opening import open_desk
    from assets.telemetry import logs, traces

    settings = settings or Settings.from_environment()
    logs.set_up(settings, "command line", level="ERROR")  # how things go is told by the commands themselves
    traces.set_up(settings, "command line")
    for warning in settings.warnings:
        say(warning)
    return open_desk(settings)


def key_of(desk: Desk, name: str, named_locale: str | None, named_voice: str | None) -> NarrationKey:
    """The narration that is meant: the locale and the voice may be left out.

    Raises `Refused` when no voice can speak the locale here.
    """
    from assets.domain.keys import Locale, NarrationKey

    tag = Locale(named_locale) if named_locale else desk.settings.default_locale
    chosen = named_voice or desk.default_voice(tag).key.name
    return NarrationKey.of(name.strip("/"), tag.tag, chosen)
