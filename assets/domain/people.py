"""Who may do what: people, their roles, and the one question that is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from assets.domain.errors import Forbidden, Refused


class Role(IntEnum):
    """What a person may do. Each role may do whatever the ones before it may."""

    LISTENER = 1
    """Reads pages and listens."""
    EDITOR = 2
    """Asks for narrations and edits scripts."""
    OPERATOR = 3
    """Decides about money, batches and settings."""

    @property
    def word(self) -> str:
        """The role as it is written in files, headers and pages."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Role:
        """The role of that word. Raises `Refused`."""
        for role in cls:
            if role.word == word.strip().lower():
                return role
        raise Refused(f"There is no role '{word[:40]}'.", remedy="Use listener, editor or operator.")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or a program, that asks something of the studio."""

    name: str
    role: Role

    def may(self, least: Role) -> bool:
        """Whether this person has at least that role."""
        return self.role >= least

    def require(self, least: Role) -> None:
        """Raise `Forbidden` unless this person has at least that role."""
        if not self.may(least):
            raise Forbidden(
                f"This needs the role {least.word}; {self.name} has the role {self.role.word}.",
                remedy="Ask whoever runs this studio for it.",
            )
