#!/usr/bin/env python3
"""Makes the small ONNX models and expected outputs that the import tests read.

Needs onnx, onnxruntime, numpy, scikit-learn and skl2onnx (any recent versions):

    python3 -m venv /tmp/vectors && /tmp/vectors/bin/pip install onnx onnxruntime numpy scikit-learn skl2onnx
    /tmp/vectors/bin/python make_vectors.py

Expected outputs come from onnx.reference.ReferenceEvaluator (onnxruntime for Softmax of old operator sets) on a whole batch of rows; the tests run row by row.
"""
import json
import os
import shutil
import warnings

import numpy as np
import onnxruntime
from onnx import TensorProto as T, helper as h, numpy_helper as nh
from onnx.reference import ReferenceEvaluator

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "models")
shutil.rmtree(FOLDER, ignore_errors=True)
os.makedirs(FOLDER)
rng = np.random.default_rng(20261121)
cases, bad = [], []


def rand(*shape):
    return rng.uniform(-1.5, 1.5, size=shape)


def flat(array):
    return [float(v) for v in np.asarray(array, dtype=np.float64).reshape(-1)]


def save(name, data):
    with open(os.path.join(FOLDER, name + ".onnx"), "wb") as file:
        file.write(data)


def kind(array):
    return T.DOUBLE if array.dtype == np.float64 else T.INT64 if array.dtype == np.int64 else T.FLOAT


def model(nodes, inits, inputs, outputs, opset=17, ml=None, ir=8):
    imports = [h.make_opsetid("", opset)] + ([h.make_opsetid("ai.onnx.ml", ml)] if ml else [])
    graph = h.make_graph(nodes, "g", inputs, outputs, inits)
    return h.make_model(graph, opset_imports=imports, ir_version=ir, producer_name="make_vectors")


def rows_of(arrays, rows):
    """Concatenates the inputs of each row; `rows` None means that the arrays are one row."""
    if rows is None:
        return [sum((flat(a) for a in arrays), [])]
    return [sum((flat(a[i]) for a in arrays), []) for i in range(rows)]


def record(name, onnx_model, feeds, rows, tolerance, degree=None):
    old = onnx_model.opset_import[0].version < 13
    operators = {node.op_type for node in onnx_model.graph.node}
    if "Softmax" in operators and old:
        # The reference evaluator gives old versions of Softmax the meaning of the new one.
        session = onnxruntime.InferenceSession(onnx_model.SerializeToString(), providers=["CPUExecutionProvider"])
        results = session.run(None, feeds)
    else:
        # The reference evaluator has no ZipMap, which only names columns.
        plain = type(onnx_model)()
        plain.CopyFrom(onnx_model)
        for node in plain.graph.node:
            if node.op_type == "ZipMap":
                node.op_type, node.domain = "Identity", ""
                del node.attribute[:]
        results = ReferenceEvaluator(plain).run(None, feeds)
    # The reference evaluator computes these with constants or results of single precision.
    if any(node.op_type in ("Gelu", "HardSigmoid", "HardSwish", "Erf") for node in onnx_model.graph.node):
        tolerance = max(tolerance, 1e-7)
    outputs = []
    for info, result in zip(onnx_model.graph.output, results):
        result = np.asarray(result)
        per_row = [result] if rows is None else [result[i] for i in range(rows)]
        if result.dtype.kind in "USO":
            outputs.append({"name": info.name, "text": [[str(v) for v in np.reshape(r, -1)] for r in per_row]})
        else:
            outputs.append({"name": info.name, "numbers": [flat(r) for r in per_row]})
    case = {
        "name": name, "rows": rows_of(list(feeds.values()), rows), "outputs": outputs, "tolerance": tolerance,
    }
    if degree is not None:
        case["degree"] = degree
    cases.append(case)


def case(name, nodes, consts, x, opset=17, ml=None, dims=None, rows=True, ir=8, outs=("y",), degree=None, extra=None,
         oracle=None):
    x = np.asarray(x)
    inits = [nh.from_array(np.asarray(v), k) for k, v in consts.items()]
    shape = dims if dims is not None else ["N"] + list(x.shape[1:])
    inputs = [h.make_tensor_value_info("x", kind(x), shape)]
    feeds = {"x": x}
    for key, value in (extra or {}).items():
        inputs.append(h.make_tensor_value_info(key, kind(value), ["N"] + list(value.shape[1:])))
        feeds[key] = value
    outputs = [h.make_tensor_value_info(o, kind(x), None) for o in outs]
    m = model(nodes, inits, inputs, outputs, opset, ml, ir)
    save(name, m.SerializeToString())
    if oracle:  # where the reference evaluator lacks the old version and the newer one computes the same
        m = model(nodes, inits, inputs, outputs, oracle, ml, ir)
    record(name, m, feeds, len(x) if rows else None, 1e-9 if x.dtype == np.float64 else 2e-5, degree)


n = h.make_node
X = rand(5, 4)
W = rand(4, 3)
B = rand(3)

# Arithmetic, both operand orders, broadcasting up and down.
for op in ["Add", "Sub", "Mul"]:
    case(f"{op}_right", [n(op, ["x", "c"], ["y"])], {"c": rand(4)}, X, degree=1)
    case(f"{op}_left", [n(op, ["c", "x"], ["y"])], {"c": rand(1, 4)}, X, degree=1)
    case(f"{op}_scalar", [n(op, ["x", "c"], ["y"])], {"c": np.float64(1.25)}, X, degree=1)
    case(f"{op}_grow", [n(op, ["x", "c"], ["y"])], {"c": rand(3, 4)}, rand(4, 1, 4), degree=1)
    case(f"{op}_self", [n(op, ["x", "x"], ["y"])], {}, X, degree={"Add": 1, "Sub": 0, "Mul": 2}[op])
