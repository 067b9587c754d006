from datetime import date

from assets.domain.keys import ContentId, Locale, NarrationKey

OTHER = NarrationKey.of("subjects/mathematics/vectors", "id", "nina")


def test_listening_is_counted_by_day_content_and_locale(bench):
    for _ in range(3):
        bench.ledger.upkeep.listened(bench.key)
    bench.ledger.upkeep.listened(OTHER)
    bench.passes(86_400)
    bench.ledger.upkeep.listened(bench.key)
    content = ContentId("subjects/mathematics/vectors")
    assert bench.ledger.upkeep.listens(date(2030, 1, 1)) == {content: {Locale("en"): 4, Locale("id"): 1}}
    assert bench.ledger.upkeep.listens(date(2030, 1, 2)) == {content: {Locale("en"): 1}}


def test_the_timeline_of_work_that_newer_work_has_followed_is_forgotten_after_its_time(bench):
    bench.published("a" * 64)
    bench.passes(86_400 * 10)
    bench.published("b" * 64)
    lines = len(bench.kinds())
    assert bench.ledger.upkeep.forget(11) == 0
    forgotten = bench.ledger.upkeep.forget(9)
    assert 0 < forgotten < lines
    assert len(bench.kinds()) == lines - forgotten
    bench.passes(86_400 * 1000)
    assert bench.ledger.upkeep.forget(1) == 0, "what is shown of the narration stays"
    assert bench.kinds()[-1] == "published"


def test_much_is_forgotten_in_small_steps(bench, monkeypatch):
    monkeypatch.setattr("assets.storage.ledger.upkeep._FORGOTTEN_AT_A_TIME", 2)
    for fingerprint in "abcd":
        bench.published(fingerprint * 64)
        bench.passes(86_400)
    before = len(bench.kinds())
    forgotten = bench.ledger.upkeep.forget(0)
    assert forgotten > 4
    assert len(bench.kinds()) == before - forgotten


def test_what_was_tried_last_is_told_for_all_at_once(bench):
    bench.published("a" * 64)
    bench.begun("b" * 64)
    bench.ask("c" * 64, key=OTHER)
    bench.ledger.claims.cancel(OTHER)
    tried = bench.ledger.upkeep.tried()
    assert (tried[bench.key].live, tried[bench.key].made, tried[bench.key].fingerprint) == (True, False, "b" * 64)
    assert (tried[OTHER].live, tried[OTHER].made) == (False, False)
