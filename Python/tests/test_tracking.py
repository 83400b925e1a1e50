"""A run's metrics are in the folders of MLflow and Weights & Biases, each number once."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import metarl
from metarl import tracking


class Notes:
    """A sink that keeps what it is told."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, float]] = {}
        self.is_finished = False

    def log(self, metrics: dict[str, float], iteration: int) -> None:
        self.rows[iteration] = metrics

    def finish(self) -> None:
        self.is_finished = True


def test_every_finite_number_is_mirrored(trained) -> None:
    run = trained("navigation-2d")
    notes = Notes()
    lines = tracking.follow(run.path / "metrics.jsonl", lambda: True)
    assert tracking.mirror(run, notes, lines) == 2
    assert notes.is_finished and set(notes.rows) == {1, 2}
    assert notes.rows[2]["return_after"] == run.metrics["return_after"][1]
    assert "return_validation" not in notes.rows[1] and "outcome" not in notes.rows[1]


def test_a_growing_file_is_followed_line_by_line(tmp_path) -> None:
    path = tmp_path / "m.jsonl"
    parts = iter(["a\nb", "\nc\nd", None])

    def ended() -> bool:
        part = next(parts)
        if part is not None:
            with open(path, "a") as file:
                file.write(part)
        return part is None

    assert list(tracking.follow(path, ended)) == ["a", "b", "c"]


def test_a_file_that_is_cut_is_read_anew(tmp_path) -> None:
    path = tmp_path / "m.jsonl"
    contents = iter(["a\nb\nc\n", "a\nx\n", None])

    def ended() -> bool:
        text = next(contents)
        if text is not None:
            path.write_text(text)
        return text is None

    assert list(tracking.follow(path, ended)) == ["a", "b", "c", "a", "x"]


@pytest.mark.filterwarnings("ignore")  # those of MLflow's own libraries
def test_a_run_is_in_mlflow_once(trained, tmp_path) -> None:
    mlflow = pytest.importorskip("mlflow")
    pytest.importorskip("sqlalchemy")
    run = trained("navigation-2d")
    folder = str(tmp_path / "mlruns")
    for _ in range(2):
        assert tracking.main([str(run.path), "--to", "mlflow", "--folder", folder]) == 0
    client = mlflow.MlflowClient(f"sqlite:///{folder}/mlflow.db")
    experiment = client.get_experiment_by_name("navigation-2d")
    (there,) = client.search_runs([experiment.experiment_id])
    assert there.info.status == "FINISHED"
    assert there.data.params["policy.hidden"] == "[9, 7]"
    assert there.data.metrics["return_after"] == run.metrics["return_after"][-1]
    steps = [metric.step for metric in client.get_metric_history(there.info.run_id, "kl")]
    assert sorted(set(steps)) == [1, 2]


def test_a_run_is_in_an_offline_folder_of_wandb(trained, tmp_path) -> None:
    pytest.importorskip("wandb")
    run = trained("navigation-2d")
    done = subprocess.run(
        [sys.executable, "-m", "metarl.tracking", str(run.path), "--to", "wandb", "--folder",
         str(tmp_path)],
        capture_output=True, text=True, env={**os.environ, "HOME": str(tmp_path)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    files = list((tmp_path / "wandb").glob("offline-run-*/*.wandb"))
    assert len(files) == 1 and b"return_after" in files[0].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["absent", "--to", "mlflow"], "absent"), (["--check", ".", "--to", "wandb"], "not installed")],
)
def test_what_cannot_be_mirrored_says_so(monkeypatch, capsys, arguments, said) -> None:
    if "--check" in arguments:
        monkeypatch.setitem(sys.modules, "wandb", None)
    assert tracking.main(arguments) == 64
    assert said in capsys.readouterr().err


def test_a_row_that_is_none_is_an_error(trained) -> None:
    with pytest.raises(metarl.RunError, match="no row"):
        tracking.mirror(trained("navigation-2d"), Notes(), iter(['{"a": 1}']))
