"""If a program is killed in the middle of its work, is anything lost that it said was kept?

    python benchmarks/kills.py [KILLS]

Eight programs train, save, export, keep drawings, delete them, take them back, learn a hand from
them and make copies of the lessons, without a pause. Each prints what it has done. Each is killed
(SIGKILL) at a random moment, KILLS times (20 if none is given). Then the files that it leaves are
compared with what it printed. Needs Linux or macOS.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mnist_helpers import Collection
from mnist_helpers.course.my_lessons import copy_lessons
from mnist_helpers.model import keras
from mnist_helpers.network import load_weights

KILLS = 20
LONGEST = 1.5  # seconds from the first thing done to the kill
DRAWINGS = 2_000  # to delete from

TRAIN = """
import sys
from pathlib import Path
from mnist_helpers import load_mnist
from mnist_helpers.data import Mnist
from recipe import train
from recipe.train import Recipe

keep, go_on = train.keep, train.go_on

def tell(word, number):
    print(word, number, flush=True)

def keep_and_tell(model, epochs, backup):
    keep(model, epochs, backup)
    tell("did", epochs)

def go_on_and_tell(model, backup):
    start = go_on(model, backup)
    tell("from", start or 0)
    return start

train.keep, train.go_on = keep_and_tell, go_on_and_tell
mnist = load_mnist()
small = Mnist(mnist.x_train[:128], mnist.y_train[:128], mnist.x_val[:64], mnist.y_val[:64],
              mnist.x_test[:64], mnist.y_test[:64])
recipe = Recipe(epochs=100_000, last_epochs=1, written=20, extra=10)
images, labels = train.training_set(small, 20, 0)
train.train(images, labels, small, 0, recipe, Path(sys.argv[1]) / "backup")
"""
SAVE = """
import sys
from itertools import count
from mnist_helpers import load_cnn, save_cnn

model = load_cnn()
weights = model.get_weights()
for number in count(1):
    model.set_weights([0 * array + number for array in weights])
    save_cnn(model, sys.argv[1] + "/network.keras")
    print("did", number, flush=True)
"""
EXPORT = """
import sys
from itertools import count
from mnist_helpers import Recognizer, export_html, export_model

recognizer = Recognizer.load()
for number in count(1):
    export_model(recognizer, sys.argv[1] + "/network.npz")
    export_html(recognizer, sys.argv[1] + "/page.html")
    print("did", number, flush=True)
"""
KEEP = """
import sys
from itertools import count
from mnist_helpers import Collection

collection = Collection(sys.argv[1] + "/kept.jsonl")
for number in count(len(collection) + 1):
    collection.add([[(0, 0), (number, 9)]], [[0, 1]], number % 10, None)
    print("did", number, flush=True)
"""
DELETE = """
import sys
from mnist_helpers import Collection

collection = Collection(sys.argv[1] + "/kept.jsonl")
for number in range(1, len(collection)):
    collection.delete(0)
    print("did", number, flush=True)
"""
TAKE_BACK = """
import sys
from itertools import count
from mnist_helpers import Collection

collection = Collection(sys.argv[1] + "/kept.jsonl")
for number in count(1):
    kept = collection.add([[(0, 0), (number, 9)]], [[0, 1]], number % 10, None)
    if number % 2:
        collection.take_back(kept.fingerprint)
    print("did", number, flush=True)
"""

LEARN = """
import sys
from itertools import count
import numpy as np
from mnist_helpers import Collection, fine_tune, load_cnn, save_cnn
from mnist_helpers.handwriting import write_digit

collection = Collection(sys.argv[1] + "/kept.jsonl")
rng = np.random.default_rng(len(collection))
for label in range(10):
    strokes = write_digit(label, rng)
    collection.add(strokes, [range(len(each)) for each in strokes], label, None)
for number in count(1):
    save_cnn(fine_tune(load_cnn(), collection).model, sys.argv[1] + "/network.keras")
    print("did", number, flush=True)
"""
START = """
import sys
from itertools import count
from pathlib import Path
from mnist_helpers.course.my_lessons import copy_lessons

for number in count(1):
    copy_lessons(Path(sys.argv[1]) / str(number))
    print("did", number, flush=True)
