"""`studio listen`: the verdict on what is published, and refusals in words."""

from __future__ import annotations

import pytest


@pytest.mark.slow
def test_listening_says_what_it_came_to_and_refuses_in_words(studio) -> None:
    refused = studio.run("listen", "tides", "--voice", "espeak", "--json")
    assert refused.code == 2
    assert "has been published yet" in refused.json["error"]["message"]
    studio.generate()
    found = studio.run("listen", "tides", "--voice", "espeak", "--kept", "--json")
    assert found.code == 0
    assert found.json["verdict"] == "inconclusive"
    assert "espeak" in found.json["why"]
    assert found.json["unheard"] == len(found.json["passages"]) > 0
    turned = studio.run("listen", "tides", "--voice", "espeak", "--kept", "--good", "0.5", "--bad", "0.1", "--json")
    assert turned.code == 2
