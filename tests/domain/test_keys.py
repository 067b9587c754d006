import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.errors import Refused
from assets.domain.keys import ContentId, Locale, NarrationKey, VoiceKey, looks_like_locale


@pytest.mark.parametrize("tag", ["en", "id", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419", "fil"])
def test_language_tags_are_locales(tag):
    assert str(Locale(tag)) == tag


@pytest.mark.parametrize("tag", ["jp", "EN", "en-gb", "en_GB", "english", "e", "", "xx", "en-", "en\n", "pt-BR-x"])
def test_what_is_no_language_tag_is_refused(tag):
    with pytest.raises(Refused):
        Locale(tag)


def test_a_common_slip_is_answered_with_what_was_meant():
    with pytest.raises(Refused) as refused:
        Locale("jp")
    assert refused.value.remedy == "Did you mean 'ja'?"


def test_a_locale_knows_its_language_and_direction():
    assert (Locale("pt-BR").language, Locale("ar-EG").right_to_left, Locale("en").right_to_left) == ("pt", True, False)


def test_a_part_of_a_file_name_may_be_meant_as_a_locale():
    assert all(map(looks_like_locale, ["en", "pt-BR", "jp"]))
    assert not any(map(looks_like_locale, ["old", "v2", "final", "README", "EN"]))


@pytest.mark.parametrize("path", ["a", "articles/zero", "subjects/maths/vectors-2", "README", "a_b/C9"])
def test_plain_paths_are_content_ids(path):
    assert str(ContentId(path)) == path


@pytest.mark.parametrize(
    "path", ["", "/a", "a/", "a//b", "../a", "a/..", ".a", "a.b", "a b", "a@b", "-a", "ä", "a\n", "x" * 201]
)
def test_other_paths_are_refused(path):
    with pytest.raises(Refused):
        ContentId(path)


def test_what_lies_under_articles_is_an_article():
    assert [ContentId(path).kind for path in ("articles/a", "articles", "subjects/articles/a")] == [
        "article",
        "subject",
        "subject",
    ]


@pytest.mark.parametrize("name", ["", "Joe", "a b", "-a", "a@b", "x" * 65])
def test_other_voice_keys_are_refused(name):
    with pytest.raises(Refused):
        VoiceKey(name)


PARTS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,20}", fullmatch=True)


@given(
    st.lists(PARTS, min_size=1, max_size=5),
    st.sampled_from(["en", "pt-BR", "zh-Hant-TW"]),
    st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True),
)
def test_a_narration_key_is_read_back_from_its_text(parts, locale, voice):
    key = NarrationKey.of("/".join(parts), locale, voice)
    assert NarrationKey.parse(str(key)) == key
    assert set(str(key)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@/-_")


@pytest.mark.parametrize("text", ["", "a@en", "a@en@joe@x", "a|en|joe", "@en@joe"])
def test_other_texts_are_no_narration_keys(text):
    with pytest.raises(Refused):
        NarrationKey.parse(text)
