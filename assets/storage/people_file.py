"""The people who may log in and the programs that may call, in one file: hashes alone, never a password or a token."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock

from assets.domain.errors import Refused, Unwritable
from assets.domain.people import Person, Role

LEAST_PASSWORD_LENGTH = 10
TOKEN_PREFIX = "studio"  # noqa: S105 - by which a token is recognised, in a log or a scanner of secrets
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_LONGEST_PASSWORD = 1000
_HASHING_AT_ONCE = threading.BoundedSemaphore(2)
"""One hash takes 64 MB on purpose; a crowd at the door must not take the machine's memory."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may come in. Without a password only a proxy's word lets them in, and this says their role."""

    name: str
    role: Role
    password: str = ""
    since: str = ""

    @property
    def stamp(self) -> str:
        """Changes with password and role: what was given out under another stamp is no longer good."""
        return hashlib.sha256(f"{self.name}\n{self.role.word}\n{self.password}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Token:
    """What a program shows instead of a password. It is long and random, so a plain hash keeps it safe."""

    name: str
    role: Role
    sha256: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody the file names, at one moment."""

    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)

    def bearer(self, token: str) -> Person | None:
        """The program that shows this token, or None."""
        prefix, _, rest = token.partition("_")
        name, _, _ = rest.rpartition("_")
        known = self.tokens.get(name)
        if prefix != TOKEN_PREFIX or known is None or not hmac.compare_digest(_sha256(token), known.sha256):
            return None
        return Person(known.name, known.role)


class PeopleFile:
    """The file of one studio. Reading is cheap: it is read again only when it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._hasher = PasswordHasher()
        self._nobody = ""
        self._read: tuple[tuple[int, int, int], People] | None = None

    def people(self) -> People:
        """Everybody in the file; nobody when there is none. Raises `Refused` for a file that cannot be understood."""
        try:
            facts = self.path.stat()
        except FileNotFoundError:
            return People()
        except OSError as fault:
            raise Refused(f"{self.path} cannot be read: {fault.strerror}.", remedy="Check its permissions.") from fault
        stamp = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, self._parsed())
        return self._read[1]

    def check(self, name: str, password: str) -> User | None:
        """The user whose name and password these are, or None. Takes as long for a name that nobody has."""
        user = self.people().users.get(name.strip().lower())
        if len(password) > _LONGEST_PASSWORD:
            return None
        with _HASHING_AT_ONCE:
            if not self._nobody:
                self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
            try:
                self._hasher.verify(user.password if user and user.password else self._nobody, password)
            except (VerificationError, InvalidHashError):
                return None
        return user if user is not None and user.password else None

    def add(self, name: str, role: Role, password: str | None, *, replacing: bool = False) -> User:
        """Let somebody in; with no password, only on a proxy's word. Raises `Refused`."""
        name = _checked(name)
        if password is not None and not LEAST_PASSWORD_LENGTH <= len(password) <= _LONGEST_PASSWORD:
            raise Refused(
                "That password is too short."
                if len(password) < LEAST_PASSWORD_LENGTH
                else "That password is too long.",
                remedy=f"Use {LEAST_PASSWORD_LENGTH} characters or more; a few words make a good one.",
            )
        hashed = self._hasher.hash(password) if password is not None else ""
        with self._changing() as people:
            if name in people.users and not replacing:
                raise Refused(
                    f"There is a user '{name}' already.", remedy="Say --replace to give a new password or role."
                )
            people.users[name] = User(name, role, hashed, _now())
            return people.users[name]

    def remove(self, name: str) -> None:
        """Let somebody in no longer; their sessions end at once. Raises `Refused`."""
        with self._changing() as people:
            if people.users.pop(name.strip().lower(), None) is None:
                raise Refused(f"There is no user '{name[:64]}'.", remedy="`studio user list` shows them.")

    def add_token(self, name: str, role: Role) -> str:
        """Make a token for a program and return it, this once: the file keeps its hash only. Raises `Refused`."""
        name = _checked(name)
        token = f"{TOKEN_PREFIX}_{name}_{secrets.token_urlsafe(32).replace('_', '-')}"
        with self._changing() as people:
            if name in people.tokens:
                raise Refused(f"There is a token '{name}' already.", remedy="Remove it first, or choose another name.")
            people.tokens[name] = Token(name, role, _sha256(token), _now())
        return token

    def remove_token(self, name: str) -> None:
        """Make a token worthless. Raises `Refused`."""
        with self._changing() as people:
            if people.tokens.pop(name.strip().lower(), None) is None:
                raise Refused(f"There is no token '{name[:64]}'.", remedy="`studio token list` shows them.")

    @contextmanager
    def _changing(self) -> Iterator[People]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock"):
                now = self.people()
                people = replace(now, users=dict(now.users), tokens=dict(now.tokens))
                yield people
                self._write(people)
        except OSError as fault:
            raise Unwritable(f"{self.path} cannot be written.", remedy="Check its folder's permissions.") from fault

    def _write(self, people: People) -> None:
        data: dict[str, dict[str, dict[str, str]]] = {
            "users": {n: {**asdict(each), "role": each.role.word} for n, each in sorted(people.users.items())},
            "tokens": {n: {**asdict(each), "role": each.role.word} for n, each in sorted(people.tokens.items())},
        }
        aside = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(data, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.path)

    def _parsed(self) -> People:
        try:
            data: dict[str, dict[str, dict[str, Any]]] = json.loads(self.path.read_text(encoding="utf-8"))
            return People(
                users={
                    name: User(name, Role.named(each["role"]), str(each["password"]), str(each["since"]))
                    for name, each in data["users"].items()
                },
                tokens={
                    name: Token(name, Role.named(each["role"]), str(each["sha256"]), str(each["since"]))
                    for name, each in data["tokens"].items()
                },
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, Refused) as fault:
            raise Refused(
                f"{self.path} cannot be understood, so nobody is let in.",
                remedy="Put back a copy of it, or delete it and add the users again with `studio user add`.",
            ) from fault


def _checked(name: str) -> str:
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise Refused(
            f"'{name[:64]}' is no name for a user or a token.",
            remedy="Use small letters, digits and . _ @ + -, beginning with a letter or digit, at most 64.",
        )
    return name


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
