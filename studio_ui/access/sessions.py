"""Sessions of people who have logged in: a signed cookie each.

The key that signs them lives in this process alone. There is no file to steal it from, and a restart ends every
session; that is also why a log-out holds: what it remembers need not outlive the process.
"""

from __future__ import annotations

import secrets
import threading
import time

from itsdangerous import BadSignature, URLSafeTimedSerializer

from assets.storage.people_file import People, User

COOKIE = "studio_session"
LIFETIME_SECONDS = 12 * 3600
"""A session ends a working day after the log-in, used or not."""


class Sessions:
    """Gives out cookies and knows those that are good. Safe to use from threads."""

    def __init__(self) -> None:
        self._signer = URLSafeTimedSerializer(secrets.token_bytes(32), salt="session")
        self._lock = threading.Lock()
        self._ended: dict[str, float] = {}

    def begin(self, user: User) -> str:
        """A cookie for somebody who has shown who they are."""
        return str(self._signer.dumps([user.name, user.stamp, secrets.token_urlsafe(9)]))

    def user(self, cookie: str, people: People) -> User | None:
        """Whose cookie this is; None when it is forged, too old, logged out, or of a password or role that was."""
        try:
            name, stamp, number = self._signer.loads(cookie, max_age=LIFETIME_SECONDS)
        except (BadSignature, ValueError, TypeError):
            return None
        user = people.users.get(name)
        return user if user is not None and user.stamp == stamp and number not in self._ended else None

    def end(self, cookie: str) -> None:
        """Log out: this cookie is worthless from now on."""
        try:
            _, _, number = self._signer.loads(cookie, max_age=LIFETIME_SECONDS)
        except (BadSignature, ValueError, TypeError):
            return
        with self._lock:
            now = time.monotonic()
            self._ended = {each: until for each, until in self._ended.items() if until > now}
            self._ended[number] = now + LIFETIME_SECONDS
