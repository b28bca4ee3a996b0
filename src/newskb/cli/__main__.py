"""``python -m newskb.cli`` is the command ``newskb``."""

from newskb.cli import main

main()
