import pytest

from assets.domain.errors import Refused
from assets.domain.outlines import BlockKind, Outline
from assets.text.components import shipped_components
from assets.text.leaks import leaks


def said(outline: Outline) -> list[str]:
    return [block.text for block in outline.blocks if block.kind is not BlockKind.LEFT_OUT]


def left_out(outline: Outline) -> list[str]:
    return [block.reason for block in outline.blocks if block.kind is BlockKind.LEFT_OUT]


def test_front_matter_gives_title_and_description_and_is_not_spoken(page):
    outline = page(
        "---\ntitle: Tides\ndescription: Why the sea moves.\nauthor: Ann\n---\n\nThe sea rises.\n", mdx=False
    )
    assert (outline.title, outline.description) == ("Tides", "Why the sea moves.")
    assert said(outline) == ["The sea rises."]
    assert outline.blocks[0].lines == (1, 5)


def test_front_matter_that_is_not_yaml_is_read_line_by_line_and_reported(page):
    outline = page("---\ntitle: Money: how it grows\n---\nText.\n")
    assert outline.title == "Money: how it grows"
    assert any("YAML" in warning for warning in outline.warnings)


def test_a_rule_at_the_top_is_not_front_matter(page):
    assert said(page("---\n\nA page that begins with a rule.\n\n---\n\nAnd goes on.\n", mdx=False)) == [
        "A page that begins with a rule.",
        "And goes on.",
    ]


def test_a_metadata_export_gives_title_and_description_without_being_evaluated(page):
    outline = page(
        """export const metadata = {
  title: 'It\\'s ' + "a test",   // the name
  authors: [{ name: "title: nobody" }],
  /* description: "no" */
  'description': `Braces } and
commas, too`,
  date: new Date("2024-01-01"),
  nested: { title: "inner" },
};

## One
"""
    )
    assert outline.title == "It's a test"
    assert outline.description == "Braces } and commas, too".replace("} ", "")
    assert said(outline) == ["One"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The *first* heading\n\nText", "The first heading"),
        ("Text.\n\n## Second level\n", "Second level"),
        ("Text.", "Vectors 2"),
    ],
)
def test_the_first_heading_or_the_name_stands_in_for_a_title(page, text, title):
    assert page(text).title == title


def test_every_component_of_the_module_is_left_out_with_its_lines(page):
    outline = page(
        "import A from 'a'\nimport {\n  B,\n  C\n} from \"b\";\n\nexport const x = [1, {y: '}'}];\n\nWords.\n"
    )
    assert said(outline) == ["Words."]
    assert [block.lines for block in outline.blocks] == [(1, 1), (2, 5), (7, 7), (9, 9)]


def test_a_sentence_that_begins_with_import_is_prose(page):
    text = "import duties were raised.\n\nexport of tea fell from 'old' levels.\n"
    assert said(page(text)) == ["import duties were raised.", "export of tea fell from 'old' levels."]


def test_code_is_never_touched_before_markdown(page):
    outline = page(
        "```jsx\nimport x from 'y'\n<Card title={`}`}/> {/* no */} $x$\n```\n\nUse `<Card/>` and `{x}` and `$HOME`.\n"
    )
    assert said(outline) == ["A code example in JavaScript, 2 lines, is shown here.", "Use Card/ and x and $HOME."]


def test_an_import_within_a_fence_does_not_end_the_fence(page):
    outline = page("~~~py\n\nimport os\n\n```\n# no heading\n~~~\n\nAfter.\n")
    assert said(outline) == [
        "A code example in Python, 4 lines, is shown here. Its comment says: no heading.",
        "After.",
    ]


def test_comments_are_left_out(page):
    assert said(page("A {/* hidden */}word.\n\n{/* a\n\nb */}\n\nEnd.")) == ["A word.", "End."]
    assert said(page("A <!-- hidden -->word.\n\n<!-- a\n\nb -->\n\nEnd.", mdx=False)) == ["A word.", "End."]


