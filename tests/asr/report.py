"""Writes docs/voices.md from what was measured: tests/asr/baseline.json and docs/voices.json.

python tests/asr/report.py
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from string import Template
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAMES = {
    "truncated": "cut in half",
    "swapped": "another text",
    "wrong_language": "wrong language",
    "silence": "silence",
}


def _listening() -> Any:
    spec = importlib.util.spec_from_file_location("listening", HERE / "listening.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["listening"] = module
    spec.loader.exec_module(module)
    return module


def round_trip() -> str:
    """The table of what was heard, by locale."""
    listening = _listening()
    baseline = json.loads(listening.BASELINE.read_text(encoding="utf-8"))
    lines = []
    for locale, found in baseline["locales"].items():
        bounds = listening.BOUNDS[locale]
        genuine = listening.verdict(locale, listening.pairs(found, "genuine"))
        rates = [each.rate or 0.0 for each in genuine.passages]
        cells = [
            locale,
            found["voice"],
            bounds.measure.value,
            f"{genuine.rate:.3f} (0 to {max(rates):.2f})" if min(rates) == 0 else f"{genuine.rate:.3f}",
            f"{bounds.good:.2f}",
            genuine.verdict.value,
        ]
        for what in NAMES:
            other = listening.verdict(locale, listening.pairs(found, what))
            failed = sum(each.verdict.value == "fail" for each in other.passages)
            cells.append(f"{other.rate:.2f} {other.verdict.value} ({failed} of {len(other.passages)})")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def speed(measured: dict[str, Any]) -> str:
    """The table of the engines."""
    return _table(
        [
            f"{each['voice']} ({each['provider']})",
            each["processes"],
            each["wall_per_audio_second"],
            each["cpu_per_audio_second"],
            each["first_sentence_cold_seconds"],
            each["first_sentence_warm_seconds"],
            each["before_mib"],
            each["spoken_mib"],
        ]
        for each in measured["engines"]
    )


def lessons(measured: dict[str, Any]) -> str:
    """The table of the long lessons, one line for each voice."""
    return _table(
        [
            each["voice"],
            f"{each['minutes']} ({each['different_minutes']} different)",
            each["takes"],
            f"{each['clicks']} of {each['joins']}",
            f"{each['largest_level_jump_db']} dB",
            f"{each['loudness_lufs']} LUFS",
            f"{each['true_peak_db']} dBTP",
            f"{each['rss_first_tenth_mib']} and {each['rss_last_tenth_mib']}",
            each["mixing_cpu_seconds"],
        ]
        for each in measured["long_lessons"]
    )


def _table(rows: Iterable[list[Any]]) -> str:
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in rows)


def main() -> None:
    """Write the page."""
    measured = json.loads((ROOT / "docs" / "voices.json").read_text(encoding="utf-8"))
    template = Template((HERE / "voices.md.template").read_text(encoding="utf-8"))
    page = template.substitute(
        round_trip=round_trip(), speed=speed(measured), cores=measured["cores"], lessons=lessons(measured)
    )
    (ROOT / "docs" / "voices.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