case("Div_right", [n("Div", ["x", "c"], ["y"])], {"c": rand(4) + 3}, X, degree=1)
case("Neg", [n("Neg", ["x"], ["y"])], {}, X, degree=1)
case("Sum_three", [n("Sum", ["x", "c", "x"], ["y"])], {"c": rand(4)}, X, degree=1)
case("Sum_one", [n("Sum", ["x"], ["z"]), n("Neg", ["z"], ["y"])], {}, X)
case("Add_7", [n("Add", ["x", "c"], ["y"])], {"c": rand(4).astype(np.float32)}, X.astype(np.float32), opset=7)
case("Mul_product", [n("MatMul", ["x", "a"], ["p"]), n("MatMul", ["x", "b"], ["q"]), n("Mul", ["p", "q"], ["y"])],
     {"a": W, "b": rand(4, 3)}, X, degree=2)
case("Mul_gated", [n("MatMul", ["x", "a"], ["p"]), n("Mul", ["p", "g"], ["y"])], {"a": rand(4, 1), "g": rand(3)}, X)
case("Mul_columns", [n("MatMul", ["x", "a"], ["p"]), n("Mul", ["x", "p"], ["y"])], {"a": rand(4, 1)}, X, degree=2)
for e in [1, 2, 3, 5]:
    case(f"Pow_{e}", [n("Pow", ["x", "e"], ["y"])], {"e": np.float64(e)}, X, degree=e)
case("Pow_int", [n("Pow", ["x", "e"], ["y"])], {"e": np.array([3], np.int64)}, X, opset=12, degree=3)
case("Pow_7", [n("Pow", ["x", "e"], ["y"])], {"e": np.array([2], np.float32)}, X.astype(np.float32), opset=7, degree=2)
case("Quadratic_per_channel",
     [n("Mul", ["x", "x"], ["s"]), n("Mul", ["s", "a"], ["t"]), n("Mul", ["x", "b"], ["u"]), n("Add", ["t", "u"], ["v"]),
      n("Add", ["v", "c"], ["w"]), n("MatMul", ["w", "m"], ["y"])],
     {"a": rand(4), "b": rand(4), "c": rand(4), "m": W}, X, degree=2)
case("Cubic_horner",
     [n("Mul", ["x", "a"], ["p"]), n("Add", ["p", "b"], ["q"]), n("Mul", ["q", "x"], ["r"]), n("Add", ["r", "c"], ["s"]),
      n("Mul", ["s", "x"], ["y"])], {"a": np.float64(0.3), "b": np.float64(-0.2), "c": np.float64(0.7)}, X, degree=3)

# Matrix products.
for ta in [0, 1]:
    for tb in [0, 1]:
        if ta:
            x = rand(4, 1)  # one row, stored transposed
            case(f"Gemm_{ta}{tb}", [n("Gemm", ["x", "w", "b"], ["y"], transA=1, transB=tb, alpha=0.5, beta=2.0)],
                 {"w": W.T.copy() if tb else W, "b": B}, x, dims=[4, 1], rows=False, degree=1)
        else:
            case(f"Gemm_{ta}{tb}", [n("Gemm", ["x", "w", "b"], ["y"], transB=tb, alpha=0.5, beta=2.0)],
                 {"w": W.T.copy() if tb else W, "b": B}, X, degree=1)
case("Gemm_no_bias", [n("Gemm", ["x", "w"], ["y"])], {"w": W}, X, opset=11)
case("Gemm_7", [n("Gemm", ["x", "w", "b"], ["y"])], {"w": W.astype(np.float32), "b": B.astype(np.float32)},
     X.astype(np.float32), opset=7)
case("Gemm_column_bias", [n("Gemm", ["x", "w", "b"], ["y"])], {"w": W, "b": rand(1, 1)}, X, opset=9)
case("MatMul", [n("MatMul", ["x", "w"], ["y"])], {"w": W}, X, degree=1)
case("MatMul_vector", [n("MatMul", ["x", "w"], ["y"])], {"w": rand(4)}, X, degree=1)
case("MatMul_batched", [n("MatMul", ["x", "w"], ["y"])], {"w": rand(4, 2)}, rand(3, 5, 4), degree=1)
case("MatMul_stacked", [n("MatMul", ["x", "w"], ["y"])], {"w": rand(2, 4, 3)}, rand(3, 2, 5, 4), degree=1)
case("MatMul_left", [n("MatMul", ["w", "x"], ["y"])], {"w": rand(2, 5)}, rand(3, 5, 4), degree=1)
case("MatMul_one_row_vector", [n("MatMul", ["x", "w"], ["y"])], {"w": W}, rand(4), dims=[4], rows=False)
case("MatMul_fixed_rows", [n("MatMul", ["x", "w"], ["y"])], {"w": W}, X, dims=[5, 4])
case("MatMul_one_fixed", [n("MatMul", ["x", "w"], ["z"]), n("Squeeze", ["z"], ["y"])], {"w": W}, rand(1, 4), dims=[1, 4],
     rows=False)
case("Whole_matrix_is_a_row", [n("Reshape", ["x", "s"], ["z"]), n("MatMul", ["z", "w"], ["y"])],
     {"s": np.array([-1], np.int64), "w": rand(12, 2)}, rand(3, 4), dims=[3, 4], rows=False)
