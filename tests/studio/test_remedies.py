"""What a person is told to do in a page: nothing that only a command line can do, without whom to ask."""

import ast
import re

from assets.settings import PROJECT

# Modules that speak to a command line alone, and the calls of programs.
ELSEWHERE = (
    "assets/storage/people_file.py",
    "studio_ui/commands",
    "studio_ui/cli.py",
    "studio_ui/generate.py",
    "studio_ui/up.py",
    "studio_ui/pretend.py",
)
PROGRAMS = ("studio_ui/endpoints.py", "studio_ui/listings.py", "studio_ui/reviews.py")
FOR_A_SHELL = re.compile(r"`|--\w|\b[A-Z]+_[A-Z]+|\bpip\b|\bmake setup\b|\.toml\b|\.env\b")


def remedies():
    """Every remedy of an error that can reach a page: where it stands, and its words with the holes left out."""
    for package in ("assets", "studio_ui"):
        for path in sorted((PROJECT / package).rglob("*.py")):
            name = path.relative_to(PROJECT).as_posix()
            if name.startswith((*ELSEWHERE, *PROGRAMS)):
                continue
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.keyword) and call.arg == "remedy":
                    constants = [n.value for n in ast.walk(call.value) if isinstance(n, ast.Constant)]
                    yield f"{name}:{call.value.lineno}", "…".join(c for c in constants if isinstance(c, str))


def test_every_remedy_that_a_page_cannot_do_is_known_by_the_rule_that_says_whom_to_ask():
    script = (PROJECT / "studio_ui/static/site.js").read_text(encoding="utf-8")
    rule = re.compile(re.search(r"const outside = /(.+)/;", script).group(1))
    found = dict(remedies())
    named = {place: words for place, words in found.items() if FOR_A_SHELL.search(words)}
    assert len(found) > 150
    assert len(named) > 15
    assert {place: words for place, words in named.items() if not rule.search(words)} == {}
    assert not rule.search("Wait 20 seconds, then ask again.")


def test_no_page_puts_a_refusal_together_by_itself():
    for path in (PROJECT / "studio_ui/static").glob("*.js"):
        if path.name not in {"site.js", "checks.js"}:  # the checks are for whoever runs the studio
            told = re.findall(r"(?<!site\.remedy\()\b\w+\.remedy\b(?!\()", path.read_text(encoding="utf-8"))
            assert set(told) <= {"site.remedy"}, path.name
