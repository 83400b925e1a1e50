"""The step of `Policy.adapt` is that of `metarl adapt`, and actions are those of `metarl replay`."""

from __future__ import annotations

import json

import numpy as np
import pytest

import metarl

# Every row of algorithms that adapts to episodes, and what else changes a step.
ROWS = [
    ("navigation-2d", ("--algorithm", name))
    for name in (
        "maml", "fomaml", "anil", "anil-with-deviation", "boil", "cavia", "meta-sgd", "reptile",
        "promp", "ppo", "vpg", "e-maml", "dice", "multi-task",
    )
] + [
    ("navigation-2d", ("--precision", "double")),
    ("navigation-2d", ("--activation", "relu")),
    ("navigation-2d", ("--set", "adaptation.learned_rates=tensorwise")),
    ("navigation-2d", ("--set", "policy.minimum_standard_deviation=2.0")),
    ("navigation-2d", ("--set", "advantages.gae_lambda=1", "--set", "advantages.discount=0.9")),
    ("navigation-2d", ("--hidden", "none")),
    ("point-mass", ()),
    ("bernoulli-bandit", ()),
    ("gaussian-bandit", ()),
    ("tabular-mdp", ("--algorithm", "meta-sgd")),
]  # fmt: skip

TASKS = {
    "navigation-2d": "{goal: [0.3, -0.4]}",
    "point-mass": "{split: held_out, index: 1}",
    "bernoulli-bandit": "{split: held_out, index: 1}",
    "gaussian-bandit": "{split: held_out, index: 1}",
    "tabular-mdp": "{split: held_out, index: 1}",
}


def recorded(run: metarl.Run, policy: str, folder, name: str, more: str = "") -> str:
    """A recording of eight episodes of a policy."""
    script = folder / f"{name}.yaml"
    script.write_text(
        f"environment: {run.family}\nrollouts:\n  - task: {TASKS[run.family]}\n"
        f"    policy: {policy}\n    episodes: 8\n{more}"
    )
    path = folder / f"{name}.jsonl"
    metarl.command("replay", str(script), "--output", str(path), "--quiet")
    return str(path)


def same(a: metarl.Policy, b: metarl.Policy) -> float:
    """The largest difference of two policies' parameters."""
    assert a.parameters.keys() == b.parameters.keys()
    return max(float(np.abs(a.parameters[k] - b.parameters[k]).max()) for k in a.parameters)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join((row[0], *row[1])))
def test_two_steps_are_those_of_the_program(trained, tmp_path, row) -> None:
    run = trained(row[0], *row[1])
    policy = run.policy()
    source = str(run.path)
    for step in range(2):
        episodes = recorded(run, source, tmp_path, f"step-{step}")
        target = tmp_path / f"adapted-{step}.safetensors"
        metarl.command(
            "adapt", source, "--episodes", episodes, "--output", str(target),
            "--environments", str(run.path / "family"),
        )
        wanted = metarl.Policy.load(target)
        adapted = policy.adapt(episodes)
        assert same(wanted, policy) > 1e-5, "the step moves nothing"
        assert same(wanted, adapted) < 1e-6
        assert adapted.adaptation_steps == wanted.adaptation_steps == step + 1
        policy, source = wanted, str(target)


@pytest.mark.parametrize("family", ["navigation-2d", "bernoulli-bandit"])
def test_actions_are_those_of_the_program(trained, tmp_path, family) -> None:
    run = trained(family)
    path = recorded(run, str(run.path), tmp_path, "mean", "    deterministic: true\n")
    episodes = metarl.read_episodes(path)
    assert len(episodes) == 8
    for episode in episodes:
        actions = np.array(episode.actions, dtype=float)
        told = run.policy().act(np.array(episode.observations), deterministic=True)
        assert np.abs(told.reshape(actions.shape) - actions).max() < 1e-6


