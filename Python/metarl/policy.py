"""A trained policy: acts, and adapts to a task by one gradient step on its episodes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import advantages, safetensors
from .advantages import AdvantageChoices
from .episodes import Batch, Episode, batch, read_episodes
from .errors import CheckpointError, EpisodeError
from .network import Network, Parameters

_PARTS = {
    "all": {"body", "head", "deviation", "context"},
    "head": {"head"},
    "head-and-deviation": {"head", "deviation"},
    "body": {"body"},
    "context": {"context"},
}
_COUNTER = "adaptation_steps"


@dataclass(frozen=True)
class Distribution:
    """What a policy may do at some observations.

    Attributes:
        mean: [N, A] or [A]; the logits [N, count] or [count] where actions are discrete.
        deviation: σ, [A]; None where actions are discrete.
    """

    mean: np.ndarray
    deviation: np.ndarray | None


class Policy:
    """The policy of a checkpoint, in NumPy.

    ```python
    policy = metarl.load("runs/nav").policy()
    action = policy.act(observation, deterministic=True)
    adapted = policy.adapt(episodes)        # a policy of its own
    ```
    """

    def __init__(self, file: safetensors.SafetensorsFile, origin: str = "checkpoint") -> None:
        """A policy from a checkpoint that was read.

        Args:
            file: metadata and tensors.
            origin: what errors name.

        Raises:
            CheckpointError: something is missing, or of a kind that Python does not act with.
        """
        self.origin = origin
        self._file = file
        if file.metadata.get("format_version") != "2":
            raise CheckpointError(
                f"'{origin}' has format {file.metadata.get('format_version')}; Python reads 2. "
                "Resume the training with this release, or adapt it with 'metarl adapt'."
            )
        self.architecture = self._json("architecture")
        self.learner: dict[str, Any] = self._json("learner")
        self.counters: dict[str, int] = self._json("counters")
        self.network = Network.of(self.architecture, origin)
        distribution = self.architecture["distribution"]
        self.kind: str = distribution["kind"]
        if self.kind not in ("gaussian", "categorical", "prediction"):
            raise CheckpointError(f"'{origin}' has the distribution '{self.kind}', which is not known")
        self._actions = int(distribution["actions"])
        self._floor = float(distribution.get("minimum_log_standard_deviation", -np.inf))
        self.parameters: Parameters = {}
        self.rates: Parameters = {}
        for name in json.loads(file.metadata["tensors"]):
            if name.startswith("meta.rates"):
                self.rates[name[len("meta.") :]] = file.tensors[name].astype(float)
            elif name.startswith("meta."):
                self.parameters[name[len("meta.") :]] = file.tensors[name].astype(float)
        self._require_shapes()

    @classmethod
    def load(cls, path: str | Path) -> Policy:
        """The policy of a checkpoint file.

        Raises:
            CheckpointError: what is wrong with it.
        """
        return cls(safetensors.read(path), str(path))

    @property
    def observation_size(self) -> int:
        """O."""
        return self.network.layers[0].inputs

    @property
    def action_size(self) -> int:
        """A, numbers of an action; 1 where actions are discrete."""
        return 1 if self.kind == "categorical" else self._actions

    @property
    def adaptation_steps(self) -> int:
        """Inner steps that the policy has taken."""
        return int(self.counters.get(_COUNTER, 0))

    @property
    def deviation(self) -> np.ndarray | None:
        """σ = exp(max(log σ, floor)), [A]; None for policies that have none."""
        if self.kind != "gaussian":
            return None
        return np.exp(np.maximum(self.parameters["log_std"], self._floor))

    def distribution(self, observation: ArrayLike) -> Distribution:
        """What the policy may do.

        Args:
            observation: [O], or [N, O] for N at once.

        Raises:
            EpisodeError: another size, or a number that is not finite.
        """
        rows = np.asarray(observation, dtype=float)
        if rows.ndim not in (1, 2) or rows.shape[-1] != self.observation_size:
            raise EpisodeError(
                f"the observation has the shape {rows.shape}; the policy sees "
                f"{self.observation_size} numbers"
            )
        if not np.isfinite(rows).all():
            raise EpisodeError("the observation has a number that is not finite")
        outputs = self.network.forward(self.parameters, np.atleast_2d(rows))[-1]
        return Distribution(outputs if rows.ndim == 2 else outputs[0], self.deviation)

    def act(
        self,
        observation: ArrayLike,
        deterministic: bool = False,
        rng: np.random.Generator | None = None,
    ) -> np.ndarray:
        """An action.

        Args:
            observation: [O], or [N, O] for N at once.
            deterministic: the mean, or the most probable action, in place of a sample.
            rng: where samples come from; None takes NumPy's default generator, seeded anew.

        Returns:
            [A] or [N, A]; a whole number or [N] of them where actions are discrete.
        """
        told = self.distribution(observation)
        if self.kind == "prediction" or (deterministic and told.deviation is not None):
            return told.mean
        if deterministic:
            return np.argmax(told.mean, axis=-1)
        rng = np.random.default_rng() if rng is None else rng
        if told.deviation is not None:
            return told.mean + told.deviation * rng.standard_normal(told.mean.shape)
        cumulative = np.cumsum(_softmax(told.mean), axis=-1)
        noise = rng.random(cumulative.shape[:-1] + (1,)) * cumulative[..., -1:]
        return np.argmax(cumulative > noise, axis=-1)

    def inner_learning_rate(self) -> float:
        """α of the next step: the run's for the first, times its later factor for those after."""
        rate = float(self.learner.get("adaptation.inner_learning_rate", 0.1))
        later = float(self.learner.get("adaptation.later_step_factor", 0.5))
        return rate if self.adaptation_steps == 0 else rate * later

    def adapt(
        self,
        episodes: Iterable[Episode | Mapping[str, Any]] | str | Path,
        inner_learning_rate: float | None = None,
    ) -> Policy:
        """One inner step θ′ = θ − a ⊙ ∇L(θ; D), that of `metarl adapt --episodes`.

        L = −mean Â log π with normalized advantages; a is α where the run adapts and 0 elsewhere,
        or the learned rates. The gradient is the same for all three estimators of the inner loop.
        Source: Finn et al. 2017, arXiv:1703.03400, equation 1.

        Args:
            episodes: of one task, acted by this policy; or a file of such.
            inner_learning_rate: α ≥ 0; None takes `inner_learning_rate()`.

        Returns:
            The adapted policy; this one stays.

        Raises:
            EpisodeError: the episodes do not fit the policy.
            CheckpointError: the algorithm does not adapt, or tasks are of examples.
        """
        if self.kind == "prediction":
            raise CheckpointError(
                f"'{self.origin}' learns from examples, not from episodes; use 'metarl adapt'"
            )
        if self.learner.get("algorithm") == "oracle":
            raise CheckpointError(f"'{self.origin}' is an oracle, which does not adapt")
        if isinstance(episodes, (str, Path)):
            episodes = read_episodes(episodes)
        data = batch(
            episodes,
            self.observation_size,
            self.action_size,
            self._actions if self.kind == "categorical" else 0,
        )
        rate = self.inner_learning_rate() if inner_learning_rate is None else inner_learning_rate
        if not (np.isfinite(rate) and rate >= 0):
            raise EpisodeError(f"the inner learning rate is {rate}; give a number from 0 on")
        gradient = self.loss_gradient(data)
        part = _PARTS[self.learner.get("adaptation.part", "all")]
        moved = {}
        for index, (name, values) in enumerate(self.parameters.items()):
            adapts = self.network.role(name) in part
            size = self._step_size(name, index, rate) if adapts else 0.0
            moved[name] = values - size * gradient[name]
        return self._with(moved)

    def loss_gradient(self, data: Batch) -> Parameters:
        """∇L of the inner loss at the policy's parameters, tensor by tensor."""
        choices = AdvantageChoices(
            float(self.learner.get("advantages.discount", 0.99)),
            float(self.learner.get("advantages.gae_lambda", 0.95)),
            float(self.learner.get("advantages.baseline_ridge", 1e-5)),
        )
        weights = -advantages.estimate(data, choices) / len(data.rewards)
        values = self.network.forward(self.parameters, data.observations)
        if self.kind == "categorical":
            outputs = -_softmax(values[-1])
            outputs[np.arange(len(outputs)), data.actions[:, 0].astype(int)] += 1
            return self.network.gradient(self.parameters, values, weights[:, None] * outputs)
        deviation = self.deviation
        assert deviation is not None
        z = (data.actions - values[-1]) / deviation
        gradient = self.network.gradient(self.parameters, values, weights[:, None] * z / deviation)
        free = self.parameters["log_std"] >= self._floor
        gradient["log_std"] = free * (weights[:, None] * (z * z - 1)).sum(axis=0)
        return gradient

    def save(self, path: str | Path) -> None:
        """Writes the policy as a checkpoint, which `metarl evaluate`, `replay` and `adapt` take."""
        Path(path).write_bytes(safetensors.encode(self._file))

    def state_dict(self) -> dict[str, np.ndarray]:
        """The network as `torch.nn.Sequential` names it: `0.weight`, `0.bias`, `2.weight`, ….

        Every layer is a `Linear` with its activation behind it, so that layer k has the place
        2 (k − 1). The context of CAVIA is part of the first bias. log σ is not in it.
        """
        result = {}
        for index, layer in enumerate(self.network.layers):
            result[f"{2 * index}.weight"] = self._file_type(self.parameters[f"{layer.name}.weight"])
            result[f"{2 * index}.bias"] = self._file_type(
                self.network.bias(self.parameters, index)
            )
        return result

    def __repr__(self) -> str:
        """Family, sizes, and steps taken."""
        widths = " → ".join(str(layer.outputs) for layer in self.network.layers)
        return (
            f"Policy({self._file.metadata.get('family')}, {self.observation_size} → {widths}, "
            f"{self.kind}, {self.adaptation_steps} inner steps)"
        )

    def _step_size(self, name: str, index: int, rate: float) -> np.ndarray | float:
        """a of a tensor: α, or the learned rates in the proportion of α to what they started from."""
        if not self.rates:
            return rate
        start = float(self.learner.get("adaptation.inner_learning_rate", 0.1))
        scale = 1.0 if start == 0 or rate == start else rate / start
        if "rates" in self.rates:
            return float(self.rates["rates"][0, index]) * scale
        return self.rates[f"rates.{name}"] * scale

    def _with(self, parameters: Parameters) -> Policy:
        counters = {**self.counters, _COUNTER: self.adaptation_steps + 1}
        metadata = {**self._file.metadata, "counters": json.dumps(dict(sorted(counters.items())))}
        metadata["counters"] = metadata["counters"].replace(" ", "")
        # What the outer step remembers is no part of an adapted policy.
        names = [f"meta.{name}" for name in (*parameters, *self.rates)]
        metadata["tensors"] = json.dumps(names, separators=(",", ":"))
        tensors = {f"meta.{name}": self._file_type(value) for name, value in parameters.items()}
        for name in self.rates:
            tensors[f"meta.{name}"] = self._file.tensors[f"meta.{name}"]
        return Policy(safetensors.SafetensorsFile(metadata, tensors), f"{self.origin}, adapted")

    def _file_type(self, values: np.ndarray) -> np.ndarray:
        single = self._file.metadata.get("precision", "float") == "float"
        return values.astype(np.float32 if single else np.float64)

    def _json(self, key: str) -> Any:
        try:
            return json.loads(self._file.metadata[key])
        except (KeyError, ValueError) as error:
            raise CheckpointError(f"'{self.origin}' has no readable entry '{key}'") from error

    def _require_shapes(self) -> None:
        wanted: dict[str, tuple[int, ...]] = {}
        for layer in self.network.layers:
            wanted[f"{layer.name}.weight"] = (layer.outputs, layer.inputs)
            wanted[f"{layer.name}.bias"] = (layer.outputs,)
        if self.kind == "gaussian":
            wanted["log_std"] = (self._actions,)
        if self.network.context:
            wanted["layer1.context_weight"] = (
                self.network.layers[0].outputs,
                self.network.context,
            )
            wanted["context"] = (self.network.context,)
        found = {name: values.shape for name, values in self.parameters.items()}
        if found != wanted:
            raise CheckpointError(
                f"the tensors of '{self.origin}' are {found}; its architecture asks for {wanted}"
            )


def _softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
