#!/usr/bin/env python3
"""Makes ONNX models as exporters write them, with onnxruntime's outputs: scikit-learn pipelines and half-precision networks.

Needs onnx, onnxruntime, numpy, scikit-learn and skl2onnx (made with onnx 1.23.2, onnxruntime 1.31.1, scikit-learn 1.9.1):

    python3 -m venv /tmp/vectors && /tmp/vectors/bin/pip install onnx onnxruntime numpy scikit-learn skl2onnx
    /tmp/vectors/bin/python make_exported_vectors.py
"""
import json
import os
import shutil
import warnings

import numpy as np
import onnxruntime
from onnx import TensorProto as T, helper as h, numpy_helper as nh
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler

warnings.filterwarnings("ignore")
onnxruntime.set_default_logger_severity(4)
HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "exported")
shutil.rmtree(FOLDER, ignore_errors=True)
os.makedirs(FOLDER)
rng = np.random.default_rng(20261121)
cases, bad = [], []


def flat(array):
    return [float(v) for v in np.asarray(array, np.float64).reshape(-1)]


def save(name, model):
    with open(os.path.join(FOLDER, name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString())


def case(name, model, x, tolerance):
    save(name, model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    results = session.run(None, {model.graph.input[0].name: x})
    outputs = [{"name": o.name, "numbers": [flat(row) for row in r]} for o, r in zip(model.graph.output, results)]
    cases.append({"name": name, "rows": [flat(row) for row in x], "outputs": outputs, "tolerance": tolerance})


def refuse(name, model, error, *words):
    save("bad_" + name, model)
    bad.append({"name": "bad_" + name, "error": error, "words": list(words)})


def pipelines():
    features, classes = load_iris(return_X_y=True)
    rows = features[[0, 17, 60, 95, 120, 149]].astype(np.float32)

    def exported(estimator, labels, **options):
        estimator.fit(features, labels)
        return to_onnx(estimator, rows, options={id(estimator): options} if options else None, target_opset={"": 17, "ai.onnx.ml": 3})

    case("imputer_ridge", exported(make_pipeline(SimpleImputer(), StandardScaler(), Ridge()), features @ [1, -2, 0.5, 3]), rows, 2e-5)
    case("imputer_logistic", exported(make_pipeline(SimpleImputer(strategy="median"), LogisticRegression()), classes, zipmap=False), rows, 2e-5)
    case("one_versus_rest", exported(OneVsRestClassifier(LogisticRegression()), classes, zipmap=False), rows, 2e-5)
    zeros = exported(make_pipeline(SimpleImputer(missing_values=0.0), Ridge()), classes)
    refuse("imputer_of_zeros", zeros, "unsupportedUse", "Imputer", "NaN")
    refuse("normalizer", exported(make_pipeline(Normalizer(), LogisticRegression()), classes, zipmap=False), "unsupportedUse",
           "LinearClassifier", "only the client", "before encryption")


def halves():
    def weights(*shape):
        return (rng.integers(-8, 9, size=shape) / 8).astype(np.float16)

    def model(nodes, code, tensors, opset=17):
        graph = h.make_graph(nodes, "g", [h.make_tensor_value_info("x", code, ["N", 5])], [h.make_tensor_value_info("y", code, ["N", 3])],
                             [nh.from_array(v, k) for k, v in tensors.items()])
        return h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], ir_version=8)

    x = rng.integers(-8, 9, size=(4, 5)) / 8
    tensors = {"w": weights(5, 3), "b": weights(3)}
    layer = [h.make_node("Gemm", ["x", "w", "b"], ["z"]), h.make_node("Mul", ["z", "z"], ["y"])]
    case("half", model(layer, T.FLOAT16, tensors), x.astype(np.float16), 2e-3)
    inside = [h.make_node("Cast", ["x"], ["h"], to=T.FLOAT16), h.make_node("MatMul", ["h", "w"], ["m"]),
              h.make_node("Add", ["m", "b"], ["z"]), h.make_node("Cast", ["z"], ["y"], to=T.FLOAT)]
    case("half_inside", model(inside, T.FLOAT, tensors), x.astype(np.float32), 2e-3)


pipelines()
halves()
with open(os.path.join(HERE, "exported.json"), "w") as file:
    json.dump({"cases": cases, "bad": bad}, file, separators=(",", ":"))
print(len(cases), "models,", len(bad), "to refuse")
