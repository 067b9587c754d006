import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.keys import Locale
from assets.text.sentences import sentences


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", ["See e.g. Fig. 3 by J. S. Bach.", "It is 3.14 m.", "Then Dr. Smith came.", "Use math.pi here."]),
        ("en", ["Is it?", "Yes!", "He paid $3.50 to Mr. Lee.", "Good."]),
        (
            "id",
            ["Lihat Gbr. 2 di atas.", "Tingginya 3,14 m.", "Lalu ia pergi, dll.", "Kemudian Prof. Dr. Budi datang."],
        ),
        (
            "de",
            [
                "Das ist z. B. gut, d. h. sehr gut.",
                "Siehe Abb. 3 vgl. Nr. 4.",
                "Am 3. Mai kam er.",
                "Er wog 5 kg.",
                "Dann z.B. so.",
            ],
        ),
        ("fr", ["Il est 3 h.", "Puis M. Dupont vint.", "Voilà."]),
        ("hi", ["यह है।", "वह है।"]),
        ("ar", ["هذا نص.", "هل هذا؟", "نعم."]),
    ],
)
def test_sentences_end_where_people_end_them(locale, expected):
    assert list(sentences(" ".join(expected), Locale(locale))) == expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("zh", ["他说：“对。”", "然后他走了。", "为什么？！", "因为3.14是数。"]),
        ("ja", ["「そうだ。」", "と言った。", "次へ（本当）。", "本当？"]),
    ],
)
def test_sentences_without_spaces_end_after_their_closing_quotes(locale, expected):
    assert list(sentences("".join(expected), Locale(locale))) == expected


TEXTS = st.lists(
    st.text(max_size=8)
    | st.sampled_from(
        [". ", "。", "！”", "z. B. ", "e.g. ", "3.14 m. ", "Dr. ", "A. ", "? ", "...", " ", "\n", "“", "字", "ا"]
    ),
    max_size=40,
).map("".join)


@given(TEXTS, st.sampled_from(["en", "id", "de", "fr", "zh", "ja", "ar", "ka", "hi"]))
def test_sentences_lose_and_change_nothing_but_spaces(text, locale):
    found = sentences(text, Locale(locale))
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(sentence and sentence == sentence.strip() and sentence in text for sentence in found)
