"""What do the exported files answer in programs without TensorFlow, and how quickly?

    python benchmarks/exports.py [--json FILE]

The shipped network is written in every format. The runtime of each format then reads MNIST's 10,000
test images with the file, in a program that cannot import TensorFlow. SavedModel is TensorFlow's
own form, so TensorFlow reads it.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from mnist_helpers import Recognizer, load_mnist, quiet_startup
from mnist_helpers.export import Proof, export_html, export_model, prove
from mnist_helpers.network import softmax

with quiet_startup():
    import tensorflow as tf

FILES = [  # name, int8, runtimes
    ("cnn.keras", False, ["NumPy"]),
    ("cnn.npz", False, ["NumPy"]),
    ("cnn.onnx", False, ["onnxruntime", "OpenCV"]),
    ("cnn.tflite", False, ["LiteRT"]),
    ("cnn_int8.tflite", True, ["LiteRT"]),
]


def prove_saved_model(folder: Path, recognizer: Recognizer) -> Proof:
    mnist, start = load_mnist(), time.perf_counter()
    loaded = tf.saved_model.load(folder)
    load = time.perf_counter() - start
    loaded.serve(mnist.x_test[:1])
    times = []
    for _ in range(50):
        start = time.perf_counter()
        loaded.serve(mnist.x_test[:1])
        times.append(time.perf_counter() - start)
    answers = np.concatenate([loaded.serve(part).numpy() for part in np.split(mnist.x_test, 20)])
    expected = softmax(recognizer.logits(mnist.x_test))
    return Proof(
        file=folder.name,
        runtime="TensorFlow",
        same=float((answers.argmax(1) == expected.argmax(1)).mean()),
        difference=float(np.abs(answers - expected).max()),
        accuracy=float((answers.argmax(1) == mnist.y_test).mean()),
        size=sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()),
        load=load,
        one=float(np.median(times)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    recognizer, proofs = Recognizer.load(), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, int8, runtimes in FILES:
            path = export_model(recognizer, folder / file, int8)
            proofs += [prove(path, recognizer, runtime) for runtime in runtimes]
        proofs.append(prove_saved_model(export_model(recognizer, folder / "saved"), recognizer))
        page = export_html(recognizer, folder / "page.html").stat().st_size
    print(
        "| file | read by | same digit | largest difference | accuracy | size | load | one image |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for proof in proofs:
        print(
            f"| {proof.file} | {proof.runtime} | {proof.same:.2%} | {proof.difference:.1e} "
            f"| {proof.accuracy:.2%} | {proof.size / 1000:,.0f} kB "
            f"| {1000 * proof.load:,.0f} ms | {1000 * proof.one:.2f} ms |"
        )
    print(f"\nThe page: {page / 1000:,.0f} kB.")
    if arguments.json:
        record = {
            f"{proof.file.replace('.', ' ')} by {proof.runtime}": asdict(proof) for proof in proofs
        }
        arguments.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
