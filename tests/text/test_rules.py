"""Rules are tried only where their signs are; this holds them to what they would find if they were tried everywhere."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from expectations_table import LEAST, expectations

from assets.domain.keys import Locale
from assets.text.saying import say as saying


@pytest.mark.parametrize("language", list(LEAST))
def test_a_rule_finds_what_it_would_find_if_it_were_tried_everywhere(language):
    made = saying._made(Locale(language))
    for case in expectations(language):
        text = case.written
        stretches = saying._stretches(made, text)
        for rule, at_figures, *_ in made.rules:
            everywhere = [match.span() for match in rule.pattern.finditer(text) if match[0] and rule.say(match)]
            tried = [
                match.span()
                for match in saying._matches(rule, at_figures, text, stretches)
                if not rule.words or any(word in text.lower() for word in rule.words)
            ]
            missed = set(everywhere) - set(tried)
            assert not missed, (rule.name, text, missed)