for op, opset in [(7, 7), (9, 9), (14, 14), (15, 15)]:
    case(f"BatchNormalization_{op}", [n("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"], epsilon=0.01)],
         {"s": rand(4).astype(np.float32), "b": rand(4).astype(np.float32), "m": rand(4).astype(np.float32),
          "v": (rand(4) ** 2 + 0.1).astype(np.float32)}, X.astype(np.float32), opset=opset, degree=1, oracle=15)
case("BatchNormalization_image", [n("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"])],
     {"s": rand(2), "b": rand(2), "m": rand(2), "v": rand(2) ** 2 + 0.1}, rand(3, 2, 3, 3), degree=1)

# Shapes.
I = lambda *v: np.array(v, np.int64)
Z = rand(3, 2, 6)
case("Flatten", [n("Flatten", ["x"], ["y"])], {}, Z)
case("Flatten_negative", [n("Flatten", ["x"], ["y"], axis=-2)], {}, Z, opset=13)
case("Reshape_minus", [n("Reshape", ["x", "s"], ["y"])], {"s": I(-1, 12)}, Z)
case("Reshape_zero", [n("Reshape", ["x", "s"], ["y"])], {"s": I(0, 3, -1)}, Z)
case("Reshape_fixed", [n("Reshape", ["x", "s"], ["y"])], {"s": I(3, 4, 3)}, Z, dims=[3, 2, 6])
case("Reshape_one", [n("Reshape", ["x", "s"], ["y"])], {"s": I(1, -1)}, Z[:1], dims=[1, 2, 6], rows=True)
case("Reshape_from_shape",
     [n("Shape", ["x"], ["s"]), n("Gather", ["s", "i"], ["b"], axis=0), n("Unsqueeze", ["b", "z"], ["bu"]),
      n("Concat", ["bu", "m"], ["t"], axis=0), n("Reshape", ["x", "t"], ["y"])],
     {"i": np.array(0, np.int64), "z": I(0), "m": I(-1)}, Z)
case("Reshape_shape_slice", [n("Shape", ["x"], ["s"], end=1), n("Concat", ["s", "m"], ["t"], axis=0),
                             n("Reshape", ["x", "t"], ["y"])], {"m": I(4, 3)}, Z, opset=15)
case("Squeeze_attr", [n("Squeeze", ["x"], ["y"], axes=[1])], {}, rand(3, 1, 4), opset=11)
case("Squeeze_input", [n("Squeeze", ["x", "a"], ["y"])], {"a": I(-1)}, rand(3, 4, 1), opset=13)
case("Unsqueeze_attr", [n("Unsqueeze", ["x"], ["y"], axes=[1])], {}, X, opset=11)
case("Unsqueeze_input", [n("Unsqueeze", ["x", "a"], ["y"])], {"a": I(1, -1)}, X, opset=13)
case("Transpose", [n("Transpose", ["x"], ["y"], perm=[0, 2, 1])], {}, Z)
case("Transpose_rows_moved", [n("Transpose", ["x"], ["t"], perm=[1, 0, 2]), n("MatMul", ["t", "w"], ["u"]),
                              n("Transpose", ["u"], ["y"], perm=[1, 0, 2])], {"w": rand(6, 2)}, Z)
case("Identity", [n("Identity", ["x"], ["z"]), n("Neg", ["z"], ["y"])], {}, X)
case("Dropout_7", [n("Dropout", ["x"], ["z"], ratio=0.3), n("Neg", ["z"], ["y"])], {}, X, opset=7)
case("Dropout_13", [n("Dropout", ["x", "r", "t"], ["y"])], {"r": np.float64(0.3), "t": np.array(False)}, X, opset=13)
case("Cast_float", [n("Cast", ["x"], ["y"], to=T.FLOAT)], {}, X.astype(np.float32))
case("Cast_from_int", [n("Cast", ["x"], ["f"], to=T.DOUBLE), n("MatMul", ["f", "w"], ["y"])], {"w": W},
     rng.integers(-5, 5, size=(4, 4)))
case("Constant_forms",
     [n("Constant", [], ["a"], value=nh.from_array(rand(4))), n("Constant", [], ["b"], value_float=0.5),
      n("Constant", [], ["c"], value_floats=[1.0, 2.0, 3.0, 4.0]), n("Constant", [], ["s"], value_ints=[-1, 2, 2]),
      n("Constant", [], ["k"], value_int=2), n("Cast", ["b"], ["bd"], to=T.DOUBLE), n("Cast", ["c"], ["cd"], to=T.DOUBLE),
      n("Cast", ["k"], ["kd"], to=T.DOUBLE),
      n("Mul", ["x", "a"], ["p"]), n("Mul", ["p", "bd"], ["q"]), n("Add", ["q", "cd"], ["r"]), n("Pow", ["r", "kd"], ["t"]),
      n("Reshape", ["t", "s"], ["y"])], {}, X, degree=2)
case("Concat_mixed", [n("Neg", ["x"], ["z"]), n("Concat", ["x", "z", "x"], ["y"], axis=1)], {}, X, degree=1)
case("Concat_inner", [n("Neg", ["x"], ["z"]), n("Concat", ["x", "z"], ["y"], axis=-2)], {}, Z)
case("Two_inputs", [n("Concat", ["x", "u"], ["c"], axis=1), n("MatMul", ["c", "w"], ["y"])], {"w": rand(6, 2)}, X,
     extra={"u": rand(5, 2)})
