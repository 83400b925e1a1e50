"""Sampling of robots by metarl beside bare mj_step in C; run by `compare`."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def rate(command):
    result = subprocess.run(
        command, capture_output=True, text=True,
        env={**os.environ, "METARL_HOME": str(HERE.parent)})
    if result.returncode != 0:
        sys.exit(f"compare: {' '.join(map(str, command))} failed:\n{result.stderr[-2000:]}")
    return json.loads(result.stdout)["steps_per_second"]


def compare(programs, rounds, seconds=4.0):
    """half-cheetah-velocity with a policy of 100 x 100 on all cores, against a loop of mj_step with
    random controls on the same model, frame skip and horizon, alternately; prints medians, ranges
    and the ratio, returns every figure."""
    model = HERE.parent / "Environments" / "Models" / "half-cheetah.xml"
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(rate([programs / "metarl-benchmark", "sampling", "--seconds", str(seconds)]))
        bare.append(rate([programs / "mj-step", model, "5", "200", str(seconds),
                          str(os.cpu_count())]))
    print(f"\nhalf-cheetah-velocity, sampling, steps/s, {rounds} rounds of {seconds:g} s each")
    for name, values in [("metarl", ours), ("mj_step in C", bare)]:
        print(f"  {name:14} {statistics.median(values):9.0f} "
              f"({min(values):.0f} .. {max(values):.0f})")
    print(f"  ratio {statistics.median(ours) / statistics.median(bare):.3f}")
    return {"metarl": ours, "mj_step": bare}
