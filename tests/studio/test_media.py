"""The web application over HTTP: ranges, downloads, hostile addresses, and what machines may ask."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assets.domain.keys import NarrationKey
from studio_ui.server import create_app

AUDIO = "/media/articles/echoes/en/joe/v1/narration.mp3"


@pytest.fixture(scope="module")
def version(shared_house):
    return shared_house.publish(NarrationKey.of("articles/echoes", "en", "joe"))


@pytest.fixture(scope="module")
def client(shared_house, version):
    with TestClient(create_app(shared_house.settings, shared_house.studio), base_url="http://127.0.0.1:7860") as client:
        yield client


@pytest.fixture(scope="module")
def audio(shared_house, version) -> bytes:
    return shared_house.studio.file(version, "audio").read_bytes()


def test_audio_is_served_whole_and_may_be_kept_for_good(client, audio, version):
    answer = client.get(AUDIO)
    assert (answer.status_code, answer.content) == (200, audio)
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["etag"] == f'"{version.files["audio"].sha256}"'
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-1", 0, 2), ("bytes=100-", 100, None), ("bytes=-500", -500, None), ("bytes=10-999999999", 10, None)],
)
def test_a_range_of_the_audio_is_exactly_that_range(client, audio, asked, first, last):
    answer = client.get(AUDIO, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, audio[first:last])
    begins = first if first >= 0 else len(audio) + first
    assert answer.headers["content-range"] == f"bytes {begins}-{begins + len(answer.content) - 1}/{len(audio)}"


def test_a_range_beyond_the_end_is_416_and_a_broken_one_400(client, audio):
    beyond = client.get(AUDIO, headers={"Range": f"bytes={len(audio) + 5}-"})
    assert beyond.status_code == 416
    assert client.get(AUDIO, headers={"Range": "bytes=abc"}).status_code == 400


def test_a_range_for_another_version_of_the_bytes_gets_them_all(client, audio):
    answer = client.get(AUDIO, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (answer.status_code, len(answer.content)) == (200, len(audio))


def test_what_the_browser_has_is_not_sent_again(client, version):
    answer = client.get(AUDIO, headers={"If-None-Match": f'"{version.files["audio"].sha256}"'})
    assert (answer.status_code, answer.content) == (304, b"")


def test_the_head_of_a_file_says_its_size(client, audio):
    answer = client.head(AUDIO)
    assert (answer.status_code, answer.headers["content-length"]) == (200, str(len(audio)))


@pytest.mark.parametrize(
    ("name", "content_type", "begins"),
    [
        ("captions.vtt", "text/vtt; charset=utf-8", "WEBVTT"),
        ("subtitles.srt", "application/x-subrip; charset=utf-8", "1\n00:00:00,000 -->"),
        ("script.txt", "text/plain; charset=utf-8", "Echoes"),
        ("transcript.json", "application/json", '{"title"'),
    ],
)
def test_every_file_has_its_type_and_a_name_to_be_saved_under(client, name, content_type, begins):
    address = AUDIO.replace("narration.mp3", name)
    shown, saved = client.get(address), client.get(f"{address}?download=1")
    assert shown.headers["content-type"] == content_type
    assert shown.text.startswith(begins)
    ending = name.rsplit(".", 1)[1]
    assert saved.headers["content-disposition"] == f'attachment; filename="echoes.en.joe.{ending}"'


@pytest.mark.parametrize(("name", "content_type"), [("narration.m4b", "audio/mp4"), ("narration.opus", "audio/ogg")])
def test_other_formats_are_made_when_they_are_wanted_and_served_with_ranges(client, wait_until, name, content_type):
    address = AUDIO.replace("narration.mp3", name)
    wait_until(lambda: client.get(f"{address}/progress").json()["ready"])
    saved = client.get(f"{address}?download=1")
    assert (saved.status_code, saved.headers["content-type"]) == (200, content_type)
    ending = name.rsplit(".", 1)[1]
    assert saved.headers["content-disposition"] == f'attachment; filename="echoes.en.joe.{ending}"'
    part = client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, saved.content[10:20])
    assert client.get(address, headers={"If-None-Match": saved.headers["etag"]}).status_code == 304
    refused = client.get(AUDIO.replace("narration.mp3", "narration.exe/progress"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "refused")


@pytest.mark.parametrize(
    "address",
    [
        AUDIO.replace("v1", "v2"),
        AUDIO.replace("v1", "v99999999999999999999"),
        AUDIO.replace("joe", "espeak"),
        AUDIO.replace("narration.mp3", "ledger.db"),
        AUDIO.replace("articles/echoes", "articles/nothing"),
        AUDIO.replace("articles/echoes", "..%2F..%2Fetc%2Fpasswd"),
        "/media/%2e%2e/%2e%2e/home/en/joe/v1/narration.mp3",
        "/media/articles/echoes%00/en/joe/v1/narration.mp3",
    ],
)
def test_an_address_that_names_no_published_file_is_a_404_with_a_sentence(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"].endswith(".")


def test_an_address_that_climbs_out_of_its_place_reaches_nothing(client):
    assert client.get(AUDIO.replace("narration.mp3", "..%2F..%2Fledger.db")).status_code == 404
    assert client.get("/studio/..%2Fserver.py").status_code == 404


def test_a_file_that_vanished_from_the_store_is_a_sentence_too(house, echoes):
    version = house.publish(echoes)
    house.studio.file(version, "audio").unlink()
    with TestClient(create_app(house.settings, house.studio), base_url="http://localhost") as client:
        answer = client.get(AUDIO)
        assert (answer.status_code, "missing" in answer.json()["error"]["message"]) == (404, True)
        page = client.get("/api/v1/status?content=articles/echoes&locale=en&voice=joe").json()
        assert (page["fresh"], page["stale"]) == (False, "Its files are missing or damaged.")


def test_a_link_planted_in_the_store_leads_nowhere(house, echoes, tmp_path):
    version = house.publish(echoes)
    outside = tmp_path / "secret"
    outside.write_text("secret")
    path: Path = house.studio.file(version, "audio")
    path.unlink()
    path.symlink_to(outside)
    with TestClient(create_app(house.settings, house.studio), base_url="http://localhost") as client:
        assert client.get(AUDIO).status_code == 404


def test_machines_read_the_status_with_the_fields_of_the_command_line(client, version):
    answer = client.get("/api/v1/status", params={"content": "articles/echoes", "locale": "en", "voice": "joe"})
    found = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert found["audio"] == f"http://127.0.0.1:7860{AUDIO}"
    contract = """content locale voice status fresh skipped script audio transcript duration_seconds segments
        takes_bought takes_reused cost_usd attempts run_id error"""
    assert set(contract.split()) <= found.keys()
    assert (found["status"], found["fresh"], found["error"]) == ("completed", True, None)


def test_the_status_of_nothing_is_a_refusal_with_a_remedy(client):
    answer = client.get("/api/v1/status", params={"content": "articles/nothing", "locale": "en", "voice": "joe"})
    assert answer.status_code == 404
    assert answer.json()["error"].keys() == {"code", "message", "remedy"}


def test_the_server_says_that_it_is_well(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_beginning_to_listen_is_counted_and_going_on_is_not(client, shared_house):
    from datetime import date

    def listens() -> int:
        found = shared_house.desk.ledger.upkeep.listens(date(2000, 1, 1))
        return sum(count for locales in found.values() for count in locales.values())

    before = listens()
    client.get(AUDIO, headers={"Range": "bytes=0-"})
    client.get(AUDIO)
    assert listens() == before + 2
    client.get(AUDIO, headers={"Range": "bytes=500-"})
    client.head(AUDIO)
    client.get(AUDIO.replace("narration.mp3", "captions.vtt"))
    assert listens() == before + 2
