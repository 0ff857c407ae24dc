"""What do attacks and crowds cost the web app, and what does it let through?

    python benchmarks/app_attacks.py

Starts the app as one process, with a collection that is nearly full. While ten visitors draw,
another process attacks it from another address of this machine. The first table has the drawers'
times to an answer and the app's memory. The second has what came back to single attempts to get
more than the app gives. All share the same cores. Needs Linux.
"""

import asyncio
import base64
import contextlib
import io
import json
import os
import platform
import socket
import struct
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import httpx
import numpy as np
from app_load import as_lists, connection, memory_of, start_app
from filelock import FileLock
from PIL import Image

from mnist_helpers import Collection
from mnist_helpers.handwriting import write_digit

SECONDS = 12  # that each attack lasts
DRAWERS = 10
ATTACKER = "127.0.0.2"  # the attacker's own address, as the app sees it
JSON = {"Content-Type": "application/json"}
MEGABYTES = 10_000_000 * "0"
PASSWORD = "open sesame"


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


@cache
def noise() -> str:
    """A picture that is large as a file, and takes its time."""
    return as_text(Image.effect_noise((1_600, 1_200), 60), format="PNG")


@cache
def scan_bomb(scans: int, two_pictures: bool = False) -> str:
    """A progressive JPEG whose last scan is repeated; Pillow may take it for two pictures (MPO)."""
    content = base64.b64decode(
        as_text(Image.new("L", (5_000, 5_000), 200), format="JPEG", progressive=True)
    )
    last = content[content.rindex(b"\xff\xda") : content.rindex(b"\xff\xd9")]
    content = content[:-2] + last * scans + b"\xff\xd9"
    if two_pictures:
        numbers = [(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, (2).to_bytes(4, "little"))]
        numbers.append((0xB002, 7, 32, (50).to_bytes(4, "little")))
        entries = b"".join(struct.pack("<HHI", *each[:3]) + each[3] for each in numbers)
        place = struct.pack("<IIIHH", 0x030000, len(content), 0, 0, 0)
        head = b"MPF\0II*\0" + struct.pack("<IH", 8, 3) + entries + bytes(4) + 2 * place
        content = content[:2] + b"\xff\xe2" + (len(head) + 2).to_bytes(2) + head + content[2:]
    return base64.b64encode(content).decode()


