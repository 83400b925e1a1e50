"""Episodes that a policy acted in: what it saw, did and earned.

The units are the family's, the actions as the policy gave them (before they are clipped or scaled),
and an observation is what the policy saw before the action of its step.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .errors import EpisodeError

_MOST_STEPS = 2_000_000


@dataclass
class Episode:
    """One episode of T steps.

    Attributes:
        observations: [T, O]; a vector of T numbers where O is 1.
        actions: [T, A]; [T] for discrete actions and where A is 1.
        rewards: [T].
        terminated: whether the task ended the episode, and not the clock.
    """

    observations: ArrayLike
    actions: ArrayLike
    rewards: ArrayLike
    terminated: bool = False


@dataclass(frozen=True)
class Batch:
    """Episodes one after the other.

    Attributes:
        observations: [N, O].
        actions: [N, A].
        rewards: [N].
        lengths: steps of each episode, N together.
    """

    observations: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    lengths: list[int]


def read_episodes(path: str | Path) -> list[Episode]:
    """Episodes of a file: JSON Lines with one a line, or a recording of `metarl replay`.

    Raises:
        EpisodeError: naming the file and line of the mistake.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EpisodeError(f"cannot read '{path}': {error}") from error
    objects: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise EpisodeError(f"{path}:{number}: the line is no JSON") from error
        if not isinstance(value, dict):
            raise EpisodeError(f"{path}:{number}: the line is no JSON object")
        objects.append((number, value))
    if objects and objects[0][1].get("format") == "metarl-recording":
        return _recorded(objects[1:], str(path))
    try:
        return [
            Episode(
                value["observations"],
                value["actions"],
                value["rewards"],
                bool(value.get("terminated", False)),
            )
            for number, value in objects
        ]
    except KeyError as error:
        raise EpisodeError(f"{path}: an episode has no {error.args[0]!r}") from error


def batch(
    episodes: Iterable[Episode | Mapping[str, Any]], observation: int, action: int, actions: int
) -> Batch:
    """Episodes as one batch, checked.

    Args:
        episodes: at least one; mappings with the names of `Episode`'s attributes do as well.
        observation: O.
        action: A, numbers of an action.
        actions: how many discrete actions there are; 0 where they are continuous.

    Raises:
        EpisodeError: naming the episode and step.
    """
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    total = 0
    for index, episode in enumerate(episodes):
        where = f"episode {index}"
        if isinstance(episode, Mapping):
            try:
                episode = Episode(**episode)
            except TypeError as error:
                raise EpisodeError(f"{where}: {error}") from error
        r = _numbers(episode.rewards, f"the rewards of {where}").reshape(-1)
        if len(r) == 0:
            raise EpisodeError(f"{where} has no steps")
        o = _rows(episode.observations, len(r), observation, f"{where} has observations")
        a = _rows(episode.actions, len(r), action, f"{where} has actions")
        for step in np.flatnonzero(~(np.isfinite(o).all(1) & np.isfinite(a).all(1) & np.isfinite(r))):
            raise EpisodeError(f"step {step} of {where} has a number that is not finite; leave the "
                               "episode out")
        if actions and not ((a >= 0) & (a < actions) & (a == np.floor(a))).all():
            raise EpisodeError(f"{where} has an action that is no whole number from 0 to {actions - 1}")
        total += len(r)
        if total > _MOST_STEPS:
            raise EpisodeError(f"there are more than {_MOST_STEPS} steps")
        parts.append((o, a, r))
    if not parts:
        raise EpisodeError("there are no episodes to adapt to")
    o, a, r = (np.concatenate(values) for values in zip(*parts))
    return Batch(o, a, r, [len(rewards) for _, _, rewards in parts])


def _numbers(values: ArrayLike, what: str) -> np.ndarray:
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise EpisodeError(f"{what} are not numbers in equal rows") from error


def _rows(values: ArrayLike, steps: int, width: int, what: str) -> np.ndarray:
    array = _numbers(values, what)
    if array.ndim == 1 and width == 1:
        array = array[:, None]
    if array.shape != (steps, width):
        raise EpisodeError(f"{what} of shape {array.shape}; {(steps, width)} expected")
    return array


def _recorded(objects: list[tuple[int, dict[str, Any]]], path: str) -> list[Episode]:
    """The episodes of all rollouts of a recording."""
    episodes: list[Episode] = []
    before: Any = None
    try:
        for number, line in objects:
            if "action" not in line:
                episodes.append(Episode([], [], []))
            elif not episodes:
                raise EpisodeError(f"{path}:{number}: a step comes before the first reset")
            else:
                last = episodes[-1]
                last.observations.append(before)  # type: ignore[union-attr]
                last.actions.append(line["action"])  # type: ignore[union-attr]
                last.rewards.append(line["reward"])  # type: ignore[union-attr]
                last.terminated = bool(line["terminated"])
            before = line["observation"]
    except KeyError as error:
        raise EpisodeError(f"{path}: a line has no {error.args[0]!r}") from error
    return episodes
