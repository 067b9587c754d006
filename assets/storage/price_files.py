"""Reads `prices.toml`."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from assets.domain.costs import MICROS, Price, Prices
from assets.domain.errors import Refused

_AMOUNTS = ("characters", "prompt_tokens", "completion_tokens")


def load(path: Path) -> Prices:
    """The price list of a file. Raises `Refused` with the entry and what is wrong with it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise Refused(f"The price list {path.name} cannot be read.", remedy="Set STUDIO_PRICES to a file.") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Refused(f"{path.name} is not valid TOML: {fault}.", remedy="Correct that line.") from fault
    entries = enumerate(data.get("price", []), start=1)
    return Prices(tuple(_price(path.name, number, entry) for number, entry in entries))


def _price(name: str, number: int, entry: dict[str, Any]) -> Price:
    remedy = "An entry has provider, model, since (a date) and amounts in dollars per million."
    for field, kind in (("provider", str), ("model", str), ("since", date)):
        if not isinstance(entry.get(field), kind):
            raise Refused(f"Price {number} of {name} has no proper '{field}'.", remedy=remedy)
    unknown = set(entry) - {"provider", "model", "since", *_AMOUNTS}
    if unknown:
        raise Refused(f"Price {number} of {name} has an unknown field '{min(unknown)}'.", remedy=remedy)
    amounts = {field: entry.get(field, 0) for field in _AMOUNTS}
    for field, amount in amounts.items():
        if isinstance(amount, bool) or not isinstance(amount, int | float) or amount < 0:
            raise Refused(f"Price {number} of {name}: '{field}' is not an amount.", remedy=remedy)
    micros = {field: round(amount * MICROS) for field, amount in amounts.items()}
    return Price(entry["provider"], entry["model"], entry["since"], **micros)
