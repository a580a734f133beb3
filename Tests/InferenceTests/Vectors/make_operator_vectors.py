#!/usr/bin/env python3
"""Makes small ONNX models of the operators on images, windows and indices, with expected outputs, and models to refuse.

Needs onnx, onnxruntime and numpy (made with onnx 1.23.2, onnxruntime 1.31.1):

    python3 -m venv /tmp/vectors && /tmp/vectors/bin/pip install onnx onnxruntime numpy
    /tmp/vectors/bin/python make_operator_vectors.py

Expected outputs come from onnx.reference.ReferenceEvaluator in double precision, and onnxruntime must agree in single precision; the few cases
that one of the two cannot run name the other as their only oracle.
"""
import json
import os
import shutil

import numpy as np
import onnxruntime
from onnx import TensorProto as T, helper as h, numpy_helper as nh
from onnx.reference import ReferenceEvaluator

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "operators")
DOUBLE_TOLERANCE = 1e-9
SINGLE_TOLERANCE = 2e-5
onnxruntime.set_default_logger_severity(4)
rng = np.random.default_rng(20261122)
cases, bad = [], []
n = h.make_node


def rand(*shape):
    """Multiples of 1/8, which keep the files short."""
    return rng.integers(-12, 13, size=shape) / 8


def I(*values):
    return np.array(values, np.int64)


def flat(array):
    return [float(v) for v in np.asarray(array, dtype=np.float64).reshape(-1)]


def build(nodes, consts, feeds, dtype, opset, outs, dims):
    """The model with its floating-point tensors in one precision; scales of Resize stay single, as the standard asks."""
    code = T.DOUBLE if dtype == np.float64 else T.FLOAT

    def cast(name, value):
        value = np.asarray(value)
        return value.astype(np.float32 if name.startswith("scales") else dtype) if value.dtype.kind == "f" else value

    inputs = [h.make_tensor_value_info(k, code, dims or ["N"] + list(v.shape[1:])) for k, v in feeds.items()]
    outputs = [h.make_tensor_value_info(o, code, None) for o in outs]
    graph = h.make_graph(nodes, "g", inputs, outputs, [nh.from_array(cast(k, v), k) for k, v in consts.items()])
    return h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], ir_version=8, producer_name="make_vectors")


def case(name, nodes, consts, x, opset=17, outs=("y",), extra=None, degree=None, oracle="both", dims=None, rows=True):
    """Records a model of double precision (single where onnxruntime is the only oracle) and its outputs, row by row."""
    feeds = {"x": np.asarray(x), **(extra or {})}
    results = {}
    for label, dtype in (("reference", np.float64), ("runtime", np.float32)):
        if oracle not in ("both", label):
            continue
        built = build(nodes, consts, feeds, dtype, opset, outs, dims)
        given = {k: v.astype(dtype) for k, v in feeds.items()}
        if label == "reference":
            results[label] = ReferenceEvaluator(built).run(None, given)
        else:
            session = onnxruntime.InferenceSession(built.SerializeToString(), providers=["CPUExecutionProvider"])
            results[label] = session.run(None, given)
    if oracle == "both":
        for a, b in zip(results["reference"], results["runtime"]):
            assert a.shape == b.shape and np.allclose(a, b, atol=1e-4), f"{name}: the oracles differ"
    known = results.get("reference") or results["runtime"]
    dtype = np.float64 if "reference" in results else np.float32
    with open(os.path.join(FOLDER, name + ".onnx"), "wb") as file:
        file.write(build(nodes, consts, feeds, dtype, opset, outs, dims).SerializeToString())
    count = len(feeds["x"]) if rows else 1
    outputs = [{"name": o, "numbers": [flat(r[i] if rows else r) for i in range(count)]} for o, r in zip(outs, known)]
    arrays = [v.astype(dtype) for v in feeds.values()]
    case = {"name": name, "rows": [sum((flat(a[i] if rows else a) for a in arrays), []) for i in range(count)],
            "outputs": outputs, "tolerance": DOUBLE_TOLERANCE if dtype == np.float64 else SINGLE_TOLERANCE}
    if degree is not None:
        case["degree"] = degree
    cases.append(case)


