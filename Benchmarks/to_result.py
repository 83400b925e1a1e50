"""Time from the start of a program to the paper's figure; run by `compare --to-result`."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Finn et al. 2017, arXiv:1703.03400, figure 4: 2D navigation after one gradient step.
PAPER = -11.7
MOST_ITERATIONS = 500


def follow_metrics(process, path, started, target):
    """Rows of metrics.jsonl as they appear; the first validation that reaches the target."""
    last, offset = None, 0
    while True:
        ended = process.poll() is not None
        text = path.read_bytes() if path.exists() else b""
        whole = text.rfind(b"\n") + 1
        for line in text[offset:whole].splitlines():
            row = json.loads(line)
            if row.get("return_validation") is not None:
                last = {"iteration": row["iteration"], "validation": row["return_validation"],
                        "seconds": time.perf_counter() - started}
                if last["validation"] >= target:
                    return last
        offset = whole
        if ended:
            return {"missed": last}
        time.sleep(0.005)


def ours(binary, seed, options):
    folder = Path(tempfile.mkdtemp(prefix="metarl-to-result-"))
    command = [
        binary, "train", "navigation-2d@finn2017", "--run-dir", folder / "run", "--quiet",
        "--seed", str(seed), "--iterations", str(MOST_ITERATIONS), "--hidden", "100,100",
        "--activation", "relu", "--inner-learning-rate", "0.5", "--meta-batch-size", "40",
        "--rollouts-per-task", "20", "--estimator", "log-likelihood",
        "--set", "advantages.gae_lambda=1", "--checkpoint-every", "100000",
        "--set", f"validation.every={options.validation_every}", "--set", "validation.tasks=40",
        "--set", "validation.rollouts_per_task=20"]
    started = time.perf_counter()
    with open(folder / "errors", "w") as errors:
        process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.DEVNULL, stderr=errors,
            env={**os.environ, "METARL_HOME": str(HERE.parent)})
    try:
        found = follow_metrics(process, folder / "run" / "metrics.jsonl", started, options.target)
        if found.get("missed", 0) is None:
            sys.exit(f"compare: metarl failed:\n{(folder / 'errors').read_text()[-2000:]}")
        return found
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        shutil.rmtree(folder)


def peer(python, seed, options):
    command = [
        python, HERE / "peers" / "maml_nav_jax.py", "--mode", "to-result", "--hidden", "100,100",
        "--activation", "relu", "--action-scale", "0.1", "--inner-lr", "0.5", "--meta-batch", "40",
        "--rollouts", "20", "--iters", str(MOST_ITERATIONS), "--seed", str(seed),
        "--eval-tasks", "40", "--eval-seed", str(1000 + seed), "--target", str(options.target),
        "--validation-every", str(options.validation_every), "--devices", str(os.cpu_count())]
    started = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    last = None
    for line in process.stdout:
        row = json.loads(line)
        last = {**row, "seconds": time.perf_counter() - started}
        if last["validation"] >= options.target:
            break
    errors = process.communicate()[1]
    if process.returncode != 0 or last is None:
        sys.exit(f"compare: the peer failed:\n{errors[-2000:]}")
    return last if last["validation"] >= options.target else {"missed": last}


def cell(row):
    if "missed" in row:
        last = row["missed"]
        return f"not in {last['iteration']} iterations ({last['validation']:.2f})"
    return f"{row['seconds']:.1f} s, iteration {row['iteration']} ({row['validation']:.2f})"


def compare(binary, python, options):
    """Runs both programs alternately on each seed; prints a table, returns every figure."""
    print(f"navigation-2d@finn2017, 100 x 100 ReLU, meta-batch 40, 20 episodes a task, alpha 0.5;\n"
          f"seconds from the program's start until 40 validation tasks, looked at every "
          f"{options.validation_every} iterations, return {options.target} after one step\n")
    rows = {"metarl": [], "jax": []}
    print("| seed | metarl | jax |\n| ---: | --- | --- |")
    for seed in options.seeds:
        rows["metarl"].append(ours(binary, seed, options))
        rows["jax"].append(peer(python, seed, options))
        print(f"| {seed} | {cell(rows['metarl'][-1])} | {cell(rows['jax'][-1])} |", flush=True)
    times = {name: [r["seconds"] for r in found if "seconds" in r] for name, found in rows.items()}
    if all(len(found) == len(options.seeds) for found in times.values()):
        medians = {name: statistics.median(found) for name, found in times.items()}
        print(f"\nmedians {medians['metarl']:.1f} s and {medians['jax']:.1f} s; "
              f"metarl/jax {medians['metarl'] / medians['jax']:.2f}")
    return rows
