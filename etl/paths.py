"""Where the project keeps things on this machine."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "data" / "articles"
INBOX = ROOT / "data" / "inbox"
GOLD = ROOT / "data" / "gold"
MODELS = ROOT / "data" / "models"
REFERENCE = ROOT / "data" / "reference"


def warehouse() -> Path:
    """The folder of the databases: VENDOR_TRACKER_HOME when it is set, else data/warehouse."""
    return Path(os.environ.get("VENDOR_TRACKER_HOME") or ROOT / "data" / "warehouse")