def fill(path: Path) -> None:
    """Keep drawings until the file is nearly as full as the app lets it become."""
    collection = Collection(path)
    strokes = write_digit(8, np.random.default_rng(0))
    collection.add(strokes, [np.arange(len(stroke)) / 60 for stroke in strokes], 8, None)
    line = path.read_bytes()
    path.write_bytes(line * (49_000_000 // len(line)))


@contextlib.contextmanager
def held_by_another(path: Path | None) -> Iterator[None]:
    """Hold the lock of a collection, if there is one, as another program would."""
    with FileLock(path.with_name(f".{path.name}.lock")) if path else contextlib.nullcontext():
        yield


class Attempts:
    """Single attempts to get more than the app gives; each returns what came back."""

    def __init__(self, url: str, pad: int, password: str):
        self.url, self.pad, self.password = url, pad, password
        self.http = httpx.Client(timeout=120, headers=JSON, base_url=url)

    def page(self, function: str, data: object, **headers: str) -> int:
        body = Attack(self.url, self.pad).call(function, data)
        path = "gradio_api/component_server"
        return self.http.post(path, json=body, headers=headers).status_code

    def program(self, endpoint: str, body: object) -> int:
        return self.http.post(f"gradio_api/run/{endpoint}", json=body).status_code

    def guesses(self, count: int = 60) -> str:
        """Hold the last byte of many guesses back, and send all of them at once."""
        host, port = self.password.removeprefix("http://").rstrip("/").split(":")
        with contextlib.ExitStack() as stack:
            made = []
            for number in range(count):
                body = f"username=digits&password=guess{number:03}".encode()
                head = f"POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
                head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
                made.append(stack.enter_context(socket.create_connection((host, int(port)), 60)))
                made[-1].sendall(head.encode() + body[:-1])
            time.sleep(1)
            for number, each in enumerate(made):
                each.sendall(str(number % 10).encode())
            codes = Counter(int(each.recv(100).split()[1]) for each in made)
        form = {"username": "digits", "password": PASSWORD}
        codes["right one"] = httpx.post(f"{self.password}login", data=form, timeout=60).status_code
        return ", ".join(f"{name}: {count}" for name, count in sorted(codes.items(), key=str))

    def all(self) -> dict[str, Callable[[], object]]:
        evil = "http://evil.example"
        forged = {"Origin": evil, "X-Forwarded-Host": "evil.example"}
        asks = {"Origin": evil, "Access-Control-Request-Method": "POST"}
        other = self.url.replace("127.0.0.1", "127.0.0.2")
        drawing = {"strokes": [[[0, 0]]], "times": [[0]], "label": 1}
        return {
            "a foreign page keeps a drawing": lambda: self.page("keep", drawing, Origin=evil),
            "the same with X-Forwarded-Host": lambda: self.page("keep", drawing, **forged),
            "the page's root with X-Forwarded-Host": lambda: self.http.get(
                "config", headers={"X-Forwarded-Host": "evil.example"}
            ).json()["root"],
            "a foreign page's preflight": lambda: httpx.options(other, headers=asks).status_code,
            "a foreign host name": lambda: self.http.get("", headers={"Host": "evil.example"}),
            "a file by Gradio's door": lambda: self.http.get("gradio_api/file=/etc/hosts"),
            "62 fingerprints, each for another 'visitor'": lambda: [
                self.page("take_back", "0" * 64, **{"X-Forwarded-For": f"10.0.0.{n}"})
                for n in range(62)
            ][-1],
            "60 guesses at once": self.guesses,
            "3,000 scans as two pictures": lambda: self.program(
                "recognize_picture", {"data": [scan_bomb(3_000, two_pictures=True)]}
            ),
            "text instead of strokes": lambda: self.program("recognize_strokes", {"data": ["7"]}),
            "600 kB of strokes": lambda: self.program(
                "recognize_strokes", {"data": ["7" * 600_000]}
            ),
            "six calls of the queue with 480 kB": lambda: [
                self.http.post(
                    "gradio_api/queue/join",
                    json={"data": ["7" * 480_000], "fn_index": 0, "session_hash": "a"},
                ).status_code
                for _ in range(6)
            ][-1],
        }

    def show(self, log: Path) -> None:
        """Print the table, and what 200 faults write into the log."""
        print("\n| attempt | what came back |\n|---|---|")
        for name, attempt in self.all().items():
            got = attempt()
            words = f"{got.status_code} {got.text}" if isinstance(got, httpx.Response) else got
            print(f"| {name} | {words} |")
        before = log.stat().st_size
        fault = Attack(self.url, 10**20).call("recognize", [])
        for _ in range(200):
            self.http.post("gradio_api/component_server", json=fault)
        print(f"| 200 faults | {log.stat().st_size - before:,} bytes in the log |")


def attacks(attack: Attack) -> dict[str, Callable[[], Awaitable[None]]]:
    """Return each attack by its name."""
    page, queue = "gradio_api/component_server", "gradio_api/queue/join"
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
        "the same, made to look like two pictures": (
            4,
            page,
            attack.call("read_photo", scan_bomb(3_000, two_pictures=True)),
        ),
        "JPEGs of 15 scans, 25 million pixels": (4, page, attack.call("read_photo", scan_bomb(5))),
        "4 clients that take back, 49 MB are kept": (4, page, attack.call("take_back", "0" * 64)),
        "4 clients that keep while another program has the lock": (
            4,
            page,
            attack.call("keep", {"strokes": [[[0, 0]]], "times": [[0]], "label": 1}),
        ),
        "60 clients with photos": (60, page, attack.call("read_photo", noise())),
    }
    deaf = b"GET /config HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 200
    holding = {
        "30 bodies that stop": (30, stalled),
        "3,000 half requests": (3_000, half),
        "300 connections that do not read": (300, deaf),
    }
    return {
        name: lambda repeated=repeated: attack.repeat(*repeated) for name, repeated in calls.items()
    } | {name: lambda held=held: attack.hold(*held) for name, held in holding.items()}


def run(url: str, pad: int, name: str) -> Counter[int | str]:
    """Run an attack, and return what the attacker got."""
    attack = Attack(url, pad)
    prepared = attacks(attack)[name]
    attack.until = time.perf_counter() + SECONDS
    asyncio.run(prepared())
    return attack.codes


def pad_of(url: str) -> int:
    """Return the number that Gradio gave to the pad."""
    parts = httpx.get(f"{url}config").json()["components"]
    (pad,) = [part["id"] for part in parts if part["type"] == "html"]
    return pad


async def measure(process, url: str, pad: int, kept: Path, attackers: ProcessPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    print("| attack | what it got | drawers: median | 95th percentile | memory afterwards |")
    print("|---|---|---|---|---|")
    names = list(attacks(Attack(url, pad)))
    await loop.run_in_executor(attackers, run, url, pad, names[0])  # prepares all pictures
    for name in names:
        held = held_by_another(kept if "lock" in name else None)
        seconds: list[float] = []
        until = time.perf_counter() + SECONDS
        with held:
            attacked = loop.run_in_executor(attackers, run, url, pad, name)
            await asyncio.gather(*(draw(url, pad, each, seconds, until) for each in range(DRAWERS)))
        codes = await attacked
        half, most = 1000 * np.percentile(seconds, [50, 95])
        got = ", ".join(f"{count:,} × {code}" for code, count in codes.most_common())
        memory = memory_of(process)
        print(f"| {name} | {got or '–'} | {half:.0f} ms | {most:.0f} ms | {memory:.0f} MB |")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        kept, log = Path(folder) / "kept.jsonl", Path(folder) / "log"
        fill(kept)
        with log.open("w") as errors:
            process, url = start_app("--keep", str(kept), "--host", "0.0.0.0", stderr=errors)
            stack.callback(process.terminate)
            os.environ["DIGITS_PASSWORD"] = PASSWORD
            other, password = start_app(stderr=errors)
            stack.callback(other.terminate)
        attempts = Attempts(url, pad_of(url), password)
        with ProcessPoolExecutor(1, get_context("spawn")) as attackers:
            asyncio.run(measure(process, url, attempts.pad, kept, attackers))
        time.sleep(60)  # until the limits of a minute are over
        attempts.show(log)
    print(f"\ngradio {version('gradio')}, Python {platform.python_version()}, {SECONDS} s each")


if __name__ == "__main__":
    main()
