"""A table as sentences, row by row, where it is small enough to be listened to."""

from __future__ import annotations

from collections.abc import Sequence

from assets.text.phrases import Phrases

_MOST_ROWS, _MOST_COLUMNS, _LONGEST = 12, 5, 1_200
_YES, _NO = "✓✔✅☑", "✗✘❌✕✖"
_NOTHING = frozenset({"", "-", "–", "—", "/", "n/a", "N/A"})

Row = tuple[str, ...]


def readable(columns: Row, rows: Sequence[Row]) -> bool:
    """Whether a listener can follow it: few rows of few columns, each with a heading, and no long passages."""
    size = sum(len(cell) for row in rows for cell in row)
    return (
        1 < len(columns) <= _MOST_COLUMNS
        and 0 < len(rows) <= _MOST_ROWS
        and size <= _LONGEST
        and all(columns[1:])
        and all(row and row[0] and len(row) <= len(columns) for row in rows)
    )


def sentences(columns: Row, rows: Sequence[Row]) -> list[str]:
    """One sentence a row: what it is about, and each further cell after its heading; empty cells are passed over."""
    found = []
    for subject, *cells in rows:
        said = [f"{name} {cell}" for name, cell in zip(columns[1:], cells, strict=False) if cell not in _NOTHING]
        sentence = f"{subject}: {'; '.join(said)}" if said else subject
        found.append(sentence if sentence[-1:] in ".!?" else f"{sentence}.")
    return found


def marked(cell: str, phrases: Phrases) -> str:
    """A cell with ticks and crosses as words."""
    for signs, word in ((_YES, phrases.yes), (_NO, phrases.no)):
        for sign in signs:
            cell = cell.replace(sign, f" {word} ")
    return cell
