"""What must not be lost when the machine stops."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Have the machine write a file, or a folder's list of files, to its disk now. Raises OSError."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
