"""`studio batch`: the plan first, then a batch that is kept, shown, paused and ended."""


def test_a_batch_is_planned_begun_shown_and_ended(studio):
    studio.write("articles/waves.en.md", "# Waves\n\nThey come and go.\n")
    words = ("batch", "start", "--voice", "espeak", "--json")
    planned = studio.run(*words).json
    assert (planned["plan"]["narrations"], planned["plan"]["cost_usd"], planned["batch"]) == (2, 0.0, None)
    begun = studio.run(*words, "--content", "articles", "--yes").json["batch"]
    assert (begun["total"], begun["state"]) == (1, "running")
    shown = studio.run("batch", "show", begun["id"][:8])
    assert "articles/waves@en@espeak" in shown.out
    ended = studio.run("batch", "cancel", begun["id"], "--json").json
    assert (ended["state"], ended["counts"]["waiting"]) == ("cancelled", 1)
    refused = studio.run("batch", "resume", begun["id"])
    assert (refused.code, refused.err.strip()) == (2, "A batch that is cancelled cannot resume. Look at it again.")


def test_a_cap_of_a_batch_is_an_amount_of_dollars(studio):
    refused = studio.run("batch", "start", "--voice", "espeak", "--cap", "plenty", "--yes")
    assert (refused.code, refused.err.strip()) == (
        2,
        "'plenty' is no amount of dollars. Write a number such as 12.50, or nothing.",
    )
    begun = studio.run("batch", "start", "--voice", "espeak", "--cap", "$12.50", "--yes", "--json").json["batch"]
    assert (begun["cap_usd"], begun["used_usd"]) == (12.5, 0.0)
    studio.run("batch", "pause", begun["id"])
    assert studio.run("batch", "resume", begun["id"], "--cap", "20", "--json").json["cap_usd"] == 20.0
