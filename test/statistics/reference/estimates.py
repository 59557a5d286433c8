"""Estimates of one cell, row by row with NumPy: reads gold labels and predictions per role and seed, writes values and intervals.

Resampling is done the plain way: draw seeds, draw rows, look the predictions up, compute the quantity.
"""

import json
import sys

import numpy as np

cell = json.load(sys.stdin)
gold = np.array(cell["gold"])
roles = {name: np.array(values) for name, values in cell["roles"].items()}  # seeds x rows
seeds, rows = roles["weak"].shape


def quantities(s, e):
    at = np.ix_(s, e)
    y = gold[e][None, :]
    weak, student = roles["weak"][at], roles["student"][at]
    right = {name: (values[at] == y).mean() for name, values in roles.items()}
    same = weak == student
    ceiling_same = weak == roles["strong_ceiling"][at]
    correct = weak == y
    gap = right["strong_ceiling"] - right["weak"]
    gain = right["student"] - right["weak"]
    return {
        **{name: right[name] for name in ("weak", "weak_ceiling", "student", "strong_ceiling")},
        "gap": gap,
        "gain": gain,
        "difference": right["student"] - right["baseline"],
        "pgr": gain / gap,
        "agreement": same.mean(),
        "agreement_right": same[correct].mean(),
        "agreement_wrong": same[~correct].mean(),
        "ceiling_agreement": ceiling_same.mean(),
        "ceiling_agreement_right": ceiling_same[correct].mean(),
        "ceiling_agreement_wrong": ceiling_same[~correct].mean(),
    }


generator = np.random.default_rng(0)
values = quantities(np.arange(seeds), np.arange(rows))
resampled = [
    quantities(generator.integers(seeds, size=seeds), generator.integers(rows, size=rows))
    for _ in range(cell["replicates"])
]
json.dump(
    {
        name: [float(value), *np.quantile([r[name] for r in resampled], [0.025, 0.975]).tolist()]
        for name, value in values.items()
    },
    sys.stdout,
)
