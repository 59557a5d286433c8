"""Percentile interval of a mean by scipy.stats.bootstrap, and quantiles by NumPy."""

import json
import sys

import numpy as np
from scipy.stats import bootstrap

problem = json.load(sys.stdin)
values = np.array(problem["values"])
interval = bootstrap(
    (values,), np.mean, n_resamples=20000, method="percentile", rng=np.random.default_rng(0)
).confidence_interval
json.dump(
    {
        "low": float(interval.low),
        "high": float(interval.high),
        "quantiles": np.quantile(values, problem["shares"]).tolist(),
    },
    sys.stdout,
)
