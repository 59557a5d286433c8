"""Paired tests and their power by SciPy: reads lists of differences and designs, writes statistics, p values and powers."""

import itertools
import json
import sys

import numpy as np
from scipy.optimize import brentq
from scipy.stats import ncf, rankdata, t, ttest_rel, wilcoxon


def signed_rank(differences: list[float]) -> list[float]:
    d = np.array([x for x in differences if x != 0])
    ties = len(set(np.abs(d))) < len(d)
    if len(d) > 50:
        result = wilcoxon(d, correction=True, method="approx")
    elif not ties:
        result = wilcoxon(d, method="exact")
    else:
        # Every sign that the ranks could have, one after the other.
        ranks = rankdata(np.abs(d))
        signs = np.array(list(itertools.product([0, 1], repeat=len(d))))
        sums = signs @ ranks
        smaller = min(ranks[d > 0].sum(), ranks[d < 0].sum())
        return [float(smaller), min(1.0, 2 * float(np.mean(sums <= smaller)))]
    return [float(result.statistic), float(result.pvalue)]


def power(n: int, effect: float) -> float:
    # The square of a noncentral t is a noncentral F.
    return float(ncf.sf(t.ppf(0.975, n - 1) ** 2, 1, n - 1, n * effect**2))


problem = json.load(sys.stdin)
students = [ttest_rel(d, np.zeros(len(d))) for d in problem["differences"]]
json.dump(
    {
        "t": [[float(s.statistic), float(s.pvalue)] for s in students],
        "wilcoxon": [signed_rank(d) for d in problem["differences"]],
        "power": [power(n, effect) for n, effect in problem["designs"]],
        "detectable": [
            float(brentq(lambda e, n=n: power(n, e) - 0.8, 1e-6, 30 / np.sqrt(n))) for n in problem["sizes"]
        ],
        "needed": [
            next(n for n in range(2, 2000) if power(n, effect) >= 0.8) for effect in problem["effects"]
        ],
    },
    sys.stdout,
)
