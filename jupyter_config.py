"""The course's settings of JupyterLab: `jupyter lab --config=jupyter_config.py` reads them."""

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
c.LabApp.news_url = None  # the question about news would cover the first lesson
c.ServerApp.kernel_websocket_connection_class = PromptConnection
