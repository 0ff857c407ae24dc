"""Code is formatted and free of lint, and JavaScript has the types that its comments promise."""

import subprocess
import sys
from pathlib import Path

import pytest

from mnist_helpers.export.page import SCRIPTS
from mnist_helpers.web import APP_SCRIPTS

ROOT = Path(__file__).parent.parent
WEB = ROOT / "mnist_helpers/web"
TYPESCRIPT = "typescript@5.9.3"
OPTIONS = "--noEmit --allowJs --checkJs --strict --target es2022 --skipLibCheck"  # of its own files
OPTIONS += " --lib es2022,es2023.intl,dom,dom.iterable"
HOMES = {
    "page": [WEB / name for name in SCRIPTS],
    "app": [ROOT / "tests/helpers/gradio.d.ts", *(WEB / name for name in APP_SCRIPTS)],
}


def expect_no_fault(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_finds_nothing(command):
    expect_no_fault(sys.executable, "-m", "ruff", *command, ".")


@pytest.mark.parametrize("home", HOMES)
def test_typescript_finds_nothing(npm, home):
    expect_no_fault("node", npm(TYPESCRIPT) / "bin" / "tsc", *OPTIONS.split(), *HOMES[home])
