"""The classroom server's configuration, read as JupyterHub reads it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "teaching/classroom"
READ = """
import json, sys
from pathlib import Path
from types import SimpleNamespace
from traitlets.config import Config
config, file = Config(), Path(sys.argv[1])
names = {"get_config": lambda: config, "__file__": str(file)}
exec(compile(file.read_text("utf-8"), str(file), "exec"), names)
for name in ["anna", "ben"]:
    names["copy_for"](SimpleNamespace(user=SimpleNamespace(name=name)))
config.Spawner.pop("pre_spawn_hook")
print(json.dumps(config))
"""


def read(home: Path, **variables: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", READ, FOLDER / "jupyterhub_config.py"]
    known = {"DIGITS_HOMES": str(home / "homes"), "DIGITS_PASSWORD": "secret-word"}
    return subprocess.run(
        command, env=os.environ | known | variables, capture_output=True, encoding="utf-8"
    )


@pytest.fixture
def config(tmp_path) -> dict:
    done = read(tmp_path, DIGITS_PORT="9000", DIGITS_NAMES="digits.school.example")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_each_learner_gets_lessons_of_her_own(config, tmp_path):
    template = config["SimpleLocalProcessSpawner"]["home_dir_template"]
    for name in ["anna", "ben"]:
        home = Path(template.format(username=name))
        assert home == tmp_path / "homes" / name
        assert (home / "my_lessons/00_start_here.ipynb").exists()
        assert (home / "my_lessons/../images/digit_on_paper.jpg").exists()
    first = config["Spawner"]["default_url"].removeprefix("/lab/tree/")
    assert (tmp_path / "homes/anna" / first).exists()


@pytest.mark.parametrize("password", ["", "short"])
def test_without_a_real_password_it_does_not_start(password, tmp_path):
    done = read(tmp_path, DIGITS_PASSWORD=password)
    assert done.returncode == 1
    assert "Set DIGITS_PASSWORD" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "name", ["../anna", ".server", "Anna", "an na", "", "hub.sqlite", "anna/../ben"]
)
def test_a_name_that_is_no_folder_of_a_learner_is_refused(config, name):
    assert not re.match(config["Authenticator"]["username_pattern"], name)


@pytest.mark.parametrize("name", ["anna", "ben-2", "learner_17"])
def test_ordinary_names_are_taken(config, name):
    assert re.match(config["Authenticator"]["username_pattern"], name)


def test_the_app_beside_it_has_the_password_and_the_names_and_no_port_is_used_twice(config):
    (app,) = [each for each in config["JupyterHub"]["services"] if each["name"] == "app"]
    assert app["environment"] == {"DIGITS_PASSWORD": "secret-word"}
    assert "--name=digits.school.example" in app["command"]
    hub, proxy = config["JupyterHub"], config["ConfigurableHTTPProxy"]
    urls = [hub["bind_url"], app["url"], proxy["api_url"]]
    ports = [int(url.rsplit(":", 1)[1]) for url in urls] + [hub["hub_port"]]
    assert len(set(ports)) == 4 and min(ports) == 9000


@pytest.mark.skipif(not Path("/usr/bin/prlimit").exists(), reason="prlimit is Linux's")
def test_a_learner_who_takes_too_much_memory_reads_memory_error(tmp_path):
    done = read(tmp_path, DIGITS_MEMORY_MB="200")
    limit = json.loads(done.stdout)["Spawner"]["cmd"][:2]
    greedy = [*limit, sys.executable, "-c", "bytearray(400_000_000)"]
    assert "MemoryError" in subprocess.run(greedy, capture_output=True, encoding="utf-8").stderr
    modest = [*limit, sys.executable, "-c", "bytearray(50_000_000)"]
    assert subprocess.run(modest).returncode == 0
