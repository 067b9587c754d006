"""Logs: one line for each thing that happened, with the narration, run and claim that it is about.

Everything logs through the standard library; what a line is about is bound by `about` and follows the work into its
tasks and threads. `set_up` decides how lines look, as text for a person or JSON for a machine, and takes secrets out.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from assets.settings import Settings

OURS = ("assets", "dagster_project", "studio_ui")
_MASK = "…"


@contextmanager
def about(**named: str) -> Iterator[None]:
    """Every line logged inside says what it is about: `narration`, `run`, `claim`; what is empty is left out."""
    from structlog.contextvars import bound_contextvars

    with bound_contextvars(**{name: value for name, value in named.items() if value}):
        yield


def set_up(settings: Settings, process: str, *, stream: TextIO | None = None, level: str = "") -> None:
    """Have this process log to `stream` (stderr). Called again it starts anew, as a forked process must.

    `process` is the name that its lines carry. `level` is of our own lines and gives way to STUDIO_LOG_LEVEL; of
    libraries only warnings are shown.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(settings, process, stream))
    handler.set_name("studio")
    root = logging.getLogger()
    for earlier in [each for each in root.handlers if each.get_name() == "studio"]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(settings.log_level or level or "INFO")


def _formatter(settings: Settings, process: str, stream: TextIO) -> logging.Formatter:
    import structlog
    from structlog.typing import EventDict, WrappedLogger

    def named(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        # Another handler that has formatted the record before leaves these two in it.
        return {
            **{name: value for name, value in line.items() if name not in {"message", "asctime"}},
            "process": process,
        }

    secrets = sorted({form for secret in settings.secrets for form in (secret, json.dumps(secret)[1:-1])}, key=len)

    def masked(_logger: WrappedLogger, _method: str, line: Any) -> str:  # noqa: ANN401 - text by now
        text = str(line)
        for secret in reversed(secrets):
            text = text.replace(secret, _MASK)
        return text

    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not stream.isatty())
    show: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            named,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *show, masked],
    )
