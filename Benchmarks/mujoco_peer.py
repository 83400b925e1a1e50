"""Sampling of robots by metarl, on MuJoCo and in lanes, beside bare mj_step in C; run by `compare`."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Family, model, frame skip: what both programs step.
ROBOTS = [
    ("half-cheetah-velocity", "half-cheetah", 5),
    ("hopper-dynamics", "hopper", 4),
    ("walker2d-velocity", "walker2d", 4),
    ("swimmer-velocity", "swimmer", 4),
    ("ant-velocity", "ant", 5),
]


def rate(command):
    result = subprocess.run(
        list(map(str, command)), capture_output=True, text=True,
        env={**os.environ, "METARL_HOME": str(HERE.parent)})
    if result.returncode != 0:
        sys.exit(f"compare: {' '.join(map(str, command))} failed:\n{result.stderr[-2000:]}")
    return json.loads(result.stdout)["steps_per_second"]


def compare(programs, rounds, seconds=4.0):
    """Each robot with a policy of 100 x 100 on all cores, on both engines, against a loop of mj_step
    with random controls on the same model, frame skip and horizon, alternately; prints medians,
    ranges and ratios, returns every figure."""
    figures = {}
    for family, model, frame_skip in ROBOTS:
        path = HERE.parent / "Environments" / "Models" / f"{model}.xml"
        sampling = [programs / "metarl-benchmark", "sampling", "--family", family,
                    "--rollouts-per-task", "16", "--seconds", seconds, "--physics"]
        commands = {
            "metarl, lanes": sampling + ["lanes"],
            "metarl, MuJoCo": sampling + ["mujoco"],
            "mj_step in C": [programs / "mj-step", path, frame_skip, 200, seconds, os.cpu_count()],
        }
        rates = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                rates[name].append(rate(command))
        print(f"\n{family}, sampling, steps/s, {rounds} rounds of {seconds:g} s each")
        bare = statistics.median(rates["mj_step in C"])
        for name, values in rates.items():
            print(f"  {name:14} {statistics.median(values):9.0f} "
                  f"({min(values):.0f} .. {max(values):.0f})  "
                  f"{statistics.median(values) / bare:.2f} x mj_step")
        figures[family] = rates
    return figures
