import pytest

from assets.domain.contents import Catalogue, Problem, Source
from assets.domain.errors import Refused
from assets.domain.keys import ContentId, Locale


def source(content: str, locale: str) -> Source:
    return Source(ContentId(content), Locale(locale), f"{content}.{locale}.md")


CATALOGUE = Catalogue(
    (source("b", "id"), source("b", "en"), source("a", "en")), (Problem("c.en.md", "'c.en.md' is empty."),)
)


def test_contents_are_in_order_each_once():
    assert [str(content) for content in CATALOGUE.contents] == ["a", "b"]
    assert [str(locale) for locale in CATALOGUE.locales(ContentId("b"))] == ["en", "id"]
    assert CATALOGUE.locales(ContentId("z")) == ()


def test_a_source_is_found_by_content_and_locale():
    assert CATALOGUE.source(ContentId("b"), Locale("id")).path == "b.id.md"


@pytest.mark.parametrize(
    ("content", "locale", "message"),
    [
        ("b", "de", "'b' has no text in 'de'. It exists in: en, id."),
        ("c", "en", "'c' cannot be used: 'c.en.md' is empty. Mend the file and ask again."),
        ("z", "en", "There is no content 'z'. The library shows what there is."),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(content, locale, message):
    with pytest.raises(Refused) as refused:
        CATALOGUE.source(ContentId(content), Locale(locale))
    assert str(refused.value) == message


def test_the_command_line_is_told_its_own_way_to_what_there_is():
    with pytest.raises(Refused) as refused:
        CATALOGUE.source(ContentId("z"), Locale("en"))
    assert refused.value.as_json()["remedy"] == "The library shows what there is."
    assert refused.value.as_json_at_a_shell()["remedy"] == "`studio list contents` shows what there is."


def test_catalogues_of_the_same_files_are_equal():
    CATALOGUE.source(ContentId("b"), Locale("id"))
    assert Catalogue(CATALOGUE.sources, CATALOGUE.problems) == CATALOGUE
