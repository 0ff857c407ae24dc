"""The scripts of teaching/, as modules."""

import importlib.util
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def load(script: str):
    """Import a script of teaching/ together with the files beside it."""
    path = ROOT / "teaching" / script
    sys.path += [str(ROOT / "teaching"), str(path.parent)]
    spec = importlib.util.spec_from_file_location(script.replace("/", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
