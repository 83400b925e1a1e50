"""From rewards to advantages, as the evaluator makes them.

Letters: N steps of E episodes, O observation, F = 2 O + 4 features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import EpisodeError
from .episodes import Batch


@dataclass(frozen=True)
class AdvantageChoices:
    """From rewards to advantages.

    Attributes:
        discount: γ.
        gae_lambda: λ.
        ridge: first ridge of the baseline's least squares, > 0.
    """

    discount: float = 0.99
    gae_lambda: float = 0.95
    ridge: float = 1e-5


def returns_to_go(rewards: np.ndarray, lengths: list[int], discount: float) -> np.ndarray:
    """R_t = r_t + γ R_{t+1} within every episode, R = 0 behind its end; [N]."""
    result = np.array(rewards, dtype=float)
    end = 0
    for length in lengths:
        end += length
        for t in range(end - 2, end - length - 1, -1):
            result[t] = rewards[t] + discount * result[t + 1]
    return result


def generalized_advantages(
    rewards: np.ndarray, values: np.ndarray, lengths: list[int], choices: AdvantageChoices
) -> np.ndarray:
    """Â_t = δ_t + γλ Â_{t+1} with δ_t = r_t + γ V_{t+1} − V_t; [N], not normalized.

    The value behind the last step is 0, also where the horizon cut the episode off. Source:
    Schulman et al. 2016, arXiv:1506.02438, equation 16.
    """
    result = np.empty_like(values)
    end = 0
    for length in lengths:
        end += length
        value = advantage = 0.0
        for t in range(end - 1, end - length - 1, -1):
            delta = rewards[t] + choices.discount * value - values[t]
            advantage = delta + choices.discount * choices.gae_lambda * advantage
            value = values[t]
            result[t] = advantage
    return result


def normalized(advantages: np.ndarray) -> np.ndarray:
    """(Â − mean) / (population standard deviation + 10⁻⁸); zeros where all are equal; [N]."""
    deviation = float(np.sqrt(np.mean((advantages - advantages.mean()) ** 2)))
    if deviation <= 1e-14 * float(np.max(np.abs(advantages))):
        return np.zeros_like(advantages)
    return (advantages - advantages.mean()) / (deviation + 1e-8)


def features(batch: Batch) -> np.ndarray:
    """[o clipped to ±10, o², t/100, (t/100)², (t/100)³, 1] of every step, [N, F].

    Source: Duan et al. 2016, arXiv:1604.06778, section 5 (rllab).
    """
    o = np.clip(batch.observations, -10, 10)
    t = np.concatenate([np.arange(length) for length in batch.lengths])[:, None] / 100
    return np.hstack([o, o * o, t, t * t, t * t * t, np.ones_like(t)])


def ridge_solution(x: np.ndarray, y: np.ndarray, ridge: float) -> np.ndarray:
    """w of (XᵀX + ridge · I) w = Xᵀ y, the ridge grown tenfold until w is finite; [F].

    Raises:
        EpisodeError: no ridge helps, which observations that are not finite do.
    """
    gram, moment = x.T @ x, x.T @ y
    for _ in range(21):
        try:
            factor = np.linalg.cholesky(gram + ridge * np.eye(len(moment)))
            weights = np.linalg.solve(factor.T, np.linalg.solve(factor, moment))
            if np.isfinite(weights).all():
                return weights
        except np.linalg.LinAlgError:
            pass
        ridge *= 10
    raise EpisodeError("the baseline has no finite solution; look at the size of the observations")


def estimate(batch: Batch, choices: AdvantageChoices) -> np.ndarray:
    """Normalized advantages of a task's episodes, [N].

    Where several episodes have the same rewards at the same times no action was better than
    another: all are 0.
    """
    lengths = batch.lengths
    if len(lengths) > 1 and len(set(lengths)) == 1:
        rewards = batch.rewards.reshape(len(lengths), -1)
        if (rewards == rewards[0]).all():
            return np.zeros(len(batch.rewards))
    x = features(batch)
    weights = ridge_solution(
        x, returns_to_go(batch.rewards, lengths, choices.discount), choices.ridge
    )
    return normalized(generalized_advantages(batch.rewards, x @ weights, lengths, choices))
