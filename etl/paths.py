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


def raw() -> Path:
    """The folder of documents as they were fetched: beside the databases when VENDOR_TRACKER_HOME is set, else data/raw."""
    home = os.environ.get("VENDOR_TRACKER_HOME")
    return Path(home) / "raw" if home else ROOT / "data" / "raw"


def names() -> Path:
    """The folder of one's own names: beside the databases when VENDOR_TRACKER_HOME is set, else data/names."""
    home = os.environ.get("VENDOR_TRACKER_HOME")
    return Path(home) / "names" if home else ROOT / "data" / "names"


def sources_file() -> Path:
    """The file that tells the sources: VENDOR_TRACKER_SOURCES when it is set, else data/sources.toml."""
    return Path(os.environ.get("VENDOR_TRACKER_SOURCES") or ROOT / "data" / "sources.toml")


def roles_file() -> Path:
    """The file that tells who may do what: VENDOR_TRACKER_ROLES when it is set, else data/roles.toml."""
    return Path(os.environ.get("VENDOR_TRACKER_ROLES") or ROOT / "data" / "roles.toml")
