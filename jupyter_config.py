"""The course's settings of JupyterLab: `jupyter lab --config=jupyter_config.py` reads them."""

from importlib.resources import files

import zmq
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends small messages at once.

    Otherwise Nagle's algorithm delays the drawing pad's answer until the browser has confirmed the
    message before it. That can take 40 ms (RFC 896 and RFC 1122, section 4.2.3.2).
    """

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()


c = get_config()  # noqa: F821 - Jupyter defines it
c.LabApp.default_url = "/lab/tree/my_lessons/00_start_here.ipynb"
# Its overrides.json answers the question about news, which would cover the first lesson.
c.LabApp.app_settings_dir = str(files("mnist_helpers.course") / "jupyterlab")
c.ServerApp.kernel_websocket_connection_class = PromptConnection
if zmq.has("curve"):  # otherwise each kernel warns in the terminal that others can listen
    c.KernelManager.transport_encryption = "auto"
