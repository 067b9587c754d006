"""What an operator sees of the studio: logs, metrics, health and traces. Nothing of it holds a secret."""
