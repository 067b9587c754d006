"""Scan of 12,000 files: the first reading, looking again, a restart, one edit; against the file system alone."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from _measure import catalogue, figure, median_seconds, report, seconds

FILES = 12_000
READ_FOR_THE_FLOOR = 200


def bare_look(folder: Path) -> int:
    """Names, sizes and times, with nothing done about them."""
    found, waiting = 0, [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                else:
                    entry.stat()
                    found += 1
    return found


def main() -> None:
    """Print the figures."""
    from assets.domain.keys import Locale
    from assets.pipeline.opening import open_desk
    from assets.pipeline.reading import facts_of
    from assets.settings import Settings
    from assets.storage.content_files import read, scan

    with tempfile.TemporaryDirectory(prefix="bench-scan-") as name:
        folder = Path(name) / "content"
        catalogue(folder, FILES // 3)
        settings = Settings.from_environment({"STUDIO_HOME": f"{name}/home", "STUDIO_CONTENT": str(folder)})

        sources = scan(folder, Locale("en")).sources[:: FILES // READ_FOR_THE_FLOOR]
        began = time.process_time()
        for source in sources:
            facts_of(source, read(folder, source))
        one_text = (time.process_time() - began) / len(sources)

        desk = open_desk(settings)
        first = seconds(desk.entries)
        look = median_seconds(lambda: bare_look(folder))
        names = median_seconds(lambda: scan(folder, Locale("en")))
        again = median_seconds(desk.entries)
        restarted = open_desk(settings)
        restart = seconds(restarted.entries)
        page = folder / sources[0].path
        page.write_text(page.read_text(encoding="utf-8") + "\nOne sentence more.\n", encoding="utf-8")
        edit = seconds(restarted.entries)
        prints = seconds(restarted.fingerprints)
        words = sum(len(" ".join(desk.index.spoken(entry.source))) for entry in restarted.entries())
        size = (settings.home / "catalogue.db").stat().st_size
        rare = median_seconds(lambda: desk.index.search("lesson 4711"))
        common = median_seconds(lambda: desk.index.search("the"))
        narrations = len(restarted.everything())

    alone = "scandir and stat alone"
    report(
        f"scan of {FILES:,} files",
        [
            figure(
                "first reading ever, every text parsed",
                first,
                "s",
                floor=round(one_text * FILES / (os.cpu_count() or 1), 2),
                floor_is="parsing alone, on all processors",
            ),
            figure("names and sizes", names, "s", floor=round(look, 4), floor_is=alone),
            figure("looking again, nothing has changed", again, "s", floor=round(look, 4), floor_is=alone, at_most=5.0),
            figure("after a restart", restart, "s", floor=round(look, 4), floor_is=alone, at_most=5.0),
            figure("after one edit", edit, "s", floor=round(look, 4), floor_is=alone, at_most=5.0),
            figure(f"fingerprints of {narrations:,} narrations", prints, "s"),
            figure("words of all texts", words / 1e6, "MB"),
            figure("the index, with the texts and what finds their words", size / 1e6, "MB"),
            figure("search of the texts: words of one", rare * 1000, "ms"),
            figure("search of the texts: a word of most", common * 1000, "ms"),
        ],
        "The first reading is done once: what it finds is kept by the hash of each text, over restarts and moves. It "
        "runs in the background of the running system, with one process for each processor.",
    )


if __name__ == "__main__":
    main()