case("Slice_10", [n("Slice", ["x", "a", "b", "c", "d"], ["y"])], {"a": I(1, 5), "b": I(2, -7), "c": I(1, 2), "d": I(1, -2)}, Z)
case("Slice_1", [n("Slice", ["x"], ["y"], starts=[-3], ends=[1000], axes=[2])], {}, Z, opset=9)
case("Gather", [n("Gather", ["x", "i"], ["y"], axis=2)], {"i": np.array([[0, -1], [3, 3]], np.int64)}, Z)
case("Split_13", [n("Split", ["x", "s"], ["a", "b"], axis=2), n("MatMul", ["a", "w"], ["y"])], {"s": I(4, 2), "w": W}, Z,
     opset=13)
case("Split_2", [n("Split", ["x"], ["a", "b"], axis=1), n("Sub", ["a", "b"], ["y"])], {}, Z, opset=11)
case("ReduceSum", [n("ReduceSum", ["x", "a"], ["y"], keepdims=0)], {"a": I(1)}, Z, opset=13)
case("ReduceMean", [n("ReduceMean", ["x"], ["y"], axes=[1, 2])], {}, Z, opset=11)
case("ReduceProd", [n("ReduceProd", ["x"], ["y"], axes=[2], keepdims=0)], {}, rand(3, 2, 3), opset=11, degree=3)

# Functions, followed by a layer so that they stay encrypted, and final ones that go to the client.
functions = [("Relu", {}, 14), ("LeakyRelu", {}, 16), ("LeakyRelu", {"alpha": 0.3}, 7), ("Sigmoid", {}, 13), ("Tanh", {}, 13),
             ("Softplus", {}, 17), ("Gelu", {}, 20), ("Gelu", {"approximate": "tanh"}, 20), ("HardSigmoid", {}, 17),
             ("HardSigmoid", {"alpha": 0.3, "beta": 0.4}, 22), ("Elu", {}, 17), ("Elu", {"alpha": 0.7}, 17), ("Mish", {}, 18),
             ("HardSwish", {}, 14), ("Erf", {}, 13), ("Relu", {}, 7), ("Swish", {"alpha": 0.8}, 24)]
for i, (op, attributes, opset) in enumerate(functions):
    f32 = opset == 7
    x, w = (X * 2, W) if not f32 else ((X * 2).astype(np.float32), W.astype(np.float32))
    case(f"{op}_{opset}_{i}", [n(op, ["x"], ["z"], **attributes), n("MatMul", ["z", "w"], ["y"])], {"w": w}, x, opset=opset)
case("Silu", [n("Sigmoid", ["x"], ["s"]), n("Mul", ["x", "s"], ["z"]), n("MatMul", ["z", "w"], ["y"])], {"w": W}, X)
case("Gelu_spelled", [n("Div", ["x", "r"], ["a"]), n("Erf", ["a"], ["b"]), n("Add", ["b", "one"], ["c"]),
                      n("Mul", ["x", "c"], ["d"]), n("Mul", ["d", "half"], ["e"]), n("MatMul", ["e", "w"], ["y"])],
     {"w": W, "r": np.float64(2 ** 0.5), "one": np.float64(1), "half": np.float64(0.5)}, X)
case("Mish_spelled", [n("Softplus", ["x"], ["a"]), n("Tanh", ["a"], ["b"]), n("Mul", ["b", "x"], ["c"]),
                      n("MatMul", ["c", "w"], ["y"])], {"w": W}, X)
case("Mlp", [n("Gemm", ["x", "a", "b"], ["p"]), n("Relu", ["p"], ["q"]), n("Gemm", ["q", "c", "d"], ["r"]),
             n("Tanh", ["r"], ["s"]), n("MatMul", ["s", "e"], ["y"])],
     {"a": rand(4, 6), "b": rand(6), "c": rand(6, 5), "d": rand(5), "e": rand(5, 2)}, X)
case("Residual", [n("MatMul", ["x", "a"], ["p"]), n("Mul", ["p", "p"], ["q"]), n("Add", ["q", "x"], ["r"]),
                  n("MatMul", ["r", "b"], ["s"]), n("Add", ["s", "x"], ["y"])], {"a": rand(4, 4), "b": rand(4, 4)}, X, degree=2)
case("Final_sigmoid", [n("MatMul", ["x", "w"], ["z"]), n("Sigmoid", ["z"], ["y"])], {"w": W}, X, degree=1)
case("Final_tanh_reshape", [n("MatMul", ["x", "w"], ["z"]), n("Tanh", ["z"], ["t"]), n("Reshape", ["t", "s"], ["y"])],
     {"w": rand(4, 6), "s": I(-1, 2, 3)}, X, degree=1)
for opset in [11, 13]:
    case(f"Softmax_{opset}", [n("MatMul", ["x", "w"], ["z"]), n("Softmax", ["z"], ["y"])], {"w": W}, X, opset=opset, degree=1)
case("Softmax_axis_11", [n("Softmax", ["x"], ["y"], axis=1)], {}, Z, opset=11)
case("Softmax_axis_13", [n("Softmax", ["x"], ["y"], axis=1)], {}, Z, opset=13)
case("LogSoftmax", [n("LogSoftmax", ["x"], ["y"], axis=-1)], {}, X)
case("Softmax_argmax", [n("MatMul", ["x", "w"], ["z"]), n("Softmax", ["z"], ["p"]), n("ArgMax", ["p"], ["y"], axis=1, keepdims=0)],
     {"w": W}, X, outs=("y", "p"))
