"""Inquiries: what reads is answered within limits, and nothing else is done, whatever is asked."""

import duckdb
import pytest

from assets.domain.errors import Refused
from assets.storage.inquiries import inquire


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "library.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE TABLE t AS SELECT i AS n, 'row ' || i AS words FROM range(5000) r(i)")
    return path


def ask(library, sql, **limits):
    (answer,) = inquire(library, [sql], **limits)
    return answer


def test_what_reads_is_answered(library):
    answer = ask(library, "SELECT n, words, n / 3 AS third, DATE '2026-11-25' AS day, NULL AS nothing FROM t LIMIT 2;")
    assert answer.columns == ("n", "words", "third", "day", "nothing")
    assert answer.rows == ((0, "row 0", 0.0, "2026-11-25", None), (1, "row 1", 1 / 3, "2026-11-25", None))
    assert not answer.more
    assert ask(library, "DESCRIBE t").rows[0][0] == "n"
    assert [each.rows for each in inquire(library, ["SELECT 1", "SELECT 2"])] == [((1,),), ((2,),)]


def test_no_more_rows_come_than_are_wanted_and_it_is_said(library):
    answer = ask(library, "SELECT * FROM t", most_rows=10)
    assert (len(answer.rows), answer.more) == (10, True)
    assert not ask(library, "SELECT * FROM t LIMIT 10", most_rows=10).more


def test_a_long_cell_is_cut(library):
    ((cell,),) = ask(library, "SELECT repeat('x', 100000)").rows
    assert len(cell) < 3000


ESCAPES = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_parquet('https://example.org/x.parquet')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM read_duckdb('{here}/library')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT getenv('HOME')",
    "SELECT * FROM os",
    "COPY t TO '{here}/out.csv'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "EXPORT DATABASE '{here}/out'",
    "ATTACH '{here}/other.db'",
    "ATTACH ':memory:' AS m",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET memory_limit = '64GB'",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "INSERT INTO t VALUES (1, 'x')",
    "UPDATE t SET n = 0",
    "DELETE FROM t",
    "DROP TABLE t",
    "CREATE TEMP TABLE x AS SELECT 1",
    "CREATE MACRO f() AS 1",
    "CHECKPOINT",
    "CALL force_checkpoint()",
    "BEGIN TRANSACTION",
    "SELECT 1; DROP TABLE t",
    "SELECT 1; SELECT 2",
    "EXPLAIN ANALYZE COPY t TO '{here}/out.csv'",
    "PREPARE p AS SELECT 1",
    "",
    "--",
    "nonsense",
]


@pytest.mark.parametrize("sql", ESCAPES)
def test_whatever_would_do_more_than_read_is_refused_in_words(library, sql):
    before, beside = library.read_bytes(), set(library.parent.iterdir())
    with pytest.raises(Refused) as refused:
        ask(library, sql.replace("{here}", str(library.parent)))
    assert refused.value.message
    assert refused.value.remedy
    assert "root:" not in str(refused.value)
    assert library.read_bytes() == before
    assert set(library.parent.iterdir()) == beside


def test_what_takes_too_long_is_stopped(library):
    with pytest.raises(Refused, match="longer than"):
        ask(
            library, "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range % 7 = b.range", seconds=2
        )


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT repeat('x', 1900000000) || repeat('y', 1900000000)",
        "SELECT list(a) FROM (SELECT random() || 'x' AS a FROM range(100000000))",
        "SELECT DISTINCT random() FROM range(200000000)",
    ],
)
def test_what_needs_too_much_memory_is_stopped(library, sql):
    with pytest.raises(Refused):
        ask(library, sql, seconds=8)


def test_an_inquiry_has_a_largest_size(library):
    with pytest.raises(Refused, match="characters"):
        ask(library, "SELECT 1 --" + "x" * 30_000)


def test_its_process_knows_nothing_of_our_secrets(library, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with pytest.raises(Refused) as refused:
        ask(library, "SELECT getvariable('x'), * FROM read_text('/proc/self/environ')")
    assert "sk-secret" not in str(refused.value)
