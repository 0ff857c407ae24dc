"""How long does one answer take, in seven ways, in one run?

    python benchmarks/latency.py

All ways take turns, so that a slow moment of the machine falls on all of them alike.
"""

import io
import platform
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib.metadata import version

import numpy as np

from mnist_helpers import Recognizer, draw_strokes, from_picture, load_cnn
from mnist_helpers.handwriting import write_digit
from mnist_helpers.system.startup import quiet_startup

with quiet_startup():
    import tensorflow as tf

ROUNDS = 200


def lite_runner(model) -> Callable[[np.ndarray], np.ndarray]:
    """Return the model as LiteRT runs it on one image."""
    with quiet_startup(), redirect_stdout(io.StringIO()):  # the converter prints
        interpreter = tf.lite.Interpreter(
            model_content=tf.lite.TFLiteConverter.from_keras_model(model).convert()
        )
        interpreter.allocate_tensors()
    (given,), (answer,) = interpreter.get_input_details(), interpreter.get_output_details()

    def run(image: np.ndarray) -> np.ndarray:
        interpreter.set_tensor(given["index"], image)
        interpreter.invoke()
        return interpreter.get_tensor(answer["index"])

    return run


def measure(ways: dict[str, Callable[[], object]]) -> dict[str, np.ndarray]:
    """Return the seconds of each call, (rounds,), after one call that does not count."""
    for way in ways.values():
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    return {name: np.array(values) for name, values in seconds.items()}


def main() -> None:
    model, recognizer = load_cnn(), Recognizer.load()
    strokes = write_digit(7, np.random.default_rng(0))
    picture = draw_strokes(strokes)
    image = recognizer.recognize_strokes(strokes).image.reshape(1, 28, 28, 1)
    compiled = tf.function(model)
    tensor = tf.constant(image)
    lite = lite_runner(model)
    ways = {
        "`model.predict(image)`": lambda: model.predict(image, verbose=0),
        "`model(image)`": lambda: model(tensor),
        "`tf.function(model)(image)`": lambda: compiled(tensor),
        "LiteRT, one image": lambda: lite(image),
        "`recognizer.logits(image)`": lambda: recognizer.logits(image),
        "`recognizer.recognize_image(from_picture(picture))`": lambda: recognizer.recognize_image(
            from_picture(picture)
        ),
        "`recognizer.recognize_strokes(strokes)`": lambda: recognizer.recognize_strokes(strokes),
    }
    seconds = measure(ways)
    slowest = np.median(seconds["`model.predict(image)`"])
    print("| one answer by | median | 95th percentile | `model.predict` takes |")
    print("|---|---|---|---|")
    for name, values in seconds.items():
        median = np.median(values)
        print(
            f"| {name} | {1000 * median:.2f} ms | {1000 * np.percentile(values, 95):.2f} ms "
            f"| {slowest / median:.0f} × as long |"
        )
    versions = ", ".join(f"{name} {version(name)}" for name in ("tensorflow", "keras", "numpy"))
    print(
        f"\n{ROUNDS} rounds; {versions}, Python {platform.python_version()}, {platform.machine()}"
    )


if __name__ == "__main__":
    main()
