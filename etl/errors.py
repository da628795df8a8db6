"""The base of every failure that is foreseen: its message is one line that says what, where, and what to do."""

from __future__ import annotations


class EtlError(Exception):
    """A foreseen failure. Subclasses name the room that raises it."""