case("ArgMax_keep", [n("ArgMax", ["x"], ["y"], axis=-1)], {}, X)
case("Two_heads", [n("MatMul", ["x", "a"], ["p"]), n("MatMul", ["x", "b"], ["q"]), n("Sigmoid", ["q"], ["s"])],
     {"a": W, "b": rand(4, 2)}, X, outs=("p", "s"))

# Storage forms.
weights = rng.integers(-7, 8, size=(4, 3)).astype(np.float64) / 4


def stored(name, tensor, dtype=np.float32):
    x = X.astype(dtype)
    nodes = [n("Cast", ["w"], ["v"], to=T.DOUBLE if dtype == np.float64 else T.FLOAT), n("MatMul", ["x", "v"], ["y"])]
    m = model(nodes, [tensor], [h.make_tensor_value_info("x", kind(x), [None, 4])], [h.make_tensor_value_info("y", kind(x), None)])
    save(name, m.SerializeToString())
    record(name, m, {"x": x}, 5, 2e-5 if dtype == np.float32 else 1e-9)


for label, code in [("float", T.FLOAT), ("double", T.DOUBLE), ("float16", T.FLOAT16)]:
    stored(f"Stored_{label}_list", h.make_tensor("w", code, [4, 3], weights.reshape(-1).tolist()))
for label, dtype in [("float", np.float32), ("double", np.float64), ("float16", np.float16)]:
    stored(f"Stored_{label}_raw", nh.from_array(weights.astype(dtype), "w"))
whole = np.round(weights * 4)
for label, code in [("int8", T.INT8), ("int16", T.INT16), ("int32", T.INT32), ("int64", T.INT64)]:
    stored(f"Stored_{label}_list", h.make_tensor("w", code, [4, 3], [int(v) for v in whole.reshape(-1)]))
for label, dtype in [("int8", np.int8), ("uint8", np.uint8), ("int16", np.int16), ("int32", np.int32), ("int64", np.int64),
                     ("uint16", np.uint16), ("uint32", np.uint32), ("uint64", np.uint64)]:
    stored(f"Stored_{label}_raw", nh.from_array((np.abs(whole) if label[0] == "u" else whole).astype(dtype), "w"))
for label, code in [("uint8", T.UINT8), ("uint32", T.UINT32), ("uint64", T.UINT64)]:
    stored(f"Stored_{label}_list", h.make_tensor("w", code, [4, 3], [int(abs(v)) for v in whole.reshape(-1)]))


def external(name, location, offset, length, data=None):
    tensor = T(name="w", dims=[4, 3], data_type=T.DOUBLE, data_location=T.EXTERNAL)
    for key, value in [("location", location), ("offset", offset), ("length", length)]:
        if value is not None:
            tensor.external_data.add(key=key, value=str(value))
    if data is not None:
        with open(os.path.join(FOLDER, location), "wb") as file:
            file.write(data)
    nodes = [n("MatMul", ["x", "w"], ["y"])]
    x = h.make_tensor_value_info("x", T.DOUBLE, [None, 4])
    m = model(nodes, [tensor], [x], [h.make_tensor_value_info("y", T.DOUBLE, None)])
    save(name, m.SerializeToString())
    return model(nodes, [nh.from_array(W, "w")], [x], [h.make_tensor_value_info("y", T.DOUBLE, None)])


record("External", external("External", "weights.bin", 16, 96, b"\0" * 16 + W.tobytes()), {"x": X}, 5, 1e-9)
record("External_plain", external("External_plain", "plain.bin", None, None, W.tobytes()), {"x": X}, 5, 1e-9)
if True:  # initializers that old files also list as inputs
    m = model([n("MatMul", ["x", "w"], ["y"])], [nh.from_array(W, "w")],
              [h.make_tensor_value_info("x", T.DOUBLE, ["N", 4]), h.make_tensor_value_info("w", T.DOUBLE, [4, 3])],
              [h.make_tensor_value_info("y", T.DOUBLE, None)], opset=7, ir=3)
    save("Initializer_is_input", m.SerializeToString())
    record("Initializer_is_input", m, {"x": X}, 5, 1e-9)
# Nodes out of order and a node that nothing needs: readers sort and prune.
m = model([n("Neg", ["z"], ["y"]), n("Abs", ["x"], ["unused"]), n("Add", ["x", "x"], ["z"])], [],
          [h.make_tensor_value_info("x", T.DOUBLE, ["N", 4])], [h.make_tensor_value_info("y", T.DOUBLE, None)])
save("Unsorted", m.SerializeToString())
sorted_model = model([n("Add", ["x", "x"], ["z"]), n("Neg", ["z"], ["y"])], [], list(m.graph.input), list(m.graph.output))
record("Unsorted", sorted_model, {"x": X}, 5, 1e-9)

# ai.onnx.ml.
ml = lambda op, i, o, **a: n(op, i, o, domain="ai.onnx.ml", **a)
F = X.astype(np.float32)
case("Scaler", [ml("Scaler", ["x"], ["y"], offset=[.1, .2, .3, .4], scale=[2., 3., 4., 5.])], {}, F, ml=1, degree=1)
case("Scaler_one", [ml("Scaler", ["x"], ["y"], offset=[.1], scale=[2.])], {}, F, ml=3, degree=1)
case("LinearRegressor", [ml("LinearRegressor", ["x"], ["y"], coefficients=[.5, -.2, .3, 1.], intercepts=[.7])], {}, F, ml=1)
case("LinearRegressor_targets", [ml("LinearRegressor", ["x"], ["y"], coefficients=flat(rand(12)), intercepts=[.1, .2, .3],
                                    targets=3)], {}, F, ml=1)
