"""A page of HTML is read like any other: its main part, its lists and tables, and no sign of its markup."""

from __future__ import annotations

from assets.domain.outlines import BlockKind
from assets.text.leaks import leaks

PAGE = """<!doctype html>
<html>
<head>
  <title>Tides &amp; the Moon</title>
  <meta name="description" content="Why the sea comes and goes.">
  <style>p { color: red }</style>
</head>
<body>
  <nav><a href="/">Home</a></nav>
  <main>
    <h1>Tides</h1>
    <p>The <em>sea</em> rises
       * twice * a day, for 5 $ and snake_case.</p>
    <h2>The Moon</h2>
    <ul>
      <li>It pulls.</li>
      <li>1. It is far.</li>
    </ul>
    <p>Force is \\(F = m a\\).</p>
    <table><tr><th>Body</th><th>Mass</th></tr><tr><td>Moon</td><td>7</td></tr></table>
    <pre><code>x = 1</code></pre>
    <script>alert("never said")</script>
    <footer>All rights reserved.</footer>
  </main>
</body>
</html>
"""


def test_the_main_part_of_a_page_is_its_text(page):
    outline = page(PAGE, mdx=False, html=True)
    said = [block.text for block in outline.blocks if block.kind is not BlockKind.LEFT_OUT]
    assert (outline.title, outline.description) == (
        "Tides & the Moon".replace("&", "and"),
        "Why the sea comes and goes.",
    )
    assert said == [
        "Tides",
        "The sea rises twice a day, for 5 $ and snake case.",
        "The Moon",
        "It pulls.",
        "1. It is far.",
        "Force is F equals m A.",
        "A table with 2 columns: Body and Mass. Moon: Mass 7.",
        "An example, 1 line, is shown here.",
    ]
    assert [leak for text in said for leak in leaks(text)] == []


def test_what_is_round_the_text_is_left_out_and_accounted_for(page):
    reasons = [block.reason for block in page(PAGE, mdx=False, html=True).blocks if block.kind is BlockKind.LEFT_OUT]
    assert reasons[0] == "the head of the page; its title and description are spoken"
    assert {"an element without words, script", "an element without words, footer"} <= set(reasons)


def test_lines_are_those_of_the_file(page):
    blocks = page(PAGE, mdx=False, html=True).blocks
    (moon,) = [block for block in blocks if block.text == "The Moon"]
    assert PAGE.split("\n")[moon.lines[0] - 1].strip() == "<h2>The Moon</h2>"
