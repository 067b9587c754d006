from assets.domain.outlines import Block, BlockKind, Outline
from assets.domain.scripts import Coverage, Script, Section, Segment, drafts


def block(text: str, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> Block:
    return Block(f"id-{text}", kind, text, (1, 1), level)


def heading(text: str, level: int = 2) -> Block:
    return block(text, BlockKind.HEADING, level)


def outline(*blocks: Block, title: str = "Tides", description: str = "") -> Outline:
    return Outline(title, description, blocks)


def test_what_stands_before_the_first_heading_opens_under_the_title():
    opening, moon = drafts(outline(block("one"), heading("The Moon"), block("two"), description="Why."))
    assert [b.text for b in opening.blocks] == ["Tides", "Why.", "one"]
    assert (opening.level, opening.title) == (1, "Tides")
    assert [b.text for b in moon.blocks] == ["The Moon", "two"]
    assert (moon.level, moon.title, moon.id) == (2, "The Moon", "the-moon")


def test_a_heading_that_is_the_title_is_said_once():
    left_out = Block("x", BlockKind.LEFT_OUT, "", (1, 1), reason="an import")
    (only,) = drafts(outline(left_out, heading("Tides", 1), block("one")))
    assert [b.text for b in only.blocks if b.kind is not BlockKind.LEFT_OUT] == ["Tides", "one"]
    assert "id-Tides" in [b.id for b in only.blocks]


def test_every_block_is_in_exactly_one_draft():
    blocks = [block("one"), heading("A"), heading("B", 3), block("two"), heading("A"), block("three")]
    found = [b.id for draft in drafts(outline(*blocks)) for b in draft.blocks]
    assert found == ["title", *(b.id for b in blocks)]


def test_ids_of_sections_are_made_of_words_and_are_unique():
    made = drafts(outline(heading("Was ist's? – 1.2"), heading("概要"), heading("!?"), heading("概要")))
    assert [draft.id for draft in made[1:]] == ["was-ist-s-1-2", "概要", "section", "概要-2"]


def test_an_inserted_section_renames_no_other():
    before = {draft.title: draft.id for draft in drafts(outline(heading("A"), heading("B")))}
    after = {draft.title: draft.id for draft in drafts(outline(heading("New"), heading("A"), heading("B")))}
    assert before.items() <= after.items()


def test_a_script_counts_and_joins_its_segments():
    segments = (Segment("One.", "a", BlockKind.HEADING), Segment("Two.", "b", BlockKind.PARAGRAPH, ends_block=False))
    script = Script("T", "", "en", (Section("a", "A", 1, segments), Section("b", "B", 2, segments[:1])), ())
    assert script.characters == 12
    assert script.spoken_text == "One.\nTwo.\n\nOne."
    assert script.sections[0].spoken_text == "One. Two."
    assert len(script.segments) == 3


def test_a_script_is_read_back_from_its_json():
    segments = (Segment("One.", "a", BlockKind.HEADING), Segment("Two.", "b", BlockKind.CODE, ends_block=False))
    coverage = (Coverage("b", BlockKind.CODE, "summarised", (3, 9), "code"),)
    script = Script("T", "D", "pt-BR", (Section("a", "A", 1, segments),), coverage, ("careful",))
    assert Script.from_json(script.as_json()) == script
