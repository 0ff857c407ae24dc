"""The web app as its own server, which one caller alone cannot block for the others."""

import asyncio
import logging
import socket
from argparse import Namespace
from collections import Counter
from typing import ClassVar

import fastapi
import gradio as gr
import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from mnist_helpers.app.app import LAUNCH_OPTIONS
from mnist_helpers.app.gate import gated
from mnist_helpers.system.turns import BriefLog

_FIRST_PORT, _PORTS = 7860, 100  # the ports that Gradio tries
_PATIENCE = 20  # seconds for the head of a request, and for any part of an answer
_PATIENCE_AT_THE_END = 2  # seconds: a page's connection never ends by itself
_MOST_DESCRIPTORS = 8_192
_SPARE = 64  # descriptors for files and for the server itself
_SHARE = 2  # one address gets at most one half of all connections


class PatientProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, with time limits and a limit for each address.

    A connection is closed if its request does not arrive within 20 seconds, or if the caller reads
    nothing of an answer for so long. One address can have half of all connections.
    """

    most = _MOST_DESCRIPTORS // _SHARE  # connections of one address
    _open: ClassVar[Counter[str]] = Counter()

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        transport.set_write_buffer_limits(0)  # so that all that is not read yet counts
        self._address = (transport.get_extra_info("peername") or ("",))[0]
        self._open[self._address] += 1
        self._request = self.loop.call_later(_PATIENCE, transport.abort)
        self._answer = self._request
        if self._open[self._address] > self.most:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._request.cancel()
        elif self._request.cancelled():  # the next request on this connection has begun
            self._request = self.loop.call_later(_PATIENCE, self.transport.abort)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._answer = self.loop.call_later(_PATIENCE, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._answer.cancel()

    def connection_lost(self, error: Exception | None) -> None:
        self._request.cancel()
        self._answer.cancel()
        self._open[self._address] -= 1
        if not self._open[self._address]:
            del self._open[self._address]
        super().connection_lost(error)


def serve(blocks: gr.Blocks, auth: tuple[str, str] | None, options: Namespace) -> None:
    """Serve an app until it is stopped by Ctrl+C or a signal.

    `auth` is a user's name and a password. `options` are those of the command. Of a proxy's
    headers, only X-Forwarded-For and X-Forwarded-Proto are believed. Raises OSError or
    OverflowError if nothing can listen at this host and port.
    """
    listener = _listen(options.host, options.port)
    most = _raise_descriptors() - _SPARE
    PatientProtocol.most = most // _SHARE
    parent = fastapi.FastAPI(openapi_url=None)  # without paths of its own: the gate guards Gradio's
    known = LAUNCH_OPTIONS | {"app_kwargs": gated(options.root_path, tuple(options.name))}
    del known["share"]  # that is for `launch` alone
    gr.mount_gradio_app(parent, blocks, "", auth=auth, root_path=options.root_path, **known)
    config = uvicorn.Config(
        parent,
        http=PatientProtocol,
        ws="none",
        log_level="warning",
        proxy_headers=options.behind_proxy is not None,
        forwarded_allow_ips=options.behind_proxy,
        limit_concurrency=most,
        timeout_graceful_shutdown=_PATIENCE_AT_THE_END,
    )
    logging.basicConfig(format="%(message)s")  # else captured warnings go nowhere
    logging.captureWarnings(True)  # whoever sends a picture makes Pillow warn
    for name in ("uvicorn.error", "asyncio", "py.warnings"):
        logging.getLogger(name).addFilter(BriefLog())
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"The app runs at http://{host}:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens at the port, or at the first free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    socket.getaddrinfo(host, port)  # an unknown host fails here at once, not after a hundred ports
    ports = [port] if port is not None else range(_FIRST_PORT, _FIRST_PORT + _PORTS)
    for each in ports:
        try:
            return socket.create_server((host, each), family=family, backlog=2_048)
        except OSError as error:
            fault = error
    raise fault


def _raise_descriptors() -> int:
    """Let this process open as many files and connections as it may; return how many."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return _MOST_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = max(soft, min(hard if hard >= 0 else _MOST_DESCRIPTORS, _MOST_DESCRIPTORS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
