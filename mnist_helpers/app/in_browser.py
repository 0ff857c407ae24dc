"""Where the browser that shows a notebook finds an app that the notebook runs."""

import os

import gradio as gr


def address_in_browser(app: gr.Blocks) -> str:
    """Return the address of a running app for the browser that shows this notebook.

    At home it is the app's own. On a classroom server the kernel's machine is not the browser's:
    there it is a path on the learner's own server, which passes everything on to the app.
    """
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    if prefix is None:
        return app.local_url
    app.root_path = app.app.root_path = f"{prefix}proxy/{app.server_port}"
    return f"{app.root_path}/"
