"""Is one classroom server fast enough for eight learners at once?

    python benchmarks/classroom.py [--learners 8] [--url http://127.0.0.1:8000] LESSON...

The server runs already: DIGITS_PASSWORD=... python3 start.py class. Each learner logs in, gets a
server and the lessons, and all of them run each lesson at the same time, cell by cell, through the
hub. Memory is the highest proportional share (PSS) of the learner's server and kernel at any moment
of the lesson: memory that processes share counts once. The processor's time does not depend on what
else the machine does; the last table divides it among the cores of a machine. At the end, wrong
passwords are tried, all at once.
"""

import argparse
import asyncio
import contextlib
import json
import math
import os
import re
import statistics
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import aiohttp
from yarl import URL

PATIENCE = 3600  # seconds for a lesson
PEAKS: dict[str, list[float]] = {}
MACHINES = [(8, 4), (16, 8), (24, 8), (24, 16)]  # learners, cores
REST = 4_000  # megabytes of the system and the hub
GUESSES = 60  # of the password


class Learner:
    """One learner in her own session with the hub."""

    def __init__(self, url: str, name: str):
        self.url, self.name = url, name
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def log_in(self) -> float:
        """Log in and wait for the server; return after how many seconds it was there."""
        start = time.perf_counter()
        assert await self.send(os.environ["DIGITS_PASSWORD"]) == 302
        while True:
            async with self.session.get(f"{self.url}/user/{self.name}/api/status") as status:
                if status.status == 200 and "kernels" in await status.text():
                    return time.perf_counter() - start
            await self.session.get(f"{self.url}/hub/spawn/{self.name}")
            await asyncio.sleep(1)

    async def send(self, password: str, headers: dict | None = None) -> int:
        """Send the form of the login; return the status: 302 if the password is right."""
        place = f"{self.url}/hub/login"
        async with self.session.get(place) as page:
            token = re.search(r'name="_xsrf" value="([^"]+)"', await page.text())[1]
        form = {"username": self.name, "password": password, "_xsrf": token}
        sent = {"data": form, "headers": headers, "allow_redirects": False}
        async with self.session.post(place, **sent) as page:
            return page.status

    async def request(self, method: str, place: str, **body) -> dict:
        url = f"{self.url}/user/{self.name}{place}"
        cookies = self.session.cookie_jar.filter_cookies(URL(url))
        headers = {"X-XSRFToken": cookies["_xsrf"].value, "Referer": url}
        async with self.session.request(method, url, json=body or None, headers=headers) as answer:
            assert answer.status < 400, f"{place}: {answer.status} {await answer.text()}"
            text = await answer.text()
            return json.loads(text) if text else {}

    async def run(self, lesson: str) -> tuple[float, float, float]:
        """Run a lesson; return its seconds, the seconds of processors, and the most megabytes."""
        path = f"my_lessons/{lesson}"
        notebook = (await self.request("GET", f"/api/contents/{path}"))["content"]
        start, used = time.perf_counter(), processors_of(self.name)
        watch = asyncio.create_task(watch_memory(self.name))
        made = {"path": path, "name": lesson, "type": "notebook", "kernel": {"name": "python3"}}
        opened = await self.request("POST", "/api/sessions", **made)
        kernel = opened["kernel"]["id"]
        channel = f"{self.url}/user/{self.name}/api/kernels/{kernel}/channels".replace("http", "ws")
        async with self.session.ws_connect(channel, max_msg_size=0) as socket:
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    await asyncio.wait_for(execute(socket, cell["source"]), PATIENCE)
        seconds, used = time.perf_counter() - start, processors_of(self.name) - used
        watch.cancel()
        memory = max(PEAKS[self.name])
        await self.request("DELETE", f"/api/sessions/{opened['id']}")
        return seconds, used, memory


