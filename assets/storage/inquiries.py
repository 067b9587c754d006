"""Inquiries: read-only SQL over the library, asked in a process of its own that can do nothing else.

DuckDB opens the file for reading, with every other file, extension and setting out of reach; the process has no
environment, writes no file, and ends when its time or its memory is used up. So whatever is asked costs one process.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.domain.errors import Refused

MOST_ROWS = 1000
MOST_CHARACTERS = 20_000
"""How long one inquiry may be."""
TIME_OUT_SECONDS = 10.0
MEMORY_MEGABYTES = 256
_PROCESS = Path(__file__).with_name("inquiry_process.py")
_AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that were found; `more` says that there would have been more than are given."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool = False

    def as_dicts(self) -> list[dict[str, Any]]:
        """Each row by the names of its columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def inquire(
    library: Path, sql: Sequence[str], *, most_rows: int = MOST_ROWS, seconds: float = TIME_OUT_SECONDS
) -> list[Answer]:
    """What each statement finds, in their order. Raises `Refused`, with DuckDB's own words where it has any."""
    if any(len(each) > MOST_CHARACTERS for each in sql):
        raise Refused(f"An inquiry may have {MOST_CHARACTERS:,} characters.", remedy="Ask for less at once.")
    if not _AT_ONCE.acquire(timeout=seconds):
        raise Refused("Others are asking much at this moment.", remedy="Wait a little, then ask again.")
    try:
        asked = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", str(_PROCESS), str(library)],
            input=json.dumps(
                {
                    "sql": list(sql),
                    "most_rows": most_rows,
                    "seconds": math.ceil(seconds) + 1,
                    "megabytes": MEMORY_MEGABYTES,
                }
            ).encode(),
            capture_output=True,
            timeout=seconds,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Refused(
            f"It took longer than {seconds:.0f} seconds and was stopped.", remedy="Ask for less: fewer rows or days."
        ) from late
    finally:
        _AT_ONCE.release()
    try:
        answer = json.loads(asked.stdout)
    except ValueError as cut_short:
        raise Refused(
            "It needed more memory or time than an inquiry may have, and was stopped.",
            remedy="Ask for less: fewer rows, fewer columns, shorter texts.",
        ) from cut_short
    if "refused" in answer:
        raise Refused(answer["refused"], remedy=answer["remedy"])
    return [
        Answer(tuple(one["columns"]), tuple(tuple(row) for row in one["rows"]), one["more"])
        for one in answer["answers"]
    ]
