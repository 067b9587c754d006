"""Changes between two texts: nothing is lost, and nothing that is the same is said to be different."""

from hypothesis import given
from hypothesis import strategies as st

from assets.domain.changes import Kind, Piece, compare

PIECES = st.lists(st.sampled_from("abcdef"), max_size=12).map(lambda marks: [Piece(m, m.upper()) for m in marks])


def pieces(text: str) -> list[Piece]:
    return [Piece(letter, letter) for letter in text]


def test_each_kind_of_change_is_named():
    kinds = [(each.kind, len(each.before), len(each.after)) for each in compare(pieces("abcdf"), pieces("aXcdeZ"))]
    assert kinds == [(Kind.SAME, 1, 1), (Kind.CHANGED, 1, 1), (Kind.SAME, 2, 2), (Kind.CHANGED, 1, 2)]
    assert [each.kind for each in compare(pieces("ab"), pieces("abc"))] == [Kind.SAME, Kind.ADDED]
    assert [each.kind for each in compare(pieces("ab"), pieces("b"))] == [Kind.REMOVED, Kind.SAME]


@given(PIECES, PIECES)
def test_the_stretches_joined_are_the_two_texts(before, after):
    found = compare(before, after)
    assert [piece for each in found for piece in each.before] == before
    assert [piece for each in found for piece in each.after] == after
    for each in found:
        assert (each.kind is Kind.SAME) == ([p.mark for p in each.before] == [p.mark for p in each.after])
