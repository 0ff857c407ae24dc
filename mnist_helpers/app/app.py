"""The web app: draw a digit and watch the answer change, or show it a photo."""

import os

import gradio as gr

from mnist_helpers.app.answers import Answers, for_page, for_programs
from mnist_helpers.app.gate import gated
from mnist_helpers.app.received import MAX_STROKES
from mnist_helpers.drawing import MAX_POINTS, PEN
from mnist_helpers.learning.collection import Collection
from mnist_helpers.pictures.received import MAX_BYTES
from mnist_helpers.web import APP_SCRIPTS, read_pad, read_web

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # Gradio reads this when Blocks are made

LAUNCH_OPTIONS = {
    "share": False,  # Gradio would turn it on by itself on Colab
    "run_history": False,
    "ssr_mode": False,  # Hugging Face Spaces would put another server before this one
    "footer_links": ["api"],
    "app_kwargs": gated(),
}
"""Options for the app's `launch`: nothing leaves the machine and nothing is kept."""


def build_app(recognizer, collection: Collection | None = None) -> gr.Blocks:
    """Build the app around a recogniser; `launch(**LAUNCH_OPTIONS)` serves it.

    `recognizer` is a Recognizer, a model as `Recognizer.from_model` takes it, or anything with
    `recognize_strokes`. With a collection, visitors can say which digit they meant, and the page
    tells them that their drawing is then kept there. The page calls `recognize`, `read_photo`,
    `write_sample`, `look_inside`, `keep` and `take_back` outside of Gradio's queue. Several calls
    can run at once. Programs call the endpoints `/recognize_strokes` and `/recognize_picture`.
    """
    answers = Answers(recognizer, collection)
    for_the_page = [answers.recognize, answers.read_photo, answers.write_sample]
    if answers.page is not None:
        for_the_page.append(answers.look_inside)
    if collection is not None:
        for_the_page += [answers.keep, answers.take_back]
    with gr.Blocks(title="Handwritten digits") as app:
        gr.HTML(
            html_template=read_pad("app"),
            css_template=read_web("pad.css"),
            js_on_load="\n".join(map(read_web, APP_SCRIPTS)),
            apply_default_css=False,
            server_functions=[for_page(method) for method in for_the_page],
            digits=list(range(10)),
            keeps=collection is not None,
            inside=answers.page is not None,
            pen=PEN,
            most=MAX_BYTES,
            strokes=MAX_STROKES,
            points=MAX_POINTS,
        )
        # Without a queue, one plain POST is enough, as with curl.
        for endpoint in (answers.recognize_strokes, answers.recognize_picture):
            gr.api(for_programs(endpoint), queue=False)
    return app


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
