"""Mirrors a run's metrics into a local folder of MLflow or Weights & Biases.

`metarl train FAMILY --track mlflow` starts it beside the training; by hand, for runs that are there
already, it is `python3 -m metarl.tracking runs/nav --to mlflow`. Nothing is sent anywhere: MLflow
writes a database and files into a folder (`mlruns`), W&B works offline (`wandb`). What is mirrored
twice (a training that goes on, or is mirrored again) stays one run there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from .errors import MetarlError, RunError
from .run import Run


class Sink(Protocol):
    """Where metrics go."""

    def log(self, metrics: dict[str, float], iteration: int) -> None:
        """The numbers of an iteration."""

    def finish(self) -> None:
        """All is there."""


class MLflow:
    """A run in a local store of MLflow, below `folder`."""

    def __init__(self, run: Run, folder: str | None = None) -> None:
        """Starts the run, or goes on with the one of the same run folder."""
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        import mlflow

        root = Path(folder or "mlruns").resolve()
        root.mkdir(parents=True, exist_ok=True)
        self._client = mlflow.MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
        there = self._client.get_experiment_by_name(run.family)
        experiment = (
            there.experiment_id
            if there
            else self._client.create_experiment(run.family, (root / "artifacts").as_uri())
        )
        path = str(run.path.resolve())
        found = self._client.search_runs([experiment], f"tags.`metarl.run` = '{_quoted(path)}'")
        if found:
            self._run = found[0].info.run_id
        else:
            created = self._client.create_run(
                experiment, run_name=run.path.name, tags={"metarl.run": _quoted(path)}
            )
            self._run = created.info.run_id
            for key, value in flat(run.configuration).items():
                self._client.log_param(self._run, key, value)
        self._client.update_run(self._run, "RUNNING")

    def log(self, metrics: dict[str, float], iteration: int) -> None:
        """The numbers of an iteration."""
        from mlflow.entities import Metric

        self._client.log_batch(
            self._run, [Metric(key, value, 0, iteration) for key, value in metrics.items()]
        )

    def finish(self) -> None:
        """Ends the run."""
        self._client.set_terminated(self._run)


class WeightsAndBiases:
    """An offline run of Weights & Biases, below `folder`."""

    def __init__(self, run: Run, folder: str | None = None) -> None:
        """Starts the run, or goes on with the one of the same run folder."""
        import wandb

        root = Path(folder or ".").resolve()
        root.mkdir(parents=True, exist_ok=True)
        self._run = wandb.init(
            project=run.family.replace("/", "-").replace("@", "-"),
            id=hashlib.sha256(str(run.path.resolve()).encode()).hexdigest()[:16],
            name=run.path.name,
            config=flat(run.configuration),
            dir=str(root),
            mode="offline",
            settings=wandb.Settings(silent=True, console="off"),
        )

    def log(self, metrics: dict[str, float], iteration: int) -> None:
        """The numbers of an iteration."""
        self._run.log(metrics, step=iteration)

    def finish(self) -> None:
        """Ends the run."""
        self._run.finish()


SINKS: dict[str, type[MLflow] | type[WeightsAndBiases]] = {
    "mlflow": MLflow,
    "wandb": WeightsAndBiases,
}


def flat(configuration: dict[str, Any]) -> dict[str, Any]:
    """A configuration with keys as `--set` takes them: `policy.hidden`, …."""
    result: dict[str, Any] = {}
    for key, value in configuration.items():
        if isinstance(value, dict):
            result.update({f"{key}.{name}": inner for name, inner in flat(value).items()})
        else:
            result[key] = value
    return result


def mirror(run: Run, sink: Sink, lines: Iterator[str]) -> int:
    """Gives every row of metrics to a sink, the numbers that are finite.

    Args:
        run: the run.
        sink: where they go.
        lines: of `metrics.jsonl`, whole.

    Returns:
        How many iterations there were.

    Raises:
        RunError: a line is no row of metrics.
    """
    count = 0
    for line in lines:
        try:
            row = json.loads(line)
            iteration = int(row["iteration"])
        except (ValueError, KeyError, TypeError) as error:
            raise RunError(f"'{run.path}' has a line in metrics.jsonl that is no row") from error
        numbers = {
            key: float(value)
            for key, value in row.items()
            if key != "iteration"
            and isinstance(value, (int, float))
            and math.isfinite(value)
        }
        sink.log(numbers, iteration)
        count += 1
    sink.finish()
    return count


def follow(path: Path, ended: Any) -> Iterator[str]:
    """The lines of a file that grows, until `ended()` and its end; a last part of a line is left out."""
    rest = ""
    place = 0
    while True:
        last = ended()
        if path.is_file():
            with open(path, encoding="utf-8") as file:
                if os.fstat(file.fileno()).st_size < place:
                    # A training that goes on from a checkpoint writes the rows after it again.
                    place, rest = 0, ""
                file.seek(place)
                rest += file.read()
                place = file.tell()
            *lines, rest = rest.split("\n")
            yield from lines
        if last:
            return


def main(arguments: list[str] | None = None) -> int:
    """The command; see the module."""
    parser = argparse.ArgumentParser(prog="python3 -m metarl.tracking", description=__doc__)
    parser.add_argument("run", help="a run folder")
    parser.add_argument("--to", choices=sorted(SINKS), required=True)
    parser.add_argument("--folder", help="where it writes; default: mlruns, or wandb here")
    parser.add_argument(
        "--follow", action="store_true", help="goes on until standard input is closed"
    )
    parser.add_argument("--check", action="store_true", help="only finds out whether it could")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.check:
            __import__(chosen.to)
            return 0
        if chosen.follow:
            # An interruption is for the training, which closes the pipe when it has ended.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        run = Run(chosen.run)
        sink = SINKS[chosen.to](run, chosen.folder)
        count = mirror(run, sink, follow(run.path / "metrics.jsonl", _waiter(chosen.follow)))
        print(f"{count} iterations of '{run.path}' are in {chosen.to}", file=sys.stderr)
        return 0
    except ImportError as error:
        print(f"{chosen.to} is not installed for {sys.executable}: {error}", file=sys.stderr)
        return 64
    except MetarlError as error:
        print(str(error), file=sys.stderr)
        return 64


def _waiter(follows: bool) -> Any:
    """Whether standard input has been closed, after half a second at the most."""

    def ended() -> bool:
        if not follows:
            return True
        ready, _, _ = select.select([sys.stdin], [], [], 0.5)
        return bool(ready) and not os.read(sys.stdin.fileno(), 4096)

    return ended


def _quoted(text: str) -> str:
    return text.replace("'", "_").replace("`", "_")


if __name__ == "__main__":
    sys.exit(main())
