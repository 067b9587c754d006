"""`make bench`: runs every benchmark of this folder, prints JSON and a table, and writes docs/performance.md.

A benchmark is a script here, of any name that does not begin with `_`. It prints one JSON object on stdout, and
nothing else there:

    {"benchmark": "scan of 12,000 files",
     "figures": [{"figure": "a look at it again", "value": 0.31, "unit": "s",
                  "floor": 0.12, "floor_is": "os.scandir and stat alone", "at_most": 5.0}],
     "note": "what is left between figure and floor"}

`floor` is measured in the same run; `at_most` bounds the value, `ratio_at_most` the value over its floor. Both, the
floor and the note, may be missing. Other entries are shown as they are. `_measure.py` has what most of them need.

    python tests/benchmarks/run.py [--only scan,crowd] [--no-document]
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RESULTS = ROOT / "docs" / "performance.json"
DOCUMENT = ROOT / "docs" / "performance.md"
TEMPLATE = HERE / "performance.md.template"
GIVE_UP_AFTER_SECONDS = 3600


def scripts(only: set[str]) -> list[Path]:
    """The benchmarks, all or those named. Ends the program for a name that is none."""
    found = [path for path in sorted(HERE.glob("*.py")) if path.stem != "run" and not path.stem.startswith("_")]
    if unknown := only - {path.stem for path in found}:
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(p.stem for p in found)}.")
    return [path for path in found if not only or path.stem in only]


def measure(script: Path) -> dict[str, Any]:
    """What a benchmark prints, with when and under which load it ran; `error` when it failed."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("STUDIO_", "DAGSTER_", "OPENAI_", "ELEVENLABS_"))}
    before, began = os.getloadavg()[0], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        done = subprocess.run(
            [sys.executable, str(script)],
            env={**kept, "PYTHONPATH": str(ROOT), "STUDIO_HOME": home},
            stdout=subprocess.PIPE,
            text=True,
            timeout=GIVE_UP_AFTER_SECONDS,
            check=False,
        )
    try:
        result = json.loads(done.stdout)
        assert isinstance(result, dict)
    except (ValueError, AssertionError):
        result = {"error": f"It printed no JSON object and ended with {done.returncode}."}
    return {
        "script": script.stem,
        **result,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "took_seconds": round(time.monotonic() - began, 1),
        "load_before": round(before, 1),
    }


def rows(result: dict[str, Any]) -> list[list[str]]:
    """A result as lines of a table: figure, measured, floor, ratio, bound, whether it holds."""
    if "error" in result:
        return [[result["script"], result["error"], "", "", "", "no"]]
    found = []
    for each in result.get("figures", [{"figure": k, "value": v} for k, v in plain(result).items()]):
        value, floor, unit = each["value"], each.get("floor"), each.get("unit", "")
        ratio = value / floor if isinstance(value, int | float) and floor else None
        bounds = [
            f"{number(each['at_most'])} {unit}".strip() if "at_most" in each else "",
            f"{number(each['ratio_at_most'])} × floor" if "ratio_at_most" in each else "",
        ]
        found.append(
            [
                each["figure"],
                f"{number(value)} {unit}".strip(),
                f"{number(floor)} {unit} ({each.get('floor_is', 'floor')})" if floor is not None else "",
                number(ratio) if ratio is not None else "",
                ", ".join(bound for bound in bounds if bound),
                verdict(each, ratio),
            ]
        )
    return found


def verdict(each: dict[str, Any], ratio: float | None) -> str:
    """Whether the bounds of a figure hold; nothing where it has none."""
    held = []
    if "at_most" in each:
        held.append(each["value"] <= each["at_most"])
    if "ratio_at_most" in each:
        held.append(ratio is not None and ratio <= each["ratio_at_most"])
    return ("holds" if all(held) else "**missed**") if held else ""


def plain(result: dict[str, Any]) -> dict[str, Any]:
    """The entries of a result that has no list of figures."""
    known = {"script", "benchmark", "note", "date", "took_seconds", "load_before"}
    return {name: value for name, value in result.items() if name not in known}


def number(value: object) -> str:
    """Three figures that count."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def document(results: list[dict[str, Any]]) -> str:
    """docs/performance.md."""
    parts = []
    for result in results:
        parts.append(f"## {str(result.get('benchmark', result['script'])).capitalize()}\n")
        parts.append("| figure | measured | floor, in the same run | ratio | at most | |\n|---|---|---|---|---|---|\n")
        parts += ["| " + " | ".join(row) + " |\n" for row in rows(result)]
        if note := result.get("note"):
            parts.append(f"\n{note}\n")
        parts.append(
            f"\n`tests/benchmarks/{result['script']}.py`, {result['date']}, {result['took_seconds']:.0f} s, "
            f"load {result['load_before']} when it began.\n\n"
        )
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    return TEMPLATE.read_text(encoding="utf-8").format(machine=machine, results="".join(parts).rstrip())


def table(results: list[dict[str, Any]]) -> None:
    """The same for a terminal, on stderr: stdout has the JSON."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, header_style="bold")
    for name in ("figure", "measured", "floor", "ratio", "at most", ""):
        shown.add_column(name)
    for result in results:
        shown.add_section()
        shown.add_row(f"[bold]{result.get('benchmark', result['script'])}")
        for row in rows(result):
            shown.add_row(*row)
    Console(stderr=True, width=160).print(shown)


def main() -> None:
    """Run what was asked for. Exit 1 when a benchmark failed or a bound was missed."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--only", default="", help="names of benchmarks, with commas")
    options.add_argument("--no-document", action="store_true", help="leave docs/ as it is")
    chosen = options.parse_args()
    measured = []
    for script in scripts({name for name in chosen.only.split(",") if name}):
        print(f"{script.stem}…", file=sys.stderr, flush=True)  # noqa: T201
        measured.append(measure(script))
    print(json.dumps(measured, indent=1, ensure_ascii=False))  # noqa: T201
    table(measured)
    if not chosen.no_document:
        kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
        newest = {each["script"]: each for each in [*kept, *(m for m in measured if "error" not in m)]}
        there = [newest[script.stem] for script in scripts(set()) if script.stem in newest]
        RESULTS.write_text(json.dumps(there, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        DOCUMENT.write_text(document(there), encoding="utf-8")
    missed = any("error" in m or any("missed" in row[-1] for row in rows(m)) for m in measured)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