"""


def kill_once(program: str, folder: Path, rng: random.Random) -> list[list[str]]:
    """Run the program, kill it at a random moment after its first word; return what it printed."""
    command = [sys.executable, "-c", program, str(folder)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "encoding": "utf-8"}
    here = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}  # for the recipe
    with subprocess.Popen(command, env=here, **pipes) as process:
        told = [""]
        while not told[-1].startswith("did"):
            told.append(process.stdout.readline())
            if not told[-1]:
                raise RuntimeError("the program ended before it did anything")
        time.sleep(rng.uniform(0, LONGEST))
        process.kill()
        told += process.stdout.readlines()
    return [line.split() for line in told if line.endswith("\n")]


def last(told: list[list[str]], word: str) -> int:
    """The largest number that the program printed after a word; 0 if there is none."""
    return max((int(number) for each, number in told if each == word), default=0)


def after_training(folder: Path, told: list, before: dict) -> bool:
    """Whether the run continued from the last epoch that was kept before, or a later one."""
    start = last(told, "from")
    fine = start >= before.get("did", 0)
    before["did"] = max(start, last(told, "did"))
    return fine


def after_saving(folder: Path, told: list, before: dict) -> bool:
    """Whether the file holds the network that was saved last, or the next one."""
    number = last(told, "did")
    weights = keras.models.load_model(folder / "network.keras").get_weights()
    values = {float(value) for array in weights for value in np.unique(array)}
    return len(values) == 1 and values <= {number, number + 1}


def after_exporting(folder: Path, told: list, before: dict) -> bool:
    """Whether both files are whole."""
    with np.load(folder / "network.npz") as file:
        arrays = [file[name] for name in file.files]
    same = all(map(np.array_equal, arrays, load_weights()))
    page = (folder / "page.html").read_text("utf-8")
    return same and page == before.setdefault("page", page) and page.rstrip().endswith("</html>")


def after_keeping(folder: Path, told: list, before: dict) -> bool:
    """Whether all drawings that the program printed are there, in their order."""
    found = [int(drawing.strokes[0][1, 0]) for drawing in Collection(folder / "kept.jsonl")]
    return found == list(range(1, len(found) + 1)) and len(found) >= last(told, "did")


def after_deleting(folder: Path, told: list, before: dict) -> bool:
    """Whether the deleted drawings (and at most one more) are gone, and all others are there."""
    collection = Collection(folder / "kept.jsonl")
    found = [int(drawing.strokes[0][1, 0]) for drawing in collection]
    gone = DRAWINGS - len(found)
    collection.path.unlink()
    fill(folder)
    return found == list(range(gone + 1, DRAWINGS + 1)) and gone - last(told, "did") in (0, 1)


def after_taking_back(folder: Path, told: list, before: dict) -> bool:
    """Whether the odd ones are gone, all others are there, and at most one more was begun."""
    collection = Collection(folder / "kept.jsonl")
    found = [int(drawing.strokes[0][1, 0]) for drawing in collection]
    done = last(told, "did")
    collection.path.unlink()
    evens = list(range(2, done + 1, 2))
    return found in (evens, [*evens, done + 1])


def after_learning(folder: Path, told: list, before: dict) -> bool:
    """Whether the network can be loaded, and the drawings of each start are there."""
    before["starts"] = before.get("starts", 0) + 1
    keras.models.load_model(folder / "network.keras")
    return len(Collection(folder / "kept.jsonl")) == 10 * before["starts"]


def after_starting(folder: Path, told: list, before: dict) -> bool:
    """Whether the next start finds no damage, and each learner then has whole lessons."""
    homes = sorted(folder.iterdir())
    news = [each for home in homes for each in copy_lessons(home)]
    found = [{path.relative_to(home): path.read_bytes() for path in files(home)} for home in homes]
    shutil.rmtree(folder)
    folder.mkdir()
    return not news and all(each == found[0] for each in found)


def files(folder: Path) -> list[Path]:
    """All files but those in the folders that a kill may leave beside them."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.parent.name.startswith(".unfinished")
    ]


def fill(folder: Path) -> None:
    """Keep the drawings that are to be deleted, in the form of one that `add` wrote."""
    collection = Collection(folder / "kept.jsonl")
    collection.add([[(0, 0), (1, 9)]], [[0, 1]], 1, None)
    line = collection.path.read_text("utf-8")
    lines = [line.replace("[1.0, 9.0]", f"[{number}.0, 9.0]") for number in range(1, DRAWINGS + 1)]
    collection.path.write_text("".join(lines), "utf-8")


PROGRAMS: dict[str, tuple[str, Callable[[Path, list, dict], bool]]] = {
    "trains, and keeps its state after each epoch": (TRAIN, after_training),
    "saves a network (`save_cnn`)": (SAVE, after_saving),
    "exports (`export_model`, `export_html`)": (EXPORT, after_exporting),
    "keeps drawings (`Collection.add`)": (KEEP, after_keeping),
    "deletes drawings (`Collection.delete`)": (DELETE, after_deleting),
    "keeps and takes back (`Collection.take_back`)": (TAKE_BACK, after_taking_back),
    "learns a hand, and saves the network (`fine_tune`)": (LEARN, after_learning),
    "copies the lessons at the first start (`copy_lessons`)": (START, after_starting),
}


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    warnings.simplefilter("error")  # a damaged line of a collection is a warning
    rng = random.Random(0)
    print("| the program | kills | things told of in all | kills after which something was lost |")
    print("|---|---|---|---|")
    for name, (program, check) in PROGRAMS.items():
        with tempfile.TemporaryDirectory() as folder:
            if program == DELETE:
                fill(Path(folder))
            before: dict = {}
            things = lost = 0
            for _ in range(kills):
                told = kill_once(program, Path(folder), rng)
                things += sum(word == "did" for word, _ in told)
                lost += not check(Path(folder), told, before)
        print(f"| {name} | {kills} | {things:,} | {lost} |", flush=True)


if __name__ == "__main__":
    main()
