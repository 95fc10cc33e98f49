"""Scripted talks: YAML read into steps, checked before anyone meets them, and run one answer at a time."""
