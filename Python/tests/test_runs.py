"""Runs are read as they were written; what is damaged is an error that says so."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

import metarl
from metarl import configuration, safetensors


def test_a_run_has_its_configuration_metrics_and_checkpoints(trained) -> None:
    run = trained("navigation-2d")
    assert run.family == "navigation-2d"
    assert run.configuration["policy"]["hidden"] == [9, 7]
    assert run.configuration["adaptation"]["inner_learning_rate"] == 0.1
    assert run.configuration["provenance"]["metarl"] == metarl.__version__
    assert run.metrics.rows == 2
    assert run.metrics["iteration"].tolist() == [1, 2]
    assert run.metrics["outcome"].dtype == object
    assert np.isnan(run.metrics["return_validation"]).all()
    assert run.metrics.row(-1)["iteration"] == 2
    with pytest.raises(KeyError, match="return_after"):
        run.metrics["return_afterwards"]
    assert list(run.checkpoints) == [2]
    assert run.policy("latest").parameters["layer1.weight"].shape == (9, 2)
    assert repr(run.policy(2)) == "Policy(navigation-2d, 2 → 9 → 7 → 2, gaussian, 0 inner steps)"
    with pytest.raises(metarl.RunError, match="there is: 2"):
        run.policy(7)


def test_an_evaluation_is_that_of_the_program(trained) -> None:
    run = trained("navigation-2d")
    told = run.evaluate("--tasks", "2", "--rollouts-per-task", "2", "--steps", "1")
    assert [row["step"] for row in told["curve"]] == [0, 1]
    (run.path / "evaluation").mkdir(exist_ok=True)
    (run.path / "evaluation" / "a.json").write_text(json.dumps(told))
    assert run.evaluations == {"a": told}
    with pytest.raises(metarl.CommandError, match="--tasks") as caught:
        run.evaluate("--tasks", "0")
    assert caught.value.code == 64


def test_a_line_that_is_being_written_is_left_out(trained, tmp_path) -> None:
    shutil.copytree(trained("navigation-2d").path, tmp_path / "run")
    with open(tmp_path / "run" / "metrics.jsonl", "a") as file:
        file.write('{"iteration":3,"ret')
    assert metarl.load(tmp_path / "run").metrics.rows == 2
    with open(tmp_path / "run" / "metrics.jsonl", "a") as file:
        file.write("\n")
    with pytest.raises(metarl.RunError, match="metrics.jsonl:3"):
        _ = metarl.load(tmp_path / "run").metrics


@pytest.mark.parametrize("path", ["absent", "folder", "file"])
def test_what_is_no_run_says_so(tmp_path, path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(metarl.RunError, match=path):
        metarl.load(tmp_path / path)


def test_every_changed_byte_of_a_checkpoint_is_found(trained) -> None:
    data = trained("navigation-2d").checkpoints[2].read_bytes()
    assert safetensors.encode(safetensors.decode(data, "x")) is not None
    for place in range(0, len(data), 97):
        damaged = bytearray(data)
        damaged[place] ^= 1
        with pytest.raises(metarl.CheckpointError):
            safetensors.decode(bytes(damaged), "x")
    for length in range(0, len(data), 61):
        with pytest.raises(metarl.CheckpointError):
            safetensors.decode(data[:length], "x")


def test_the_safetensors_package_reads_the_same_numbers(trained, tmp_path) -> None:
    numpy = pytest.importorskip("safetensors.numpy")
    path = trained("navigation-2d").checkpoints[2]
    mine = safetensors.read(path).tensors
    theirs = numpy.load_file(path)
    assert mine.keys() == theirs.keys()
    assert all((mine[name] == theirs[name]).all() for name in mine)
    trained("navigation-2d").policy().save(tmp_path / "p.safetensors")
    assert numpy.load_file(tmp_path / "p.safetensors")["meta.log_std"].shape == (2,)


def test_a_checkpoint_that_lies_about_its_shapes_is_refused(trained) -> None:
    file = safetensors.read(trained("navigation-2d").checkpoints[2])
    file.tensors["meta.layer1.bias"] = file.tensors["meta.layer1.bias"][:-1]
    with pytest.raises(metarl.CheckpointError, match="architecture asks for"):
        metarl.Policy(file)
    file.metadata["architecture"] = file.metadata["architecture"].replace("dense", "fog")
    with pytest.raises(metarl.CheckpointError, match="kind 'fog'"):
        metarl.Policy(file)
    with pytest.raises(metarl.CheckpointError, match="no checkpoint of metarl"):
        safetensors.decode(b"\x18" + bytes(7) + b'{"__metadata__":{"a":1}}', "x")


@pytest.mark.parametrize(
    "text", ["a: 1\na: 2", "a\n", "a:\n    b: 1\n  c: 2", "a: [1", 'a: ["x]', "  a: 1", "a: [{b: 1}]"]
)
def test_what_is_no_configuration_is_named_with_its_line(text) -> None:
    with pytest.raises(metarl.RunError, match="configuration:[0-9]"):
        configuration.parse(text)


def test_values_of_a_configuration_have_their_types() -> None:
    text = "a: 1\nb: [1, 2.5, \"x, y\", z]\nc:\n  # word\n  d: 1.0e-06\n  e: it's\nf: true\ng: []\n"
    assert configuration.parse(text) == {
        "a": 1, "b": [1, 2.5, "x, y", "z"], "c": {"d": 1e-6, "e": "it's"}, "f": True, "g": [],
    }  # fmt: skip


def test_the_program_is_missing_where_it_is_missing(monkeypatch) -> None:
    monkeypatch.setenv("METARL_EXECUTABLE", "/nowhere/metarl")
    with pytest.raises(metarl.CommandError, match="METARL_EXECUTABLE"):
        metarl.command("--version")
