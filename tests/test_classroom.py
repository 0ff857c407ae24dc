"""The classroom server's configuration, read as JupyterHub reads it."""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from mnist_helpers.app import address_in_browser

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "teaching/classroom"
READ = """
import json, sys
from types import SimpleNamespace
from traitlets.config.loader import PyFileConfigLoader
config = PyFileConfigLoader(sys.argv[1]).load_config()
copy_for = config.Spawner.pop("pre_spawn_hook")
for name in ["anna", "ben"]:
    copy_for(SimpleNamespace(user=SimpleNamespace(name=name)))
print(json.dumps(config, default=list))
"""


def read(home: Path, **variables: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", READ, FOLDER / "jupyterhub_config.py"]
    known = {"DIGITS_HOMES": str(home / "homes"), "DIGITS_PASSWORD": "secret-words"}
    known["DIGITS_PORT"] = "9000"  # at the usual one, a class may be open
    return subprocess.run(
        command, env=os.environ | known | variables, capture_output=True, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("class")


@pytest.fixture(scope="module")
def config(folder) -> dict:
    names = {"DIGITS_NAMES": "digits.school.example"}
    done = read(folder, **names, DIGITS_MEMORY_MB="200", DIGITS_WITHOUT_SOLUTIONS="yes")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_each_learner_gets_lessons_of_her_own_and_nothing_of_the_teacher(config, folder):
    template = config["SimpleLocalProcessSpawner"]["home_dir_template"]
    for name in ["anna", "ben"]:
        home = Path(template.format(username=name))
        assert home == folder / "homes" / name
        assert len([*(home / "my_lessons").glob("*.ipynb")]) == 11
        assert not [each for each in home.rglob("*") if each.is_symlink()]
        names = {each.name for each in (home / "teaching").iterdir()}
        pages = {f"{each}.md" for each in ("glossary", "project", "where_it_runs")}
        assert names <= pages | {"sample_project.ipynb"}
    first = config["Spawner"]["default_url"].removeprefix("/lab/tree/")
    assert "<summary>Solution" not in (folder / "homes/anna" / first).read_text("utf-8")


def test_the_kernels_import_a_copy_of_the_package_that_they_cannot_change(config):
    environment = os.environ | config["Spawner"]["environment"]
    program = "import mnist_helpers; print(mnist_helpers.__path__[0])"
    run = {"env": environment, "encoding": "utf-8", "cwd": "/"}
    package = Path(subprocess.check_output([sys.executable, "-c", program], **run).strip())
    assert package != FOLDER.parents[1] / "mnist_helpers"
    assert not [each for each in [package, *package.rglob("*")] if each.stat().st_mode & 0o222]


REACH = """
import sys
from pathlib import Path
from mnist_helpers import Recognizer
read = Recognizer.load().recognize_strokes([[(0, 0), (9, 99)]]).digit
Path("my_work.txt").write_text("mine")
for name in sys.argv[1:]:
    try:
        Path(name).read_bytes() if Path(name).is_file() else list(Path(name).iterdir())
        print("reached", name)
    except PermissionError:
        print("refused")
print("read", read)
"""


def test_a_learners_program_reaches_no_file_of_the_teacher_or_of_another_learner(
    config, folder, monkeypatch
):
    """Not even by its whole name. Python, the package and her own home are there."""
    monkeypatch.syspath_prepend(FOLDER)
    if not importlib.import_module("fenced").version():
        pytest.skip("this system has no Landlock")
    home = folder / "homes/anna"
    theirs = [FOLDER.parent / "predict_answers.md", FOLDER.parent, Path.home()]
    theirs += [ROOT / name for name in ("tests", "notebooks")]
    theirs += [folder / "homes" / name for name in ("ben/my_lessons", ".server", "")]
    (*command, module, name) = config["Spawner"]["cmd"]
    assert [module, name] == ["-m", "jupyterhub.singleuser"]
    environment = os.environ | config["Spawner"]["environment"] | {"HOME": str(home)}
    run = {"env": environment, "encoding": "utf-8", "cwd": home}
    command = [sys.executable, *command[command.index(sys.executable) + 1 :]]
    said = subprocess.check_output([*command, "-c", REACH, *map(str, theirs)], **run)
    assert said.split("\n") == ["refused"] * len(theirs) + ["read 1", ""]


def test_a_server_shows_every_picture_of_every_lesson(config, folder, jupyter, jupyter_home):
    home = folder / "homes/anna"
    texts = [each.read_text("utf-8") for each in (home / "my_lessons").glob("*.ipynb")]
    pictures = set(re.findall(r"\.\./(images/[\w./]+)", "".join(texts)))
    assert len(pictures) >= 7
    shutil.copytree(home, jupyter_home / "notebooks/anna", symlinks=True)
    page = {"Referer": f"{jupyter}/lab"}
    shown = [httpx.get(f"{jupyter}/files/anna/{each}", headers=page) for each in sorted(pictures)]
    assert [each.status_code for each in shown] == [200] * len(pictures)
    assert all(each.headers["content-type"].startswith("image/") for each in shown)


def test_without_a_real_password_it_does_not_start_and_a_proposed_one_is_taken(config, folder):
    """The teacher has a new one at each start."""
    proposed = set()
    for password in ("short", "eleven-char", ""):
        done = read(folder, DIGITS_PASSWORD=password)
        assert done.returncode == 1
        assert "Set DIGITS_PASSWORD" in done.stderr and "Traceback" not in done.stderr
        proposed.add(done.stderr.split()[-1])
    assert len(proposed) == 3
    done = read(folder, DIGITS_PASSWORD=proposed.pop())
    first = config["SharedPasswordAuthenticator"]["admin_password"]
    again = json.loads(done.stdout)["SharedPasswordAuthenticator"]["admin_password"]
    assert config["Authenticator"]["admin_users"] == ["teacher"]
    assert len(first) >= 32 and first != again


def test_ordinary_names_are_taken_and_no_others(config):
    pattern = config["Authenticator"]["username_pattern"]
    assert all(re.match(pattern, name) for name in ("anna", "ben-2", "learner_17"))
    for name in ("../anna", ".server", "Anna", "an na", "", "hub.sqlite", "anna/../ben"):
        assert not re.match(pattern, name)


def test_the_app_beside_it_has_the_password_and_the_names_and_no_port_is_used_twice(config):
    (app,) = [each for each in config["JupyterHub"]["services"] if each["name"] == "app"]
    assert app["environment"] == {"DIGITS_PASSWORD": "secret-words"}
    assert "--name=digits.school.example" in app["command"]
    hub, proxy = config["JupyterHub"], config["ConfigurableHTTPProxy"]
    urls = [hub["bind_url"], app["url"], proxy["api_url"]]
    ports = [int(url.rsplit(":", 1)[1]) for url in urls] + [hub["hub_port"]]
    assert len(set(ports)) == 4 and min(ports) == 9000


def test_an_app_is_shown_by_its_own_address_at_home_and_through_the_hub_in_class(monkeypatch):
    inner = SimpleNamespace(root_path="")
    app = SimpleNamespace(local_url="http://127.0.0.1:7861/", server_port=7861, app=inner)
    assert address_in_browser(app) == app.local_url
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/anna/")
    assert address_in_browser(app) == "/user/anna/proxy/7861/"
    assert app.root_path == inner.root_path == "/user/anna/proxy/7861"


@pytest.mark.skipif(not Path("/usr/bin/prlimit").exists(), reason="prlimit is Linux's")
@pytest.mark.parametrize(
    ("greedy", "modest", "words"),
    [
        ("bytearray(400_000_000)", "bytearray(50_000_000)", "MemoryError"),
        ("open('f', 'wb').truncate(2_000_000_000)", "open('f', 'wb').truncate(9)", "too large"),
    ],
)
def test_a_learner_who_takes_too_much_reads_what_was_too_much(
    config, tmp_path, greedy, modest, words
):
    limits = config["Spawner"]["cmd"][:4]
    assert limits[0] == "prlimit" and limits[3].startswith("--nproc=")
    run = {"capture_output": True, "encoding": "utf-8", "cwd": tmp_path}
    assert words in subprocess.run([*limits, sys.executable, "-c", greedy], **run).stderr
    assert subprocess.run([*limits, sys.executable, "-c", modest], **run).returncode == 0
