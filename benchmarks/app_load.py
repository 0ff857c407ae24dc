"""Does the web app keep up with a class that draws at once?

    python benchmarks/app_load.py [CLIENTS] [SECONDS]

Starts the app as one process and draws on it as CLIENTS pages would (200 if none is given), for
SECONDS (60): at the speed of a person, one question at a time, each about all ink so far. Of the
digits, 5 % are kept with a label and 2 % are sent as a photo. Then the same beside four programs
that take back from a full collection without pause, and beside 60 that send photos. The senders are
processes of their own, and each client has an address of its own. Every answer about strokes is
compared with that of the recogniser itself. Needs Linux (/proc).
"""

import asyncio
import base64
import platform
import re
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import cv2
import httpx
import numpy as np

from mnist_helpers import Recognizer, draw_strokes
from mnist_helpers.handwriting import pace, write_digit
from mnist_helpers.learning.collection import Collection

FRAME = 1 / 60  # seconds between two points of the pen
PAUSE = 0.5  # seconds between two digits
LABELED, AS_PHOTO = 0.05, 0.02  # of the digits
FULL = 50_000_000  # bytes of a collection to which the app adds nothing
PROXY = "127.0.0.1"  # who may say which address a client has
SENDERS = 2  # processes
CASES = {  # programs that take back, and that send photos, beside those who draw
    "drawing alone": (0, 0),
    "beside 4 that take back": (4, 0),
    "beside 60 that send photos": (0, 60),
}

Strokes = list[list[list[float]]]


@dataclass
class Seen:
    """What some clients sent and got."""

    seconds: list[float] = field(default_factory=list)
    answers: list[tuple[Strokes, list[float]]] = field(default_factory=list)
    labels: int = 0
    turned_down: int = 0
    photos: int = 0
    besides: int = 0
    refused: int = 0
    errors: int = 0


class Client:
    """One visitor with an address and a connection of its own."""

    def __init__(self, number: int, url: str, pad: int, until: float, seen: Seen):
        self.rng, self.until, self.seen = np.random.default_rng(number), until, seen
        self.url = f"{url}gradio_api/component_server"
        self.body = {"component_id": pad, "session_hash": f"c{number}"}
        address = f"10.0.{number // 250}.{number % 250 + 1}"
        self.http = connection({"X-Forwarded-For": address})

    async def ask(self, name: str, data) -> dict:
        body = {**self.body, "fn_name": name, "data": data}
        try:
            reply = await self.http.post(self.url, json=body)
            if reply.status_code == 429:
                return {"error": "too often"}
            return reply.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            print(f"{name}: {error!r}", file=sys.stderr)
            return {"failed": True}

    async def draw(self) -> None:
        """Draw digit after digit."""
        await asyncio.sleep(self.rng.uniform(0, PAUSE))
        while time.time() < self.until:
            digit = int(self.rng.integers(10))
            strokes = as_lists(write_digit(digit, self.rng))
            await self.draw_digit(strokes)
            chance = self.rng.random()
            if chance < LABELED:
                kept = await self.ask("keep", label(strokes, digit))
                self.seen.labels += "fingerprint" in kept
                self.seen.turned_down += "error" in kept
                self.seen.errors += "failed" in kept
            elif chance < LABELED + AS_PHOTO:
                self.seen.photos += 1
                self.count(await self.ask("read_photo", photo(strokes)))
            await asyncio.sleep(PAUSE)

    async def draw_digit(self, strokes: Strokes) -> None:
        count, shown, start = sum(map(len, strokes)), 0, time.perf_counter()
        while shown < count:
            ready = min(count, 1 + int((time.perf_counter() - start) / FRAME))
            if ready == shown:
                await asyncio.sleep(FRAME / 2)
                continue
            shown, asked = ready, time.perf_counter()
            drawn = first_points(strokes, shown)
            answer = await self.ask("recognize", drawn)
            took = time.perf_counter() - asked
            self.seen.seconds.append(took)
            self.seen.answers.append((drawn, answer.get("probabilities", [])))
            self.seen.errors += "probabilities" not in answer
            await asyncio.sleep(2 * took)  # as the page does

    async def take_back(self) -> None:
        """Take back what nobody has kept, again and again."""
        while time.time() < self.until:
            self.count(await self.ask("take_back", self.rng.bytes(32).hex()))

    async def send_photos(self) -> None:
        picture = photo(as_lists(write_digit(int(self.rng.integers(10)), self.rng)), side=1600)
        while time.time() < self.until:
            self.count(await self.ask("read_photo", picture))

    def count(self, answer: dict) -> None:
        self.seen.besides += 1
        self.seen.errors += "failed" in answer
        self.seen.refused += "error" in answer


def label(strokes: Strokes, digit: int) -> dict:
    return {"strokes": strokes, "times": pace(strokes), "label": digit}


