"""Messages in and out: channels, the turn, the outbox, the watcher."""
