import threading

import pytest

from assets.domain.errors import Unwritable
from studio_ui.news import FORGOTTEN_SECONDS, LATEST_SECONDS, MOST_WATCHED, News, Page
from studio_ui.services import Studio

ECHOES = Page("articles/echoes", "en", "joe")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def news(house, clock, monkeypatch):
    """News of a studio of its own, whose rounds are gone by the test alone."""
    monkeypatch.setattr(News, "_follow", lambda self: None)
    return News(Studio(house.desk, house.orchestrator, clock=clock))


def first(news, page=ECHOES):
    return news.coming(page).result()


def test_a_page_is_answered_at_once_with_what_the_last_round_found(news, house, echoes):
    before = first(news)
    assert news.kept(ECHOES) == before
    house.begin(echoes).speaking(19)
    assert news.kept(ECHOES) == before
    news.look()
    after = news.kept(ECHOES)
    assert after.tag != before.tag
    assert b'"segments_total":19' in after.body


@pytest.mark.parametrize(
    "happens",
    [
        lambda work: work.took(bought=1),
        lambda work: work.spoke(1),
        lambda work: work.joining(0.5),
        lambda work: work.expects(5, 60.0),
        lambda work: work.note("Something happened."),
        lambda work: work.rewriting(),
        lambda work: work.hand_back(),
        lambda work: work.cancel(),
    ],
)
def test_no_round_misses_anything_that_happens_to_a_narration(news, house, echoes, happens):
    work = house.begin(echoes)
    work.speaking(19, sections_total=2)
    before = first(news)
    happens(work)
    news.look()
    assert news.kept(ECHOES).tag != before.tag


def test_what_was_remembered_a_moment_ago_does_not_hide_what_is_newer(news, house, echoes):
    work = house.begin(echoes)
    first(news)
    news._studio.snapshot(echoes)
    work.speaking(19)
    news.look()
    assert b'"segments_total":19' in news.kept(ECHOES).body


def test_an_edited_text_is_news(news, house, echoes):
    house.publish(echoes)
    assert b'"phase":"ready"' in first(news).body
    house.write("articles/echoes.en.md", "# Echoes\n\nAnother sound altogether.\n")
    news.look()
    assert b'"phase":"stale"' in news.kept(ECHOES).body


def test_what_happens_to_others_is_seen_among_the_recent_ones(news, house, echoes):
    before = first(news, Page("subjects/hostile", "en", "joe"))
    house.publish(echoes)
    news.look()
    assert news.kept(Page("subjects/hostile", "en", "joe")).tag != before.tag


def test_where_nothing_has_changed_nothing_is_worked_out(news, house, monkeypatch):
    before = first(news)
    monkeypatch.setattr(News, "_composed", lambda self, page: pytest.fail("it was worked out"))
    news.look()
    assert news.kept(ECHOES) is before


def test_nobody_is_given_an_answer_from_before_the_last_thing_that_was_done_here(news, house, echoes):
    first(news)
    news._studio.request(echoes)
    assert news.kept(ECHOES) is None
    assert b'"phase":"queued"' in first(news).body


def test_an_answer_that_nobody_looked_after_is_too_old_to_be_given(news, clock):
    first(news)
    clock.now = LATEST_SECONDS + 1
    assert news.kept(ECHOES) is None


def test_pages_that_were_closed_are_let_go_of_and_there_are_never_too_many(news, clock, monkeypatch):
    first(news)
    clock.now = FORGOTTEN_SECONDS + 1
    news.look()
    assert not news._watched
    monkeypatch.setattr("studio_ui.news.MOST_WATCHED", 3)
    for number in range(5):
        first(news, Page("articles/echoes", "en", "joe", number))
    assert len(news._watched) == 3 < MOST_WATCHED


def test_all_who_ask_first_wait_for_one_answer(news, monkeypatch):
    gate, looks = threading.Event(), []

    def composed(self, page):
        looks.append(page)
        gate.wait(5)
        return "answer"

    monkeypatch.setattr(News, "_composed", composed)
    coming = [news.coming(ECHOES) for _ in range(8)]
    gate.set()
    assert ([each.result() for each in coming], len(looks)) == (["answer"] * 8, 1)


def test_a_look_that_fails_is_told_to_whoever_asks_and_not_kept(news, monkeypatch):
    def fails(self, page):
        raise Unwritable("The disk is full.")

    monkeypatch.setattr(News, "_composed", fails)
    with pytest.raises(Unwritable):
        first(news)
    assert news.kept(ECHOES) is None


def test_rounds_are_gone_while_pages_are_open(house, echoes):
    news = News(Studio(house.desk, house.orchestrator))
    before = news.coming(ECHOES).result()
    house.begin(echoes)
    seen = threading.Event()
    for _ in range(200):
        if (kept := news.kept(ECHOES)) is not None and kept.tag != before.tag:
            break
        seen.wait(0.05)
    else:
        pytest.fail("nobody went round")


def test_only_while_somebody_waits_for_the_first_sound_are_rounds_quick(news, house, echoes):
    assert not first(news).awaited
    work = house.begin(echoes)
    work.speaking(4)
    news.look()
    assert news.kept(ECHOES).awaited
    work.cancel()
    news.look()
    assert not news.kept(ECHOES).awaited
