"""What is found by what somebody types, in any script."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.search_words import TOKENS, excerpt, folded, match, terms

TEXTS = {
    "en": "The moon pulls at the sea: a résumé of naïve ideas, in two parts (π and Ærø).",
    "id": "Bulan menarik laut, dan air pasang pun naik.",
    "vi": "Mặt trăng kéo nước biển. Đường đi rất dài.",
    "ar": "القَمَرُ يجذب البَحر، والمدّ يرتفع.",
    "hi": "चन्द्रमा समुद्र को खींचता है।",
    "ru": "Ёлка стоит у моря.",
    "zh": "月亮吸引海水，潮水上涨。",
    "ja": "月は海を引っぱります。データを学ぶ。",
    "th": "ดวงจันทร์ดึงดูดน้ำทะเล",
    "de": "Die Straße führt über die Brücke.",
}


@pytest.fixture(scope="module")
def index():
    made = sqlite3.connect(":memory:")
    made.execute(f"CREATE VIRTUAL TABLE t USING fts5 (locale UNINDEXED, text, tokenize = \"{TOKENS}\", prefix = '2 3')")
    made.executemany("INSERT INTO t VALUES (?, ?)", [(locale, folded(text)) for locale, text in TEXTS.items()])
    return made


def found(index, words):
    wanted = match(words)
    rows = index.execute("SELECT locale FROM t WHERE t MATCH ?", (wanted,)) if wanted else ()
    return {row[0] for row in rows}


@pytest.mark.parametrize(
    ("words", "locale"),
    [
        ("MOON sea", "en"),
        ("resume naive", "en"),
        ("résu", "en"),
        ("aero", "en"),
        ("pas lau", "id"),
        ("mat trang", "vi"),
        ("duong", "vi"),
        ("القمر", "ar"),
        ("البحر والمد", "ar"),
        ("समुद्र", "hi"),
        ("елка", "ru"),
        ("海水", "zh"),
        ("潮水上", "zh"),
        ("データ", "ja"),
        ("学ぶ", "ja"),
        ("ดึงดูด", "th"),
        ("strasse", "de"),
        ("brucke", "de"),
    ],
)
def test_a_text_is_found_however_its_words_are_typed(index, words, locale):
    assert found(index, words) == {locale}


def test_signs_that_stand_elsewhere_in_another_order_are_not_found(index):
    assert found(index, "水海") == set()
    assert found(index, "oon") == set()  # a word is found by its beginning


@pytest.mark.parametrize(("locale", "words", "marked"), [
    ("en", "resume", "résumé"), ("ar", "البحر", "البَحر"), ("zh", "海水", "海水"), ("de", "strasse", "Straße"),
    ("vi", "duong", "Đường"),
])  # fmt: skip
def test_an_excerpt_marks_what_was_looked_for_as_it_is_written(locale, words, marked):
    told = excerpt(["Nothing of it.", TEXTS[locale]], words)
    assert [told.text[first:last] for first, last in told.marks] == [marked]


def test_an_excerpt_of_a_long_text_begins_with_a_word_and_says_that_there_is_more():
    told = excerpt(["before " * 60 + "the tide comes " + "after " * 60], "tide")
    assert told.text.startswith("… before") and told.text.endswith(" …")
    assert [told.text[first:last] for first, last in told.marks] == ["tide"]
    assert len(told.text) < 200


@given(st.text(max_size=80), st.text(max_size=30))
def test_whatever_is_typed_is_looked_for_and_whatever_is_written_is_shown(index, text, words):
    assert folded(folded(text)).split() == folded(text).split()
    found(index, words)
    told = excerpt([text], words)
    if told is not None:
        assert all(0 <= first < last <= len(told.text) for first, last in told.marks)
    assert all(term for term in terms(words))
