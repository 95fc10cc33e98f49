"""The vocabulary everything else speaks: ids, time, messages, events, errors, settings, logs."""
