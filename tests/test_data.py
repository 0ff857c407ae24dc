import numpy as np

from mnist_helpers import load_raw_mnist


def test_parts_have_the_documented_shapes_and_types(mnist):
    for part, count in (("train", 54_000), ("val", 6_000), ("test", 10_000)):
        images, labels = getattr(mnist, f"x_{part}"), getattr(mnist, f"y_{part}")
        assert (images.shape, images.dtype) == ((count, 28, 28, 1), np.float32)
        assert (images.min(), images.max()) == (0, 1)
        assert (labels.shape, labels.dtype) == ((count,), np.int64)
    assert repr(mnist) == "Mnist(54,000 images to train on, 6,000 to validate, 10,000 to test)"


def test_raw_mnist_is_what_keras_gives():
    (x_train, y_train), (x_test, y_test) = load_raw_mnist()
    assert x_train.shape == (60_000, 28, 28) and x_test.shape == (10_000, 28, 28)
    assert x_train.dtype == x_test.dtype == np.uint8
    assert (x_train.min(), x_train.max()) == (0, 255)
    assert y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert y_test[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9] and len(y_test) == 10_000


def test_split_is_stratified_complete_and_without_an_image_in_both_parts(mnist):
    train, val = np.bincount(mnist.y_train), np.bincount(mnist.y_val)
    # LeCun's counts of the 60,000 training images.
    assert (train + val).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    np.testing.assert_allclose(val / (train + val), 0.1, atol=0.0002)
    trained, validated = ({x.tobytes() for x in part} for part in (mnist.x_train, mnist.x_val))
    assert not trained & validated