@pytest.mark.parametrize(
    "tag",
    [
        '<InlineMath math="\\frac{1}{2}" />',
        "<InlineMath math='\\frac{1}{2}'/>",
        '<InlineMath math={"\\\\frac{1}{2}"} />',
        "<InlineMath math={String.raw`\\frac{1}{2}`}/>",
        "<InlineMath\n  math={`\\\\frac{1}{2}`}\n\n/>",
        "<InlineMath>\\frac{1}{2}</InlineMath>",
        '<InlineMath>{"\\\\frac{1}{2}"}</InlineMath>',
        "<InlineMath>{String.raw`\\frac{1}{2}`}</InlineMath>",
        "$\\frac{1}{2}$",
        "$`\\frac{1}{2}`$",
        "\\(\\frac{1}{2}\\)",
    ],
)
def test_inline_mathematics_is_spoken_in_its_sentence_in_every_quoting(page, tag):
    assert said(page(f"It is {tag} of it.")) == ["It is one half of it."]


@pytest.mark.parametrize(
    "display",
    [
        '<BlockMath math="a < b" />',
        "<BlockMath>{`a < b`}</BlockMath>",
        "$$\na < b\n$$",
        "$$a < b$$",
        "```math\na < b\n```",
        "\\[a \\lt b\\]",
    ],
)
def test_display_mathematics_is_a_block_of_its_own(page, display):
    outline = page(f"We see\n{display}\nand go on.")
    assert [(block.kind, block.text) for block in outline.blocks] == [
        (BlockKind.PARAGRAPH, "We see"),
        (BlockKind.MATHEMATICS, "A is less than b"),
        (BlockKind.PARAGRAPH, "and go on."),
    ]


@pytest.mark.parametrize(
    "text",
    ["It costs $5 and $10.", "From $5-$10 a month.", "Pay US$5/month or US$7.", "A $20,000 loan and a $3 coffee."],
)
def test_prices_stay_prices(page, text):
    assert said(page(text)) == [text]


def test_mathematics_in_a_table_heading_does_not_break_the_table(page):
    outline = page("| $|x|$ | *n* |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n")
    assert said(outline) == ["A table with 2 columns: absolute value of x and n. 1: n 2. 3: n 4."]


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "A table with 3 columns, Name, Age and City, and 13 rows is left out here."),
        ("id", "Tabel dengan 3 kolom, yaitu Name, Age dan City, dan 13 baris dilewati di sini."),
        ("de", "Eine Tabelle mit 3 Spalten, Name, Age und City, und 13 Zeilen wird hier ausgelassen."),
        ("fr", "Un tableau de 3 colonnes, Name, Age et City, et 13 lignes est omis ici."),
        ("es", "Aquí se omite una tabla de 3 columnas, Name, Age y City, y 13 filas."),
        ("sw", "A table with 3 columns, Name, Age and City, and 13 rows is left out here."),
    ],
)
def test_a_large_table_is_mentioned_in_the_language_of_the_page(page, locale, text):
    rows = "| a | 1 | b |\n" * 13
    assert said(page(f"| Name | Age | City |\n|---|---|---|\n{rows}", locale=locale)) == [text]


def test_a_component_round_markdown_leaves_its_words(page):
    outline = page('<Callout type="info" emoji={"🎓"}>\n  **Mind** the *gap*.\n\n  - one\n  - two\n</Callout>\n\nEnd.')
    assert said(outline) == ["Note", "Mind the gap.", "one", "two", "End."]
    assert outline.blocks[2].kind is BlockKind.LIST_ITEM


def test_components_speak_their_title_and_description_with_nested_jsx(page):
    outline = page(
        """<Chart
  data={[{ label: "a > b }", f: (x) => x > 1 }]}
  title="Growth &amp; decay"
  description={<>About <b>one</b> half, <InlineMath math="x>2" />.</>}
  render={() => <div>{"never said"}</div>}
/>
After.
"""
    )
    assert said(outline) == ["Growth & decay".replace("&", "and"), "About one half, x is greater than 2.", "After."]
    assert [block.lines for block in outline.blocks] == [(1, 6), (1, 6), (7, 7)]


