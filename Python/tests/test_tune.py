"""Grids and searches train what they say, go on where they were stopped, and rank by validation."""

from __future__ import annotations

import csv
import json

import pytest

import metarl
from metarl import tune

FLAGS = [
    "--", "--iterations", "2", "--meta-batch-size", "2", "--rollouts-per-task", "3", "--hidden", "5",
    "--set", "validation.every=1", "--set", "validation.tasks=2", "--set",
    "validation.rollouts_per_task=2", "--set", "picture_every=0",
]  # fmt: skip


def rows(folder) -> list[dict[str, str]]:
    """The table of results."""
    with open(folder / "results.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_a_grid_trains_every_combination_with_every_seed(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "tune"
    command = [
        "navigation-2d", "--run-dir", str(folder), "--seeds", "1,2", "--grid",
        "adaptation.inner_learning_rate=0.05,0.1", "--grid", "policy.activation=tanh,relu", *FLAGS,
    ]  # fmt: skip
    assert tune.main(command) == 0
    told = rows(folder)
    assert len(told) == 4 and {row["seeds"] for row in told} == {"2"}
    scores = [float(row["score"]) for row in told]
    assert scores == sorted(scores, reverse=True)
    runs = [metarl.load(f"{told[0]['folder']}-seed-{seed}") for seed in (1, 2)]
    assert float(told[0]["score"]) == pytest.approx(sum(map(tune.score, runs)) / 2)
    setting = runs[0].configuration["adaptation"]["inner_learning_rate"]
    assert setting == float(told[0]["adaptation.inner_learning_rate"])
    latex = (folder / "results.tex").read_text()
    assert latex.count(r"\\") == 5 and r"inner\_learning\_rate" in latex and r"\pm" in latex
    # The same command again trains nothing: metrics stay the files that they are.
    stamps = {path: path.stat().st_mtime_ns for path in folder.glob("*/metrics.jsonl")}
    assert len(stamps) == 8 and tune.main(command) == 0
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in stamps.items())
    assert rows(folder) == told


def test_a_search_goes_on_to_its_number_of_trials(tmp_path) -> None:
    pytest.importorskip("optuna")
    folder = tmp_path / "tune"

    def search(trials: int) -> list[dict[str, str]]:
        assert (
            tune.main(
                ["navigation-2d", "--run-dir", str(folder), "--trials", str(trials), "--search",
                 "adaptation.inner_learning_rate=0.01:0.5:log", *FLAGS]
            )
            == 0
        )  # fmt: skip
        return rows(folder)

    first = search(2)
    again = search(3)
    assert len(first) == 2 and len(again) == 3
    assert all(row in again for row in first)
    rates = {float(row["adaptation.inner_learning_rate"]) for row in again}
    assert len(rates) == 3 and all(0.01 <= rate <= 0.5 for rate in rates)
    assert search(3) == again


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["navigation-2d", "--grid", "a"], "is not KEY="),
        (["navigation-2d", "--grid", "a=1", "--search", "b=1:2"], "not both"),
        (["navigation-2d", "--seeds", "x"], "--seeds"),
        (["navigation-2d", "--grid", "adaptation.inner_rate=1"], "adaptation.inner_rate"),
        (["navigation-2d", "--set-nothing"], None),
        (["navigation-2d", "--search", "adaptation.inner_learning_rate=a:b"], "numbers"),
        (["navigation-2d", "--", "--iterations", "1"], "validation.every"),
    ],
)
def test_mistakes_are_named(tmp_path, capsys, arguments, said) -> None:
    arguments = [arguments[0], "--run-dir", str(tmp_path / "tune"), *arguments[1:]]
    if said is None:
        with pytest.raises(SystemExit):
            tune.main(arguments)
        return
    assert tune.main(arguments) == 64
    assert said in capsys.readouterr().err


def test_values_in_brackets_hold_commas() -> None:
    assert tune._values("[8],[16, 16],none") == ["[8]", "[16, 16]", "none"]
    assert tune.name({"policy.hidden": "[16, 16]", "seed": "1"}) == "hidden--16-16-_seed-1"
    assert json.loads(json.dumps(tune.name({}))) == "default"
