"""The columns of the shelves: they choose and count what somebody would who goes through one after another."""

from hypothesis import given
from hypothesis import strategies as st

from assets.domain.questions import Question
from assets.storage.columns import NOWHERE, Columns

KINDS = ["article", "subject"]
LOCALES = ["en", "id", "ar"]
VOICES = ["joe", "nina"]
PHASES = ["ready", "failed", "not_asked"]

narrations = st.dictionaries(
    st.tuples(st.integers(0, 4), st.sampled_from([*LOCALES, "gone"]), st.sampled_from(VOICES)),
    st.tuples(st.sampled_from(PHASES), st.one_of(st.none(), st.floats(1, 1e9))),
)
texts = st.lists(st.sets(st.sampled_from(LOCALES), min_size=1).map(sorted), min_size=5, max_size=5)
questions = st.builds(
    Question,
    kind=st.sampled_from(["", *KINDS, "none"]),
    locale=st.sampled_from(["", *LOCALES, "gone"]),
    voice=st.sampled_from(["", *VOICES, "nobody"]),
    phase=st.sampled_from(["", *PHASES]),
    recent=st.booleans(),
)


@given(st.lists(st.sampled_from(KINDS), min_size=5, max_size=5), texts, narrations, narrations, questions, st.data())
def test_columns_find_and_count_what_a_look_at_one_after_another_finds(kinds, texts, first, then, asked, data):
    rows = [(rank, locale) for rank, own in enumerate(texts) for locale in own]
    columns = Columns(kinds, [(rank, locale, number) for number, (rank, locale) in enumerate(rows, 100)])
    for some in (first, then):  # what is told later counts, and may be of a narration that was never heard of
        columns.put((*key, *how) for key, how in some.items())
    now = first | then
    places = None
    if data.draw(st.booleans()):
        found = data.draw(st.lists(st.sampled_from(range(len(rows))), unique=True))
        by_title, by_body = found[: len(found) // 2], found[len(found) // 3 :]
        places = columns.places(by_title, [100 + at for at in by_body])
        expected = [
            row[0] - 10**9 if at in by_title else by_body.index(at) if at in by_body else NOWHERE
            for at, row in enumerate(rows)
        ]
        assert places.tolist() == expected
    said = {row for at, row in enumerate(rows) if places is None or places[at] != NOWHERE}
    meant = {
        key: how
        for key, how in now.items()
        if asked.locale in {"", key[1]} and asked.voice in {"", key[2]} and asked.kind in {"", kinds[key[0]]}
        if places is None or key[:2] in said
    }
    of_phase = {key: how for key, how in meant.items() if asked.phase in {"", how[0]}}
    counted = columns.count(asked, places)
    assert counted == {phase: n for phase in PHASES if (n := sum(how[0] == phase for how in meant.values()))}

    matching = [
        (rank, locale)
        for rank, locale in said
        if asked.locale in {"", locale} and asked.kind in {"", kinds[rank]}
        if not asked.about_narrations or any(key[:2] == (rank, locale) for key in of_phase)
    ]
    ranks = {rank for rank, _ in matching}
    if places is None and asked.about_narrations:
        ranks = {key[0] for key in of_phase}
    changed = [
        max((how[1] or 0 for some in (first, then) for key, how in some.items() if key[0] == rank), default=0)
        for rank in range(5)
    ]
    fit = (
        {rank: min((places[rows.index(row)] for row in matching if row[0] == rank), default=0) for rank in ranks}
        if (places is not None)
        else {}
    )
    order = sorted(ranks, key=lambda rank: (fit.get(rank, 0), rank))
    if asked.recent:
        order.sort(key=lambda rank: -changed[rank])
    assert columns.choose(asked, places).tolist() == order
    assert columns.last_change() == max(changed)


def test_a_text_that_stands_in_two_places_is_found_in_both():
    columns = Columns(KINDS, [(0, "en", 7), (1, "en", 7)])
    assert columns.choose(Question(words="said"), columns.places([], [7])).tolist() == [0, 1]


def test_columns_of_nothing_find_nothing():
    columns = Columns([], [])
    assert columns.choose(Question(phase="ready"), columns.places([], [3])).tolist() == []
    assert columns.count(Question(), None) == {}
    assert columns.last_change() == 0
