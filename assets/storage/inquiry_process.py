"""The process of an inquiry: reads one request from stdin, prints one answer, and can do nothing else.

It is run by its path in Python's isolated mode and imports nothing of ours, so that it starts quickly and knows little.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from typing import Any

import duckdb

_ADDRESS_SPACE_BYTES = 2 << 30
"""DuckDB's own limit counts its buffers alone; this one counts everything, the address space of libraries included."""
_LARGEST_ANSWER = 5_000_000
_LONGEST_CELL = 2000


def _answer(library: str, asked: dict[str, Any]) -> dict[str, Any]:
    """What the process of an inquiry does."""
    try:
        opened = duckdb.connect(library, read_only=True, config=_reading_alone(asked["megabytes"]))
        opened.execute("SET lock_configuration = true")
        return {"answers": [_one(opened, sql, asked["most_rows"]) for sql in asked["sql"]]}
    except duckdb.ParserException as fault:
        return {"refused": f"That is not SQL: {_first_line(fault)}", "remedy": "Mend it and ask again."}
    except _NotReading:
        return {"refused": "Only one statement that reads may be asked.", "remedy": "Begin it with SELECT."}
    except (duckdb.Error, MemoryError) as fault:
        return {"refused": f"It cannot be answered: {_first_line(fault)}", "remedy": "Mend it and ask again."}


def _reading_alone(megabytes: int) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "python_enable_replacements": "false",
        "temp_directory": "",
        "threads": "1",
        "memory_limit": f"{megabytes}MB",
    }


class _NotReading(Exception):
    pass


def _one(opened: duckdb.DuckDBPyConnection, sql: str, most_rows: int) -> dict[str, Any]:
    statements = opened.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}:
        raise _NotReading
    found = opened.execute(statements[0])
    columns = [column[0] for column in found.description or ()]
    rows: list[list[Any]] = []
    size = 0
    while (row := found.fetchone()) is not None and len(rows) < most_rows and size < _LARGEST_ANSWER:
        rows.append([_plain(value) for value in row])
        size += sum(len(value) if isinstance(value, str) else 8 for value in rows[-1])
    return {"columns": columns, "rows": rows, "more": row is not None}


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value if not isinstance(value, int) or abs(value) < 1 << 53 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    text = str(value)
    return text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"


def _first_line(fault: BaseException) -> str:
    lines = [line for line in str(fault).splitlines() if line.strip()]
    return " ".join(lines[:3])[:500] or "there is not enough memory"


def _within_limits(seconds: int) -> None:
    for limit, most in (
        (resource.RLIMIT_AS, _ADDRESS_SPACE_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    _asked = json.load(sys.stdin)
    _within_limits(_asked["seconds"])
    sys.stdout.write(json.dumps(_answer(sys.argv[1], _asked)))