case("Normalizer_final", [ml("Normalizer", ["x"], ["y"], norm="L2")], {}, F, ml=1)
case("Normalizer_max", [ml("Normalizer", ["x"], ["y"], norm="MAX")], {}, F, ml=1)
for post in ["NONE", "LOGISTIC", "SOFTMAX"]:
    for label, coefficients, intercepts, classes in [
            ("one", flat(rand(4)), [.1], {"classlabels_ints": [3, 7]}),
            ("pair", [-.5, .25, 1., -1., .5, -.25, -1., 1.], [-.1, .1], {"classlabels_strings": ["no", "yes"]}),
            ("three", flat(rand(12)), [.1, .2, .3], {"classlabels_ints": [5, 1, 9]})]:
        case(f"LinearClassifier_{post}_{label}", [ml("LinearClassifier", ["x"], ["l", "y"], coefficients=coefficients,
             intercepts=intercepts, post_transform=post, **classes)], {}, F, ml=1, outs=("l", "y"), degree=1)

# What scikit-learn exports.
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import (LinearRegression, LogisticRegression, Perceptron, PoissonRegressor, Ridge,
                                  RidgeClassifier, SGDClassifier)
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, RobustScaler, StandardScaler
from sklearn.svm import LinearSVC, LinearSVR
from skl2onnx import to_onnx

data = rng.normal(size=(80, 4))
two = (data[:, 0] + data[:, 1] > 0).astype(int)
three = np.digitize(data[:, 0] + 0.3 * data[:, 2], [-.5, .5])
real = data @ np.array([1, 2, 3, 4.])
names = np.array(["benign", "malignant"])
sk = [("logistic", LogisticRegression().fit(data, two), {}), ("logistic_multi", LogisticRegression().fit(data, three), {}),
      ("logistic_plain", LogisticRegression().fit(data, two), {"zipmap": False}),
      ("logistic_text", LogisticRegression().fit(data, names[two]), {"zipmap": False}),
      ("logistic_columns", LogisticRegression().fit(data, names[two]), {"raw_scores": True, "zipmap": "columns"}),
      ("pipeline", make_pipeline(StandardScaler(), LogisticRegression()).fit(data, two), {"zipmap": False}),
      ("scalers", make_pipeline(MinMaxScaler(), RobustScaler(), LinearRegression()).fit(data, real), {}),
      ("pca", make_pipeline(PCA(2), Ridge()).fit(data, real), {}),
      ("polynomial", make_pipeline(PolynomialFeatures(2), Ridge()).fit(data, real), {}),
      ("mlp2", MLPClassifier((3,), activation="tanh", max_iter=20).fit(data, two), {}),
      ("mlp3", MLPClassifier((3,), max_iter=20).fit(data, three), {"zipmap": False}),
      ("mlpr", MLPRegressor(hidden_layer_sizes=(3,), activation="logistic", max_iter=20).fit(data, real), {}),
      ("svc", LinearSVC().fit(data, two), {}), ("svc3", LinearSVC().fit(data, three), {}),
      ("sgd", SGDClassifier().fit(data, two), {}), ("sgd_log", SGDClassifier(loss="log_loss").fit(data, three), {"zipmap": False}),
      ("perceptron", Perceptron().fit(data, three), {"zipmap": False}), ("ridge", RidgeClassifier().fit(data, two), {}),
      ("lda", LinearDiscriminantAnalysis().fit(data, three), {"zipmap": False}), ("svr", LinearSVR().fit(data, real), {}),
      ("poisson", PoissonRegressor().fit(data, abs(real)), {}),
      ("multi_target", LinearRegression().fit(data, np.c_[real, -real]), {})]
for label, estimator, options in sk:
    for dtype in [np.float32, np.float64]:
        x = data[:7].astype(dtype)
        try:
            m = to_onnx(estimator, x[:1], options=options)
            name = f"sklearn_{label}_{'f32' if dtype == np.float32 else 'f64'}"
            record(name, m, {"X": x}, 7, 3e-5 if dtype == np.float32 else 1e-6)
            save(name, m.SerializeToString())
        except Exception as error:  # an exporter that lacks this combination
            print("skipped", label, dtype.__name__, str(error)[:100])


# Bad files and the error each must give (name of the InferenceError case, and words that its message must hold).
def refuse(name, data, error, *words):
    save("bad_" + name, data if isinstance(data, bytes) else data.SerializeToString())
    bad.append({"name": "bad_" + name, "error": error, "words": list(words)})


def simple(nodes, inits=(), dims=("N", 4), opset=17, ml=None, outs=("y",), code=T.DOUBLE):
    return model(nodes, list(inits), [h.make_tensor_value_info("x", code, list(dims) if dims is not None else None)],
                 [h.make_tensor_value_info(o, T.DOUBLE, None) for o in outs], opset, ml)


