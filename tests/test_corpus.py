"""Real lessons that nobody of this project wrote: none may fail, and none may leak markup into a script."""

import asyncio
import re
from pathlib import Path

import pytest

from assets.domain.keys import Locale
from assets.domain.scripts import Script, drafts
from assets.providers.base import SectionOrder
from assets.providers.embedded_writer import EmbeddedWriter
from assets.text.coverage import assemble
from assets.text.leaks import leaks
from assets.text.pages import parse

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
PAGES = sorted(path for path in CORPUS.rglob("*.md*") if path.parent != CORPUS)
MEANT = {"jp": "ja"}

pytestmark = pytest.mark.skipif(not PAGES, reason=f"NOTHING WAS CHECKED: there is no corpus at {CORPUS.name}")


def locale_of(path: Path) -> Locale:
    parts = path.name.split(".")
    return Locale(MEANT.get(parts[1], parts[1]) if len(parts) == 3 else "en")


def script_of(path: Path) -> Script:
    locale = locale_of(path)
    outline = parse(path.read_text(encoding="utf-8"), mdx=path.suffix == ".mdx", locale=locale, name=path.parent.name)
    writer = EmbeddedWriter()
    return assemble(
        outline,
        locale,
        [asyncio.run(writer.write(SectionOrder("k", draft, outline, locale))) for draft in drafts(outline)],
    )


@pytest.mark.parametrize("path", PAGES or [CORPUS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_real_page_becomes_a_script_without_markup(path):
    script = script_of(path)
    assert [leak for segment in script.segments for leak in leaks(segment.text)] == []
    assert all(0 < len(segment.text) <= 400 for segment in script.segments)
    assert all(re.search(r"[^\W_]", segment.text) for segment in script.segments)
    assert all(entry.outcome == "spoken" or entry.reason for entry in script.coverage)
    assert not [entry for entry in script.coverage if entry.reason == "the script writer passed over it"]


@pytest.mark.parametrize("path", PAGES or [CORPUS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_word_of_a_real_paragraph_is_lost(path):
    """Plain paragraphs, found in the source by other means than ours, are in the script word for word."""
    source = re.sub(r"(?ms)^\s*(`{3,}).*?^\s*\1", "", path.read_text(encoding="utf-8"))
    spoken = " ".join(segment.text for segment in script_of(path).segments)
    prose = [" ".join(part.split()) for part in re.split(r"\n\s*\n", source)]
    prose = [
        part for part in prose if re.fullmatch(r"[\w ,.;'’()!?\"-]{30,}", part) and not re.search(r"--|_|\w\(", part)
    ]
    assert [part for part in prose if part not in spoken and not re.match(r"(\d+\.|-|import) ", part)] == []


def test_prose_was_compared_at_all():
    assert len(PAGES) >= 60
