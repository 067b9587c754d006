"""Counting: a number with the word for what is counted, as English has it."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """`1 take`, `2 takes`; `many` is the word for any other number than one where it does more than take an s."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
