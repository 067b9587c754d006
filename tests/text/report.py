"""Writes docs/words.md: what is expected to be said and what is, and what became of every block of real pages.

    python tests/text/report.py [--pages FOLDER]

`FOLDER` holds folders of real pages, looked at beside the shipped catalogue. Ends with 1 when a promise is not kept:
an expectation, a leak of markup, a page that fails, or a block that nobody accounts for.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from expectations_table import LEAST, Expectation, expectations, known_faults, met

from assets.domain.keys import Locale, looks_like_locale
from assets.domain.scripts import drafts
from assets.providers.base import SectionOrder
from assets.providers.embedded_writer import EmbeddedWriter
from assets.settings import PROJECT
from assets.text.coverage import assemble
from assets.text.leaks import leaks
from assets.text.pages import parse
from assets.text.saying.say import say

DOCUMENT = PROJECT / "docs" / "words.md"
SHIPPED = PROJECT / "data" / "catalogue" / "contents"
_MEANT = {"jp": "ja", "cn": "zh"}
_REASONS_SHOWN = 15


@dataclass
class Looked:
    """What became of the pages of one folder."""

    name: str
    pages: int = 0
    characters: int = 0
    segments: int = 0
    locales: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def pages_of(folder: Path) -> list[Path]:
    """The pages below a folder."""
    return sorted(path for path in folder.rglob("*") if path.suffix in {".md", ".mdx", ".html"})


def locale_of(path: Path, text: str) -> Locale:
    """The locale that a name says (`x.id.md`, `x/id.md`), or else the language the text is in."""
    for part in (path.stem.rpartition(".")[2], path.stem):
        found = re.fullmatch(r"([a-z]{2})(?:[-_][A-Za-z]{2})?", part)
        if found and looks_like_locale(tag := _MEANT.get(found[1], found[1])):
            return Locale(tag)
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(["en", "id", "de", "es", "fr"])
    return Locale(str(identifier.classify(text)[0]))


def look(name: str, paths: list[Path]) -> Looked:
    """Parse, script and say every page, and note what became of its blocks."""
    found, writer = Looked(name), EmbeddedWriter()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        locale = locale_of(path, text)
        found.pages += 1
        found.characters += len(text)
        found.locales[locale.tag] += 1
        try:
            html = path.suffix == ".html"
            outline = parse(text, mdx=path.suffix == ".mdx", html=html, locale=locale, name=path.parent.name)
            orders = [SectionOrder("k", draft, outline, locale) for draft in drafts(outline)]
            script = assemble(outline, locale, [asyncio.run(writer.write(order)) for order in orders])
            said = [(segment.text, say(segment.text, locale).text) for segment in script.segments]
        except Exception as fault:
            found.faults.append(f"{path.name}: {type(fault).__name__}: {fault}")
            continue
        found.segments += len(said)
        found.warnings.update(outline.warnings)
        for entry in script.coverage:
            found.outcomes[entry.outcome] += 1
            if entry.outcome == "left_out":
                found.reasons[entry.reason] += 1
        accounted = [entry.block_id for entry in script.coverage if entry.outcome == "spoken" or entry.reason]
        if accounted != [block.id for block in outline.blocks]:
            found.faults.append(f"{path.name}: {len(outline.blocks) - len(accounted)} blocks are not accounted for")
        found.faults += [f"{path.name}: {leak}" for texts in said for each in texts for leak in leaks(each)]
    return found


def expectations_part() -> tuple[list[str], bool]:
    """The tables of expectations, and whether the promises are kept."""
    lines = ["| language | cases | met | share | promised |", "|---|---|---|---|---|"]
    missed: list[tuple[str, Expectation]] = []
    kept = True
    for language, promise in LEAST.items():
        cases = expectations(language)
        wrong = [each for each in cases if met(language, each) != each.said]
        share = 1 - len(wrong) / len(cases)
        kept = kept and share >= promise.share and len(cases) >= promise.cases
        missed += [(language, each) for each in wrong]
        lines.append(f"| {language} | {len(cases)} | {len(cases) - len(wrong)} | {share:.1%} | {promise.share:.0%} |")
    lines += ["", "## What is still said wrongly", ""]
    lines += ["| language | written | said | should be |", "|---|---|---|---|"]
    lines += [f"| {language} | {each.written} | {met(language, each)} | {each.said} |" for language, each in missed]
    lines += [
        f"| {language} | {each.written} | {met(language, each)} | {each.said} |" for language, each in known_faults()
    ]
    lines += ["", "## Rules, with an example each", ""]
    for language in LEAST:
        families: dict[str, Expectation] = {}
        counts: Counter[str] = Counter()
        for each in expectations(language):
            family = each.rule.partition(":")[0]
            families.setdefault(family, each)
            counts[family] += 1
        lines += [f"### {language}", "", "| rule | cases | written | said |", "|---|---|---|---|"]
        lines += [f"| {name} | {counts[name]} | {each.written} | {each.said} |" for name, each in families.items()]
        lines.append("")
    return lines, kept


def pages_part(folders: list[Looked]) -> list[str]:
    """What became of the pages."""
    lines = [
        "| pages of | pages | locales | characters | segments | spoken | summarised | left out | faults |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for each in folders:
        locales = ", ".join(f"{tag} {count}" for tag, count in sorted(each.locales.items()))
        outcomes = " | ".join(str(each.outcomes[name]) for name in ("spoken", "summarised", "left_out"))
        lines.append(
            f"| {each.name} | {each.pages} | {locales} | {each.characters:,} | {each.segments} | {outcomes} "
            f"| {len(each.faults)} |"
        )
    reasons: Counter[str] = sum((each.reasons for each in folders), Counter())
    lines += ["", "| left out because it is | blocks |", "|---|---|"]
    lines += [f"| {reason} | {count} |" for reason, count in reasons.most_common(_REASONS_SHOWN)]
    if others := sum(reasons.values()) - sum(count for _, count in reasons.most_common(_REASONS_SHOWN)):
        lines.append(f"| something else | {others} |")
    warnings: Counter[str] = sum((each.warnings for each in folders), Counter())
    lines += ["", "| warning | pages |", "|---|---|"]
    lines += [f"| {warning} | {count} |" for warning, count in warnings.most_common(_REASONS_SHOWN)]
    faults = [f"- {each.name}, {fault}" for each in folders for fault in each.faults]
    return [*lines, "", *(faults or ["No page failed, no trace of markup is said, and every block is accounted for."])]


def main() -> int:
    """Write the document; 1 when something in it is not as promised."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--pages", type=Path, help="a folder of folders of real pages")
    given = arguments.parse_args()
    folders = [look("the shipped catalogue", pages_of(SHIPPED))]
    if given.pages:
        folders += [look(each.name, pages_of(each)) for each in sorted(given.pages.iterdir()) if each.is_dir()]
    table, kept = expectations_part()
    pages = pages_part(folders)
    template = Path(__file__).with_name("words.md.template").read_text(encoding="utf-8")
    DOCUMENT.write_text(
        template.format(expectations="\n".join(table).strip(), pages="\n".join(pages)), encoding="utf-8"
    )
    sys.stdout.write("\n".join([*table[: len(LEAST) + 2], "", *pages, ""]))
    return 0 if kept and not any(each.faults for each in folders) else 1


if __name__ == "__main__":
    sys.exit(main())
