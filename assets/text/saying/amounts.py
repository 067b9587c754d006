"""How amounts stand in a text: what may be before and after them, as parts of the patterns of money and quantities."""

BEFORE = r"(?<![\w.,/:–^=-])"
AFTER = r"(?![\w/]|[.,:]\d)"
SIGN = r"([-−+±]?)"
GAP = "[ \u00a0\u202f]?"
DASH = r" ?[–—-] ?"
