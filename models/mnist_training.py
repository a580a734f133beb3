"""Trains small networks of affine layers and quadratic activations on MNIST, in JAX, and exports them as ONNX."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("NPROC", "1")  # one thread: friendly to the machine, and sums in a fixed order
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

import mnist_data  # noqa: E402
from common import GraphBuilder, report, write_labels, write_rows  # noqa: E402
from mnist_samples import drawn_digits  # noqa: E402

SIDE = 28
CLASSES = 10
LARGEST_PIXEL = 255.0
TRIAL = 5_000


@dataclass(frozen=True)
class Conv:
    """Convolution; `pads` are top, left, bottom, right."""

    channels: int
    kernel: int
    stride: int = 1
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True)
class Dense:
    """Fully connected layer; flattens what comes in."""

    outputs: int


@dataclass(frozen=True)
class Square:
    """x * x."""


@dataclass(frozen=True)
class Quadratic:
    """x * (a x + b) with a and b learned per channel."""


@dataclass(frozen=True)
class AveragePool:
    """Mean over size x size squares."""

    size: int


Layer = Conv | Dense | Square | Quadratic | AveragePool


@dataclass(frozen=True)
class Recipe:
    """How a network is trained. Ranges are kept small by weight decay, label smoothing and a penalty on values
    beyond `range_bound` in front of an activation: fixed-point evaluation pays for every bit of range."""

    epochs: int
    seed: int = 20261121
    batch: int = 128
    rate: float = 2e-3
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    range_bound: float = 3.0
    range_penalty: float = 0.1
    distortion: float = 1.0  # how far images are moved, see `augment`
    untouched: float = 0.0  # share of the images that stay as they are: bilinear sampling blurs, real digits are sharp


def initial(layers: Sequence[Layer], key: jax.Array) -> list[dict[str, jax.Array]]:
    """Random weights, variance 1 / inputs, halved behind an activation because squares spread."""
    shape: tuple[int, ...] = (SIDE, SIDE, 1)
    parameters: list[dict[str, jax.Array]] = []
    spread = 1.0
    for layer in layers:
        key, draw = jax.random.split(key)
        match layer:
            case Conv(channels, kernel, stride, pads):
                size = (kernel, kernel, shape[2], channels)
                weight = jax.random.normal(draw, size) * spread / np.sqrt(kernel * kernel * shape[2])
                parameters.append({"weight": weight, "bias": jnp.zeros(channels)})
                height = (shape[0] + pads[0] + pads[2] - kernel) // stride + 1
                width = (shape[1] + pads[1] + pads[3] - kernel) // stride + 1
                shape = (height, width, channels)
            case Dense(outputs):
                inputs = int(np.prod(shape))
                weight = jax.random.normal(draw, (outputs, inputs)) * spread / np.sqrt(inputs)
                parameters.append({"weight": weight, "bias": jnp.zeros(outputs)})
                shape = (outputs,)
            case Quadratic():
                parameters.append({"second": jnp.full(shape[-1], 0.25), "first": jnp.full(shape[-1], 0.5)})
            case Square():
                parameters.append({})
                spread = 0.7
            case AveragePool(size):
                parameters.append({})
                shape = (shape[0] // size, shape[1] // size, shape[2])
    return parameters


def convolve(layer: Conv, values: jax.Array, weight: jax.Array) -> jax.Array:
    """Convolution of [batch, height, width, channel] as one matrix product per output row: the kernel's rows become
    banded matrices over whole image rows. Several times faster here than a product over patches."""
    top, left, bottom, right = layer.pads
    values = jnp.pad(values, ((0, 0), (top, bottom), (left, right), (0, 0)))
    batch, rows, columns, channels = values.shape
    height = (rows - layer.kernel) // layer.stride + 1
    width = (columns - layer.kernel) // layer.stride + 1
    place = np.zeros((layer.kernel, columns, width), dtype=np.float32)
    for x in range(layer.kernel):
        place[x, np.arange(width) * layer.stride + x, np.arange(width)] = 1
    band = jnp.einsum("yxio,xcp->ycipo", weight, place)
    last = layer.stride * (height - 1) + 1
    taken = [values[:, y : y + last : layer.stride] for y in range(layer.kernel)]
    joined = jnp.stack(taken, axis=2).reshape(batch * height, -1)
    return (joined @ band.reshape(joined.shape[1], -1)).reshape(batch, height, width, layer.channels)


def forward(
    layers: Sequence[Layer], parameters: list[dict[str, jax.Array]], images: jax.Array
) -> tuple[jax.Array, list[jax.Array]]:
    """Returns the logits and the values in front of each activation; `images` [batch, 28, 28] in 0...1."""
    values = images[..., None]
    before: list[jax.Array] = []
    for layer, own in zip(layers, parameters):
        match layer:
            case Conv():
                values = convolve(layer, values, own["weight"]) + own["bias"]
            case Dense():
                if values.ndim == 4:
                    values = values.transpose(0, 3, 1, 2)
                values = values.reshape(len(values), -1) @ own["weight"].T + own["bias"]
            case Square():
                before.append(values)
                values = values * values
            case Quadratic():
                before.append(values)
                values = values * (own["second"] * values + own["first"])
            case AveragePool(size):
                batch, height, width, channels = values.shape
                values = values.reshape(batch, height // size, size, width // size, size, channels).mean(axis=(2, 4))
    return values, before


def augment(recipe: Recipe, key: jax.Array, images: jax.Array) -> jax.Array:
    """Moves the images, each by its own random affine map and smooth warp, sampling bilinearly.

    At distortion 1: rotation by up to 0.2 radians, shear 0.15, zoom 12 % per axis, shift by up to 2 pixels, and a warp of 0.8 pixels (standard
    deviation) with a reach of 5 pixels.
    """
    count = len(images)
    keys = jax.random.split(key, 5)

    def within(index: int, limit: float, *shape: int) -> jax.Array:
        limit = limit * recipe.distortion
        return jax.random.uniform(keys[index], (count, *shape), minval=-limit, maxval=limit)

    angle, shear = within(0, 0.2), within(1, 0.15)
    zoom, shift = 1 + within(2, 0.12, 2), within(3, 2.0, 2)
    center = (SIDE - 1) / 2
    y, x = jnp.meshgrid(jnp.arange(SIDE) - center, jnp.arange(SIDE) - center, indexing="ij")
    cosine, sine = jnp.cos(angle)[:, None, None], jnp.sin(angle)[:, None, None]
    from_y = (cosine * y - sine * x) * zoom[:, 0, None, None] + shift[:, 0, None, None]
    from_x = (sine * y + cosine * x + shear[:, None, None] * y) * zoom[:, 1, None, None] + shift[:, 1, None, None]

    nodes = jnp.linspace(-center, center, 5)
    smooth = jnp.exp(-(((jnp.arange(SIDE) - center)[:, None] - nodes) ** 2) / (2 * 5.0**2))
    smooth = smooth / jnp.sqrt((smooth**2).sum(axis=1, keepdims=True))
    control = 0.8 * recipe.distortion * jax.random.normal(keys[4], (count, 2, 5, 5))
    warp = jnp.einsum("yi,bdij,xj->bdyx", smooth, control, smooth)
    from_y, from_x = from_y + warp[:, 0] + center, from_x + warp[:, 1] + center

    low_y, low_x = jnp.floor(from_y), jnp.floor(from_x)
    part_y, part_x = from_y - low_y, from_x - low_x
    padded = jnp.pad(images, ((0, 0), (1, 1), (1, 1))).reshape(count, -1)

    def pixel(row: jax.Array, column: jax.Array) -> jax.Array:
        row = jnp.clip(row, -1, SIDE).astype(jnp.int32) + 1
        column = jnp.clip(column, -1, SIDE).astype(jnp.int32) + 1
        index = (row * (SIDE + 2) + column).reshape(count, -1)
        return jnp.take_along_axis(padded, index, axis=1).reshape(count, SIDE, SIDE)

    upper = (1 - part_x) * pixel(low_y, low_x) + part_x * pixel(low_y, low_x + 1)
    lower = (1 - part_x) * pixel(low_y + 1, low_x) + part_x * pixel(low_y + 1, low_x + 1)
    moved = (1 - part_y) * upper + part_y * lower
    untouched = jax.random.bernoulli(jax.random.fold_in(key, 1), recipe.untouched, (count, 1, 1))
    return jnp.where(untouched, images, moved)


def train(layers: Sequence[Layer], recipe: Recipe, images: np.ndarray, labels: np.ndarray) -> list[dict[str, np.ndarray]]:
    """Adam with decoupled weight decay, clipped gradients, warm-up and a cosine schedule. Returns the weights."""
    key, draw = jax.random.split(jax.random.key(recipe.seed))
    parameters = initial(layers, draw)
    batches = len(images) // recipe.batch
    steps = recipe.epochs * batches
    all_images, all_labels = jnp.asarray(images), jnp.asarray(labels, dtype=jnp.int32)

    def loss(parameters: list[dict[str, jax.Array]], inputs: jax.Array, classes: jax.Array) -> jax.Array:
        logits, before = forward(layers, parameters, inputs)
        targets = jax.nn.one_hot(classes, CLASSES) * (1 - recipe.label_smoothing) + recipe.label_smoothing / CLASSES
        entropy = -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(logits), axis=1))
        excess = [jnp.mean(jnp.sum(jnp.maximum(jnp.abs(v.reshape(len(v), -1)) - recipe.range_bound, 0) ** 2, axis=1)) for v in before]
        return entropy + recipe.range_penalty * sum(excess)

    def inputs_of(key: jax.Array, rows: jax.Array) -> jax.Array:
        return augment(recipe, key, all_images[rows].reshape(-1, SIDE, SIDE) / LARGEST_PIXEL)

    def step(state: tuple, inputs: jax.Array, classes: jax.Array) -> tuple[tuple, jax.Array]:
        parameters, first, second, count = state
        value, slope = jax.value_and_grad(loss)(parameters, inputs, classes)
        norm = jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(slope)))
        slope = jax.tree.map(lambda leaf: leaf * jnp.minimum(1, 1 / norm), slope)
        count = count + 1
        progress = count / steps
        rate = recipe.rate * jnp.minimum(1, 20 * progress) * 0.5 * (1 + jnp.cos(jnp.pi * progress))
        first = jax.tree.map(lambda mean, leaf: 0.9 * mean + 0.1 * leaf, first, slope)
        second = jax.tree.map(lambda mean, leaf: 0.999 * mean + 0.001 * leaf**2, second, slope)

        def moved(parameter: jax.Array, mean: jax.Array, square: jax.Array) -> jax.Array:
            move = mean / (1 - 0.9**count) / (jnp.sqrt(square / (1 - 0.999**count)) + 1e-8)
            decay = recipe.weight_decay * parameter if parameter.ndim > 1 else 0
            return parameter - rate * (move + decay)

        return (jax.tree.map(moved, parameters, first, second), first, second, count), value

    # Compiled apart: together, the sampling would be repeated inside every shifted read of a convolution.
    compiled_inputs, compiled_step = jax.jit(inputs_of), jax.jit(step, donate_argnums=0)

    state = (parameters, jax.tree.map(jnp.zeros_like, parameters), jax.tree.map(jnp.zeros_like, parameters), jnp.float32(0))
    generator = np.random.default_rng(recipe.seed)
    start = time.process_time()
    for index in range(recipe.epochs):
        order = generator.permutation(len(images))[: batches * recipe.batch].reshape(batches, recipe.batch)
        total = 0.0
        for rows in order:
            key, draw = jax.random.split(key)
            state, value = compiled_step(state, compiled_inputs(draw, rows), all_labels[rows])
            total += float(value)
        if index % 5 == 0 or index == recipe.epochs - 1:
            print(f"epoch {index + 1}: loss {total / batches:.4f}, {time.process_time() - start:.0f} s", flush=True)
    return jax.tree.map(np.asarray, state[0])


def export(path: Path, layers: Sequence[Layer], parameters: list[dict[str, np.ndarray]]) -> None:
    """Writes the ONNX file; the division by 255 goes into the first layer's weights."""
    flat = isinstance(layers[0], Dense)
    graph = GraphBuilder(path.stem, [SIDE * SIDE] if flat else [1, SIDE, SIDE])
    shaped = not flat
    scale = 1 / LARGEST_PIXEL
    kinds: dict[str, int] = {}
    for position, (layer, own) in enumerate(zip(layers, parameters)):
        kind = "logits" if position == len(layers) - 1 else type(layer).__name__.lower()
        kinds[kind] = kinds.get(kind, 0) + 1
        name = kind if kind == "logits" else f"{kind}{kinds[kind]}"
        match layer:
            case Conv():
                graph.conv(name, own["weight"].transpose(3, 2, 0, 1) * scale, own["bias"], layer.stride, layer.pads)
            case Dense():
                if shaped:
                    graph.flatten("flattened")
                    shaped = False
                graph.dense(name, own["weight"] * scale, own["bias"])
            case Square():
                graph.square(name)
            case Quadratic():
                channels = (1, -1, 1, 1) if shaped else (1, -1)
                graph.quadratic(name, own["second"].reshape(channels), own["first"].reshape(channels))
            case AveragePool(size):
                graph.average_pool(name, size)
        scale = 1
    graph.save(path, CLASSES)