def test_components_without_words_are_accounted_for(page):
    outline = page('Before.\n\n<Triangle a={3} b={{c: "}"}} />\n\n<Widget.Lab />\n\nAfter.')
    assert said(outline) == ["Before.", "After."]
    assert left_out(outline) == ["a component without words, Triangle", "a component without words, Widget.Lab"]


def test_an_expression_is_left_out_without_cutting_its_sentence(page):
    outline = page('We have {1 + 1} apples{" "}\nand {"pears"}.')
    assert said(outline) == ["We have apples and pears."]
    assert left_out(outline) == ["an expression that only the page can evaluate"]


def test_a_component_within_a_sentence_keeps_its_children(page):
    assert said(page('The <Term title="a sign">vector</Term> <Em>moves</Em>.')) == ["The vector moves."]


def test_indented_children_of_components_are_not_code(page):
    assert said(page("<Steps>\n    <Step>\n        Do this.\n    </Step>\n</Steps>")) == ["Do this."]


def test_html_is_dropped_and_its_words_stay(page):
    text = """<p align="center">
    <img src="a.png" alt="The logo">
    <b>Bold</b> &amp; big<br>line
</p>

<details>
<summary>More</summary>

Inside.
</details>

<script>let x = "<b>";</script>

<h1>Title</h1>
"""
    outline = page(text, mdx=False)
    assert said(outline) == ["Bold and big line", "Image: The logo", "More", "Inside.", "Title"]
    assert outline.title == "Title"
    assert left_out(outline) == ["an element without words, script"]


def test_indices_and_powers_set_in_html_are_mathematics(page):
    assert said(
        page("The sum x<sub>n</sub> + x<sup>2</sup> on the 1<sup>st</sup> day of H<sub>2</sub>O.", mdx=False)
    ) == ["The sum x sub n + x squared on the 1st day of H sub 2O.".replace("2O", "2 O")]


def test_an_html_table_is_read_like_any_other(page):
    text = "<table>\n<tr><th>Name</th><th>Age</th></tr>\n<tr><td>a</td><td>1</td></tr>\n</table>\n\nEnd."
    assert said(page(text, mdx=False)) == ["A table with 2 columns: Name and Age. a: Age 1.", "End."]


def test_links_are_their_words_and_addresses_their_host(page):
    text = (
        "See [the *paper*](https://a.b/c_d) at https://www.arxiv.org/abs/1?x=1_2, <https://d2l.ai>, "
        "[x][r] or [broken][no].\n\n[r]: http://x.y"
    )
    assert said(page(text, mdx=False)) == ["See the paper at arxiv dot org, d2l dot ai, x or broken."]


def test_images_are_their_descriptions(page):
    outline = page("![A *red* `box_1`](a.png)\n\n![](b.png)\n\n![photo.png](c.png)\n\nText ![inside](d.png) goes on.\n")
    assert said(outline) == ["Image: A red box 1", "Text goes on.", "Image: inside"]
    assert len(left_out(outline)) == 2


def test_lists_quotes_and_tasks_keep_their_kind_and_depth(page):
    outline = page("1. One\n   - Two\n\n- [x] Done\n\n> Quoted.\n\n> [!NOTE]\n> Mind.\n")
    assert [(block.kind, block.level, block.text) for block in outline.blocks] == [
        (BlockKind.LIST_ITEM, 1, "One"),
        (BlockKind.LIST_ITEM, 2, "Two"),
        (BlockKind.LIST_ITEM, 1, "Done"),
        (BlockKind.QUOTE, 0, "Quote: Quoted."),
        (BlockKind.QUOTE, 0, "Note: Mind."),
    ]


def test_footnotes_are_left_out_and_their_marks_are_not_said(page):
    outline = page("A claim.[^1] And more.[4]\n\n[^1]: The proof.\n")
    assert said(outline) == ["A claim. And more."]
    assert left_out(outline) == ["a footnote"]


