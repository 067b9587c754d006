"""Pure rules: standard library only, no clock, no disk, no network, no environment."""
