"""Makes the helper module beside the tests importable, and a small authority for them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newskb.link.authority import Authority

if TYPE_CHECKING:
    from world import World

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The small authority of ``world.py``, read from files."""
    import world

    folder = tmp_path_factory.mktemp("authority")
    world.write_authority(folder)
    return Authority.load(folder)


@pytest.fixture(scope="session")
def small(authority: Authority) -> World:
    """A linker with the small authority."""
    import world

    return world.World(authority)
