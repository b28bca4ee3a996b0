"""Whatever ends a command early becomes one line that a person understands, and an exit status."""

from __future__ import annotations

import os
import sys
from enum import IntEnum
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from newskb.cli.printing import err, escaped
from newskb.errors import InputError, NewskbError


class Exit(IntEnum):
    """Exit statuses; ``newskb --help`` explains them."""

    FAILED = 1
    INPUT = 2
    STOPPED = 130


class Commands(TyperGroup):
    """The commands of newskb, whose errors on purpose are told in one line instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; whatever it raises on purpose becomes a message and an exit status."""
        try:
            return super().invoke(ctx)
        except NewskbError as error:
            _tell(str(error))
            raise typer.Exit(Exit.INPUT if isinstance(error, InputError) else Exit.FAILED) from None
        except ValidationError as error:
            for problem in error.errors():
                _tell(f"NEWSKB_{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg']}")
            raise typer.Exit(Exit.INPUT) from None
        except KeyboardInterrupt:
            err.print("stopped; what was stored is kept, and the same command goes on where it stopped")
            raise typer.Exit(Exit.STOPPED) from None
        except BrokenPipeError:  # `newskb export … | head` has read enough
            # What is still in the buffer would raise again when the interpreter flushes it at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            _tell(f"{where}{error.strerror or error}")
            raise typer.Exit(Exit.FAILED) from None


def _tell(message: str) -> None:
    err.print(f"[red]error:[/red] {escaped(message)}", highlight=False, soft_wrap=True)