def main(folder: Path, layers: Sequence[Layer], recipe: Recipe) -> None:
    """Trains on MNIST, writes the ONNX file and the samples into `folder`, prints what the card states."""
    parser = argparse.ArgumentParser(description=f"Trains {folder.name}.")
    mnist_data.add_data_option(parser)
    parser.add_argument("--trial", action="store_true", help="set 5,000 of the training images aside, measure on them, keep nothing")
    parser.add_argument("--epochs", type=int, default=recipe.epochs)
    options = parser.parse_args()
    recipe = replace(recipe, epochs=options.epochs)
    (images, labels), (held_images, held_labels) = mnist_data.load(options.data)
    if options.trial:
        parameters = train(layers, recipe, images[:-TRIAL], labels[:-TRIAL])
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / f"{folder.name}.onnx"
            export(path, layers, parameters)
            report(path, images[-TRIAL:], labels[-TRIAL:])
        return
    path = folder / f"{folder.name}.onnx"
    export(path, layers, train(layers, recipe, images, labels))

    samples, sample_labels = drawn_digits()
    write_rows(folder / "samples.csv", mnist_data.HEADER, samples)
    write_labels(folder / "samples_labels.csv", sample_labels)
    for name, rows, classes in (
        ("training images", images, labels),
        ("held-out images", held_images, held_labels),
        ("drawn samples", samples, sample_labels),
    ):
        print(name)
        report(path, rows, classes)
