"""What the components of a page mean to a listener, as a table that a project can extend."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from assets.domain.errors import Refused

SPOKEN_ATTRIBUTES = ("title", "heading", "caption", "description", "summary")
_WAYS = ("children", "attributes", "mathematics", "display", "nothing")
_FIELDS = ("say", "attributes", "announce", "reason")
_BY_TYPE = "by type"
_TYPES = ("type", "kind", "variant", "level", "severity")


@dataclass(frozen=True, slots=True)
class Component:
    """How one component is said; `components.toml` explains the fields."""

    say: str = "children"
    attributes: tuple[str, ...] = SPOKEN_ATTRIBUTES
    announce: str = ""
    reason: str = ""

    def announces(self, attributes: Mapping[str, str]) -> str:
        """The kind of admonition that it is, by these attributes; empty for none."""
        if self.announce != _BY_TYPE:
            return self.announce
        return next((attributes[name].lower() for name in _TYPES if name in attributes), "note")


_UNKNOWN = Component()


class Components:
    """The components that are known by their names."""

    def __init__(self, known: Mapping[str, Component]) -> None:
        self._known = dict(known)

    @property
    def digest(self) -> str:
        """What tells it from another table."""
        return hashlib.sha256(repr(sorted(self._known.items(), key=lambda each: each[0])).encode()).hexdigest()

    def get(self, name: str) -> Component:
        """How a component is said: as the table says, or by its title and its children."""
        return self._known.get(name, _UNKNOWN)

    def extended(self, source: str) -> Components:
        """These with those of a project's `components.toml`, which overrule them.

        Raises `Refused` for a faulty table, and names what is wrong.
        """
        try:
            tables = tomllib.loads(source)
        except tomllib.TOMLDecodeError as fault:
            raise Refused(f"components.toml is not TOML: {fault}.", remedy="Mend that line of it.") from fault
        return Components({**self._known, **{name: _component(name, table) for name, table in tables.items()}})


@cache
def shipped_components() -> Components:
    """The table that comes with the studio."""
    return Components({}).extended(files(__package__).joinpath("components.toml").read_text(encoding="utf-8"))


def _component(name: str, table: object) -> Component:
    where = f"[{name}] in components.toml"
    if not isinstance(table, Mapping):
        raise Refused(f"'{name}' in components.toml belongs to no component.", remedy="Put it under a [Name].")
    known: dict[str, Any] = {}
    for field, value in table.items():
        if field not in _FIELDS:
            near = difflib.get_close_matches(field, _FIELDS, n=1, cutoff=0.0)[0]
            raise Refused(f"{where} has an unknown field '{field}'.", remedy=f"The nearest is '{near}'.")
        if field == "attributes":
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise Refused(f"attributes of {where} is no list of names.", remedy='Write it as ["title"].')
            known[field] = tuple(value)
        elif not isinstance(value, str):
            raise Refused(f"{field} of {where} is no text.", remedy=f'Write it as {field} = "…".')
        else:
            known[field] = value
    if known.get("say", "children") not in _WAYS:
        raise Refused(f"{where} says '{known['say'][:40]}'.", remedy=f"Use one of: {', '.join(_WAYS)}.")
    return Component(**known)
