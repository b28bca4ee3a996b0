"""How far long work is, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How far an import is, for showing it."""

    stage: str
    """``read`` or ``merge``."""
    files: int
    files_done: int
    bytes: int
    """Size of all files."""
    bytes_done: int
    articles: int
    """Stored so far, new ones only."""
    copies: int
    issues: int
    seconds: float


Progress = Callable[[ImportProgress], None]
"""Is told how far it is, after each batch."""
