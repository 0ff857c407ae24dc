"""Open a learner's lessons in JupyterLab: what `start.py` ends with.

    python -m mnist_helpers.course.open_lessons [OPTION ...]

The options are JupyterLab's. It makes the learner's copy of the lessons first.
"""

import os
import secrets
import sys
import tempfile
from pathlib import Path

import psutil
from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir
from jupyterlab.labapp import LabApp

from mnist_helpers.course.my_lessons import COURSE, can_write, choose_home, copy_lessons

_ENOUGH = 6e9
"""Bytes of memory for a browser, JupyterLab and two lessons; a machine of 8 GB shows a bit less."""
JUPYTERS = {  # by the names of their variables, the folders that Jupyter and IPython write to
    "JUPYTER_CONFIG_DIR": jupyter_config_dir,
    "JUPYTER_DATA_DIR": jupyter_data_dir,
    "JUPYTER_RUNTIME_DIR": jupyter_runtime_dir,
    "IPYTHONDIR": lambda: os.environ.get("IPYTHONDIR") or Path.home() / ".ipython",
}


def find_place_for_jupyter() -> None:
    """Let Jupyter keep its own files in a new folder if it may not write where it usually does."""
    if not all(can_write(Path(find())) for find in JUPYTERS.values()):
        place = tempfile.mkdtemp(prefix="jupyter-")
        os.environ.update({name: f"{place}/{name.lower()}" for name in JUPYTERS})
        os.environ["MPLCONFIGDIR"] = f"{place}/matplotlib"
        print("Jupyter cannot write to your home, so it forgets its own settings at the end.")


def _load_jupyter_server_extension(server) -> None:
    """Do nothing yet: Jupyter wants this of every module that it calls when it is ready."""


async def _start_jupyter_server_extension(server) -> None:
    """Say where the course is, as soon as it can be opened."""
    address = server.connection_url.rstrip("/") + server.default_url
    address += f"?token={server.identity_provider.token}"
    print(f"The course is open at {address} . To stop it, press Ctrl+C here twice.", flush=True)


def main(options: list[str]) -> None:
    """Copy the lessons, and serve them until the learner stops it."""
    home = choose_home()
    for news in copy_lessons(home):
        print(news)
    find_place_for_jupyter()
    if (memory := psutil.virtual_memory().total) < _ENOUGH:
        print(
            f"This computer has {memory / 1e9:.0f} GB of memory. Before you open the next lesson, "
            "end the one before: Kernel > Shut Down Kernel."
        )
    settings = [
        f"--config={COURSE / 'jupyter_config.py'}",
        f"--ServerApp.root_dir={home}",
        f"--ServerApp.jpserver_extensions={ {__spec__.name: True} }",
        f"--IdentityProvider.token={secrets.token_hex(24)}",  # for a new one, Jupyter says more
        *(f"--{app}.log_level=ERROR" for app in ("ServerApp", "LabApp")),
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        settings.append("--allow-root")  # in a container you may be root
    sys.stdout.flush()
    LabApp.launch_instance([*settings, *options])
    # A request that was not answered leaves a thread behind, for which Python would wait for ever.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
