"""What most benchmarks need: a catalogue as large as wanted, clocks, and the one JSON object on stdout."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = ROOT / "data" / "catalogue" / "contents"


def figure(name: str, value: float, unit: str, **more: object) -> dict[str, Any]:
    """One figure; `more` may be `floor`, `floor_is`, `at_most`, `ratio_at_most`."""
    return {"figure": name, "value": round(value, 6), "unit": unit, **more}


def report(benchmark: str, figures: Iterable[dict[str, Any]], note: str = "") -> None:
    """Print the one JSON object of a benchmark."""
    print(json.dumps({"benchmark": benchmark, "figures": list(figures), **({"note": note} if note else {})}))  # noqa: T201


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median_seconds(work: Callable[[], object], times: int = 5) -> float:
    """How long it usually takes."""
    return statistics.median(seconds(work) for _ in range(times))


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def catalogue(folder: Path, contents: int, locales: Iterable[str] = ("en", "id", "de")) -> None:
    """So many contents in each locale: the shipped texts, each copy with a sentence of its own."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SHIPPED.rglob("*.md"))]
    for number in range(contents):
        lesson = folder / "subjects" / f"topic-{number % 40}" / f"lesson-{number}"
        lesson.mkdir(parents=True)
        for locale in locales:
            text = f"{texts[number % len(texts)]}\n\nThis is lesson {number}.\n"
            (lesson / f"{locale}.md").write_text(text, encoding="utf-8")
