import pytest

from assets.text.javascript import balanced_end, object_strings, statement_end, string_value
from assets.text.tags import element_end, read_tag


@pytest.mark.parametrize(
    "text",
    ["{}", "{a: '}'}", '{"\\"}"}', "{`}${ {a: `}`} }`}", "{/* } */}", "{ // }\n}", "{[(){}]}", "{<p>don't</p>}"],
)
def test_a_bracket_is_closed_by_its_own(text):
    assert balanced_end(text + " }", 0) == len(text)


def test_a_bracket_that_is_never_closed_is_none():
    assert balanced_end("{ a: [1, 2 }}".replace("}", ""), 0) is None


def test_templates_in_templates_do_not_end_the_interpreter():
    assert balanced_end("{" + "`${" * 5000 + "}", 0) is None


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a'", "a"),
        ('"a\\n\\u0041\\x42\\u{43}"', "a\nABC"),
        ("`a\nb`", "a\nb"),
        ("String.raw`\\frac`", "\\frac"),
        ("'a' + \"b\" + `c`", "abc"),
        ("('a')", "a"),
        ("`a${b}`", None),
        ("a", None),
        ("'a' + b", None),
        ("", None),
        ("'a", None),
    ],
)
def test_a_string_expression_is_what_it_says(expression, value):
    assert string_value(expression) == value


def test_an_object_gives_its_own_strings_only():
    source = """{
      title: "One", 'quoted-key': 'two', // title: "no"
      list: ["title", {title: "no"}], call: f("title"), fn: () => { return "title: no" },
      description: `three`, n: 5, last: "four"
    }"""
    assert object_strings(source) == {"title": "One", "quoted-key": "two", "description": "three", "last": "four"}


@pytest.mark.parametrize(
    "statement",
    [
        "import a from 'b'",
        "export const x = {\n a: 1,\n\n b: 2 }",
        "export const x =\n  5;",
        "import {\n a\n} from 'b';",
        "export const f = () =>\n  1",
    ],
)
def test_a_statement_ends_with_its_line(statement):
    assert statement_end(statement + "\nWords", 0) == len(statement)


def test_a_tag_is_read_with_all_its_attributes():
    text = "<A.B x='1>2' y={ {z: \">\"} } {...rest} on w={'s'} t=\"&amp;\"\n/>rest"
    tag = read_tag(text, 0, jsx=True)
    assert tag is not None
    assert (tag.name, tag.self_closing, text[tag.end :]) == ("A.B", True, "rest")
    assert tag.strings == {"x": "1>2", "w": "s", "t": "&"}
    assert tag.expressions == {"y": ' {z: ">"} '}


@pytest.mark.parametrize("text", ["< a>", "<a", "<1>", "<https://x.y>", "<a@b.c>", "<a b='", "<a b={", "<-", "<"])
def test_other_signs_are_no_tags(text):
    assert read_tag(text, 0, jsx=False) is None


def test_an_element_ends_with_its_own_closing_tag():
    text = "<D><D x={'</D>'} /><D>a</D></D>b</D>"
    tag = read_tag(text, 0, jsx=True)
    assert tag is not None
    assert element_end(text, tag) == (text.index("</D>b"), text.index("b</D>"))
