import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assets.domain.keys import Locale
from assets.text.leaks import leaks
from assets.text.mathematics import speak


# Golden: a new mathra must say these as before, or the prompt version of the writer has to be raised.
@pytest.mark.parametrize(
    ("latex", "locale", "words"),
    [
        (r"\frac{a}{b}", "en", "A over b"),
        (r"\frac{x+1}{2}", "id", "pecahan, x tambah 1, per 2"),
        (r"\frac{x+1}{2} - 1", "en", "fraction, x plus 1, over 2, end fraction minus 1"),
        (r"\frac{dy}{dx} = 2x", "en", "d y over d x equals 2 x"),
        (r"\frac{\sin x}{x}", "en", "fraction, sine of x, over x"),
        (r"\frac{1}{2} m v^2", "en", "one half m v squared"),
        (r"\tfrac34", "id", "tiga perempat"),
        (r"\frac{2}{3}", "fr", "deux tiers"),
        (r"\frac{1}{4}", "id", "seperempat"),
        (r"\frac{7}{10}", "de", "sieben Zehntel"),
        (r"10^{-3}", "en", "10 to the power negative 3"),
        (r"\sqrt{x+1}", "es", "raíz cuadrada de x más 1"),
        (r"x = y", "es", "x es igual a i griega"),
        (r"n!", "id", "n faktorial"),
        (r"P(A \mid B)", "en", "P open paren A given B close paren"),
        (r"9.8\,\mathrm{m/s^2}", "en", "9.8 m/s²"),
        (r"5\,\text{km}", "id", "5 km"),
        (r"20^\circ\text{C}", "de", "20 °C"),
        (r"\SI{5}{\kilo\metre\per\hour}", "en", "5 km/h"),
        (r"\ce{2H2 + O2 -> 2H2O}", "en", "2 H 2 plus O 2 yields 2 H 2 O"),
        (r"\ce{SO4^2-}", "id", "S O 4 2 minus"),
        (r"\ce{NaCl(aq)}", "en", "N A C L (dissolved)"),
        (r"x_1, x_2", "en", "x sub 1, x sub 2"),
        (r"\{1,2,3\}", "id", "buka kurung kurawal 1, 2, 3 tutup kurung kurawal"),
        (r"\begin{aligned} 2x &= 4 \\ x &= 2 \end{aligned}", "en", "2 x equals 4. x equals 2"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "en", "matrix 2 by 2: row 1: 1, 2; row 2: 3, 4"),
        (r"1{,}5", "en", "1.5"),
        (r"x^2 + y^2 = r^2", "en", "x squared plus y squared equals r squared"),
        (r"x^2", "de", "x Quadrat"),
        (r"x^2", "fr", "x au carré"),
        (r"x^2", "zh-CN", "x 的平方"),
        (r"x^2", "pt-BR", "x ao quadrado"),
        (r"\sum_{i=1}^{n} i", "id", "jumlah dari i sama dengan 1 sampai n dari i"),
        (r"\vec{AB}", "en", "vector A B"),
        (r"1{,}250", "en", "1,250"),
        (r"3{,}14", "id", "3,14"),
        (r"f(x) = y,", "en", "f of x equals y,"),
        (r"f'(x)", "de", "f Strich von x"),
        (r"f: \mathbb{R} \to \mathbb{R}", "en", "f from the real numbers to the real numbers"),
        (r"\mathbf{a}^\top_1 b", "en", "A sub 1 transpose b"),
        (r"\|\mathbf{x}\|_2", "en", "norm of x sub 2"),
        (r"i^\mathrm{th}", "en", "i-th"),
        (r"1^\textrm{st}", "en", "1st"),
        ("x²", "en", "x squared"),
        ("\ne \\approx 2.7\n", "en", "e is approximately 2.7"),
        (r"\,", "en", ""),
        (r"b_{1m}", "en", "b sub 1, m"),
        (r"E = 2m c^2", "en", "E equals 2 times m c squared"),
        (r"s = 12\,\text{m}", "en", "s equals 12 m"),
        (r"s = 12 m", "en", "s equals 12 m"),
        (r"v \text{ after 3 s of rest}", "en", "v after 3 s of rest"),
        (r"\int_0^1 2t\,dt", "id", "integral dari 0 sampai 1 dari 2 kali t d t"),
        (r"\frac{d}{dx} f(x)", "en", "d over d x of f of x"),
        (r"\frac{dy}{du}\frac{du}{dx}", "id", "d y per d u, d u per d x"),
        (r"\ell_2", "en", "l sub 2"),
        (r"x \label{eq} \tag{3}", "en", "x"),
    ],
)
def test_formulas_are_said_as_people_say_them(latex, locale, words):
    said, warnings = speak(latex, Locale(locale))
    assert (said, warnings) == (words, ())


def test_a_long_formula_has_pauses_before_its_relations():
    said, _ = speak(
        r"x_1 + x_2 + x_3 + x_4 + x_5 + x_6 = \alpha + \beta + \gamma + \delta + \epsilon + \zeta", Locale("en")
    )
    assert ", equals alpha" in said
    assert "," not in speak("x + y = z", Locale("en"))[0]


def test_an_unknown_macro_is_read_by_its_name_and_reported():
    said, warnings = speak(r"\foo{x}", Locale("en"))
    assert said == "foo x"
    assert warnings == ("The macro 'foo' is not known and is read by its name.",)


def test_a_language_without_rules_is_told():
    said, warnings = speak("x^2", Locale("uk"))
    assert said == "x squared"
    assert "'uk'" in warnings[0]


def test_a_damaged_formula_is_told():
    assert "damaged" in speak(r"\frac{1}{", Locale("en"))[1][0]


def test_a_sign_without_words_is_told():
    assert "⊙" in speak(r"A \odot B", Locale("en"))[1][0]


PIECES = st.sampled_from(
    [*"\\{}[]$^_&%#~ab12+-=<>|.,\n ", r"\frac", r"\left(", r"\begin{x}", r"\text{", r"\unknown", "é", "字"]
)


@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(["en", "id", "ja", "ka"]))
@example(r"\text{][}", "en")
@example(r"\text{see ](a) or ![b}", "en")
def test_no_formula_fails_or_leaks(latex, locale):
    said, _ = speak(latex, Locale(locale))
    assert leaks(said) == ()
    assert not set(said) & set("\\${}")