good = simple([n("MatMul", ["x", "w"], ["y"], name="fc")], [nh.from_array(W, "w")])
blob = good.SerializeToString()
refuse("truncated", blob[: len(blob) // 2], "malformedModel", "truncated")
refuse("text", b"This is not an ONNX model, but a line of text.\n", "malformedModel")
refuse("no_graph", model([], [], [], []).SerializeToString()[:4], "malformedModel")
refuse("cyclic", simple([n("Add", ["x", "b"], ["a"], name="first"), n("Neg", ["a"], ["b"]), n("Neg", ["b"], ["y"])]),
       "cyclicGraph", "first")
refuse("duplicate", simple([n("Neg", ["x"], ["y"]), n("Neg", ["x"], ["y"])]), "duplicateName", "y")
refuse("shadowed_input", simple([n("Neg", ["x"], ["x"]), n("Neg", ["x"], ["y"])]), "duplicateName", "x")
refuse("dangling", simple([n("Add", ["x", "ghost"], ["y"], name="sum")]), "missingValue", "ghost", "sum")
refuse("no_output", simple([n("Neg", ["x"], ["z"])]), "missingValue", "y")
refuse("shapes", simple([n("MatMul", ["x", "w"], ["y"], name="fc")], [nh.from_array(rand(5, 3), "w")]), "invalidNode", "fc", "5, 3")
refuse("gemm_bias", simple([n("Gemm", ["x", "w", "b"], ["y"], name="fc")], [nh.from_array(W, "w"), nh.from_array(rand(4), "b")]),
       "invalidNode", "fc")
for label, value in [("nan", np.nan), ("infinity", np.inf)]:
    broken = W.copy()
    broken[2, 1] = value
    refuse(label + "_weight", simple([n("MatMul", ["x", "w"], ["y"])], [nh.from_array(broken, "w")]), "nonFiniteWeight", "w", "7")
refuse("nan_constant", simple([n("Constant", [], ["c"], value_floats=[1., float("nan")]), n("Add", ["x", "c"], ["y"])]),
       "nonFiniteWeight")
refuse("overflowing_weights", simple([n("Mul", ["x", "c"], ["a"]), n("Mul", ["a", "c"], ["y"], name="big")],
                                     [nh.from_array(np.float64(1e200), "c")]), "overflow", "big")
refuse("unsupported", simple([n("Det", ["x"], ["y"], name="volume")], [nh.from_array(rand(1, 1, 3, 3), "w")],
                             dims=("N", 1, 5, 5)), "unsupportedOperator", "volume", "Det")
refuse("unknown_operator", simple([n("Frobnicate", ["x"], ["y"], name="f")]), "unsupportedOperator", "Frobnicate", "Gemm")
refuse("unknown_domain", simple([n("Gemm", ["x", "x"], ["y"], domain="com.example")]), "unsupportedOperator", "com.example")
refuse("clip", simple([n("Clip", ["x"], ["y"], name="c")]), "unsupportedOperator", "Clip", "polynomial")
refuse("softmax_inside", simple([n("Softmax", ["x"], ["a"], name="soft"), n("MatMul", ["a", "w"], ["y"])], [nh.from_array(W, "w")]),
       "unsupportedUse", "soft")
refuse("normalizer_inside", simple([n("Normalizer", ["x"], ["a"], domain="ai.onnx.ml", name="norm", norm="L2"),
                                    n("MatMul", ["a", "w"], ["y"])], [nh.from_array(W, "w")], ml=1), "unsupportedUse", "norm")
refuse("divide", simple([n("Div", ["c", "x"], ["y"], name="d")], [nh.from_array(rand(4), "c")]), "unsupportedUse", "d")
refuse("divide_by_zero", simple([n("Div", ["x", "c"], ["y"], name="d")], [nh.from_array(np.zeros(4), "c")]), "invalidNode", "zero")
refuse("power_half", simple([n("Pow", ["x", "e"], ["y"], name="p")], [nh.from_array(np.float64(0.5), "e")]), "unsupportedUse", "0.5")
refuse("power_huge", simple([n("Pow", ["x", "e"], ["y"], name="p")], [nh.from_array(np.float64(1e9), "e")]), "unsupportedUse", "p")
refuse("gram_of_rows", simple([n("Transpose", ["x"], ["t"], perm=[1, 0]), n("MatMul", ["x", "t"], ["y"], name="m")]), "unsupportedUse", "m", "rows")
refuse("mixes_rows", simple([n("Reshape", ["x", "s"], ["y"], name="r")], [nh.from_array(I(-1, 2), "s")]), "unsupportedUse", "rows")
refuse("mixes_rows_transpose", simple([n("Transpose", ["x"], ["t"]), n("MatMul", ["w", "t"], ["u"]), n("MatMul", ["u", "v"], ["y"])],
                                      [nh.from_array(rand(2, 4), "w"), nh.from_array(rand(5, 2), "v")]), "invalidNode")
refuse("mixes_rows_sum", simple([n("ReduceSum", ["x", "a"], ["y"], name="s")], [nh.from_array(I(0), "a")]), "unsupportedUse", "rows")
refuse("reshape_count", simple([n("Reshape", ["x", "s"], ["y"], name="r")], [nh.from_array(I(0, 5), "s")]), "invalidNode", "r")
refuse("opset_old", simple([n("Neg", ["x"], ["y"])], opset=6), "unsupportedOpset", "6", "7")
refuse("opset_future", simple([n("Neg", ["x"], ["y"])], opset=99), "unsupportedOpset", "99")
refuse("ml_opset_future", simple([n("Neg", ["x"], ["y"])], ml=50), "unsupportedOpset", "50")
bare = simple([n("Neg", ["x"], ["y"])])
del bare.opset_import[:]
refuse("no_opset", bare, "malformedModel", "operator set")
refuse("open_dimension", simple([n("Neg", ["x"], ["y"])], dims=("N", "M")), "unsupportedInterface", "x", "1")
refuse("no_shape", simple([n("Neg", ["x"], ["y"])], dims=None), "unsupportedInterface", "x")
refuse("text_input", simple([n("Identity", ["x"], ["y"])], code=T.STRING), "unsupportedInterface", "x")
refuse("constant_output", simple([n("Neg", ["c"], ["y"])], [nh.from_array(rand(3), "c")]), "unsupportedInterface", "y")
refuse("huge_input", simple([n("Neg", ["x"], ["y"])], dims=("N", 1 << 40)), "tooLarge", "x")
refuse("huge_input_product", simple([n("Neg", ["x"], ["y"])], dims=("N", 1 << 32, 1 << 32)), "unsupportedInterface", "x")


def tensor(dims, code=T.DOUBLE, raw=b"", **fields):
    return T(name="w", dims=dims, data_type=code, raw_data=raw, **fields)


def weighted(t):
    return simple([n("MatMul", ["x", "w"], ["y"])], [t])


refuse("huge_tensor", weighted(tensor([1 << 40, 1 << 10])), "tooLarge", "w")
refuse("overflowing_tensor", weighted(tensor([1 << 62, 1 << 62])), "tooLarge", "w")
refuse("negative_dimension", weighted(tensor([-4, 3])), "invalidTensor", "w", "-4")
refuse("short_tensor", weighted(tensor([4, 3], raw=W.tobytes()[:40])), "invalidTensor", "12", "5")
refuse("no_data", weighted(T(name="w", dims=[4, 3], data_type=T.DOUBLE)), "invalidTensor", "12", "0")
refuse("complex_tensor", weighted(tensor([4, 3], code=T.COMPLEX64, raw=b"\0" * 96)), "invalidTensor", "14")
refuse("unknown_type", weighted(tensor([4, 3], code=999, raw=b"\0" * 96)), "invalidTensor", "999")
segment = tensor([4, 3], raw=W.tobytes())
segment.segment.begin = 0
segment.segment.end = 12
refuse("segmented", weighted(segment), "invalidTensor", "segment")
refuse("text_weight", weighted(T(name="w", dims=[1], data_type=T.STRING, string_data=[b"hello"])), "invalidNode")
grown = simple([n("ConstantOfShape", ["s"], ["c"], name="grow"), n("MatMul", ["x", "c"], ["y"])], [nh.from_array(I(4, 1 << 40), "s")])
refuse("grown_constant", grown, "tooLarge", "grow")
refuse("grown_product", simple([n("Unsqueeze", ["x", "a"], ["u"]), n("ConstantOfShape", ["s"], ["c"]), n("Mul", ["u", "c"], ["y"], name="grow")],
                               [nh.from_array(I(2), "a"), nh.from_array(I(1, 1, 1 << 23), "s")]), "tooLarge", "grow")
refuse("quadratic_matrix", simple([n("ConstantOfShape", ["s"], ["c"]), n("MatMul", ["x", "c"], ["y"], name="big")],
                                  [nh.from_array(I(1 << 12, 1 << 12), "s")], dims=("N", 64, 1 << 12)), "tooLarge", "big")
for label, location, offset, length in [("parent", "../weights.bin", None, None), ("absolute", "/etc/hostname", None, None),
                                        ("missing", "nowhere.bin", None, None), ("beyond", "weights.bin", 1000, 96),
                                        ("negative", "weights.bin", -8, 96), ("length", "weights.bin", 0, 95),
                                        ("hidden", "a/../../weights.bin", 0, 96), ("huge", "weights.bin", 1 << 62, 96)]:
    external("bad_external_" + label, location, offset, length)
    bad.append({"name": "bad_external_" + label, "error": "externalData", "words": ["w"]})
wrong = simple([n("LeakyRelu", ["x"], ["y"], name="l")])
wrong.graph.node[0].attribute.add(name="alpha", type=h.make_attribute("alpha", 3).type, i=3)
refuse("attribute_type", wrong, "invalidNode", "alpha")
doubled = simple([n("LeakyRelu", ["x"], ["y"], name="l", alpha=0.5)])
doubled.graph.node[0].attribute.append(doubled.graph.node[0].attribute[0])
refuse("attribute_twice", doubled, "invalidNode", "alpha")
refuse("dropout_training", simple([n("Dropout", ["x", "r", "t"], ["y"], name="d")], [nh.from_array(np.float64(.5), "r"), nh.from_array(np.array(True), "t")]),
       "unsupportedUse", "training")
refuse("few_inputs", simple([n("Add", ["x"], ["y"], name="a")]), "invalidNode", "a")
refuse("classes", simple([n("LinearClassifier", ["x"], ["l", "y"], domain="ai.onnx.ml", name="lc", coefficients=[1.] * 12,
                            intercepts=[0.] * 3, classlabels_ints=[1, 2])], ml=1, code=T.FLOAT), "invalidNode", "lc")
refuse("probit", simple([n("LinearClassifier", ["x"], ["l", "y"], domain="ai.onnx.ml", name="lc", coefficients=[1.] * 12,
                           intercepts=[0.] * 3, classlabels_ints=[1, 2, 3], post_transform="PROBIT")], ml=1, code=T.FLOAT),
       "unsupportedUse", "PROBIT")

with open(os.path.join(HERE, "vectors.json"), "w") as file:
    json.dump({"cases": cases, "bad": bad}, file, indent=None, separators=(",", ":"))
    file.write("\n")
print(len(cases), "cases,", len(bad), "bad files,", os.path.getsize(os.path.join(HERE, "vectors.json")), "bytes of JSON,",
      sum(os.path.getsize(os.path.join(FOLDER, f)) for f in os.listdir(FOLDER)), "bytes of models")
