"""Settings and doctor, for operators: what the studio was started with, who may come in, what is well and what not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import gradio as gr

from assets.domain.errors import StudioError
from assets.domain.people import Role
from studio_ui.access.gate import Door
from studio_ui.access.guards import requires
from studio_ui.components.parts import PLAIN, part
from studio_ui.doctor import examine
from studio_ui.remembered import Remembered
from studio_ui.services import Studio
from studio_ui.upkeep import for_page

PAGE = "settings"
LOOK_SECONDS = 20.0
"""How long one look at everything serves all who open the page: it asks the providers, too."""


def build(blocks: gr.Blocks, studio: Studio) -> None:
    """The page, below the masthead."""
    page = SettingsPage(studio)
    with gr.Column(elem_id="settings-page", elem_classes="page"):
        checks = part("checks", PAGE)
        upkeep = part("upkeep", PAGE)
        people = part("people", PAGE)
        values = part("values", PAGE)
    blocks.load(page.restore, None, [people, values], **PLAIN)
    blocks.load(page.look, None, checks, **PLAIN)
    blocks.load(page.look_ahead, None, upkeep, **PLAIN)
    checks.again(page.look_again, None, checks, **PLAIN)


class SettingsPage:
    """What the page shows; it changes nothing."""

    def __init__(self, studio: Studio) -> None:
        self._desk = studio.desk
        self.settings = studio.desk.settings
        self._door = Door.of(self.settings)
        self._looks = Remembered(LOOK_SECONDS)

    @requires(Role.OPERATOR)
    def restore(self) -> list[Any]:
        """Who may come in, and every setting with its value and what it does."""
        values = [
            {
                "name": setting.name,
                "value": value,
                "default": value == setting.default,
                "help": f"{setting.help[0].upper()}{setting.help[1:]}.",
            }
            for setting, value in self.settings.shown
        ]
        return [self._people(), values]

    @requires(Role.OPERATOR)
    def look(self) -> dict[str, Any]:
        """What the doctor finds."""
        return self._looks.get("findings", self._look)

    @requires(Role.OPERATOR)
    def look_again(self) -> dict[str, Any]:
        """What the doctor finds now."""
        self._looks.forget()
        return self.look()

    @requires(Role.OPERATOR)
    def look_ahead(self) -> dict[str, Any]:
        """What is kept up to date by itself, what that would do now, and what it did last."""
        try:
            return self._looks.get("upkeep", lambda: for_page(self._desk))
        except StudioError as error:
            return {"notice": error.as_json()}

    def _look(self) -> dict[str, Any]:
        findings = [finding.as_json() for finding in examine(self.settings)]
        return {"findings": findings, "at": datetime.now(UTC).isoformat()}

    def _people(self) -> dict[str, Any]:
        try:
            people = self._door.people_file.people()
        except StudioError as error:
            return {"notice": error.as_json(), "open": False, "users": [], "tokens": [], "header": ""}
        return {
            "notice": None,
            "open": self._door.is_open(people),
            "users": [{"name": each.name, "role": each.role.word} for each in people.users.values()],
            "tokens": [{"name": each.name, "role": each.role.word} for each in people.tokens.values()],
            "header": self._door.header,
        }
