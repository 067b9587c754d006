"""Words: how long a page of 7,000 characters takes from its source to what a voice is given, on one core."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from _measure import SHIPPED, figure, report

PAGE_CHARACTERS = 7_000
TIMES = 7


def milliseconds(work: Callable[[], object], pages: float) -> float:
    """Of processor time, for a page; the median of some runs, after one that nobody counts."""
    work()
    taken = []
    for _ in range(TIMES):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return 1000 * statistics.median(taken) / pages


def main() -> None:
    """Print the figures."""
    from markdown_it import MarkdownIt

    from assets.domain.edits import speakable
    from assets.domain.keys import Locale
    from assets.storage.content_files import read, scan
    from assets.text.mathematics import speak
    from assets.text.pages import parse
    from assets.text.saying.numerals import _words
    from assets.text.saying.say import say
    from assets.text.segments import segments

    found = scan(SHIPPED, Locale("en")).sources
    texts = [(source.path.endswith(".mdx"), source.locale, read(SHIPPED, source)) for source in found]
    pages = sum(len(text) for _, _, text in texts) / PAGE_CHARACTERS
    outlines = [(parse(text, mdx=mdx, locale=locale, name="x"), locale) for mdx, locale, text in texts]
    pieces = [
        (segment.text, locale)
        for outline, locale in outlines
        for block in speakable(outline)
        for segment in segments(block, locale)
    ]
    markdown = MarkdownIt("commonmark").enable("table")

    def parsing() -> None:
        for mdx, locale, text in texts:
            parse(text, mdx=mdx, locale=locale, name="x")

    def cutting() -> None:
        for outline, locale in outlines:
            for block in speakable(outline):
                segments(block, locale)

    def saying() -> None:
        for text, locale in pieces:
            say(text, locale)

    def anew() -> None:
        speak.cache_clear()
        _words.cache_clear()
        parsing()
        saying()

    def bare() -> None:
        for _, _, text in texts:
            markdown.parse(text)

    parts = {
        "a page parsed": milliseconds(parsing, pages),
        "a page cut into segments": milliseconds(cutting, pages),
        "a page put into words": milliseconds(saying, pages),
    }
    floor = milliseconds(bare, pages)
    both = parts["a page parsed"] + parts["a page put into words"]
    figures = [figure(name, value, "ms") for name, value in parts.items()]
    figures.append(
        figure(
            "parsed and put into words", both, "ms", floor=floor, floor_is="markdown-it alone, tables on", at_most=5.0
        )
    )
    figures.append(figure("pages a second on one core", 1000 / both, "pages/s"))
    first = milliseconds(anew, pages)
    figures.append(figure("the same, each formula and number for the first time", first, "ms"))
    report(
        f"words: pages of {PAGE_CHARACTERS:,} characters, of the shipped catalogue",
        figures,
        "Processor time. What is over the floor is the scanner for MDX and mathematics, plain words, and the rules.",
    )


if __name__ == "__main__":
    main()
