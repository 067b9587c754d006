import asyncio

import pytest

from assets.domain.errors import Refused
from assets.domain.keys import Locale
from assets.domain.scripts import Script, drafts
from assets.providers.base import SectionOrder
from assets.providers.embedded_writer import EmbeddedWriter
from assets.text.coverage import assemble, coverage

PAGE = """import A from 'a'

# Title

Words.

| a | b |
|---|---|
| 1 | 2 |

```py
x = 1
```

## Next

<Widget />
"""


def script(outline, tag="en") -> Script:
    writer, locale = EmbeddedWriter(), Locale(tag)
    return assemble(
        outline,
        locale,
        [asyncio.run(writer.write(SectionOrder("k", draft, outline, locale))) for draft in drafts(outline)],
    )


def test_every_block_is_spoken_summarised_or_left_out_with_a_reason(page):
    outline = page(PAGE)
    covered = script(outline).coverage
    assert [(entry.block_id, entry.lines) for entry in covered] == [(block.id, block.lines) for block in outline.blocks]
    outcomes = [entry.outcome for entry in covered]
    assert outcomes == ["left_out", "spoken", "spoken", "spoken", "summarised", "spoken", "left_out"]
    assert all(entry.reason for entry in covered if entry.outcome != "spoken")


def test_what_a_writer_passes_over_is_told(page):
    outline = page("One.\n\nTwo.\n")
    assert [entry.outcome for entry in coverage(outline, [])] == ["left_out", "left_out"]
    assert coverage(outline, [])[0].reason == "the script writer passed over it"


@pytest.mark.parametrize("text", ["<Widget />\n", "---\ntitle: T\n---\n", "{/* nothing */}\n\n🎉\n"])
def test_a_page_with_nothing_to_say_is_refused(page, text):
    with pytest.raises(Refused, match="nothing to speak"):
        script(page(text))


def test_a_script_survives_its_json(page):
    made = script(page(PAGE))
    assert Script.from_json(made.as_json()) == made


@pytest.mark.parametrize("tag", ["tr", "ja", "pt-BR"])
def test_figures_that_are_left_to_the_voice_are_warned_of_once(page, tag):
    (warning,) = script(page("# Title\n\n25 of them.\n\nNone here.\n\n3 more, and 7 less.\n"), tag).warnings
    assert f"figures in '{tag}'" in warning
    assert "in 2 of 4 segments" in warning


@pytest.mark.parametrize(
    ("text", "tag"), [("25 of them.\n", "en"), ("25 of them.\n", "de-AT"), ("# Title\n\nNone here.\n", "tr")]
)
def test_there_is_no_warning_where_figures_have_rules_or_there_are_none(page, text, tag):
    assert script(page(text), tag).warnings == ()
