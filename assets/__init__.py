"""What is made: the rules, steps and Dagster definitions that turn a content into a narration.

`assets` is Dagster's word: the things that are made. Files that a browser loads live in `studio_ui/static`.
"""
