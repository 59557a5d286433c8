"""Calibration by scikit-learn and SciPy: reads labels and probabilities, writes scores, bins, and Wilson intervals of given counts."""

import json
import sys

import numpy as np
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss

problem = json.load(sys.stdin)
gold = np.array(problem["gold"])
probabilities = np.array(problem["probabilities"])
observed, predicted = calibration_curve(gold, probabilities, n_bins=10, strategy="uniform")
counts = np.bincount(np.searchsorted(np.linspace(0, 1, 11)[1:-1], probabilities), minlength=10)
counts = counts[counts > 0]
json.dump(
    {
        "accuracy": accuracy_score(gold, probabilities > 0.5),
        "brier": brier_score_loss(gold, probabilities),
        "logLoss": log_loss(gold, probabilities),
        "observed": observed.tolist(),
        "predicted": predicted.tolist(),
        "counts": counts.tolist(),
        "calibrationError": float(np.sum(counts / len(gold) * np.abs(observed - predicted))),
        "wilson": [
            [float(i.low), float(i.high)]
            for i in (binomtest(k, n).proportion_ci(method="wilson") for k, n in problem["shares"])
        ],
    },
    sys.stdout,
)
