"""The classroom server: each learner has her own copy of the lessons, on the teacher's machine.

    DIGITS_PASSWORD=… python3 start.py class

Learners choose a name and type the class's password. They all run as the same user of this machine,
each behind a fence. It is for a network that the school trusts.
"""

import compileall
import os
import secrets
import shutil
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(COURSE / "teaching"), str(COURSE / "teaching/classroom")]

from ready import announce  # noqa: E402
from who_is_stuck import TEACHER  # noqa: E402
from without_solutions import split  # noqa: E402

from mnist_helpers.course.my_lessons import copy_lessons  # noqa: E402

HOMES = Path(os.environ.get("DIGITS_HOMES", COURSE / "my_class"))
"""The folder with the learners' homes, and with what the server keeps."""
MEMORY = os.environ.get("DIGITS_MEMORY_MB", "3000")
"""What one kernel may use, in megabytes."""
PORT = int(os.environ.get("DIGITS_PORT", "8000"))
PROXY_PORT, HUB_PORT, APP_PORT = PORT + 1, PORT + 2, PORT + 3  # for this machine alone
LEAST = 12  # characters of the password: it also opens a shell on this machine
LIMITS = {  # of one process of a learner, as prlimit names them
    "data": int(MEMORY) * 1_000_000,  # bytes; she gets a MemoryError
    "fsize": 1_000_000_000,  # bytes of a file that it writes
    "nproc": 4_000,  # processes and threads of all learners together, so that one cannot use up all
}


def copy_for(spawner) -> None:
    """Give a learner the lessons that her home does not have yet."""
    edit = (lambda lesson: split(lesson)[0]) if os.environ.get("DIGITS_WITHOUT_SOLUTIONS") else None
    copy_lessons(HOMES / spawner.user.name, edit)


def share_package(folder: Path) -> None:
    """Make a copy of the package that no learner changes by mistake; all kernels import it."""
    for each in [folder, *folder.rglob("*")]:
        if each.is_dir():
            each.chmod(0o755)  # else a former copy cannot be removed
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(COURSE / "mnist_helpers", folder)
    compileall.compile_dir(folder, quiet=2)  # the kernels may not write what they compile
    for each in [*folder.rglob("*"), folder]:
        each.chmod(0o555 if each.is_dir() else 0o444)


def new_password(syllables: int) -> str:
    """Return a password that can be typed."""
    parts = ("bdfghjklmnprstvz", "aeiou", "bdfghklmnprst")
    return "-".join("".join(map(secrets.choice, parts)) for _ in range(syllables))


password = os.environ.get("DIGITS_PASSWORD", "")
if len(password) < LEAST:
    sys.exit(
        f"Set DIGITS_PASSWORD to the class's password, of {LEAST} characters or more. "
        f"This one is new and can be typed: {new_password(5)}"
    )
of_the_teacher = new_password(9)  # JupyterHub wants 32 characters
STATE = HOMES / ".server"  # no learner's name begins with a dot
PAGE = STATE / "progress.html"
STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
share_package(STATE / "package/mnist_helpers")

c = get_config()  # noqa: F821 - JupyterHub defines it
c.JupyterHub.bind_url = f"http://0.0.0.0:{PORT}"
c.JupyterHub.authenticator_class = "slow_logins.SlowLogins"
c.SharedPasswordAuthenticator.user_password = password
c.SharedPasswordAuthenticator.admin_password = of_the_teacher
c.Authenticator.admin_users = {TEACHER}
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = r"^[a-z0-9][a-z0-9_-]{0,30}$"  # it becomes a folder's name
c.JupyterHub.db_url = f"sqlite:///{STATE / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.hub_port = HUB_PORT
c.JupyterHub.service_check_interval = 0  # at the end it would miss the services that it has ended
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PROXY_PORT}"
c.ConfigurableHTTPProxy.auth_token = secrets.token_hex()
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
c.ConfigurableHTTPProxy.command = [
    str(Path(__file__).parent / "node_modules/.bin/configurable-http-proxy")
]
# Otherwise each login shows 150 lines, and the teacher's own lines scroll away.
c.JupyterHub.log_level = "ERROR"
c.ConfigurableHTTPProxy.log_level = "error"
log = os.open(STATE / "servers.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
c.SimpleLocalProcessSpawner.popen_kwargs = {"stdout": log, "stderr": log}

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(HOMES / "{username}")
c.Spawner.pre_spawn_hook = copy_for
c.Spawner.default_url = "/lab/tree/my_lessons/00_start_here.ipynb"
c.Spawner.environment = {
    "JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp",
    "PYTHONPATH": str(STATE / "package"),
}
fenced = str(Path(__file__).parent / "fenced.py")
c.Spawner.cmd = [sys.executable, fenced, "-m", "jupyterhub.singleuser"]
if shutil.which("prlimit"):  # of util-linux
    limits = (f"--{name}={most}" for name, most in LIMITS.items())
    c.Spawner.cmd = ["prlimit", *limits, *c.Spawner.cmd]
c.Spawner.args = [
    f"--config={COURSE / 'jupyter_config.py'}",
    "--LabApp.extension_manager=readonly",  # it would change the packages of the whole class
    # Seconds until a kernel is ended that has no tab and nothing to do.
    "--MappingKernelManager.cull_idle_timeout=300",
    "--MappingKernelManager.cull_interval=60",
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
        "command": [
            *[sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=7200"],
            "--IdleCuller.log_level=ERROR",
        ],
    },
    {
        "name": "progress",
        "command": [
            *[sys.executable, str(COURSE / "teaching/who_is_stuck.py"), str(HOMES)],
            *["--every", "20", "--page", str(PAGE)],
        ],
    },
    {
        "name": "app",  # at /services/app/
        "url": f"http://127.0.0.1:{APP_PORT}",
        "timeout": 600,  # seconds; the hub gives up if the app is not there by then
        "command": [
            *[sys.executable, "-m", "mnist_helpers.app", "--root-path", "/services/app"],
            *["--port", str(APP_PORT), "--behind-proxy", "127.0.0.1"],
            *(f"--name={name}" for name in os.environ.get("DIGITS_NAMES", "").split()),
        ],
        "environment": {"DIGITS_PASSWORD": password},
    },
]
announce(
    PORT,
    c.ConfigurableHTTPProxy.api_url,
    c.ConfigurableHTTPProxy.auth_token,
    f"You are '{TEACHER}' with {of_the_teacher}\nand see at /hub/admin who is there. "
    f"Who is stuck: open {PAGE.resolve().as_uri()}",
)
