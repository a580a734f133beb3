"""What the training scripts share: CSV files, ONNX export of small networks, measuring an ONNX file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8


def write_rows(path: Path, header: Sequence[str], rows: np.ndarray) -> None:
    """Writes one CSV row per row of `rows`; whole numbers without a point, others in their shortest exact form."""

    def text(value: float) -> str:
        return str(int(value)) if float(value).is_integer() else repr(float(value))

    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([text(value) for value in row] for row in rows)


def write_labels(path: Path, labels: Iterable[int]) -> None:
    """Writes the class of each row, one per line under the header `label`."""
    path.write_text("label\n" + "".join(f"{int(label)}\n" for label in labels))


def read_rows(path: Path) -> np.ndarray:
    """Reads a CSV file written by `write_rows` as float32."""
    return np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float64, ndmin=2).astype(np.float32)


def read_labels(path: Path) -> np.ndarray:
    """Reads a file written by `write_labels`."""
    return np.loadtxt(path, skiprows=1, dtype=np.int64, ndmin=1)


class GraphBuilder:
    """Collects nodes and float32 weights of a feed-forward graph, then writes the ONNX file.

    Each method appends one layer to the chain; `value` is the name of the tensor it ended with.
    """

    def __init__(self, name: str, input_shape: Sequence[int]) -> None:
        self.name = name
        self.input_shape = list(input_shape)
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.value = "input"

    def _append(self, operator: str, output: str, inputs: Sequence[str], **attributes: object) -> None:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=f"{output}_{operator}", **attributes))
        self.value = output

    def _weight(self, name: str, array: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array, dtype=np.float32), name))
        return name

    def dense(self, output: str, weight: np.ndarray, bias: np.ndarray) -> None:
        """Appends `Gemm`: x W^T + b, `weight` stored as [outputs, inputs] as PyTorch does."""
        inputs = [self.value, self._weight(f"{output}.weight", weight), self._weight(f"{output}.bias", bias)]
        self._append("Gemm", output, inputs, alpha=1.0, beta=1.0, transB=1)

    def conv(self, output: str, weight: np.ndarray, bias: np.ndarray, stride: int, pads: Sequence[int]) -> None:
        """Appends `Conv`; `weight` is [outputs, inputs, height, width], `pads` top, left, bottom, right."""
        inputs = [self.value, self._weight(f"{output}.weight", weight), self._weight(f"{output}.bias", bias)]
        kernel = list(weight.shape[2:])
        self._append("Conv", output, inputs, kernel_shape=kernel, strides=[stride, stride], pads=list(pads))

    def square(self, output: str) -> None:
        """Appends `Mul` of the tensor with itself."""
        self._append("Mul", output, [self.value, self.value])

    def quadratic(self, output: str, second: np.ndarray, first: np.ndarray) -> None:
        """Appends x * (second * x + first), the constants per channel."""
        source = self.value
        self._append("Mul", f"{output}.scaled", [source, self._weight(f"{output}.second", second)])
        self._append("Add", f"{output}.inner", [self.value, self._weight(f"{output}.first", first)])
        self._append("Mul", output, [source, self.value])

    def average_pool(self, output: str, size: int) -> None:
        """Appends `AveragePool` of size x size with the same stride."""
        self._append("AveragePool", output, [self.value], kernel_shape=[size, size], strides=[size, size])

    def flatten(self, output: str) -> None:
        """Appends `Flatten` behind the batch axis."""
        self._append("Flatten", output, [self.value], axis=1)

    def save(self, path: Path, outputs: int) -> None:
        """Checks the graph and writes it; the batch axis is called `batch`."""
        graph = helper.make_graph(
            self.nodes,
            self.name,
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", *self.input_shape])],
            [helper.make_tensor_value_info(self.value, TensorProto.FLOAT, ["batch", outputs])],
            self.weights,
        )
        model = helper.make_model(
            graph,
            producer_name="tacit-models",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )
        onnx.checker.check_model(model, full_check=True)
        path.write_bytes(model.SerializeToString(deterministic=True))


def run(path: Path, rows: np.ndarray, every_tensor: bool = False) -> dict[str, np.ndarray]:
    """Runs an ONNX file over `rows` with onnxruntime and returns its outputs, or every tensor on the way, by name."""
    model = onnx.load(path)
    names = [output.name for output in model.graph.output]
    if every_tensor:
        inner = [name for node in model.graph.node for name in node.output if name not in names]
        model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in inner)
        names = inner + names
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    shape = [len(rows)] + [axis for axis in session.get_inputs()[0].shape[1:]]
    feed = {session.get_inputs()[0].name: rows.astype(np.float32).reshape(shape)}
    return dict(zip(names, session.run(names, feed)))


def report(path: Path, rows: np.ndarray, labels: np.ndarray) -> float:
    """Prints the accuracy and the largest magnitude of every tensor over `rows`; returns the accuracy.

    The last output holds the logits.
    """
    ranges: dict[str, tuple[list[int], float, float]] = {}
    pieces = []
    for start in range(0, len(rows), 1000):
        tensors = run(path, rows[start : start + 1000], every_tensor=True)
        pieces.append(list(tensors.values())[-1])
        for name, tensor in tensors.items():
            shape, low, high = ranges.get(name, (list(tensor.shape[1:]), np.inf, -np.inf))
            ranges[name] = shape, min(low, float(tensor.min())), max(high, float(tensor.max()))
    logits = np.concatenate(pieces)
    right = int(np.sum(np.argmax(logits, axis=1) == labels))
    print(f"{path.name}: {right} of {len(rows)} right ({100 * right / len(rows):.2f} %), {path.stat().st_size} bytes")
    for name, (shape, low, high) in ranges.items():
        print(f"  {name:20} {str(shape):14} {low:10.4f} .. {high:10.4f}")
    top = np.sort(logits, axis=1)
    gap = top[:, -1] - top[:, -2]
    print(f"  gap of the two largest logits: smallest {gap.min():.5f}, median {np.median(gap):.3f}")
    return right / len(rows)
