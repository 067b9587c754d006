"""An edit finds its place again by the words of its blocks, wherever they stand and however often."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from assets.domain.edits import (
    Anchor,
    Edit,
    Piece,
    anchors,
    edited_fingerprint,
    edits_digest,
    place,
    speakable,
    style_key,
)
from assets.domain.outlines import Block, BlockKind, Outline
from assets.domain.scripts import NO_STYLE, Style

MOON = "The Moon pulls on the water, and the near side is pulled the most."


def outline(*texts):
    counts = {}
    blocks = []
    for number, text in enumerate(texts, 1):
        counts[text] = counts.get(text, 0) + 1
        name = f"{text[:12]}-{counts[text]}"
        blocks.append(Block(name, BlockKind.PARAGRAPH, text, (number, number)))
    return Outline("Tides", "", tuple(blocks))


def edit(*about, said="Something else.", number=1, occurrence=1):
    tied = tuple(Anchor(BlockKind.PARAGRAPH, text, occurrence) for text in about)
    made = datetime(2030, 1, 1, tzinfo=UTC)
    return Edit(number, "tides", "en", "", tied, (Piece("As written.", said),), "ann", made)


def test_an_edit_stays_with_its_block_wherever_that_moves():
    before, after = outline("One.", MOON, "Two."), outline("New.", "Two.", "One.", MOON)
    for source in (before, after):
        (placed,) = place([edit(MOON)], source).placed
        assert placed.blocks[0].text == MOON
        assert not placed.changed


def test_an_edit_of_a_block_that_changed_is_still_said_and_reported():
    changed = MOON.replace("the most", "more than the far one")
    (placed,) = place([edit(MOON)], outline("Something of another kind altogether.", changed)).placed
    assert placed.blocks[0].text == changed
    assert placed.changed


def test_an_edit_whose_block_is_gone_is_homeless_and_no_part_of_the_fingerprint():
    placing = place([edit(MOON)], outline("Something of another kind altogether."))
    assert placing.placed == ()
    assert [each.id for each in placing.homeless] == [1]
    assert edited_fingerprint("f" * 64, placing) == "f" * 64


def test_of_equal_blocks_the_one_that_was_edited_is_meant():
    source = outline("Again.", "Once.", "Again.")
    (placed,) = place([edit("Again.", occurrence=2)], source).placed
    assert placed.block_ids == ("Again.-2",)
    (alone,) = place([edit("Again.", occurrence=2)], outline("Once.", "Again.")).placed
    assert alone.block_ids == ("Again.-1",)


def test_two_edits_never_take_the_same_changed_block():
    first, second = "a b c d e f g h", "a b c d e f g i"
    placing = place([edit(first), edit(second, number=2)], outline("a b c d e f g x"))
    assert [each.edit.id for each in placing.placed] == [1]
    assert [each.id for each in placing.homeless] == [2]


def test_what_is_said_and_where_is_in_the_fingerprint_and_who_made_it_is_not():
    source = outline("One.", MOON)
    here, there = place([edit(MOON)], source), place([edit("One.")], source)
    other = place([edit(MOON, said="Another thing.")], source)
    same = place([edit(MOON, number=7)], source)
    assert len({edits_digest(each) for each in (here, there, other)}) == 3
    assert edits_digest(here) == edits_digest(same)
    assert edited_fingerprint("f" * 64, here) != "f" * 64


def test_voices_of_one_style_share_their_edits_and_others_do_not():
    warm = Style("a warm friend", ("warmly",))
    assert style_key(NO_STYLE) == ""
    assert style_key(warm) == style_key(Style("a warm friend", ("warmly",)))
    assert (
        len({style_key(warm), style_key(Style("a strict teacher", ("warmly",))), style_key(Style("a warm friend"))})
        == 3
    )


def test_the_title_and_the_description_can_be_edited():
    source = Outline("Tides", "Why the sea comes.", ())
    names = [block.id for block in speakable(source)]
    assert names == ["title", "description"]
    tied = anchors(speakable(source)[1:], speakable(source))
    (placed,) = place([edit("Why the sea comes.")], source).placed
    assert placed.block_ids == ("description",)
    assert tied == (Anchor(BlockKind.PARAGRAPH, "Why the sea comes."),)


words = st.lists(st.sampled_from(["tide", "moon", "sea", "sun", "pull", "far"]), min_size=1, max_size=6).map(" ".join)


@given(texts=st.lists(words, min_size=1, max_size=8), which=st.integers(0, 7), seed=st.randoms())
def test_an_edit_is_found_exactly_for_as_long_as_its_words_are_there(texts, which, seed):
    source = outline(*texts)
    block = speakable(source)[1 + which % len(texts)]
    (anchor,) = anchors([block], speakable(source))
    kept = edit("unused")
    kept = Edit(1, "tides", "en", "", (anchor,), kept.pieces, "", kept.made_at)
    (same,) = place([kept], source).placed
    assert same.block_ids == (block.id,)
    seed.shuffle(texts)
    (moved,) = place([kept], outline("Before.", *texts)).placed
    assert moved.blocks[0].text == block.text
    assert not moved.changed


def test_an_anchor_survives_being_kept_as_json():
    anchor = Anchor(BlockKind.QUOTE, "Ça va?", 3)
    assert Anchor.from_json(anchor.as_json()) == anchor