async def execute(socket: aiohttp.ClientWebSocketResponse, code: str) -> None:
    """Run a cell and wait for its end; an error in it ends the measurement."""
    number = uuid.uuid4().hex
    header = {"msg_id": number, "msg_type": "execute_request", "username": "", "session": number}
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    await socket.send_str(json.dumps(message | {"channel": "shell"}))
    async for reply in socket:
        if reply.type is not aiohttp.WSMsgType.TEXT:
            continue
        said = json.loads(reply.data)
        if said["parent_header"].get("msg_id") != number:
            continue
        if said["msg_type"] == "error":
            raise RuntimeError("\n".join([code, *said["content"]["traceback"]]))
        if said["msg_type"] == "status" and said["content"]["execution_state"] == "idle":
            return


async def guess(url: str) -> str:
    """Try wrong passwords, each with a forged address, and then the right one; say what came."""
    learners = [Learner(url, f"guesser{number}") for number in range(GUESSES)]
    forged = [{"X-Forwarded-For": f"10.0.0.{number}"} for number in range(GUESSES)]
    tries = [learners[number].send("guess", forged[number]) for number in range(GUESSES)]
    codes = await asyncio.gather(*tries)
    right = await learners[0].send(os.environ["DIGITS_PASSWORD"])
    await asyncio.gather(*(each.session.close() for each in learners))
    return (
        f"{GUESSES} wrong passwords at once: {codes.count(403)} were called wrong, and "
        f"{codes.count(429)} too many. Afterwards the right one was "
        f"{'let in' if right == 302 else 'turned away'}."
    )


async def watch_memory(name: str) -> None:
    """Write down a learner's memory every second, until it is cancelled."""
    PEAKS[name] = []
    while True:
        PEAKS[name].append(await asyncio.to_thread(memory_of, name))
        await asyncio.sleep(1)


def processes_of(name: str) -> Iterator[Path]:
    """Yield the folders in /proc of a learner's server and of her kernels."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or it is another user's
            if f"JUPYTERHUB_USER={name}\0" in (process / "environ").read_text("utf-8", "replace"):
                yield process


def memory_of(name: str) -> float:
    """Return the megabytes of a learner's server and kernels."""
    total = 0
    for process in processes_of(name):
        with contextlib.suppress(OSError):
            rollup = (process / "smaps_rollup").read_text("utf-8")
            total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])
    return total / 1024


def processors_of(name: str) -> float:
    """Return for how many seconds processors have worked for a learner."""
    ticks = 0
    for process in processes_of(name):
        with contextlib.suppress(OSError):
            ticks += sum(map(int, (process / "stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="+", metavar="LESSON", help="the number: 00, 04, 09")
    parser.add_argument("--learners", type=int, default=8)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    options = parser.parse_args()
    folder = Path(__file__).parent.parent / "notebooks"
    learners = [Learner(options.url, f"learner{i}") for i in range(options.learners)]
    waits = await asyncio.gather(*(learner.log_in() for learner in learners))
    print(f"{len(learners)} learners; the last server was there after {max(waits):.0f} s\n")
    print("| lesson | seconds, median | the slowest | seconds of processors | MB at the peak |")
    print("|---|---|---|---|---|")
    used, peak = {}, {}
    for number in options.lessons:
        (lesson,) = (path.name for path in folder.glob(f"{number}_*.ipynb"))
        results = await asyncio.gather(*(learner.run(lesson) for learner in learners))
        seconds, processors, memory = zip(*results, strict=True)
        used[number], peak[number] = statistics.median(processors), max(memory)
        print(
            f"| {lesson.removesuffix('.ipynb')} | {statistics.median(seconds):.0f} | "
            f"{max(seconds):.0f} | {used[number]:.0f} | {peak[number]:.0f} |",
            flush=True,
        )
    heads = [f"minutes, lesson {int(number)}" for number in used]
    print(f"\n| learners | cores | memory | {' | '.join(heads)} |")
    print("|---|---|---|" + "---|" * len(heads))
    for count, cores in MACHINES:
        gigabytes = math.ceil((REST + count * max(peak.values())) / 1000)
        minutes = [f"{math.ceil(count * each / cores / 60)}" for each in used.values()]
        print(f"| {count} | {cores} | {gigabytes} GB | {' | '.join(minutes)} |")
    print(f"\n{await guess(options.url)}")
    await asyncio.gather(*(learner.session.close() for learner in learners))


if __name__ == "__main__":
    asyncio.run(main())
