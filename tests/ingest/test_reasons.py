from __future__ import annotations

import re
from importlib.resources import files

from newskb.ingest.reasons import REASONS, explain

_CODE = re.compile(r"^[a-z]+(?:-[a-z]+)*$")
_USED = re.compile(
    r'(?:reason=|Halt\(\s*|_Doubt\(\s*|_RowError\(\s*|skipped\(\s*(?:[\w.]+, )?|_skipped\(\s*[\w.]+, )"([a-z][a-z-]+)"'
)


def test_every_code_in_the_program_is_explained_and_every_explanation_is_used() -> None:
    sources = [
        path.read_text(encoding="utf-8") for path in files("newskb.ingest").iterdir() if path.name.endswith(".py")
    ]
    used = {code for source in sources for code in _USED.findall(source)}
    assert used <= REASONS.keys()
    quoted = set(re.findall(r'"([a-z][a-z-]+)"', "\n".join(sources)))
    assert REASONS.keys() <= quoted


def test_an_explanation_is_a_sentence() -> None:
    for code, text in REASONS.items():
        assert _CODE.match(code)
        assert text[0].isupper()
        assert text.endswith(".")


def test_a_code_of_another_stage_explains_itself() -> None:
    assert explain("language") == "language"
