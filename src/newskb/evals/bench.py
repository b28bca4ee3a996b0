"""Speed becomes ratios of two things measured side by side in one run, which say the same on every machine."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from newskb.errors import SetupError
from newskb.jobs.extraction import extract_paths, read_articles
from newskb.jobs.imports import run_import
from newskb.settings import Settings

REQUESTS = 300
"""Requests a measurement; the median of their CPU time is compared."""
BULK_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One row of the benchmark's table."""

    measure: str
    value: str
    aim: str | None
    how: str
