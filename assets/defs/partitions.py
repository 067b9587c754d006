"""How narrations are told apart in Dagster: one key each, `content@locale@voice`, shared by script and audio.

Dagster takes two dimensions at most and refuses one job over assets that are partitioned differently, so the three
parts make one flat key. Keys are added sorted and in bulk: ranges in the Dagster UI follow the order of insertion,
and every single addition makes Dagster count all partitions anew.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

_FEW = 50

NARRATIONS = dg.DynamicPartitionsDefinition(name="narrations")


def register(instance: dg.DagsterInstance, keys: Iterable[str]) -> tuple[str, ...]:
    """Make partitions of the keys that are not partitions yet, and return these, sorted."""
    wanted = set(keys)
    if len(wanted) <= _FEW:  # reading 50,000 takes as long as looking for some fifty of them
        new = tuple(sorted(key for key in wanted if not instance.has_dynamic_partition("narrations", key)))
    else:
        new = tuple(sorted(wanted - set(instance.get_dynamic_partitions("narrations"))))
    if new:
        instance.add_dynamic_partitions("narrations", list(new))
    return new
