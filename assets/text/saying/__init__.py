"""Saying: figures, signs and short forms as the words that a listener expects, in the language of the text."""
