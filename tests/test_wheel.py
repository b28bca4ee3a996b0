"""A wheel built from the checkout, installed into an empty environment in another folder, does the whole job."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ARTICLE = 'date 2021-06-01 French President Emmanuel Macron met Kenyan officials in Nairobi. "We agree," Macron said.\n'


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSKB_", "PYTHON"))}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The bin folder of an environment that holds the wheel; its dependencies are those of the test environment."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    [wheel] = folder.glob("*.whl")
    venv.create(folder / "empty", with_pip=True)
    python = folder / "empty" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    # A path file inside a path file is not read, so the checkout's own editable install stays out of sight.
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    place = run(python, "-c", "import newskb; print(newskb.__file__)", cwd=folder)
    assert str(site) in place
    return folder / "empty" / "bin"


@pytest.mark.slow
def test_an_installed_wheel_imports_and_answers_far_from_the_checkout(installed, tmp_path):
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    run(installed / "newskb", "import", "article.txt", "--db", "sqlite:///kb.db", "--quiet", cwd=tmp_path)
    rows = run(
        installed / "newskb", "sql", "SELECT speaker_name, text FROM quotes", "--format", "jsonl",
        "--db", "sqlite:///kb.db", cwd=tmp_path,
    )  # fmt: skip
    assert [json.loads(row)["text"] for row in rows.splitlines()] == ["We agree,"]


@pytest.mark.slow
def test_an_installed_wheel_carries_templates_and_static_files(installed, tmp_path):
    code = (
        "from fastapi.testclient import TestClient; from newskb.api.app import create_app;"
        "from newskb.settings import Settings; from newskb.jobs.setup import prepare;"
        "s = Settings(database_url='sqlite:///kb.db'); prepare(s);"
        "c = TestClient(create_app(s)); print(c.get('/').status_code, c.get('/docs').status_code)"
    )
    assert run(installed / "python", "-W", "ignore", "-c", code, cwd=tmp_path).split() == ["200", "200"]
