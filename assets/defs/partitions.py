"""How narrations are told apart in Dagster: one key each, `content@locale@voice`, shared by script and audio.

Dagster takes two dimensions at most and refuses one job over assets that are partitioned differently, so the three
parts make one flat key. Keys are added in bulk: every single addition makes Dagster count all partitions anew. They are
added by voice, locale and content: a range in Dagster follows the order of insertion, a backfill makes one run of a
range, and what people back-fill are the texts of a language in one voice.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

_FEW = 50

NARRATIONS = dg.DynamicPartitionsDefinition(name="narrations")


def register(instance: dg.DagsterInstance, keys: Iterable[str]) -> tuple[str, ...]:
    """Make partitions of the keys that are not partitions yet, and return these, as they are added."""
    wanted = set(keys)
    if len(wanted) <= _FEW:  # reading 50,000 takes as long as looking for some fifty of them
        new = {key for key in wanted if not instance.has_dynamic_partition("narrations", key)}
    else:
        new = wanted - set(instance.get_dynamic_partitions("narrations"))
    added = tuple(sorted(new, key=lambda key: key.split("@")[::-1]))
    if added:
        instance.add_dynamic_partitions("narrations", list(added))
    return added
