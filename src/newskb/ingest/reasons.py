"""Codes say why input was passed over, or what was odd about it; this is what each means to a user."""

from __future__ import annotations

import json
from importlib.resources import files

REASONS: dict[str, str] = json.loads(files("newskb.ingest").joinpath("reasons.json").read_text(encoding="utf-8"))
"""Code of a ``Skipped`` or ``Notice`` -> one sentence that explains it."""


def explain(reason: str) -> str:
    """The explanation of a code; the code itself when it is another stage's."""
    return REASONS.get(reason, reason)
