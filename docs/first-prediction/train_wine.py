"""A scikit-learn model as most are: scaling and a logistic regression, exported with skl2onnx."""

import numpy as np
from skl2onnx import to_onnx
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

data = load_wine()
train, test, train_labels, test_labels = train_test_split(
    data.data, data.target, test_size=38, random_state=1, stratify=data.target
)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train, train_labels)
print(f"{model.score(test, test_labels):.1%} of {len(test)} held-back rows right")

with open("wine.onnx", "wb") as file:
    file.write(to_onnx(model, train[:1].astype(np.float32)).SerializeToString())
header = ",".join(name.split("/")[0] for name in data.feature_names)
np.savetxt("wine-calibration.csv", train, delimiter=",", header=header, comments="", fmt="%.6g")
np.savetxt("wine-rows.csv", test, delimiter=",", header=header, comments="", fmt="%.6g")
