"""Files that travel with the package: seeds and migrations, in a checkout or in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from newskb.errors import SetupError

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent


def resource(name: str) -> Path:
    """The folder ``name`` (``seeds`` or ``alembic``): inside an installed wheel, else at the top of the checkout.

    Raises ``SetupError`` when neither has it.
    """
    for root in (_PACKAGE / "_data", _CHECKOUT):
        if (root / name).is_dir():
            return root / name
    raise SetupError(f"the folder '{name}' is missing from this installation; install newskb again")
