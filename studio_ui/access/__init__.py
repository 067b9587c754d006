"""Who comes in, and what they may do here: one gate for every route, one guard for every event."""
