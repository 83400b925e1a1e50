"""Runs that the tests share, trained by the program that was built."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import metarl

ROOT = Path(__file__).resolve().parents[2]

# A training of a second or less.
SMALL = (
    "--iterations", "2", "--meta-batch-size", "3", "--rollouts-per-task", "4", "--hidden", "9,7",
    "--quiet", "--no-report", "--set", "validation.every=0", "--set", "picture_every=0",
)  # fmt: skip


def pytest_configure() -> None:
    """Takes the newest build where METARL_EXECUTABLE names no program."""
    if "METARL_EXECUTABLE" not in os.environ:
        built = [ROOT / ".build" / kind / "metarl" for kind in ("release", "debug")]
        there = [path for path in built if path.is_file()]
        if not there:
            pytest.exit("build metarl first (make build), or set METARL_EXECUTABLE", 2)
        newest = max(there, key=lambda path: path.stat().st_mtime)
        os.environ["METARL_EXECUTABLE"] = str(newest)
    os.environ.setdefault("METARL_HOME", str(ROOT))


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory):
    """Trains a family with flags, once a session for each; gives the run."""
    folder = tmp_path_factory.mktemp("runs")
    runs: dict[tuple[str, ...], metarl.Run] = {}

    def train(family: str, *flags: str) -> metarl.Run:
        key = (family, *flags)
        if key not in runs:
            path = folder / f"run-{len(runs)}"
            metarl.command("train", family, "--run-dir", str(path), *SMALL, *flags)
            runs[key] = metarl.load(path)
        return runs[key]

    return train


@pytest.fixture(scope="session")
def trained_on_examples(tmp_path_factory: pytest.TempPathFactory) -> metarl.Run:
    """A run of few-shot regression."""
    path = tmp_path_factory.mktemp("examples") / "sine"
    metarl.command(
        "train", "sinusoid", "--run-dir", str(path), "--iterations", "2", "--quiet", "--no-report",
        "--meta-batch-size", "3", "--set", "validation.every=0",
    )  # fmt: skip
    return metarl.load(path)