def photo(strokes: Strokes, side: int = 800) -> str:
    """Return a drawing as a JPEG in base64, as the page sends a photo."""
    ink = cv2.resize(draw_strokes(strokes), (side, side))
    return base64.b64encode(cv2.imencode(".jpg", 235 - ink // 2)[1]).decode()


def send(numbers: range, work: str, url: str, pad: int, until: float) -> Seen:
    """Let clients with these numbers work, in a process of their own."""
    seen = Seen()

    async def work_all() -> None:
        clients = [Client(number, url, pad, until, seen) for number in numbers]
        await asyncio.gather(*(getattr(client, work)() for client in clients))
        await asyncio.gather(*(client.http.aclose() for client in clients))

    asyncio.run(work_all())
    return seen


def count_wrong(answers: list[tuple[Strokes, list[float]]]) -> int:
    """Compare every answer about strokes with the recogniser's own."""
    recognizer = Recognizer.load()
    return sum(
        given != recognizer.recognize_strokes(strokes).probabilities.tolist()
        for strokes, given in answers
    )


def connection(headers: dict | None = None) -> httpx.AsyncClient:
    """Return a visitor's own connection; the server closes it after five idle seconds."""
    limits = httpx.Limits(max_connections=1, keepalive_expiry=2)
    # Nothing is verified over http, and a client without certificates is quicker to make.
    return httpx.AsyncClient(timeout=60, limits=limits, verify=False, headers=headers)


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


def start_app(*options: str, stderr=None) -> tuple[subprocess.Popen, str]:
    """Start the app with further options of its command; return the process and the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mnist_helpers.app", "--port", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)
    url = f"http://127.0.0.1:{port}/"
    for _ in range(120):
        try:
            httpx.get(url).raise_for_status()  # also where a password is asked for
            return process, url
        except httpx.HTTPError:
            time.sleep(0.5)
    raise TimeoutError("the app did not start within a minute")


def fill(path: Path) -> None:
    """Fill a collection, so that taking back has much to read."""
    strokes = as_lists(write_digit(8, np.random.default_rng(0)))
    Collection(path).add(strokes, pace(strokes), 8, None)
    line = path.read_bytes()
    path.write_bytes(line * (FULL // len(line)))


def measure(clients: int, seconds: int, takers: int, photographers: int) -> dict[str, str]:
    """Run one case; return its column of the table."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "kept.jsonl"
        if takers:
            fill(kept)
        process, url = start_app("--keep", str(kept), "--behind-proxy", PROXY)
        try:
            parts = httpx.get(f"{url}config").json()["components"]
            (pad,) = [part["id"] for part in parts if part["type"] == "html"]
            before, until = memory_of(process), time.time() + seconds + 3
            work = [(range(i, clients, SENDERS), "draw") for i in range(SENDERS)]
            work += [(range(1000, 1000 + takers), "take_back")] if takers else []
            work += [(range(2000, 2000 + photographers), "send_photos")] if photographers else []
            with ProcessPoolExecutor(len(work)) as pool:
                jobs = [pool.submit(send, *each, url, pad, until) for each in work]
                *drawn, others = [job.result() for job in jobs] + [Seen()] * (len(work) == SENDERS)
            after = memory_of(process)
            lines = len(kept.read_bytes().splitlines())
        finally:
            process.terminate()
            process.wait()
    times = 1000 * np.array([*chain(*(seen.seconds for seen in drawn))])
    labels = sum(seen.labels for seen in drawn)
    return {
        f"answers to {clients} clients who draw for {seconds} s": f"{len(times):,}",
        "median": f"{np.median(times):.0f} ms",
        "95th percentile": f"{np.percentile(times, 95):.0f} ms",
        "slowest": f"{times.max():.0f} ms",
        "errors": str(sum(seen.errors for seen in [*drawn, others])),
        "answers that differ from the recogniser's own": str(
            count_wrong([*chain(*(seen.answers for seen in drawn))])
        ),
        "labels kept, of those that were told 'kept'": (
            f"full: {sum(seen.turned_down for seen in drawn)} turned down"
            if takers
            else f"{lines} of {labels}"
        ),
        "photos of those who draw (told to wait)": f"{sum(s.photos for s in drawn)} "
        f"({sum(s.refused for s in drawn)})",
        "calls of the others (told to wait)": f"{others.besides:,} ({others.refused:,})",
        "memory at the start, at the end": f"{before:.0f}, {after:.0f} MB",
    }


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    clients, seconds = given + [200, 60][len(given) :]
    columns = {name: measure(clients, seconds, *others) for name, others in CASES.items()}
    print(f"| measured | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for row in next(iter(columns.values())):
        print(f"| {row} | {' | '.join(column[row] for column in columns.values())} |")
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("gradio", "numpy", "opencv-python-headless")
    )
    print(f"\n{versions}, Python {platform.python_version()}, {platform.machine()}")


if __name__ == "__main__":
    main()
