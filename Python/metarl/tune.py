"""Grids and searches over configurations, several seeds each, in one command that goes on.

```
python3 -m metarl.tune navigation-2d --run-dir runs/tune --seeds 1-3 \\
    --grid adaptation.inner_learning_rate=0.05,0.1,0.2 --grid policy.activation=tanh,relu
python3 -m metarl.tune navigation-2d --run-dir runs/tune --seeds 1-3 --trials 30 \\
    --search adaptation.inner_learning_rate=0.01:0.5:log -- --iterations 50
```

Every configuration is `metarl train FAMILY --seeds … --set …` in a folder of its own, so that the
same command goes on where it was stopped. The score is the mean over seeds of the best mean return on
validation tasks; held-out tasks are not touched. `--search` is Optuna's (tree-structured Parzen
estimators), its trials in `RUN-DIR/optuna.log`. All results are in `RUN-DIR/results.csv` and
`results.tex`, best first. What follows `--` goes to `metarl train`.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import math
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import safetensors
from .errors import MetarlError, RunError
from .program import command
from .run import Run

_SEEDS = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*\Z")


@dataclass(frozen=True)
class Result:
    """What came of a configuration.

    Attributes:
        settings: what was set, by key.
        scores: best mean return on validation tasks, a run each.
        folder: of its runs, without `-seed-N`.
    """

    settings: dict[str, str]
    scores: list[float]
    folder: str

    @property
    def mean(self) -> float:
        """Mean score over the seeds."""
        return sum(self.scores) / len(self.scores)

    @property
    def error(self) -> float:
        """Standard error of the mean over seeds; not a number for one seed."""
        count = len(self.scores)
        if count < 2:
            return math.nan
        variance = sum((score - self.mean) ** 2 for score in self.scores) / (count - 1)
        return math.sqrt(variance / count)


def score(run: Run) -> float:
    """The best mean return on validation tasks of a run.

    Raises:
        RunError: it had no validation.
    """
    path = run.path / "checkpoints" / "best.safetensors"
    told = safetensors.read(path).metadata.get("validation_best_score") if path.is_file() else None
    if told is None:
        raise RunError(
            f"'{run.path}' has no trial on validation tasks to compare by; set validation.every to "
            "at most the number of iterations"
        )
    return float(told)


def evaluate(
    family: str, folder: Path, seeds: str, settings: dict[str, str], flags: Sequence[str]
) -> Result:
    """Trains a configuration with every seed, or goes on with it.

    Raises:
        CommandError: the program refuses it, or a run broke down.
    """
    sets = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    told = command(
        "train", family, "--run-dir", str(folder), "--seeds", seeds, "--quiet", "--no-report",
        *sets, *flags,
    )  # fmt: skip
    runs = [Run(line) for line in told.splitlines() if line.strip()]
    return Result(settings, [score(run) for run in runs], str(folder))


def name(settings: dict[str, str]) -> str:
    """A folder's name for settings: keys and values, what is not plain as `-`."""
    parts = [f"{key.rsplit('.', 1)[-1]}-{value}" for key, value in settings.items()]
    return re.sub(r"[^A-Za-z0-9._-]+", "-", "_".join(parts)).strip("-") or "default"


def table(results: Sequence[Result]) -> tuple[str, str]:
    """All results, best first, as CSV and as a table for LaTeX (booktabs)."""
    keys = list(dict.fromkeys(key for result in results for key in result.settings))
    ordered = sorted(results, key=lambda result: -result.mean)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*keys, "score", "standard_error", "seeds", "folder"])
    for result in ordered:
        error = "" if math.isnan(result.error) else result.error
        writer.writerow(
            [*(result.settings.get(key, "") for key in keys), result.mean, error,
             len(result.scores), result.folder]
        )  # fmt: skip

    def escaped(word: str) -> str:
        return re.sub(r"([_%&#$])", r"\\\1", word)

    lines = [r"\begin{tabular}{" + "l" * len(keys) + "r}", r"\toprule"]
    lines.append(" & ".join([*(escaped(key) for key in keys), "validation return"]) + r" \\")
    lines.append(r"\midrule")
    for result in ordered:
        figure = f"${result.mean:.2f}$" if math.isnan(result.error) else (
            f"${result.mean:.2f} \\pm {result.error:.2f}$"
        )
        cells = [escaped(result.settings.get(key, "")) for key in keys]
        lines.append(" & ".join([*cells, figure]) + r" \\")
    lines += [r"\bottomrule", r"\end{tabular}", ""]
    return text.getvalue(), "\n".join(lines)


def _pairs(texts: Sequence[str], flag: str) -> list[tuple[str, str]]:
    pairs = []
    for text in texts:
        key, equals, value = text.partition("=")
        if not (key and equals and value):
            raise RunError(f"{flag} {text!r} is not KEY=…")
        pairs.append((key, value))
    return pairs


