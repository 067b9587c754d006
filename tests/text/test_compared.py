import pytest

from assets.domain.keys import Locale
from assets.text.compared import names_in, readings


@pytest.mark.parametrize(
    ("locale", "written", "said"),
    [
        ("en", "the 4th of 1,250 is 3.5", "the fourth of one thousand two hundred fifty is three point five"),
        ("en", "one hundred and five", "one hundred five"),
        ("en", "25% of it", "twenty-five percent of it"),
        ("en", "$5 & 10°", "dollars five and ten degrees"),
        ("id", "1.250.000 dan 3,5", "satu juta dua ratus lima puluh ribu dan tiga koma lima"),
        ("id", "25%", "dua puluh lima persen"),
        ("de", "3,5 Meter und 1.250 Schritte", "drei Komma fünf Meter und eintausendzweihundertfünfzig Schritte"),
        ("es", "45 vectores", "cuarenta y cinco vectores"),
        ("fr", "45 ans", "quarante-cinq ans"),
    ],
)
def test_figures_and_words_are_the_same(locale, written, said):
    assert readings(written, Locale(locale))[0] == said


def test_a_figure_that_may_be_a_year_is_read_both_ways():
    assert readings("in 1883", Locale("en")) == (
        "in one thousand eight hundred eighty-three",
        "in eighteen eighty-three",
    )


def test_what_is_no_figure_stays():
    assert readings("B12 and v1.2.3 and x2", Locale("en")) == ("B12 and v1.2.3 and x2",)


def test_names_are_what_is_written_large_within_a_sentence():
    assert names_in("The island of Krakatau. In Java, I met Verbeek’s son.", Locale("en")) == {
        "Krakatau",
        "Java",
        "Verbeek’s",
    }
    assert names_in("Die Insel im Meer bei Java.", Locale("de")) == frozenset()
