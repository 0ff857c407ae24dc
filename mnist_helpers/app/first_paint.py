"""The first second of the web app: the page shows some words before Gradio has loaded."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Only Gradio needs its style sheet, so the first words of the page do not wait for it.
_WAITS = b'<link rel="stylesheet" crossorigin'
_GOES_ON = b'<link rel="stylesheet" media="print" onload="this.media=\'all\'" crossorigin'
_APP = b"<gradio-app"
_SPLASH = b"""<div class="splash" role="status">
<style>
  .splash { position: absolute; inset: 0; padding: 24px; font: 18px/1.5 system-ui, sans-serif; }
  .splash b { display: block; font-size: 28px; }
  .splash i { display: block; max-width: 280px; height: 280px; margin-top: 16px; border: 2px solid;
    border-radius: 8px; }
  body:has(.paper) > .splash { display: none; }
</style>
<b>Handwritten digits</b>The drawing pad is on its way &hellip;<i></i>
</div>
"""


class FirstPaint:
    """ASGI middleware that puts a few words into Gradio's page, to read while the rest loads.

    If Gradio's page does not have the expected form, it is not changed.
    """

    def __init__(self, app: ASGIApp, root_path: str = ""):
        """Take the app, and the path prefix that a proxy in front of it does not remove."""
        self.app, self.page = app, f"{root_path.rstrip('/')}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self.page or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def rewrite(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = b"".join(parts).replace(_WAITS, _GOES_ON).replace(_APP, _SPLASH + _APP, 1)
            length = (b"content-length", str(len(page)).encode())
            headers = [each for each in start["headers"] if each[0].lower() != length[0]]
            await send({**start, "headers": [*headers, length]})
            await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, rewrite)