def test_rules_and_ornaments_are_not_said(page):
    outline = page("One 🎉 two ✅.\n\n---\n\n🎉🎉\n\n* * *\n\n⭐ ~~~ === Three\n")
    assert said(outline) == ["One two .".replace(" .", "."), "Three"]
    assert left_out(outline) == ["a rule", "nothing in it can be said", "a rule"]


def test_textbook_directives_are_not_said(page):
    text = """# Calculus
:label:`sec_calculus`

It works (:numref:`fig_a`), see :eqref:`eq_b` and :citet:`Der-Kiureghian.ea.2009` :cite:`X.1999`.
[**Bold**] (**$$x$$**)

```{.python .input}
%%tab mxnet
a
```

```{.python .input}
%%tab jax
b
```

:begin_tab:`mxnet`
One.
:end_tab:

:begin_tab:`jax`
Two.
:end_tab:
"""
    outline = page(text, mdx=False)
    assert said(outline) == [
        "Calculus",
        "It works, see the equation and Der Kiureghian et al. (2009). Bold",
        "x",
        "A code example in Python, 2 lines, is shown here.",
        "One.",
    ]
    assert left_out(outline) == ["the same passage for another tool, jax"] * 2


def test_lines_are_those_of_the_file(page):
    front = "---\ntitle: T\n---\n\nimport a from 'b'\n\n"
    text = front + "One\ntwo\n\n<A\n  b={1}\n/>\n\n- x\n  y\n\n<BlockMath\n math='x'\n/>\nEnd\nof it.\n"
    places = {block.text: block.lines for block in page(text).blocks}
    assert places["One two"] == (7, 8)
    assert places["x y"] == (14, 15)
    assert places["x"] == (17, 19)
    assert places["End of it."] == (20, 21)


def test_ids_of_blocks_do_not_depend_on_what_stands_before(page):
    before = {block.text: block.id for block in page("One.\n\nTwo.\n\nTwo.\n").blocks}
    after = {block.text: block.id for block in page("New.\n\n- list\n\nOne.\n\nTwo.\n\nTwo.\n").blocks}
    assert all(after[text] == name for text, name in before.items())
    ids = [block.id for block in page("Two.\n\nTwo.\n").blocks]
    assert len(set(ids)) == 2


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(page):
    text = "---\ntitle: T\n---\n\n# A\n\nimport a from 'b'\n\nOne\ntwo.\n"
    assert page("\ufeff" + text.replace("\n", "\r\n")) == page(text)


@pytest.mark.parametrize(
    "text",
    [
        "<Card title={`never closed",
        "export const metadata = {title: 'x'\n\nWords.",
        "{ open\n\nWords.",
        "<!-- open",
        "$$ open",
        "```",
        "`open",
        "<InlineMath math=",
        "a <b and c> d",
        "\\",
        "<",
        ":::\n",
        "[a](b c",
        "**open",
        "x" * 5000,
        "> " * 300 + "deep",
        "{`${`${`${`",
    ],
)
def test_broken_pages_neither_fail_nor_leak(page, text):
    for mdx in (True, False):
        outline = page(text, mdx=mdx)
        assert [leak for block in outline.blocks for leak in leaks(block.text)] == []


