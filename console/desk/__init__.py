"""The staff pages' port, filled: who may, decided by `escalation`, written by `storage.record`."""

from console.desk.desk import ServiceDesk

__all__ = ["ServiceDesk"]
