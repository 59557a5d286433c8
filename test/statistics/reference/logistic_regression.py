"""Logistic regression on soft labels by scikit-learn: reads a problem as JSON from standard input, writes a solution for each C.

A row with label y counts as a row of class 1 with weight y and one of class 0 with weight 1 - y.
"""

import json
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

problem = json.load(sys.stdin)
train = np.array(problem["train"], dtype=np.float32).astype(np.float64)
test = np.array(problem["test"], dtype=np.float32).astype(np.float64)
labels = np.array(problem["labels"])

intercept = problem.get("intercept", True)
# Without intercept, features are scaled about 0.
scaler = StandardScaler().fit(train if intercept else np.vstack([train, -train]))
x = scaler.transform(train)
solutions = []
for C in problem["C"]:
    model = LogisticRegression(C=C, tol=1e-10, max_iter=10000, fit_intercept=intercept)
    model.fit(
        np.vstack([x, x]),
        np.r_[np.ones(len(x)), np.zeros(len(x))],
        sample_weight=np.r_[labels, 1 - labels],
    )
    solutions.append(
        {
            "probabilities": model.predict_proba(scaler.transform(test))[:, 1].tolist(),
            "weights": model.coef_[0].tolist(),
            "bias": float(np.ravel(model.intercept_)[0]),
        }
    )
json.dump(solutions, sys.stdout)
