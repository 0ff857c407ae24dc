"""Does the web app keep up with a class that draws at once?

    python benchmarks/app_load.py [CLIENTS]

Starts the app as one process and draws on it as CLIENTS pages would (100 if none is given): at the
speed of a person, one question at a time, each about all ink so far. Then it asks as fast as it
can, and watches the app's memory. Every answer is compared with that of the recogniser itself.
Needs Linux (/proc).
"""

import asyncio
import platform
import re
import socket
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import httpx
import numpy as np

from mnist_helpers import Recognizer
from mnist_helpers.handwriting import write_digit

SECONDS = 30  # of drawing
FRAME = 1 / 60  # seconds between two points of the pen
PAUSE = 0.5  # seconds between two digits
PREDICTIONS = 20_000  # before memory is measured for the last time
RESERVE = 4_000  # predictions until the app has all the memory that it needs

Strokes = list[list[list[float]]]


class Class:
    """All clients, and what they sent and got."""

    def __init__(self, url: str, pad: int):
        self.url, self.pad = f"{url}gradio_api/component_server", pad
        self.seconds: list[float] = []
        self.errors = 0
        self.answers: list[tuple[Strokes, dict]] = []

    async def ask(self, http: httpx.AsyncClient, client: int, strokes: Strokes) -> None:
        body = {"component_id": self.pad, "fn_name": "recognize", "session_hash": f"c{client}"}
        start = time.perf_counter()
        try:
            reply = await http.post(self.url, json={**body, "data": strokes})
            answer = reply.raise_for_status().json()
        except httpx.HTTPError as error:
            print(f"{error!r}", file=sys.stderr)
            answer = {}
        self.seconds.append(time.perf_counter() - start)
        self.errors += "probabilities" not in answer
        self.answers.append((strokes, answer))

    async def draw(self, client: int, until: float) -> None:
        """Draw digit after digit, as one visitor."""
        rng = np.random.default_rng(client)
        await asyncio.sleep(rng.uniform(0, PAUSE))
        async with connection() as http:
            while time.perf_counter() < until:
                strokes = as_lists(write_digit(int(rng.integers(10)), rng))
                count, shown, start = sum(map(len, strokes)), 0, time.perf_counter()
                while shown < count:
                    ready = min(count, 1 + int((time.perf_counter() - start) / FRAME))
                    if ready > shown:
                        shown, asked = ready, time.perf_counter()
                        await self.ask(http, client, first_points(strokes, shown))
                        await asyncio.sleep(2 * (time.perf_counter() - asked))  # as the page does
                    else:
                        await asyncio.sleep(FRAME / 2)
                await asyncio.sleep(PAUSE)

    async def ask_on(self, client: int, count: int) -> None:
        """Ask about one drawing again and again."""
        strokes = as_lists(write_digit(client % 10, np.random.default_rng(client)))
        async with connection() as http:
            for _ in range(count):
                await self.ask(http, client, strokes)

    def count_wrong(self) -> int:
        """Compare every answer with the recogniser's own, and forget them."""
        recognizer, right, wrong = Recognizer.load(), {}, 0
        for strokes, answer in self.answers:
            name = str(strokes)
            if name not in right:
                right[name] = recognizer.recognize_strokes(strokes).probabilities.tolist()
            wrong += answer.get("probabilities") != right[name]
        self.answers.clear()
        return wrong


def connection() -> httpx.AsyncClient:
    """Return a visitor's own connection; the server closes it after five idle seconds."""
    limits = httpx.Limits(max_connections=1, keepalive_expiry=2)
    return httpx.AsyncClient(timeout=60, limits=limits, verify=False)  # http, quicker to make


def as_lists(strokes: list[np.ndarray]) -> Strokes:
    """Return strokes as the page sends them, to a tenth of a pixel."""
    return [stroke.round(1).tolist() for stroke in strokes]


def first_points(strokes: Strokes, count: int) -> Strokes:
    """Return what is drawn once the pen has made `count` points."""
    drawn = []
    for stroke in strokes:
        drawn.append(stroke[:count])
        count -= len(drawn[-1])
        if count == 0:
            break
    return drawn


def memory_of(process: subprocess.Popen) -> float:
    """Return the resident memory of a process in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def start_app() -> tuple[subprocess.Popen, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mnist_helpers.app", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/"
    for _ in range(120):
        try:
            httpx.get(f"{url}config").raise_for_status()
            return process, url
        except httpx.HTTPError:
            time.sleep(0.5)
    raise TimeoutError("the app did not start within a minute")


async def load(process: subprocess.Popen, url: str, clients: int) -> None:
    parts = httpx.get(f"{url}config").json()["components"]
    (pad,) = [part["id"] for part in parts if part["type"] == "html"]
    visitors = Class(url, pad)
    until = time.perf_counter() + SECONDS
    await asyncio.gather(*(visitors.draw(client, until) for client in range(clients)))
    seconds, wrong = np.array(visitors.seconds), visitors.count_wrong()

    memory = []
    for count in (RESERVE, PREDICTIONS):
        rest = -(-max(0, count - len(visitors.seconds)) // 10)
        await asyncio.gather(*(visitors.ask_on(client, rest) for client in range(10)))
        memory.append(memory_of(process))
        wrong += visitors.count_wrong()
    half, most, slowest = 1000 * np.percentile(seconds, [50, 95, 100])
    print("| measured | result |\n|---|---|")
    print(f"| clients that draw at once | {clients} |")
    print(f"| answers while they draw, for {SECONDS} s | {len(seconds):,} |")
    print(f"| time to an answer: median | {half:.0f} ms |")
    print(f"| 95th percentile | {most:.0f} ms |")
    print(f"| slowest | {slowest:.0f} ms |")
    print(f"| errors | {visitors.errors} |")
    print(f"| answers that differ from the recogniser's own | {wrong} |")
    total = len(visitors.seconds)
    print(f"| memory after {max(RESERVE, len(seconds)):,} predictions | {memory[0]:.0f} MB |")
    print(f"| memory after {total:,} predictions | {memory[1]:.0f} MB |")


def main() -> None:
    clients = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    process, url = start_app()
    try:
        asyncio.run(load(process, url, clients))
    finally:
        process.terminate()
        process.wait()
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("gradio", "numpy", "opencv-python-headless")
    )
    print(f"\n{versions}, Python {platform.python_version()}, {platform.machine()}")


if __name__ == "__main__":
    main()
