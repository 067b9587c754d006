import os
from pathlib import Path

import pytest

from assets.domain.contents import LARGEST_FILE_BYTES, Source
from assets.domain.errors import Refused
from assets.domain.keys import ContentId, Locale
from assets.storage.content_files import read, scan

EN = Locale("en")


def write(root: Path, path: str, text: str = "Words.") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def names(root: Path) -> list[tuple[str, str, str]]:
    return [(source.content.path, source.locale.tag, source.path) for source in scan(root, EN).sources]


def test_the_three_ways_to_name_a_page(tmp_path):
    write(tmp_path, "subjects/maths/vectors/en.mdx")
    write(tmp_path, "subjects/maths/vectors/pt-BR.mdx")
    write(tmp_path, "articles/zero.id.md")
    write(tmp_path, "articles/zero.md")
    write(tmp_path, "lone.md")
    assert names(tmp_path) == [
        ("articles/zero", "id", "articles/zero.id.md"),
        ("articles/zero", "en", "articles/zero.md"),
        ("lone", "en", "lone.md"),
        ("subjects/maths/vectors", "en", "subjects/maths/vectors/en.mdx"),
        ("subjects/maths/vectors", "pt-BR", "subjects/maths/vectors/pt-BR.mdx"),
    ]
    catalogue = scan(tmp_path, EN)
    assert [content.kind for content in catalogue.contents] == ["article", "subject", "subject"]
    assert catalogue.problems == ()


def test_other_files_and_hidden_ones_are_passed_over(tmp_path):
    write(tmp_path, "a/en.md")
    for path in ("a/image.svg", "a/notes.txt", ".git/en.md", "a/.draft.md", "a/data.json"):
        write(tmp_path, path)
    assert names(tmp_path) == [("a", "en", "a/en.md")]
    assert scan(tmp_path, EN).problems == ()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("react.jp.mdx", "Did you mean 'ja'"),
        ("react/jp.mdx", "Did you mean 'ja'"),
        ("react.EN.md", "'EN' is not a language tag"),
        ("react/pt_br.md", "'pt_br' is not a language tag"),
        ("notes.old.md", "cannot be a content id"),
        ("two words.md", "cannot be a content id"),
        ("a b/en.md", "cannot be a content id"),
        ("en.md", "top of the content root"),
    ],
)
def test_a_name_that_will_not_do_is_a_problem_and_the_rest_works(tmp_path, path, reason):
    write(tmp_path, "good/en.md")
    write(tmp_path, path)
    catalogue = scan(tmp_path, EN)
    assert [source.path for source in catalogue.sources] == ["good/en.md"]
    (problem,) = catalogue.problems
    assert problem.path == path
    assert reason in problem.message


@pytest.mark.parametrize(("first", "second"), [("a.en.md", "a/en.md"), ("a.en.md", "a.md"), ("a.md", "a.mdx")])
def test_of_two_files_for_one_text_the_first_stays_and_both_are_named(tmp_path, first, second):
    write(tmp_path, first)
    write(tmp_path, second)
    catalogue = scan(tmp_path, EN)
    assert [source.path for source in catalogue.sources] == [first]
    (problem,) = catalogue.problems
    assert problem.path == second
    assert first in problem.message


def test_a_page_that_is_too_large_or_empty_is_a_problem(tmp_path):
    write(tmp_path, "big.md", "x" * (LARGEST_FILE_BYTES + 1_000_000))
    write(tmp_path, "none.md", "")
    write(tmp_path, "good.md")
    catalogue = scan(tmp_path, EN)
    assert [source.path for source in catalogue.sources] == ["good.md"]
    assert [problem.message for problem in catalogue.problems] == [
        "'big.md' has 5.0 MB; a page may have 4 MB. Split it into several contents.",
        "'none.md' is empty.",
    ]
    with pytest.raises(Refused, match=r"5\.0 MB"):
        catalogue.source(ContentId("big"), EN)


def test_links_are_followed_inside_the_root_only(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    write(outside, "secret/en.md")
    write(root, "real/en.md")
    (root / "out").symlink_to(outside)
    (root / "stolen.md").symlink_to(outside / "secret/en.md")
    (root / "gone.md").symlink_to(root / "nowhere.md")
    (root / "twin.md").symlink_to(root / "real/en.md")
    (root / "real/loop").symlink_to(root)
    (root / "real/self").symlink_to(root / "real")
    catalogue = scan(root, EN)
    assert [source.path for source in catalogue.sources] == ["real/en.md", "twin.md"]
    assert [problem.path for problem in catalogue.problems] == ["gone.md", "stolen.md"]
    assert read(root, catalogue.sources[1]) == "Words."


def test_a_root_that_is_a_link_is_followed(tmp_path):
    write(tmp_path / "real", "a/en.md")
    (tmp_path / "root").symlink_to(tmp_path / "real")
    assert names(tmp_path / "root") == [("a", "en", "a/en.md")]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_an_unreadable_folder_is_a_problem_and_the_rest_works(tmp_path):
    write(tmp_path, "a/en.md")
    write(tmp_path, "b/en.md")
    (tmp_path / "a").chmod(0)
    try:
        catalogue = scan(tmp_path, EN)
    finally:
        (tmp_path / "a").chmod(0o755)
    assert [source.path for source in catalogue.sources] == ["b/en.md"]
    assert "cannot be read" in catalogue.problems[0].message


def test_a_missing_root_names_the_setting(tmp_path):
    with pytest.raises(Refused, match="STUDIO_CONTENT"):
        scan(tmp_path / "none", EN)
    write(tmp_path, "file")
    with pytest.raises(Refused, match="STUDIO_CONTENT"):
        scan(tmp_path / "file", EN)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b" \n\t ", "is empty"),
        (b"\xef\xbb\xbf\n", "is empty"),
        (b"ok \xff\xfe", "not UTF-8"),
        (b"x" * (LARGEST_FILE_BYTES + 1), "MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_when_it_is_read(tmp_path, data, reason):
    (tmp_path / "a.md").write_bytes(data)
    with pytest.raises(Refused, match=reason):
        read(tmp_path, Source(ContentId("a"), EN, "a.md"))


def test_a_file_that_is_gone_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        read(tmp_path, Source(ContentId("a"), EN, "a.md"))


def test_a_byte_order_mark_is_no_text(tmp_path):
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf# A")
    assert read(tmp_path, Source(ContentId("a"), EN, "a.md")) == "# A"


def test_twelve_thousand_pages_are_scanned_and_each_is_found(tmp_path):
    for folder in range(120):
        (tmp_path / f"subjects/topic-{folder}").mkdir(parents=True)
        for page in range(100):
            (tmp_path / f"subjects/topic-{folder}/lesson-{page}.en.md").touch()
            os.truncate(tmp_path / f"subjects/topic-{folder}/lesson-{page}.en.md", 10)
    catalogue = scan(tmp_path, EN)
    assert len(catalogue.contents) == 12_000
    for content in catalogue.contents:
        assert catalogue.source(content, EN).content == content