def test_a_saved_policy_is_a_checkpoint_of_the_program(trained, tmp_path) -> None:
    run = trained("navigation-2d")
    episodes = recorded(run, str(run.path), tmp_path, "walk")
    adapted = run.policy().adapt(episodes, inner_learning_rate=0.2)
    adapted.save(tmp_path / "a.safetensors")
    assert same(metarl.Policy.load(tmp_path / "a.safetensors"), adapted) == 0
    told = metarl.command("inspect", str(tmp_path / "a.safetensors"))
    assert "adaptation_steps" in told
    again = json.loads(
        metarl.command(
            "evaluate", str(tmp_path / "a.safetensors"), "--tasks", "2", "--json", "-", "--quiet",
            "--rollouts-per-task", "2", "--steps", "1",
        )
    )  # fmt: skip
    assert len(again["curve"]) == 2


def test_samples_have_the_policys_mean_and_deviation(trained) -> None:
    policy = trained("navigation-2d").policy()
    rng = np.random.default_rng(1)
    told = policy.distribution([0.1, 0.2])
    drawn = policy.act(np.tile([0.1, 0.2], (40000, 1)), rng=rng)
    assert np.allclose(drawn.mean(0), told.mean, atol=0.03)
    assert np.allclose(drawn.std(0), told.deviation, rtol=0.03)
    again = policy.act(np.tile([0.1, 0.2], (40000, 1)), rng=np.random.default_rng(1))
    assert (again == drawn).all()


def test_discrete_samples_have_the_policys_probabilities(trained) -> None:
    policy = trained("bernoulli-bandit").policy()
    observation = np.zeros(policy.observation_size)
    logits = policy.distribution(observation).mean
    wanted = np.exp(logits) / np.exp(logits).sum()
    drawn = policy.act(np.tile(observation, (40000, 1)), rng=np.random.default_rng(1))
    assert np.allclose(np.bincount(drawn) / 40000, wanted, atol=0.01)


NAN = float("nan")


@pytest.mark.parametrize(
    ("episodes", "said"),
    [
        ([], "no episodes"),
        ([dict(observations=[], actions=[], rewards=[])], "episode 0 has no steps"),
        ([dict(observations=[[0, 0]], actions=[[0, 0]], rewards=[NAN])], "step 0 of episode 0"),
        ([dict(observations=[[0, NAN]], actions=[[0, 0]], rewards=[1])], "not finite"),
        ([dict(observations=[[0, 0, 0]], actions=[[0, 0]], rewards=[1])], r"\(1, 3\)"),
        ([dict(observations=[[0, 0]], actions=[[0]], rewards=[1])], r"actions of shape \(1, 1\)"),
        ([dict(observations=[[0, 0], [1]], actions=[[0, 0]], rewards=[1])], "not numbers in equal"),
        ([dict(observation=[[0, 0]], actions=[[0, 0]], rewards=[1])], "observation"),
    ],
)
def test_wrong_episodes_are_named(trained, episodes, said) -> None:
    with pytest.raises(metarl.EpisodeError, match=said):
        trained("navigation-2d").policy().adapt(episodes)


@pytest.mark.parametrize("action", [0.5, -1, 5])
def test_wrong_discrete_actions_are_named(trained, action) -> None:
    policy = trained("bernoulli-bandit").policy()
    observation = [[0.0] * policy.observation_size]
    with pytest.raises(metarl.EpisodeError, match="no whole number"):
        policy.adapt([metarl.Episode(observation, [action], [1.0])])


def test_what_does_not_adapt_says_so(trained) -> None:
    oracle = trained("navigation-2d", "--algorithm", "oracle").policy()
    with pytest.raises(metarl.CheckpointError, match="oracle"):
        oracle.adapt([])
    episode = metarl.Episode([[0, 0]], [[0, 0]], [1])
    with pytest.raises(metarl.EpisodeError, match="inner learning rate"):
        trained("navigation-2d").policy().adapt([episode], inner_learning_rate=-1)


def test_a_policy_of_examples_predicts_and_is_adapted_by_the_program(trained_on_examples) -> None:
    policy = trained_on_examples.policy()
    assert policy.act([0.5]).shape == (1,)
    assert (policy.act([0.5]) == policy.act([0.5], deterministic=True)).all()
    with pytest.raises(metarl.CheckpointError, match="metarl adapt"):
        policy.adapt([])


def test_equal_rewards_teach_nothing(trained) -> None:
    policy = trained("navigation-2d").policy()
    episode = metarl.Episode([[0, 0], [1, 0]], [[0, 1], [1, 1]], [1, 2])
    assert same(policy.adapt([episode, episode]), policy) == 0
