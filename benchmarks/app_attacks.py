"""What do attacks and crowds cost the web app: memory, and the time of people who draw?

    python benchmarks/app_attacks.py

Starts the app as one process. While ten visitors draw, another process attacks it from another
address of this machine. The table has the drawers' times to an answer and the app's memory. The
app, the drawers and the attacker share the same cores. Needs Linux.
"""

import asyncio
import base64
import contextlib
import io
import json
import platform
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context

import httpx
import numpy as np
from app_load import as_lists, connection, memory_of, start_app
from PIL import Image

from mnist_helpers.handwriting import write_digit

SECONDS = 12  # that each attack lasts
DRAWERS = 10
ATTACKER = "127.0.0.2"  # the attacker's own address, as the app sees it
JSON = {"Content-Type": "application/json"}
MEGABYTES = 10_000_000 * "0"


class Attack:
    """The app's address, when the attack ends, and the answers that the attacker got."""

    def __init__(self, url: str, pad: int):
        self.url, self.pad = url, pad
        self.codes: Counter[int | str] = Counter()
        self.until = time.perf_counter() + SECONDS

    def call(self, function: str, data: object, session: str = "a") -> dict:
        """The body of a call as the page makes it."""
        body = {"component_id": self.pad, "fn_name": function, "session_hash": session}
        return {**body, "data": data}

    async def post(self, http: httpx.AsyncClient, path: str, content: bytes) -> None:
        try:
            reply = await http.post(self.url + path, content=content, headers=JSON)
            self.codes[reply.status_code] += 1
        except httpx.HTTPError as error:
            self.codes[type(error).__name__] += 1

    async def repeat(self, clients: int, path: str, body: dict) -> None:
        """Send a body again and again, as `clients` clients, until the time is over."""
        content = json.dumps(body).encode()

        async def one() -> None:
            transport = httpx.AsyncHTTPTransport(local_address=ATTACKER)
            async with httpx.AsyncClient(transport=transport, timeout=30) as http:
                while time.perf_counter() < self.until:
                    await self.post(http, path, content)

        await asyncio.gather(*(one() for _ in range(clients)))

    async def hold(self, connections: int, start: bytes) -> None:
        """Open connections, send the start of a request on each, and leave them open."""
        held = []
        host, port = self.url.removeprefix("http://").rstrip("/").split(":")
        for _ in range(connections):
            try:
                opened = await asyncio.open_connection(host, port, local_addr=(ATTACKER, 0))
            except OSError as error:
                self.codes[type(error).__name__] += 1
                continue
            opened[1].write(start)
            held.append(opened)
        await asyncio.sleep(max(0, self.until - time.perf_counter()))
        for reader, writer in held:
            with contextlib.suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(0.001):
                    await reader.read(1)
                    self.codes["refused or closed"] += 1
                    continue
            self.codes["still open"] += 1
            writer.close()


async def draw(url: str, pad: int, client: int, seconds: list[float], until: float) -> None:
    """Ask about a drawing ten times a second, and note how long each answer takes."""
    strokes = as_lists(write_digit(client % 10, np.random.default_rng(client)))
    body = Attack(url, pad).call("recognize", strokes, f"drawer {client}")
    async with connection() as http:
        while time.perf_counter() < until:
            start = time.perf_counter()
            reply = await http.post(f"{url}gradio_api/component_server", json=body)
            reply.raise_for_status()
            seconds.append(time.perf_counter() - start)
            await asyncio.sleep(0.1)


def as_text(picture: Image.Image, **options) -> str:
    """A picture as the page sends it."""
    file = io.BytesIO()
    picture.save(file, **options)
    return base64.b64encode(file.getvalue()).decode()


def scan_bomb(scans: int) -> str:
    """A progressive JPEG whose last scan is repeated."""
    content = base64.b64decode(
        as_text(Image.new("L", (5_000, 5_000), 200), format="JPEG", progressive=True)
    )
    last = content[content.rindex(b"\xff\xda") : content.rindex(b"\xff\xd9")]
    return base64.b64encode(content[:-2] + last * scans + b"\xff\xd9").decode()


def attacks(attack: Attack) -> dict[str, Callable[[], Awaitable[None]]]:
    """Return each attack by its name."""
    page, queue = "gradio_api/component_server", "gradio_api/queue/join"
    noise = as_text(Image.effect_noise((1_600, 1_200), 60), format="PNG")
    joined = {"fn_index": 0, "session_hash": "a"}
    stalled = (
        b"POST /gradio_api/component_server HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nContent-Length: 13000000\r\n\r\n" + bytes(12_000_000)
    )
    half = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA: "
    calls = {
        "nobody attacks": (0, page, {}),
        "sessions with names of 10 MB": (4, page, attack.call("recognize", [], MEGABYTES)),
        "bodies of 10 MB for the queue": (4, queue, {**joined, "data": [MEGABYTES]}),
        "small calls for the queue": (4, queue, {**joined, "data": [[]]}),
        "JPEGs of 3,000 scans": (4, page, attack.call("read_photo", scan_bomb(3_000))),
        "JPEGs of 15 scans, 25 million pixels": (4, page, attack.call("read_photo", scan_bomb(5))),
        "60 clients with photos": (60, page, attack.call("read_photo", noise)),
    }
    holding = {"30 bodies that stop": (30, stalled), "3,000 half requests": (3_000, half)}
    return {
        name: lambda repeated=repeated: attack.repeat(*repeated) for name, repeated in calls.items()
    } | {name: lambda held=held: attack.hold(*held) for name, held in holding.items()}


def run(url: str, pad: int, name: str) -> Counter[int | str]:
    """Run an attack, and return what the attacker got."""
    attack = Attack(url, pad)
    asyncio.run(attacks(attack)[name]())
    return attack.codes


async def measure(process, url: str, attackers: ProcessPoolExecutor) -> None:
    parts = httpx.get(f"{url}config").json()["components"]
    (pad,) = [part["id"] for part in parts if part["type"] == "html"]
    loop = asyncio.get_running_loop()
    print("| attack | what it got | drawers: median | 95th percentile | memory afterwards |")
    print("|---|---|---|---|---|")
    for name in attacks(Attack(url, pad)):
        seconds: list[float] = []
        until = time.perf_counter() + SECONDS
        attacked = loop.run_in_executor(attackers, run, url, pad, name)
        await asyncio.gather(*(draw(url, pad, each, seconds, until) for each in range(DRAWERS)))
        codes = await attacked
        half, most = 1000 * np.percentile(seconds, [50, 95])
        got = ", ".join(f"{count:,} × {code}" for code, count in codes.most_common())
        memory = memory_of(process)
        print(f"| {name} | {got or '–'} | {half:.0f} ms | {most:.0f} ms | {memory:.0f} MB |")


def main() -> None:
    process, url = start_app()
    try:
        with ProcessPoolExecutor(1, get_context("spawn")) as attackers:
            asyncio.run(measure(process, url, attackers))
    finally:
        process.terminate()
        process.wait()
    print(f"\ngradio {version('gradio')}, Python {platform.python_version()}, {SECONDS} s each")


if __name__ == "__main__":
    main()
