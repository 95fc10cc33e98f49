"""Where people write from."""
