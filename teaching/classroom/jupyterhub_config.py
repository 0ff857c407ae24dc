"""The classroom server: each learner has her own copy of the lessons, on the teacher's machine.

    DIGITS_PASSWORD=… python3 start.py class

Learners choose a name and type the class's password. They all run as the same user of this machine.
So it is for learners who trust each other, on a network that the school trusts.
"""

import os
import shutil
import sys
from pathlib import Path

from mnist_helpers.my_lessons import copy_lessons

COURSE = Path(__file__).resolve().parents[2]
HOMES = Path(os.environ.get("DIGITS_HOMES", COURSE / "my_class"))
"""The folder with the learners' homes, and with what the server keeps."""
MEMORY = os.environ.get("DIGITS_MEMORY_MB", "3000")
"""What one kernel may use, in megabytes; lesson 4 needs about a third of it."""
PORT = int(os.environ.get("DIGITS_PORT", "8000"))
PROXY_PORT, HUB_PORT, APP_PORT = PORT + 1, PORT + 2, PORT + 3  # for this machine alone
LEAST = 8  # characters of the password: JupyterHub refuses less


def copy_for(spawner) -> None:
    """Give a learner the lessons that her home does not have yet."""
    copy_lessons(HOMES / spawner.user.name)


password = os.environ.get("DIGITS_PASSWORD", "")
if len(password) < LEAST:
    sys.exit(f"Set DIGITS_PASSWORD to the class's password, of {LEAST} characters or more.")
STATE = HOMES / ".server"  # no learner's name begins with a dot
STATE.mkdir(parents=True, exist_ok=True)

c = get_config()  # noqa: F821 - JupyterHub defines it
c.JupyterHub.bind_url = f"http://0.0.0.0:{PORT}"
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = password
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = r"^[a-z0-9][a-z0-9_-]{0,30}$"  # it becomes a folder's name
c.JupyterHub.db_url = f"sqlite:///{STATE / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.hub_port = HUB_PORT
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PROXY_PORT}"
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
c.ConfigurableHTTPProxy.command = [
    str(Path(__file__).parent / "node_modules/.bin/configurable-http-proxy")
]

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(HOMES / "{username}")
c.Spawner.pre_spawn_hook = copy_for
c.Spawner.default_url = "/lab/tree/my_lessons/00_start_here.ipynb"
c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp"}
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
if shutil.which("prlimit"):  # of util-linux; the learner gets a MemoryError, and nobody waits
    c.Spawner.cmd = ["prlimit", f"--data={int(MEMORY) * 1_000_000}", *c.Spawner.cmd]
c.Spawner.args = [
    f"--config={COURSE / 'jupyter_config.py'}",
    "--MappingKernelManager.cull_idle_timeout=1800",  # seconds until an unused kernel is ended
    "--MappingKernelManager.cull_interval=120",
]
if hasattr(os, "geteuid") and os.geteuid() == 0:
    c.Spawner.args.append("--allow-root")
c.Spawner.http_timeout = 120  # seconds: a whole class starts at once

c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    }
]
c.JupyterHub.services = [
    {
        "name": "culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=7200"],
    },
    {
        "name": "app",  # at /services/app/
        "url": f"http://127.0.0.1:{APP_PORT}",
        "command": [
            *[sys.executable, "-m", "mnist_helpers.app", "--root-path", "/services/app"],
            *["--port", str(APP_PORT)],
            *(f"--name={name}" for name in os.environ.get("DIGITS_NAMES", "").split()),
        ],
        "environment": {"DIGITS_PASSWORD": password},
    },
]
