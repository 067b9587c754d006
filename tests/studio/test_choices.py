from studio_ui.choices import choose, find


def test_nothing_named_chooses_what_the_invitation_makes(house):
    choice = choose(house.studio, None, None, None, exactly=True)
    assert choice.key == house.studio.first_key()
    assert choice.locales == ("en", "id")


def test_a_content_without_text_in_the_locale_brings_its_own_locale_and_voice(house):
    choice = choose(house.studio, "subjects/greeting", "en", "joe")
    assert str(choice.key) == "subjects/greeting@ar@espeak"


def test_another_locale_keeps_a_voice_that_speaks_it(house):
    assert str(choose(house.studio, "articles/echoes", "id", "espeak").key) == "articles/echoes@id@espeak"
    assert str(choose(house.studio, "articles/echoes", "id", "joe").key) == "articles/echoes@id@nicola"


def test_an_address_is_taken_at_its_word(house):
    choice = choose(house.studio, "articles/echoes", "id", "joe", exactly=True)
    assert str(choice.key) == "articles/echoes@id@joe"
    refused = {voice.key: voice.refusal for voice in choice.voices}
    assert refused["joe"]
    assert not refused["espeak"]
    assert "ELEVENLABS_API_KEY" in refused["nina"], "without a key it says what it needs"


def test_an_address_that_names_nothing_says_what_is_wrong_and_still_offers_the_rest(house):
    for content, locale, voice in (
        ("articles/nothing", "en", "joe"),
        ("articles/echoes", "fr", "joe"),
        ("articles/echoes", "not a tag", "joe"),
        ("../../etc/passwd", "en", "joe"),
        ("articles/echoes", "en", "JOE\0"),
        ("x" * 5000, "en", "joe"),
    ):
        choice = choose(house.studio, content, locale, voice, exactly=True)
        assert choice.key is None
        assert choice.problem["message"]
        assert len(choice.contents) == 4


def test_a_content_is_found_by_its_id_its_title_or_a_part_of_one(house):
    contents = house.studio.contents()
    for words, found in {
        "articles/echoes": "articles/echoes",
        "echoes": "articles/echoes",
        " ECHO ": "articles/echoes",
        "greet": "subjects/greeting",
        "التح": "subjects/greeting",
        "": None,
        "nothing like it": None,
    }.items():
        assert find(contents, words) == found, words
