#!/usr/bin/env python3
"""Writes random ONNX graphs over the supported operators with what ONNX's reference evaluator makes of them.

    python fuzz_graphs.py --count 5000 --seed 1 /tmp/fuzz
    TACIT_FUZZ=/tmp/fuzz swift test -c release --filter fuzzedGraphs

Needs onnx, onnxruntime and numpy (used with onnx 1.23.2, onnxruntime 1.31.1). Every graph is drawn from its own seed, which its name tells. Some
nodes are evaluated by onnxruntime instead, in single precision: ConvTranspose with groups, which the evaluator lacks, or with auto_pad, AveragePool
with ceil_mode and BatchNormalization before operator set 14, where it is wrong (version 1.23.2).
"""
import argparse
import json
import os

import numpy as np
import onnxruntime
from onnx import TensorProto as T, helper as h, numpy_helper as nh
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)
ROWS = 2
CLIENT_STEPS = {"Softmax", "LogSoftmax", "Exp", "Abs", "ArgMax"}
LARGEST = 400


class Graph:
    """A graph under construction, with the value of every tensor for a batch of rows."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.inits, self.feeds = [], {}, {}
        self.made = set()
        self.rows = self.pick("N", "N", "N", ROWS)
        self.values = {}
        self.tolerance = 2e-6
        self.opset = int(self.rng.integers(13, 23))

    def pick(self, *options):
        return options[int(self.rng.integers(len(options)))]

    def whole(self, low, high):
        return int(self.rng.integers(low, high + 1))

    def real(self, *shape):
        return self.rng.integers(-8, 9, size=shape) / 8

    def constant(self, value):
        """A stored tensor; one in eight is made by a node, one in eight has a name that is no identifier."""
        name = f"c{len(self.inits)}" + self.pick("", "", "", "", "", "", "", " /é:0")
        self.inits[name] = np.asarray(value)
        if self.rng.random() < 0.125:
            self.nodes.append(h.make_node("Constant", [], [name], value=nh.from_array(self.inits[name], name)))
            self.made.add(name)
        return name

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def add(self, op, inputs, outputs=1, **attributes):
        """Appends a node and evaluates it; nothing is kept where the evaluator refuses or results grow."""
        names = [f"v{len(self.nodes)}_{k}" for k in range(outputs)]
        node = h.make_node(op, inputs, names, **attributes)
        given = {k: self.values.get(k, self.inits.get(k)) for k in inputs if k}
        by_runtime = (attributes.get("ceil_mode") or op == "ConvTranspose" and (attributes.get("group", 1) > 1 or "auto_pad" in attributes)
                      or op == "BatchNormalization" and self.opset < 14)
        if by_runtime:
            given = {k: v.astype(np.float32) for k, v in given.items()}
        graph = h.make_graph([node], "n", [h.make_tensor_value_info(k, kind(v), v.shape) for k, v in given.items()],
                             [h.make_tensor_value_info(k, T.FLOAT if by_runtime else T.DOUBLE, None) for k in names])
        one = h.make_model(graph, opset_imports=[h.make_opsetid("", self.opset)], ir_version=8)
        if by_runtime:
            session = onnxruntime.InferenceSession(one.SerializeToString(), providers=["CPUExecutionProvider"])
            results = session.run(None, given)
            self.tolerance = 2e-4
        else:
            results = ReferenceEvaluator(one).run(None, given)
        for result in results:
            if result.ndim < 2 or len(result) != ROWS or result.size == 0 or result.size > ROWS * LARGEST or not np.isfinite(result).all() or np.abs(result).max() > 1e4:
                raise ValueError("too large")
        if any(r.dtype != np.float64 for r in results):
            results = [np.asarray(r, np.float64) for r in results]
        self.nodes.append(node)
        for name, result in zip(names, results):
            self.values[name] = result
        return names

    def any_value(self):
        names = list(self.values)
        return names[-1] if self.rng.random() < 0.75 else self.pick(*names)


def kind(array):
    return T.DOUBLE if array.dtype == np.float64 else T.INT64 if array.dtype == np.int64 else T.FLOAT


def window(g, spatial, with_dilation=True):
    rank = len(spatial)
    kernel = [g.whole(1, min(3, s)) for s in spatial]
    attributes = {"strides": [g.whole(1, 3) for _ in spatial]}
    if with_dilation and g.rng.random() < 0.3:
        attributes["dilations"] = [g.whole(1, 2) for _ in spatial]
    form = g.pick("pads", "pads", "none", "SAME_UPPER", "SAME_LOWER", "VALID")
    if form == "pads":
        attributes["pads"] = [g.whole(0, k - 1) for k in kernel] + [g.whole(0, k - 1) for k in kernel]
    elif form != "none":
        attributes["auto_pad"] = form
        attributes.pop("dilations", None)
    return kernel, attributes


def conv(g, x, shape):
    if len(shape) < 3:
        raise ValueError
    kernel, attributes = window(g, shape[2:])
    divisors = [d for d in range(1, shape[1] + 1) if shape[1] % d == 0]
    group = g.pick(*divisors)
    out = group * g.whole(1, 2)
    inputs = [x, g.constant(g.real(out, shape[1] // group, *kernel))]
    if g.rng.random() < 0.5:
        inputs.append(g.constant(g.real(out)))
    g.add("Conv", inputs, group=group, **attributes)


def conv_transpose(g, x, shape):
    if len(shape) < 3:
        raise ValueError
    kernel = [g.whole(1, 3) for _ in shape[2:]]
    attributes = {"strides": [g.whole(1, 3) for _ in kernel]}
    form = g.pick("pads", "none", "extra", "upper", "dilations")
    if form == "pads":
        attributes["pads"] = [g.whole(0, k - 1) for k in kernel] * 2
    if form == "upper":
        # Windows shorter than their stride leave gaps, of which onnxruntime and the specification make different lengths.
        gaps = any(k < s for k, s in zip(kernel, attributes["strides"]))
        attributes["auto_pad"] = "VALID" if gaps else g.pick("SAME_UPPER", "SAME_LOWER", "VALID")
    if form == "dilations":
        attributes["dilations"] = [g.whole(1, 2) for _ in kernel]
    if form == "extra":
        attributes["output_padding"] = [g.whole(0, s - 1) for s in attributes["strides"]]
    group = g.pick(*[d for d in range(1, shape[1] + 1) if shape[1] % d == 0])
    out = g.whole(1, 2)
    inputs = [x, g.constant(g.real(shape[1], out, *kernel))]
    if g.rng.random() < 0.3:
        inputs.append(g.constant(g.real(out * group)))
    g.add("ConvTranspose", inputs, group=group, **attributes)


def pool(g, x, shape):
    if len(shape) < 3:
        raise ValueError
    if g.rng.random() < 0.2:
        return g.add("GlobalAveragePool", [x])
    kernel, attributes = window(g, shape[2:], with_dilation=g.opset >= 19)
    if "auto_pad" not in attributes:
        attributes["ceil_mode"] = g.whole(0, 1)
        attributes["count_include_pad"] = g.whole(0, 1)
    g.add("AveragePool", [x], kernel_shape=kernel, **attributes)


def dense(g, x, shape):
    out = g.whole(1, 5)
    if len(shape) == 2 and g.rng.random() < 0.6:
        flip = g.whole(0, 1)
        w = g.real(out, shape[1]) if flip else g.real(shape[1], out)
        inputs = [x, g.constant(w)]
        if g.rng.random() < 0.7:
            inputs.append(g.constant(g.pick(g.real(out), g.real(1, out), g.real(1, 1))))
        return g.add("Gemm", inputs, transB=flip, alpha=float(g.pick(1.0, 0.5)), beta=float(g.pick(1.0, 0.25)))
    if len(shape) > 2 and g.rng.random() < 0.3:
        return g.add("MatMul", [g.constant(g.real(out, shape[-2])), x])
    g.add("MatMul", [x, g.constant(g.real(*(() if g.rng.random() < 0.8 else shape[1:-2]), shape[-1], out))])


def batch_norm(g, x, shape):
    c = shape[1]
    stats = [g.constant(v) for v in (g.real(c), g.real(c), g.real(c), np.abs(g.real(c)) + 0.25)]
    g.add("BatchNormalization", [x] + stats, epsilon=0.01)


def with_constant(g, x, shape):
    other = [1] * len(shape)
    for axis in range(1, len(shape)):
        if g.rng.random() < 0.5:
            other[axis] = shape[axis]
    other = other[g.whole(0, len(other)):]
    c = g.real(*other)
    op = g.pick("Add", "Sub", "Mul", "Div")
    if op == "Div":
        c = np.where(np.abs(c) < 0.3, 0.75, c)
        return g.add(op, [x, g.constant(c)])
    g.add(op, [x, g.constant(c)] if g.whole(0, 1) else [g.constant(c), x])


def pair(g, x, shape):
    same = [k for k, v in g.values.items() if v.shape == shape]
    other = g.pick(*same) if g.rng.random() < 0.6 else x
    if other == x and g.rng.random() < 0.4 and len(shape) > 1:
        other = g.add("MatMul", [x, g.constant(g.real(shape[-1], shape[-1]))])[0]
    op = g.pick("Add", "Sub", "Mul", "Sum")
    g.add(op, [x, other, x] if op == "Sum" else [x, other])


def value_product(g, x, shape):
    """Sums of products of two values, or of a value and weights, by MatMul and Einsum."""
    same = [k for k, v in g.values.items() if v.shape == shape]
    other = g.pick(*same)
    if len(shape) == 2:
        if g.whole(0, 1):
            return g.add("Einsum", [x, other], equation=g.pick("bi,bj->bij", "bi,bi->bi", "bj, bk -> bkj"))
        return g.add("Einsum", [x, g.constant(g.real(shape[1], g.whole(1, 3)))], equation=g.pick("bj,jk->bk", "ij,jk"))
    if len(shape) != 3:
        raise ValueError
    form = g.whole(0, 3)
    if form == 0:
        flipped = g.add("Transpose", [other], perm=[0, 2, 1])[0]
        return g.add("MatMul", g.pick([x, flipped], [flipped, x]))
    if form == 1:
        return g.add("Einsum", [x, other], equation=g.pick("bij,bkj->bik", "bij,bij->bj", "bij,bik->bjk"))
    if form == 2:
        return g.add("Einsum", [x], equation=g.pick("bij->bji", "bij->bi"))
    g.add("Einsum", [g.constant(g.real(shape[2], 2)), x], equation=g.pick("jk,bij->bik", "jk,bij->bki"))


def concat(g, x, shape):
    axis = g.whole(1, len(shape) - 1)
    fits = [k for k, v in g.values.items() if v.ndim == len(shape) and all(i == axis or a == b for i, (a, b) in enumerate(zip(v.shape, shape)))]
    g.add("Concat", [x, g.pick(*fits)], axis=g.pick(axis, axis - len(shape)))


def polynomial(g, x, shape):
    form = g.pick("pow", "quadratic", "horner")
    if form == "pow":
        return g.add("Pow", [x, g.constant(np.float64(g.whole(1, 3)))])
    channels = [1] * len(shape)
    channels[1] = shape[1]
    a, b = g.constant(g.real(*channels)), g.constant(g.real(*channels))
    inner = g.add("Add", [g.add("Mul", [x, a])[0], b])[0]
    out = g.add("Mul", [inner, x])[0]
    if form == "horner":
        g.add("Mul", [g.add("Add", [out, g.constant(np.float64(0.5))])[0], x])


def function(g, x, shape):
    simple = ["Relu", "Sigmoid", "Tanh", "Softplus", "Mish", "Softsign", "HardSwish", "HardSigmoid", "Erf", "Neg", "Identity"]
    op = g.pick(*simple, "LeakyRelu", "Elu", "Selu", "Celu", "PRelu", "Gelu", "silu", "quick", "gelu", "mish", "hardswish", "Cast", "Dropout")
    if op == "Mish" and g.opset < 18 or op == "HardSwish" and g.opset < 14:
        raise ValueError
    if op == "Celu":
        return g.add(op, [x], alpha=float(g.pick(1.0, 0.5)))
    if op == "gelu":
        inner = g.add("Erf", [g.add("Div", [x, g.constant(np.sqrt(2.0))])[0]])[0]
        return g.add("Mul", [g.add("Mul", [x, g.add("Add", [inner, g.constant(np.float64(1))])[0]])[0], g.constant(np.float64(0.5))])
    if op == "mish":
        return g.add("Mul", [x, g.add("Tanh", [g.add("Softplus", [x])[0]])[0]])
    if op == "hardswish":
        return g.add("Mul", [x, g.add("HardSigmoid", [x], alpha=1 / 6, beta=0.5)[0]])
    if op == "Cast":
        return g.add(op, [x], to=T.DOUBLE)
    if op == "LeakyRelu":
        return g.add(op, [x], alpha=0.25)
    if op == "Elu":
        return g.add(op, [x], alpha=float(g.pick(1.0, 0.5)))
    if op == "Gelu":
        if g.opset < 20:
            raise ValueError
        return g.add(op, [x], approximate=g.pick("none", "tanh"))
    if op == "PRelu":
        return g.add(op, [x, g.constant(g.real(shape[-1]))])
    if op == "silu":
        return g.add("Mul", [x, g.add("Sigmoid", [x])[0]])
    if op == "quick":
        scaled = g.add("Mul", [x, g.constant(np.float64(1.75))])[0]
        return g.add("Mul", [g.add("Sigmoid", [scaled])[0], x])
    g.add(op, [x])


def shaping(g, x, shape):
    rank = len(shape)
    total = int(np.prod(shape[1:]))
    op = g.pick("Flatten", "Reshape", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Shape")
    if op == "Flatten":
        return g.add(op, [x], axis=1)
    if op == "Reshape":
        divisors = [d for d in range(1, total + 1) if total % d == 0]
        d = g.pick(*divisors)
        target = g.pick([0, d, total // d], [-1, d, total // d], [0, -1, d], [-1, total], [0, 1, d, total // d])
        return g.add(op, [x, g.ints(*target)])
    if op == "Transpose":
        return g.add(op, [x], perm=[0] + [int(v) + 1 for v in g.rng.permutation(rank - 1)])
    if op == "Squeeze":
        ones = [i for i in range(1, rank) if shape[i] == 1]
        return g.add(op, [x, g.ints(g.pick(*ones))])
    if op == "Unsqueeze":
        if rank > 4:
            raise ValueError
        return g.add(op, [x, g.ints(g.whole(1, rank))])
    length = f"s{len(g.nodes)}"
    g.nodes.append(h.make_node("Shape", [x], [length], start=0, end=1))
    g.nodes.append(h.make_node("Concat", [length, g.ints(-1)], [length + "_t"], axis=0))
    g.nodes.append(h.make_node("Reshape", [x, length + "_t"], [length + "_r"]))
    g.values[length + "_r"] = g.values[x].reshape(shape[0], -1)


def moving(g, x, shape):
    rank = len(shape)
    axis = g.whole(1, rank - 1)
    size = shape[axis]
    op = g.pick("Slice", "Split", "Gather", "Pad", "Pad", "Tile", "Expand", "Resize", "DepthToSpace", "SpaceToDepth")
    if op == "Slice":
        start, step = g.whole(-size - 1, size), g.pick(1, 1, 2, -1, -2)
        if rank > 2 and g.rng.random() < 0.3:
            axes = g.pick([1, 2], [2, 1], [-1, 1])
            return g.add(op, [x, g.ints(g.whole(0, 1), -2), g.ints(99, g.pick(99, -1)), g.ints(*axes)])
        return g.add(op, [x, g.ints(start), g.ints(g.whole(-size - 2, size + 1)), g.ints(g.pick(axis, axis - rank)), g.ints(step)])
    if op == "Split":
        if size < 2:
            raise ValueError
        cut = g.whole(1, size - 1)
        if g.opset >= 18 and g.rng.random() < 0.3:
            return g.add(op, [x], outputs=2, axis=axis, num_outputs=2)
        return g.add(op, [x, g.ints(cut, size - cut)], outputs=2, axis=axis)
    if op == "Gather":
        picks = g.rng.integers(-size, size, size=g.pick((), (2,), (3,), (2, 2)))
        return g.add(op, [x, g.constant(picks.astype(np.int64) if picks.shape else np.int64(picks))], axis=axis)
    if op == "Pad":
        mode = g.pick("constant", "constant", "edge", "reflect", *(["wrap"] if g.opset >= 19 else []))
        if g.opset >= 18 and g.rng.random() < 0.2:
            return g.add(op, [x, g.ints(g.whole(-1, 1), g.whole(0, 2)), g.constant(np.float64(0.25)), g.ints(axis)])
        pads = [g.whole(0, min(2, s - 1)) for s in shape] + [g.whole(0, min(2, s - 1)) for s in shape]
        pads[0] = pads[rank] = 0
        inputs = [x, g.ints(*pads)] + ([g.constant(np.float64(0.5))] if mode == "constant" and g.whole(0, 1) else [])
        return g.add(op, inputs, mode=mode)
    if op == "Tile":
        return g.add(op, [x, g.ints(1, *[g.whole(1, 2) for _ in shape[1:]])])
    if op == "Expand":
        return g.add(op, [x, g.ints(1, *[g.whole(1, 3) if s == 1 else g.pick(1, s) for s in shape[1:]])])
    if op == "Resize":
        mode, how = g.pick("nearest", "linear"), g.pick("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel")
        if g.rows == ROWS and g.rng.random() < 0.5 and how != "align_corners":
            sizes = [shape[0]] + [s * g.whole(1, 2) for s in shape[1:]]
            return g.add(op, [x, "", "", g.ints(*sizes)], mode=mode, coordinate_transformation_mode=how,
                         **({"nearest_mode": "floor"} if mode == "nearest" else {}))
        # With align_corners the evaluator divides by lengths that it has not rounded; onnxruntime and Tacit round.
        factors = (1, 2, 3) if how == "align_corners" else (1, 2, 3, 1.5)
        scales = np.array([1] + [float(g.pick(*factors)) for _ in shape[1:]], np.float32)
        extra = {"nearest_mode": g.pick("floor", "round_prefer_floor", "ceil")} if mode == "nearest" else {}
        return g.add(op, [x, "", g.constant(scales)], mode=mode, coordinate_transformation_mode=how, **extra)
    if rank != 4:
        raise ValueError
    g.add(op, [x], blocksize=2, **({"mode": g.pick("DCR", "CRD")} if op == "DepthToSpace" else {}))


def reducing(g, x, shape):
    op = g.pick("ReduceMean", "ReduceSum", "ReduceSumSquare", "ReduceProd")
    axes = [a for a in range(1, len(shape)) if g.rng.random() < 0.5] or [len(shape) - 1]
    if op == "ReduceProd" and np.prod([shape[a] for a in axes]) > 4:
        raise ValueError
    keep = g.whole(0, 1) if len(axes) < len(shape) - 1 else 1
    if g.opset >= 18 or op == "ReduceSum":
        return g.add(op, [x, g.ints(*axes)], keepdims=keep)
    g.add(op, [x], axes=axes, keepdims=keep)


def filled(g, x, shape):
    """A constant made from a shape, and a value expanded to it."""
    length = g.ints(*shape[1:])
    name = f"f{len(g.nodes)}"
    g.nodes.append(h.make_node("ConstantOfShape", [length], [name], value=nh.from_array(np.array([0.375]), "value")))
    g.inits[name] = np.full(shape[1:], 0.375)
    g.made.add(name)
    g.add(g.pick("Add", "Mul"), [x, name])


STEPS = [conv, conv, conv_transpose, pool, dense, dense, batch_norm, with_constant, with_constant, pair, pair, value_product, concat, polynomial, function, function,
         shaping, moving, moving, reducing, filled]


def last_steps(g):
    """Sometimes a step that only the client can take."""
    x = list(g.values)[-1]
    shape = g.values[x].shape
    op = g.pick("Softmax", "LogSoftmax", "Sigmoid", "Exp", "Abs", "ArgMax")
    if op == "ArgMax":
        scores = np.sort(g.values[x], axis=-1)
        if shape[-1] > 1 and (scores[..., -1] - scores[..., -2]).min() < 1e-3:
            raise ValueError("undecided")
        return g.add(op, [x], axis=len(shape) - 1, keepdims=1)
    g.add(op, [x], **({"axis": -1} if "Softmax" in op else {}))


def draw(seed):
    g = Graph(seed)
    shape = g.pick((g.whole(1, 6),), (g.whole(1, 3), g.whole(2, 7)), (g.whole(1, 4), g.whole(2, 5), g.whole(2, 5)))
    names = ["x"] if g.rng.random() < 0.85 else ["x", "u"]
    for name in names:
        g.feeds[name] = g.values[name] = g.rng.integers(-16, 17, size=(ROWS, *shape)) / 16
    wanted = g.whole(1, 7)
    for _ in range(60):
        if len(g.nodes) >= wanted:
            break
        kept = (list(g.nodes), dict(g.inits), dict(g.values), set(g.made))
        x = g.any_value()
        try:
            STEPS[g.whole(0, len(STEPS) - 1)](g, x, g.values[x].shape)
        except Exception:
            g.nodes, g.inits, g.values, g.made = kept
    if g.rng.random() < 0.2:
        kept = (list(g.nodes), dict(g.inits), dict(g.values), set(g.made))
        try:
            last_steps(g)
        except Exception:
            g.nodes, g.inits, g.values, g.made = kept
    made = {o for node in g.nodes for o in node.output}
    outputs = [k for k in g.values if k in made][-1:]
    if g.rng.random() < 0.2 and g.nodes[-1].op_type not in CLIENT_STEPS:
        outputs = list(dict.fromkeys([g.pick(*[k for k in g.values if k in made])] + outputs))
    return g, outputs


def write(folder, index, seed):
    while True:
        try:
            g, outputs = draw(seed)
            if outputs and len(g.nodes) > 0:
                break
        except Exception:
            pass
        seed += 1_000_003
    inputs = [h.make_tensor_value_info(k, T.DOUBLE, [g.rows] + list(v.shape[1:])) for k, v in g.feeds.items()]
    nodes = list(g.nodes)
    if g.rng.random() < 0.2:
        g.rng.shuffle(nodes)
    graph = h.make_graph(nodes, f"seed{seed}", inputs, [h.make_tensor_value_info(o, T.DOUBLE, None) for o in outputs],
                         [nh.from_array(v, k) for k, v in g.inits.items() if k not in g.made])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", g.opset)], ir_version=8)
    expected = [g.values[o] for o in outputs]
    name = f"graph{index}_{seed}"
    with open(os.path.join(folder, "graphs", name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString())
    flat = lambda a: [float(v) for v in np.asarray(a, np.float64).reshape(-1)]
    return {"name": name, "rows": [sum((flat(v[i]) for v in g.feeds.values()), []) for i in range(ROWS)], "tolerance": g.tolerance,
            "outputs": [{"name": o, "numbers": [flat(r[i]) for i in range(ROWS)]} for o, r in zip(outputs, expected)]}, {n.op_type for n in g.nodes}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folder")
    options = parser.parse_args()
    os.makedirs(os.path.join(options.folder, "graphs"), exist_ok=True)
    cases, used = [], {}
    for index in range(options.count):
        case, operators = write(options.folder, index, options.seed * 1_000_000 + index)
        cases.append(case)
        for name in operators:
            used[name] = used.get(name, 0) + 1
    with open(os.path.join(options.folder, "graphs.json"), "w") as file:
        json.dump({"cases": cases, "bad": []}, file, separators=(",", ":"))
    print(len(cases), "graphs;", ", ".join(f"{name} {count}" for name, count in sorted(used.items())))


if __name__ == "__main__":
    main()
