"""Health: whether a process lives, and whether it can do its work; for a person, a supervisor or an orchestrator.

Served by the studio among its routes, and by processes that serve nothing else on a port of their own (`serve`).
"""

from __future__ import annotations

import json
import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from assets.domain.errors import StudioError
from assets.pipeline.desk import Desk
from assets.telemetry import metrics

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

LEAST_FREE_BYTES = 200_000_000
_log = logging.getLogger(__name__)

Check = Callable[[], str]
"""Says what is wrong, in one sentence, or nothing."""


def checks(desk: Desk) -> dict[str, Check]:
    """What every process of the studio needs to do its work."""
    return {"ledger": _ledger(desk), "content": _content(desk), "files": _files(desk)}


def ready(of: Mapping[str, Check]) -> tuple[bool, dict[str, str]]:
    """Whether all is well, and for each check `ok` or what is wrong."""
    found = {name: check() or "ok" for name, check in of.items()}
    return all(said == "ok" for said in found.values()), found


def serve(registry: CollectorRegistry, port: int, of: Mapping[str, Check]) -> ThreadingHTTPServer:
    """Answer `/livez`, `/readyz` and `/metrics` on a port of this machine, in the background, until `shutdown`.

    Raises `OSError` when the port cannot be had.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/livez":
                self._answer(200, b'{"status": "ok"}', "application/json")
            elif self.path == "/readyz":
                well, found = ready(of)
                self._answer(200 if well else 503, json.dumps(found).encode(), "application/json")
            elif self.path == "/metrics":
                self._answer(200, *metrics.exposition(registry))
            else:
                self._answer(404, b"{}", "application/json")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            """A probe every second is nothing to log."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
    return server


def _ledger(desk: Desk) -> Check:
    def look() -> str:
        try:
            desk.ledger.figures.reachable()
        except StudioError as error:
            return error.message
        return ""

    return look


def _content(desk: Desk) -> Check:
    return lambda: "" if desk.settings.content.is_dir() else f"There is no folder {desk.settings.content}."


def _files(desk: Desk) -> Check:
    def look() -> str:
        try:
            free = shutil.disk_usage(desk.settings.home).free
        except OSError as fault:
            return f"{desk.settings.home} cannot be used: {fault.strerror}."
        return "" if free > LEAST_FREE_BYTES else f"Only {free // 1_000_000} MB are free in {desk.settings.home}."

    return look
