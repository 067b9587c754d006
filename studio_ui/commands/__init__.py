"""The commands of `studio`, one module for each room of the house."""
