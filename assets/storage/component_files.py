"""The components of a project: `components.toml` at the top of its contents, on top of the shipped table."""

from __future__ import annotations

from pathlib import Path

from assets.domain.errors import Refused
from assets.text.components import Components, shipped_components

NAME = "components.toml"


def load(content: Path) -> Components:
    """The components for the pages of a content root. Raises `Refused` for a faulty or unreadable table."""
    path = content / NAME
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return shipped_components()
    except (OSError, UnicodeDecodeError) as fault:
        raise Refused(
            f"'{path}' cannot be read: {fault}.", remedy="Make it readable, as UTF-8, or remove it."
        ) from fault
    return shipped_components().extended(source)