def refuse(name, nodes, consts, x, error, *words, opset=17, extra=None):
    """Records a model that must be refused with the named InferenceError, whose sentence holds all words."""
    feeds = {"x": np.asarray(x), **(extra or {})}
    with open(os.path.join(FOLDER, "bad_" + name + ".onnx"), "wb") as file:
        file.write(build(nodes, consts, feeds, np.float64, opset, ("y",), None).SerializeToString())
    bad.append({"name": "bad_" + name, "error": error, "words": list(words)})


def convolutions():
    x, w = rand(2, 2, 5, 6), rand(3, 2, 2, 3)
    plain = [("plain", {}), ("strides", {"strides": [2, 2]}), ("pads", {"pads": [1, 0, 1, 2]}), ("dilations", {"dilations": [2, 1]}),
             ("mixed", {"strides": [1, 2], "pads": [0, 2, 1, 1], "dilations": [1, 2], "kernel_shape": [2, 3]}),
             ("valid", {"auto_pad": "VALID", "strides": [2, 1]}), ("upper", {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
             ("lower", {"auto_pad": "SAME_LOWER", "strides": [2, 2]}), ("lower_wide", {"auto_pad": "SAME_LOWER", "strides": [2, 3]})]
    for label, attributes in plain:
        case(f"Conv_{label}", [n("Conv", ["x", "w"], ["y"], **attributes)], {"w": w}, x, degree=1)
    case("Conv_upper_dilated", [n("Conv", ["x", "w"], ["y"], auto_pad="SAME_UPPER", dilations=[2, 2])], {"w": w}, x, oracle="reference")
    case("Conv_bias", [n("Conv", ["x", "w", "b"], ["y"])], {"w": w, "b": rand(3)}, x, opset=11)
    case("Conv_groups", [n("Conv", ["x", "w", "b"], ["y"], group=2)], {"w": rand(4, 2, 3, 2), "b": rand(4)}, rand(2, 4, 4, 3))
    case("Conv_depthwise", [n("Conv", ["x", "w"], ["y"], group=3, pads=[1, 1, 1, 1])], {"w": rand(6, 1, 3, 3)}, rand(2, 3, 3, 4))
    case("Conv_pointwise", [n("Conv", ["x", "w"], ["y"])], {"w": rand(2, 3, 1, 1)}, rand(2, 3, 3, 2))
    case("Conv_line", [n("Conv", ["x", "w", "b"], ["y"], strides=[2], pads=[1, 2])], {"w": rand(2, 3, 4), "b": rand(2)}, rand(2, 3, 7))
    case("Conv_line_causal", [n("Conv", ["x", "w"], ["y"], dilations=[3], pads=[6, 0])], {"w": rand(2, 1, 3)}, rand(2, 1, 8))
    case("Conv_cube", [n("Conv", ["x", "w"], ["y"], pads=[0, 1, 0, 1, 0, 1])], {"w": rand(2, 1, 2, 2, 2)}, rand(1, 1, 3, 2, 3))
    case("Conv_two_images_a_row", [n("Conv", ["x", "w"], ["c"]), n("ReduceSum", ["c", "a"], ["y"], keepdims=0)],
         {"w": rand(2, 2, 2, 2), "a": I(0)}, rand(2, 2, 3, 3), dims=[2, 2, 3, 3], rows=False)
    up = [("plain", {}), ("strides", {"strides": [2, 2]}), ("pads", {"pads": [1, 0, 1, 2]}), ("dilations", {"dilations": [2, 1]}),
          ("output_padding", {"strides": [2, 2], "output_padding": [1, 1]}), ("output_shape", {"strides": [2, 2], "output_shape": [6, 8]}),
          ("output_shape_upper", {"strides": [2, 2], "output_shape": [5, 8], "auto_pad": "SAME_UPPER"}),
          ("upper", {"strides": [2, 2], "auto_pad": "SAME_UPPER"}), ("lower", {"strides": [2, 2], "auto_pad": "SAME_LOWER"}),
          ("valid", {"strides": [2, 1], "auto_pad": "VALID"})]
    x, w = rand(2, 2, 3, 4), rand(2, 3, 2, 3)
    for label, attributes in up:
        oracle = "runtime" if label == "output_shape" else "both"
        case(f"ConvTranspose_{label}", [n("ConvTranspose", ["x", "w"], ["y"], **attributes)], {"w": w}, x, degree=1, oracle=oracle)
    case("ConvTranspose_bias", [n("ConvTranspose", ["x", "w", "b"], ["y"])], {"w": w, "b": rand(3)}, x, opset=11)
    case("ConvTranspose_groups", [n("ConvTranspose", ["x", "w", "b"], ["y"], group=2, strides=[2, 1])], {"w": rand(4, 3, 2, 2), "b": rand(6)},
         rand(2, 4, 2, 3), oracle="runtime")
    case("ConvTranspose_line", [n("ConvTranspose", ["x", "w"], ["y"], strides=[3])], {"w": rand(1, 2, 4)}, rand(2, 1, 4))


def pools():
    x = rand(2, 2, 5, 6)
    pads = [1, 1, 1, 1]
    forms = [({}, 17), ({"strides": [2, 2]}, 11), ({"strides": [2, 2], "ceil_mode": 1}, 17), ({"pads": [1, 0, 1, 2]}, 17),
             ({"pads": [1, 0, 1, 2], "count_include_pad": 1}, 11), ({"pads": pads, "strides": [2, 2], "ceil_mode": 1, "count_include_pad": 1}, 17),
             ({"pads": pads, "strides": [2, 2], "ceil_mode": 1}, 19), ({"pads": [0, 1, 1, 1], "strides": [3, 3], "ceil_mode": 1, "count_include_pad": 1}, 22),
             ({"auto_pad": "SAME_UPPER", "strides": [2, 2]}, 17), ({"auto_pad": "SAME_LOWER", "strides": [2, 2]}, 17),
             ({"auto_pad": "SAME_LOWER"}, 17), ({"auto_pad": "VALID", "strides": [2, 2]}, 17), ({"dilations": [2, 1]}, 19),
             ({"dilations": [2, 2], "strides": [2, 2], "ceil_mode": 1}, 22)]
    for index, (attributes, opset) in enumerate(forms):
        case(f"AveragePool_{index}", [n("AveragePool", ["x"], ["y"], kernel_shape=[2, 3], **attributes)], {}, x, opset=opset, degree=1)
    case("AveragePool_valid_ceil", [n("AveragePool", ["x"], ["y"], kernel_shape=[2, 3], auto_pad="VALID", strides=[2, 2], ceil_mode=1)], {}, x,
         oracle="runtime")
    case("AveragePool_line", [n("AveragePool", ["x"], ["y"], kernel_shape=[3], strides=[2], pads=[1, 1])], {}, rand(2, 2, 7))
    case("GlobalAveragePool", [n("GlobalAveragePool", ["x"], ["y"])], {}, rand(2, 3, 2, 4), degree=1)
    case("GlobalAveragePool_line", [n("GlobalAveragePool", ["x"], ["y"])], {}, rand(2, 3, 4))
    z = rand(2, 2, 3, 4)
    for index, (axes, keep) in enumerate([((1,), 1), ((2, 3), 0), ((-1,), 0), ((1, 3), 1), ((1, 2, 3), 0)]):
        case(f"ReduceMean_axes_{index}", [n("ReduceMean", ["x", "a"], ["y"], keepdims=keep)], {"a": I(*axes)}, z, opset=18, degree=1)
        case(f"ReduceSum_axes_{index}", [n("ReduceSum", ["x", "a"], ["y"], keepdims=keep)], {"a": I(*axes)}, z, opset=13, degree=1)
    case("ReduceSumSquare", [n("ReduceSumSquare", ["x"], ["y"], axes=[1, 2], keepdims=0)], {}, rand(2, 2, 3), opset=13, degree=2)
    case("ReduceSum_noop", [n("ReduceSum", ["x"], ["z"], noop_with_empty_axes=1), n("Neg", ["z"], ["y"])], {}, rand(2, 3))


def shapes():
    x = rand(2, 2, 3, 4)
    for label, pads, mode in [("grow", [0, 1, 0, 2, 0, 0, 3, 1], "constant"),                               ("reflect", [0, 0, 1, 2, 0, 0, 2, 3], "reflect"), ("edge", [0, 0, 2, 0, 0, 0, 1, 3], "edge")]:
        case(f"Pad_{label}", [n("Pad", ["x", "p"], ["y"], mode=mode)], {"p": I(*pads)}, x, opset=13, degree=1)
    case("Pad_crop", [n("Pad", ["x", "p"], ["y"])], {"p": I(0, 0, -1, 0, 0, 1, 0, -2)}, x, opset=13, oracle="runtime")
    case("Pad_wrap", [n("Pad", ["x", "p"], ["y"], mode="wrap")], {"p": I(0, 0, 1, 2, 0, 0, 2, 1)}, x, opset=19)
    case("Pad_value", [n("Pad", ["x", "p", "v"], ["y"])], {"p": I(0, 0, 1, 1, 0, 0, 0, 2), "v": np.float64(0.75)}, x, opset=13)
    case("Pad_axes", [n("Pad", ["x", "p", "", "a"], ["y"])], {"p": I(1, 2, 0, 1), "a": I(3, -2)}, x, opset=18)
    case("Pad_attribute", [n("Pad", ["x"], ["y"], pads=[0, 0, 1, 0, 0, 0, 0, 2], value=0.5)], {}, x, opset=10, oracle="runtime")
    case("Expand", [n("Expand", ["x", "s"], ["y"])], {"s": I(1, 3, 4)}, rand(2, 1, 4), degree=1)
    case("Expand_longer", [n("Expand", ["x", "s"], ["z"]), n("MatMul", ["z", "w"], ["y"])], {"s": I(1, 2, 1), "w": rand(3, 2)}, rand(2, 1, 3))
    case("Tile", [n("Tile", ["x", "r"], ["y"])], {"r": I(1, 2, 3)}, rand(2, 2, 2), degree=1)
    case("DepthToSpace", [n("DepthToSpace", ["x"], ["y"], blocksize=2)], {}, rand(2, 8, 2, 3), opset=13)
    case("DepthToSpace_columns", [n("DepthToSpace", ["x"], ["y"], blocksize=2, mode="CRD")], {}, rand(2, 8, 2, 3), opset=13)
    case("SpaceToDepth", [n("SpaceToDepth", ["x"], ["y"], blocksize=2)], {}, rand(2, 2, 4, 6), opset=13)
    case("Slice_back", [n("Slice", ["x", "a", "b", "c", "d"], ["y"])], {"a": I(-1, 0), "b": I(-100, 4), "c": I(3, 1), "d": I(-2, 1)}, x)
    case("Split_uneven", [n("Split", ["x"], ["a", "b", "c"], axis=3, num_outputs=3), n("Concat", ["c", "a", "b"], ["y"], axis=3)], {},
         rand(2, 1, 2, 5), opset=18, oracle="reference")
    case("Split_tail", [n("Split", ["x", "s"], ["a", "b"], axis=1), n("Mul", ["b", "b"], ["c"]), n("Concat", ["c", "a"], ["y"], axis=1)],
         {"s": I(1, 2)}, rand(2, 3, 2), opset=13, degree=2)
    case("Gather_scalar", [n("Gather", ["x", "i"], ["y"], axis=-2)], {"i": np.array(-1, np.int64)}, x)
    case("Transpose_image", [n("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]), n("Conv", ["t", "w"], ["y"])], {"w": rand(2, 2, 1, 2)},
         rand(2, 3, 4, 2))
    case("Concat_channels", [n("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]), n("Concat", ["x", "a"], ["c"], axis=1), n("Conv", ["c", "v"], ["y"])],
         {"w": rand(2, 2, 3, 3), "v": rand(1, 4, 2, 2)}, rand(2, 2, 3, 3), degree=1)


def resizes():
    x = rand(2, 1, 2, 3)
    up = I(1, 1, 4, 6)
    s = np.array([1, 1, 2, 3], np.float32)
    case("Upsample_7", [n("Upsample", ["x"], ["y"], scales=[1.0, 1.0, 2.0, 3.0])], {}, x, opset=7, oracle="runtime")
    case("Upsample_9", [n("Upsample", ["x", "scales"], ["y"])], {"scales": s}, x, opset=9, oracle="runtime")
    case("Resize_10", [n("Resize", ["x", "scales"], ["y"])], {"scales": s}, x, opset=10, oracle="runtime")
    case("Resize_repeat", [n("Resize", ["x", "", "scales"], ["y"], coordinate_transformation_mode="asymmetric", nearest_mode="floor")],
         {"scales": s}, x, opset=13, degree=1)
    modes = [("half_pixel", "round_prefer_floor"), ("asymmetric", "round_prefer_floor"), ("align_corners", "floor"),
             ("half_pixel", "round_prefer_ceil"), ("pytorch_half_pixel", "ceil")]
    for index, (transformation, nearest) in enumerate(modes):
        case(f"Resize_nearest_{index}", [n("Resize", ["x", "", "scales"], ["y"], coordinate_transformation_mode=transformation, nearest_mode=nearest)],
             {"scales": np.array([1, 1, 1.5, 2], np.float32)}, rand(2, 1, 4, 3), opset=18)
    case("Resize_sizes", [n("Resize", ["x", "", "", "t"], ["y"])], {"t": I(1, 1, 4, 6)}, x[:1], opset=13)
    for transformation in ["half_pixel", "asymmetric", "align_corners"]:
        case(f"Resize_linear_{transformation}",
             [n("Resize", ["x", "", "scales"], ["y"], mode="linear", coordinate_transformation_mode=transformation)],
             {"scales": np.array([1, 1, 2, 1.5], np.float32)}, rand(2, 1, 3, 4), opset=18)


def networks():
    x = rand(2, 1, 6, 6)
    bn = {"s": rand(2), "o": rand(2), "m": rand(2), "v": rand(2) ** 2 + 0.1}
    case("Network_lenet", [n("Conv", ["x", "w"], ["c"]), n("Mul", ["c", "q"], ["d"]), n("Add", ["d", "l"], ["e"]), n("Mul", ["c", "e"], ["f"]),
                           n("AveragePool", ["f"], ["p"], kernel_shape=[2, 2], strides=[2, 2]), n("Flatten", ["p"], ["g"]),
                           n("Gemm", ["g", "a", "b"], ["y"])],
         {"w": rand(2, 1, 3, 3), "q": rand(1, 2, 1, 1), "l": rand(1, 2, 1, 1), "a": rand(8, 3), "b": rand(3)}, x, degree=2)
    case("Network_residual", [n("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1]), n("BatchNormalization", ["c", "s", "o", "m", "v"], ["d"]),
                              n("Mul", ["d", "d"], ["e"]), n("Conv", ["e", "u"], ["f"], pads=[1, 1, 1, 1]), n("Add", ["f", "d"], ["g"]),
                              n("GlobalAveragePool", ["g"], ["y"])], {"w": rand(2, 1, 3, 3), "u": rand(2, 2, 3, 3), **bn}, rand(2, 1, 4, 4), degree=2)
    case("Network_batch_norm_last", [n("Conv", ["x", "w"], ["c"], strides=[2, 2]), n("Mul", ["c", "c"], ["d"]),
                                     n("BatchNormalization", ["d", "s", "o", "m", "v"], ["y"])], {"w": rand(2, 1, 3, 3), **bn}, x, degree=2)
    case("Network_decoder", [n("ConvTranspose", ["x", "w"], ["c"], strides=[2, 2]), n("Mul", ["c", "c"], ["d"]), n("Conv", ["d", "u"], ["y"])],
         {"w": rand(1, 2, 2, 2), "u": rand(1, 2, 3, 3)}, rand(2, 1, 3, 3), degree=2)
    case("Network_two_heads", [n("Conv", ["x", "w"], ["c"]), n("Mul", ["c", "c"], ["d"]), n("GlobalAveragePool", ["d"], ["y"]),
                               n("Flatten", ["c"], ["f"]), n("MatMul", ["f", "a"], ["z"])], {"w": rand(2, 1, 5, 5), "a": rand(8, 2)}, x, outs=("y", "z"))
    case("Network_two_inputs", [n("Conv", ["x", "w"], ["c"]), n("Flatten", ["c"], ["f"]), n("MatMul", ["u", "a"], ["g"]), n("Mul", ["f", "g"], ["h"]),
                                n("Concat", ["h", "u"], ["y"], axis=1)], {"w": rand(1, 1, 5, 5), "a": rand(3, 4)}, x, extra={"u": rand(2, 3)}, degree=2)
    case("Network_excite", [n("GlobalAveragePool", ["x"], ["p"]), n("Conv", ["p", "w"], ["g"]), n("Mul", ["x", "g"], ["y"])],
         {"w": rand(2, 2, 1, 1)}, rand(2, 2, 2, 3), degree=2)
    case("Network_hard_gate", [n("GlobalAveragePool", ["x"], ["p"]), n("HardSigmoid", ["p"], ["g"], alpha=0.25, beta=0.5), n("Mul", ["x", "g"], ["y"])],
         {}, rand(2, 2, 2, 2), oracle="runtime")


def functions():
    x, w = rand(3, 4) * 2, rand(4, 3)

    def followed(name, nodes, consts, opset=17, **options):
        case(name, nodes + [n("MatMul", ["z", "w"], ["y"])], {"w": w, **consts}, x, opset=opset, **options)

    followed("Selu", [n("Selu", ["x"], ["z"])], {}, oracle="reference")
    followed("Selu_given", [n("Selu", ["x"], ["z"], alpha=1.5, gamma=0.75)], {}, oracle="runtime")
    followed("Celu", [n("Celu", ["x"], ["z"], alpha=0.5)], {}, oracle="runtime")
    followed("PRelu", [n("PRelu", ["x", "a"], ["z"])], {"a": np.array([0.25, -0.5, 0, 1.5])})
    followed("PRelu_one", [n("PRelu", ["x", "a"], ["z"])], {"a": np.array([0.25])})
    followed("Softsign", [n("Softsign", ["x"], ["z"])], {})
    followed("HardSwish_spelled", [n("HardSigmoid", ["x"], ["s"], alpha=1 / 6, beta=0.5), n("Mul", ["x", "s"], ["z"])], {}, oracle="runtime")
    followed("Silu_left", [n("Sigmoid", ["x"], ["s"]), n("Mul", ["s", "x"], ["z"])], {})
    followed("Gelu_tanh_spelled",
             [n("Pow", ["x", "three"], ["a"]), n("Mul", ["a", "c"], ["b"]), n("Add", ["x", "b"], ["d"]), n("Mul", ["d", "r"], ["e"]),
              n("Tanh", ["e"], ["f"]), n("Add", ["f", "one"], ["g"]), n("Mul", ["x", "g"], ["i"]), n("Mul", ["i", "half"], ["z"])],
             {"three": np.float64(3), "c": np.float64(0.044715), "r": np.float64((2 / np.pi) ** 0.5), "one": np.float64(1), "half": np.float64(0.5)})
    followed("Quick_gelu", [n("Mul", ["x", "c"], ["a"]), n("Sigmoid", ["a"], ["b"]), n("Mul", ["x", "b"], ["z"])], {"c": np.float64(1.702)})
    followed("Square_plus", [n("Mul", ["x", "x"], ["a"]), n("Mul", ["a", "c"], ["b"]), n("Add", ["b", "x"], ["z"])], {"c": rand(4)}, degree=2)


def refusals():
    image, w = rand(1, 2, 4, 4), rand(3, 2, 2, 2)
    ends = [n("MatMul", ["a", "m"], ["y"])]
    norms = {"g": rand(4), "o": rand(4), "m": rand(4, 2)}
    refuse("max_pool", [n("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], name="pool")], {}, image, "unsupportedOperator", "pool", "comparison", "AveragePool")
    refuse("global_max_pool", [n("GlobalMaxPool", ["x"], ["y"], name="pool")], {}, image, "unsupportedOperator", "pool", "GlobalAveragePool")
    refuse("lp_pool", [n("LpPool", ["x"], ["y"], kernel_shape=[2, 2], name="pool")], {}, image, "unsupportedOperator", "pool", "AveragePool")
    refuse("layer_norm", [n("LayerNormalization", ["x", "g", "o"], ["a"], name="ln")] + ends, norms, rand(1, 4), "unsupportedOperator", "ln", "deviation",
           "BatchNormalization")
    refuse("instance_norm", [n("InstanceNormalization", ["x", "g", "o"], ["y"], name="in")], {"g": rand(2), "o": rand(2)}, image, "unsupportedOperator",
           "in", "BatchNormalization")
    refuse("group_norm", [n("GroupNormalization", ["x", "g", "o"], ["y"], num_groups=2, name="gn")], {"g": rand(2), "o": rand(2)}, image,
           "unsupportedOperator", "gn", "BatchNormalization", opset=18)
    refuse("lrn", [n("LRN", ["x"], ["y"], size=3, name="lrn")], {}, image, "unsupportedOperator", "lrn", "BatchNormalization")
    refuse("clip_six", [n("Clip", ["x", "low", "high"], ["a"], name="relu6")] + ends, {"low": np.float64(0), "high": np.float64(6), "m": rand(4, 2)},
           rand(1, 4), "unsupportedOperator", "relu6", "polynomial", "Relu")
    for op, alternative in [("Max", "Relu"), ("Min", "Relu")]:
        refuse(op.lower(), [n(op, ["x", "c"], ["y"], name="m")], {"c": rand(4)}, rand(1, 4), "unsupportedOperator", "m", "comparison", alternative)
    for op in ["Floor", "Round", "Sign", "Greater", "Where", "TopK", "LSTM", "ThresholdedRelu"]:
        refuse(op.lower(), [n(op, ["x"], ["a"], name="step")] + ends, {"m": rand(4, 2)}, rand(1, 4), "unsupportedOperator", "step")
    refuse("gather_elements", [n("GatherElements", ["x", "i"], ["y"], axis=1, name="pick")], {"i": I(2, 0).reshape(1, 2)}, rand(1, 4),
           "unsupportedOperator", "pick", "Gather")
    refuse("gather_encrypted", [n("Cast", ["x"], ["i"], to=T.INT64, name="round"), n("Gather", ["c", "i"], ["y"], name="look")], {"c": rand(4)}, rand(1, 2),
           "unsupportedUse", "round")
    refuse("conv_weights", [n("Conv", ["x", "x"], ["y"], name="conv1")], {}, image, "unsupportedUse", "conv1", "constant")
    refuse("conv_channels", [n("Conv", ["x", "w"], ["y"], name="conv1")], {"w": rand(3, 3, 2, 2)}, image, "invalidNode", "conv1", "[3, 3, 2, 2]")
    refuse("conv_rank", [n("Conv", ["x", "w"], ["y"], name="conv1")], {"w": rand(3, 2, 2)}, image, "invalidNode", "conv1")
    refuse("conv_flat", [n("Conv", ["x", "w"], ["y"], name="conv1")], {"w": rand(3, 2)}, rand(1, 2), "invalidNode", "conv1", "spatial")
    refuse("conv_large_window", [n("Conv", ["x", "w"], ["y"], name="conv1")], {"w": rand(1, 2, 5, 2)}, image, "invalidNode", "conv1", "window")
    refuse("conv_groups", [n("Conv", ["x", "w"], ["y"], name="conv1", group=3)], {"w": w}, image, "invalidNode", "conv1", "groups")
    refuse("conv_kernel_shape", [n("Conv", ["x", "w"], ["y"], name="conv1", kernel_shape=[3, 3])], {"w": w}, image, "invalidNode", "conv1", "kernel_shape")
    refuse("conv_strides", [n("Conv", ["x", "w"], ["y"], name="conv1", strides=[0, 1])], {"w": w}, image, "invalidNode", "conv1", "strides")
    refuse("conv_huge_pads", [n("Conv", ["x", "w"], ["y"], name="conv1", pads=[0, 0, 1 << 20, 1 << 20])], {"w": w}, image, "tooLarge", "conv1")
    refuse("pool_huge_kernel", [n("AveragePool", ["x"], ["y"], name="pool", kernel_shape=[1 << 22, 1], pads=[1 << 22, 0, 1 << 22, 0],
                                 strides=[1 << 10, 1])], {}, image, "tooLarge", "pool")
    refuse("conv_overflowing_pads", [n("Conv", ["x", "w"], ["y"], name="conv1", pads=[0, 0, 1 << 62, 1 << 62])], {"w": w}, image, "invalidNode", "pads")
    refuse("conv_negative_pads", [n("Conv", ["x", "w"], ["y"], name="conv1", pads=[0, -1, 0, 0])], {"w": w}, image, "invalidNode", "pads")
    refuse("conv_bias", [n("Conv", ["x", "w", "b"], ["y"], name="conv1")], {"w": w, "b": rand(2)}, image, "invalidNode", "conv1", "bias")
    refuse("conv_auto_pad", [n("Conv", ["x", "w"], ["y"], name="conv1", auto_pad="FULL")], {"w": w}, image, "invalidNode", "FULL")
    refuse("conv_transpose_channels", [n("ConvTranspose", ["x", "w"], ["y"], name="up")], {"w": rand(3, 2, 2, 2)}, image, "invalidNode", "up")
    refuse("conv_transpose_nothing", [n("ConvTranspose", ["x", "w"], ["y"], name="up", pads=[9, 9, 9, 9])], {"w": rand(2, 2, 2, 2)}, image, "invalidNode",
           "up", "padding")
    refuse("conv_transpose_auto_pad", [n("ConvTranspose", ["x", "w"], ["y"], name="up", auto_pad="SAME_UPPER", strides=[3, 3])],
           {"w": np.ones((2, 2, 2, 2))}, image, "unsupportedUse", "up", "auto_pad", "output_shape")
    refuse("pool_no_kernel", [n("AveragePool", ["x"], ["y"], name="pool")], {}, image, "invalidNode", "pool", "kernel_shape")
    refuse("pool_padding_only", [n("AveragePool", ["x"], ["y"], name="pool", kernel_shape=[1, 1], pads=[1, 1, 1, 1])], {}, image, "invalidNode", "padding")
    refuse("pad_rows", [n("Pad", ["x", "p"], ["y"], name="grow")], {"p": I(1, 0, 0, 0)}, rand(2, 3), "unsupportedUse", "grow", "rows")
    refuse("pad_mode", [n("Pad", ["x", "p"], ["y"], name="grow", mode="mirror")], {"p": I(0, 1, 0, 0)}, rand(2, 3), "invalidNode", "mirror")
    refuse("pad_huge", [n("Pad", ["x", "p"], ["y"], name="grow")], {"p": I(0, 1 << 60, 0, 0)}, rand(2, 3), "tooLarge", "grow")
    refuse("pad_reflect_far", [n("Pad", ["x", "p"], ["y"], name="grow", mode="reflect")], {"p": I(0, 3, 0, 0)}, rand(2, 3), "invalidNode", "grow")
    refuse("pad_nothing_left", [n("Pad", ["x", "p"], ["y"], name="grow")], {"p": I(0, -2, 0, -1)}, rand(2, 3), "invalidNode", "grow")
    refuse("expand_rows", [n("Expand", ["x", "s"], ["y"], name="e")], {"s": I(4, 3)}, rand(1, 3), "unsupportedUse", "e", "rows")
    refuse("expand_shape", [n("Expand", ["x", "s"], ["y"], name="e")], {"s": I(1, 4)}, rand(1, 3), "invalidNode", "e")
    refuse("tile_huge", [n("Tile", ["x", "r"], ["y"], name="t")], {"r": I(1, 1 << 40)}, rand(1, 3), "tooLarge", "t")
    refuse("resize_cubic", [n("Resize", ["x", "", "scales"], ["y"], name="up", mode="cubic")], {"scales": np.array([1, 1, 2, 2.0])}, image,
           "unsupportedUse", "up", "linear", opset=13)
    refuse("resize_rows", [n("Resize", ["x", "", "scales"], ["y"], name="up")], {"scales": np.array([2, 1, 1, 1.0])}, image, "unsupportedUse", "rows", opset=13)
    refuse("resize_huge", [n("Resize", ["x", "", "scales"], ["y"], name="up")], {"scales": np.array([1, 1, 1e9, 1e9])}, image, "tooLarge", "up", opset=13)
    refuse("depth_to_space", [n("DepthToSpace", ["x"], ["y"], name="d", blocksize=3)], {}, image, "invalidNode", "d")
    refuse("batch_norm_channels", [n("BatchNormalization", ["x", "s", "s", "s", "s"], ["y"], name="bn")], {"s": rand(3) ** 2}, image, "invalidNode", "bn")
    refuse("attention", [n("MatMul", ["x", "x"], ["s"]), n("Softmax", ["s"], ["p"], name="scores"), n("MatMul", ["p", "x"], ["y"])], {}, rand(1, 3, 3),
           "unsupportedUse", "scores", "exponentials")


def trained_models():
    """What onnxruntime makes of the committed MNIST networks and their samples."""
    root = os.path.join(HERE, "..", "..", "..", "models")
    logits = {}
    for name in ["mnist_mlp", "mnist_cnn", "mnist_cryptonets", "mnist_lenet"]:
        rows = np.loadtxt(os.path.join(root, name, "samples.csv"), delimiter=",", skiprows=1, dtype=np.float32)
        session = onnxruntime.InferenceSession(os.path.join(root, name, name + ".onnx"), providers=["CPUExecutionProvider"])
        feed = session.get_inputs()[0]
        logits[name] = [[round(float(v), 5) for v in row] for row in session.run(None, {feed.name: rows.reshape([-1] + feed.shape[1:])})[0]]
    return logits


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    for part in (convolutions, pools, shapes, resizes, networks, functions, refusals):
        part()
    path = os.path.join(HERE, "operators.json")
    with open(path, "w") as file:
        json.dump({"cases": cases, "bad": bad, "trained": trained_models()}, file, indent=None, separators=(",", ":"))
        file.write("\n")
    print(len(cases), "cases,", len(bad), "bad files,", os.path.getsize(path), "bytes of JSON,",
          sum(os.path.getsize(os.path.join(FOLDER, f)) for f in os.listdir(FOLDER)), "bytes of models")


if __name__ == "__main__":
    main()
