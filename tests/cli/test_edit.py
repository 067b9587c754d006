"""`studio edit`: the price first, then the change, which `studio script` shows until it is released."""


def passages(shown):
    return [passage for chapter in shown["review"]["chapters"] for passage in chapter["passages"]]


def test_a_line_is_priced_then_edited_then_shown(studio):
    before = studio.run("script", "tides", "--voice", "espeak", "--json").json
    (line,) = [line for each in passages(before) for line in each["lines"] if "on the near side" in line["said"]]
    words = ("edit", "tides", str(line["number"]), "The Moon tugs at the water.", "--voice", "espeak")
    priced = studio.run(*words)
    assert priced.out.startswith("1 segment to speak, 27 characters, $0.0000")
    assert "Nothing was changed" in priced.err
    made = studio.run(*words, "--yes", "--json").json
    assert (made["made"], made["price"]["segments"]) == (True, 1)
    shown = studio.run("script", "tides", "--voice", "espeak", "--lines")
    assert f"{line['number']:4} * The Moon tugs at the water." in shown.out
    assert "Edit 1 by command line" in shown.err
    refused = studio.run("edit", "tides", "--release", "7", "--voice", "espeak")
    assert (refused.code, refused.err.strip()) == (2, "There is no such edit of this script. Look at it again.")
