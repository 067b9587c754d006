"""What commands print: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from assets.domain.counting import counted

if TYPE_CHECKING:
    from collections.abc import Sequence


def say(text: str) -> None:
    """A line for the person, which no program reads."""
    click.echo(text, err=True)


def print_json(data: dict[str, Any]) -> None:
    """The one JSON object of a command."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))


def print_narration(data: dict[str, Any], as_json: bool) -> None:
    """How a narration stands, in a line and the place of its audio."""
    if as_json:
        print_json(data)
        return
    name = f"{data['content']} ({data['locale']}, {data['voice']})"
    if data["error"]:
        click.echo(f"{name}: {data['status']}. {data['error']['message']} {data['error']['remedy']}".rstrip())
        return
    words = [data["status"]]
    if data["fresh"]:
        words = ["fresh"]
    elif data["stale"]:
        words.append(f"out of date: {data['stale']}")
    if data["duration_seconds"]:
        minutes, seconds = divmod(round(data["duration_seconds"]), 60)
        words.append(f"{minutes}:{seconds:02d}")
    if data["skipped"]:
        words.append("nothing to do")
    elif data["takes_bought"] or data["takes_reused"]:
        words.append(
            f"{counted(data['takes_bought'], 'take')} made, {data['takes_reused']} reused, ${data['cost_usd']:.4f}"
        )
        if data["estimate_error_percent"] is not None:
            words.append(f"estimated ${data['estimated_usd']:.4f} ({data['estimate_error_percent']:+.1f} %)")
        if data["saved_usd"]:
            words.append(f"${data['saved_usd']:.4f} saved by reuse")
    click.echo(f"{name}: {', '.join(words)}")
    if data["audio"]:
        click.echo(f"  {data['audio']}")


def print_table(rows: Sequence[dict[str, Any]]) -> None:
    """Rows with the same columns."""
    from rich.console import Console
    from rich.table import Table

    if not rows:
        click.echo("There is none.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, name in enumerate(rows[0]):
        table.add_column(name, overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(*(", ".join(v) if isinstance(v, list) else str(v if v is not None else "") for v in row.values()))
    # Into a file or a pipe each row stays one line, whatever its length.
    Console(width=None if sys.stdout.isatty() else 400).print(table)