def test_what_follows_a_broken_construct_is_still_spoken(page):
    for text in (
        "{ open\n\nWords.",
        "<Card title={\n\nWords.",
        "export const x = {\n\nWords.",
        "$x\n\nWords.",
        "`x\n\nWords.",
    ):
        assert "Words." in " ".join(said(page(text)))


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        (
            "en",
            "A table with 3 columns: Planet, Moons and Rings. Mars: Moons 2; Rings no. Io: Moons 0; Rings yes.",
        ),
        (
            "id",
            "Tabel dengan 3 kolom: Planet, Moons dan Rings. Mars: Moons 2; Rings tidak. Io: Moons 0; Rings ya.",
        ),
        (
            "de",
            "Eine Tabelle mit 3 Spalten: Planet, Moons und Rings. Mars: Moons 2; Rings nein. Io: Moons 0; Rings ja.",
        ),
        ("es", "Una tabla de 3 columnas: Planet, Moons y Rings. Mars: Moons 2; Rings no. Io: Moons 0; Rings sí."),
        (
            "fr",
            "Un tableau de 3 colonnes : Planet, Moons et Rings. Mars: Moons 2; Rings non. Io: Moons 0; Rings oui.",
        ),
    ],
)
def test_a_small_table_is_read_row_by_row_by_its_headings(page, locale, text):
    table = "| Planet | Moons | Rings |\n|---|---|---|\n| Mars | 2 | ❌ |\n| **Io** | 0 | ✅ |\n| Venus | - | |\n"
    (block,) = page(table, locale=locale).blocks
    assert block.text == f"{text} Venus."
    assert block.summary == ""


def test_code_is_told_of_by_its_names_and_its_first_comment(page):
    code = (
        "```python\n#!/usr/bin/env python\nimport os\n\n# Find a name in a sorted list.\n"
        "def binarySearch(items):\n    pass\n\nclass Search_tree: ...\n```\n"
    )
    (block,) = page(code).blocks
    assert block.text == (
        "A code example in Python, 8 lines, is shown here. It defines binary search and search tree. "
        "Its comment says: Find a name in a sorted list."
    )
    assert block.summary


def test_code_is_read_line_by_line_where_the_author_asks(page):
    (block,) = page("```python read-aloud\ntotal = a + b\nprint(total)\n```\n").blocks
    assert block.text == "A code example in Python, 2 lines, is shown here. total = a + b. print total."
    assert block.summary == ""


def test_admonitions_are_announced_in_the_language_of_the_page(page):
    text = ":::warning Hot water\n\nMind it.\n\n:::\n\n<Tip>\nUse gloves.\n</Tip>\n\nEnd."
    assert said(page(text)) == ["Warning: Hot water", "Mind it.", "Tip", "Use gloves.", "End."]
    assert said(page(text, locale="id"))[:3] == ["Peringatan: Hot water", "Mind it.", "Kiat"]


def test_what_a_component_means_is_a_table_that_a_project_extends(page):
    text = '<Mermaid title="A flow" chart={`a-->b`} />\n\n<Quiz>\nWho knows?\n</Quiz>\n\n<Ad>Buy!</Ad>\n\nEnd.'
    outline = page(text)
    assert said(outline) == ["A flow", "Who knows?", "End."]
    assert left_out(outline) == ["the source of a diagram", "an advertisement"]
    own = shipped_components().extended(
        '[Quiz]\nsay = "nothing"\nreason = "a quiz"\n[Ad]\n[TeX]\nsay = "mathematics"\nattributes = ["t"]'
    )
    outline = page(text + '\n\nIt is <TeX t="x^2" />.', components=own)
    assert said(outline) == ["A flow", "Buy!", "End.", "It is x squared."]
    assert "a quiz" in left_out(outline)


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("[Quiz", "not TOML"),
        ("Quiz = 1", "belongs to no component"),
        ('[Quiz]\nsay = "loudly"', "'loudly'"),
        ('[Quiz]\nsays = "nothing"', "nearest is 'say'"),
        ('[Quiz]\nattributes = "title"', "no list"),
        ("[Quiz]\nreason = 1", "no text"),
    ],
)
def test_a_faulty_table_of_components_is_refused_with_the_remedy(table, fault):
    with pytest.raises(Refused, match=fault):
        shipped_components().extended(table)


def test_a_page_that_is_mostly_left_out_warns(page):
    chart = "<Chart\n" + "".join(f"  point{number}={{[{number}]}}\n" for number in range(12)) + "/>\n"
    assert (
        page(f"One sentence.\n\n{chart}").warnings[0].startswith("Most of this page is left out: 14 of its 15 lines.")
    )
    assert page(f"{'One sentence. ' * 3}\n\n" * 20 + chart).warnings == ()