def _values(text: str) -> list[str]:
    """Values between commas that are not in brackets: `[8],[8,8]` are two."""
    return re.findall(r"(?:\[[^\]]*\]|[^,\[\]])+", text)


def _grid(chosen: argparse.Namespace, train: Any) -> list[Result]:
    pairs = [(key, _values(value)) for key, value in _pairs(chosen.grid, "--grid")]
    results = []
    for values in itertools.product(*(values for _, values in pairs)):
        results.append(train(dict(zip((key for key, _ in pairs), values))))
    return results


def _search(chosen: argparse.Namespace, folder: Path, train: Any) -> list[Result]:
    import optuna
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    spaces = _pairs(chosen.search, "--search")
    storage = optuna.storages.JournalStorage(
        JournalFileBackend(str(folder / "optuna.log"))
    )
    study = optuna.create_study(
        study_name=chosen.family,
        storage=storage,
        direction="maximize",
        load_if_exists=True,
    )
    done = optuna.trial.TrialState.COMPLETE
    # A trial that was under way when the search was stopped is tried again, and goes on.
    for trial in study.get_trials(states=[optuna.trial.TrialState.RUNNING]):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
        study.enqueue_trial(trial.params)

    def suggested(trial: Any) -> dict[str, str]:
        settings = {}
        for key, space in spaces:
            bounds = space.split(":")
            if len(bounds) == 1:
                settings[key] = trial.suggest_categorical(key, _values(space))
            else:
                low, high = float(bounds[0]), float(bounds[1])
                log = bounds[2:] == ["log"]
                # Six digits, so that the folder's name and the value are the same.
                settings[key] = f"{trial.suggest_float(key, low, high, log=log):.6g}"
        return settings

    def objective(trial: Any) -> float:
        result = train(suggested(trial))
        trial.set_user_attr("settings", result.settings)
        trial.set_user_attr("scores", result.scores)
        trial.set_user_attr("folder", result.folder)
        return result.mean

    complete = len(study.get_trials(states=[done]))
    # Each part has a sampler of its own seed: a search that goes on draws nothing twice.
    study.sampler = optuna.samplers.TPESampler(seed=len(study.trials))
    study.optimize(objective, n_trials=max(chosen.trials - complete, 0))
    return [
        Result(t.user_attrs["settings"], t.user_attrs["scores"], t.user_attrs["folder"])
        for t in study.get_trials(states=[done])
    ]


def main(arguments: list[str] | None = None) -> int:
    """The command; see the module."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    flags: list[str] = []
    if "--" in words:
        place = words.index("--")
        words, flags = words[:place], words[place + 1 :]
    parser = argparse.ArgumentParser(
        prog="python3 -m metarl.tune",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("family", help="NAME, NAME@PRESET, or the path of a definition")
    parser.add_argument("--run-dir", default="runs/tune", help="where everything goes")
    parser.add_argument("--seeds", default="1", help="as in 1-3 or 1,2,7")
    parser.add_argument("--grid", action="append", default=[], metavar="KEY=A,B,…")
    parser.add_argument("--search", action="append", default=[], metavar="KEY=LOW:HIGH[:log]|A,B")
    parser.add_argument("--trials", type=int, default=20, help="of a search, all together")
    chosen = parser.parse_args(words)
    folder = Path(chosen.run_dir)

    def train(settings: dict[str, str]) -> Result:
        result = evaluate(chosen.family, folder / name(settings), chosen.seeds, settings, flags)
        said = ", ".join(f"{key}={value}" for key, value in settings.items()) or "defaults"
        print(f"{result.mean:.4f}  {said}", file=sys.stderr)
        return result

    try:
        if not _SEEDS.match(chosen.seeds):
            raise RunError(f"--seeds is {chosen.seeds!r}; give a list as 1-3 or 1,2,7")
        if chosen.grid and chosen.search:
            raise RunError("give --grid or --search, not both")
        results = _search(chosen, folder, train) if chosen.search else _grid(chosen, train)
        folder.mkdir(parents=True, exist_ok=True)
        comma_separated, latex = table(results)
        (folder / "results.csv").write_text(comma_separated, encoding="utf-8")
        (folder / "results.tex").write_text(latex, encoding="utf-8")
        print(comma_separated, end="")
        return 0
    except ImportError as error:
        print(f"--search needs Optuna (pip install optuna): {error}", file=sys.stderr)
        return 64
    except MetarlError as error:
        print(str(error), file=sys.stderr)
        return getattr(error, "code", 64)
    except ValueError as error:
        print(f"--search takes KEY=LOW:HIGH[:log] with numbers: {error}", file=sys.stderr)
        return 64


if __name__ == "__main__":
    sys.exit(main())
