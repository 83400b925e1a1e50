#!/usr/bin/env python3
"""Writes statistics.json: values of SciPy and NumPy that the Swift statistics must reproduce.

Usage: python3 generate.py > statistics.json
"""
import json
import sys

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(20240517)


def sample(n, kind):
    if kind == "normal":
        return rng.normal(-12, 5, n)
    if kind == "skewed":
        return -np.exp(rng.normal(2, 0.8, n))
    return np.round(rng.normal(0.5, 2, n))  # ties and zeros


def expanded_interval(x, statistic, level):
    """Quantiles of SciPy's bootstrap distribution at the expanded tail (Hesterberg 2015)."""
    n = len(x)
    tail = stats.norm.cdf(-np.sqrt(n / (n - 1)) * stats.t.ppf((1 + level) / 2, n - 1))
    draws = stats.bootstrap(
        (x,), statistic, n_resamples=200_000, method="percentile", batch=10_000,
        random_state=np.random.default_rng(7)).bootstrap_distribution
    return [float(q) for q in np.quantile(draws, [tail, 1 - tail])]


def iqm(x, axis=-1):
    return stats.trim_mean(x, 0.25, axis=axis)


def worst_tenth(x, axis=-1):
    k = -(-x.shape[axis] // 10)
    return np.mean(np.sort(x, axis=axis)[..., :k], axis=axis)


def enumerated(d, statistic):
    """The exact p-value with ties: the generating polynomial of the doubled mean ranks."""
    counts = np.ones(1)
    for rank in (2 * stats.rankdata(np.abs(d))).astype(int):
        counts = np.convolve(counts, np.concatenate([[1], np.zeros(rank - 1), [1]]))
    p = min(1, 2 * counts[:int(2 * statistic) + 1].sum() / counts.sum())
    if len(d) <= 10:  # SciPy's own enumeration of all signs
        r = stats.wilcoxon(d, method=stats.PermutationMethod(n_resamples=10_000))
        assert abs(r.pvalue - p) < 1e-12, (r.pvalue, p)
    return p


summaries = []
for n, kind in [(2, "normal"), (5, "skewed"), (11, "normal"), (20, "ties"), (40, "skewed"), (30, "normal")]:
    x = sample(n, kind)
    case = {
        "values": x.tolist(), "mean": float(np.mean(x)), "sample_sd": float(np.std(x, ddof=1)),
        "population_sd": float(np.std(x)), "iqm": float(iqm(x)),
        "worst_tenth": float(worst_tenth(x)),
        "student": [
            {"level": level,
             "interval": [float(v) for v in stats.t.interval(level, n - 1, np.mean(x), stats.sem(x))]}
            for level in (0.8, 0.95, 0.99)],
    }
    if n >= 11 and kind != "ties":  # discrete values make quantiles jump
        case["bootstrap"] = {
            "sem": float(stats.sem(x)),
            "mean": expanded_interval(x, np.mean, 0.95),
            "interquartileMean": expanded_interval(x, iqm, 0.95),
        }
    summaries.append(case)

paired = []
for n, kind in [(2, "normal"), (8, "normal"), (10, "ties"), (25, "skewed"), (40, "ties"),
                (50, "normal"), (51, "normal"), (80, "normal"), (90, "ties")]:
    before = sample(n, "normal")
    gain = sample(n, kind) if kind == "ties" else rng.normal(1.5, 4, n)
    after = before + gain
    d = after - before if kind != "ties" else gain
    t = stats.ttest_1samp(d, 0)
    nonzero = d[d != 0]
    has_ties = len(np.unique(np.abs(nonzero))) < len(nonzero)
    exact = len(nonzero) <= 50
    w = stats.wilcoxon(d, zero_method="wilcox", correction=True,
                       method="exact" if exact and not has_ties else "approx")
    p = enumerated(nonzero, w.statistic) if exact and has_ties else w.pvalue
    paired.append({
        "differences": d.tolist(), "t": float(t.statistic), "t_p": float(t.pvalue),
        "wilcoxon": float(w.statistic), "wilcoxon_p": float(p),
        "wilcoxon_exact": bool(exact), "nonzero": int(len(nonzero)),
    })

welch = []
for n, m in [(2, 3), (40, 40), (12, 55)]:
    x, y = rng.normal(1, 3, n), rng.normal(0, 0.5, m)
    w = stats.ttest_ind(x, y, equal_var=False)
    welch.append({"x": x.tolist(), "y": y.tolist(), "t": float(w.statistic), "df": float(w.df),
                  "p": float(w.pvalue)})

improvement = []
for tasks, r, q in [(6, 1, 1), (5, 3, 4)]:
    x = np.round(rng.normal(0.5, 2, (tasks, r)))
    y = np.round(rng.normal(0, 2, (tasks, q)))
    p = [float(stats.mannwhitneyu(a, b).statistic) / (r * q) for a, b in zip(x, y)]
    improvement.append({"x": x.tolist(), "y": y.tolist(), "probabilities": p})

proportions = []
for x, n in [(0, 6), (6, 6), (40, 40), (1, 40), (17, 40), (2.5, 5), (39.5, 40), (120, 250)]:
    proportions.append({
        "successes": x, "count": n,
        "lower": float(stats.beta.ppf(0.025, x, n - x + 1)) if x > 0 else 0.0,
        "upper": float(stats.beta.ppf(0.975, x + 1, n - x)) if x < n else 1.0})
    if x == int(x):
        exact = stats.binomtest(int(x), n).proportion_ci(0.95, "exact")
        assert np.allclose([exact.low, exact.high],
                           [proportions[-1]["lower"], proportions[-1]["upper"]], atol=1e-9)

json.dump({
    "generator": {"scipy": scipy.__version__, "numpy": np.__version__,
                  "python": sys.version.split()[0], "script": "generate.py"},
    "summaries": summaries, "paired": paired, "welch": welch, "improvement": improvement,
    "proportions": proportions,
}, sys.stdout, indent=1)
print()
