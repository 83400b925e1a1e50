"""Writes the pages that the browser tests open."""

import json
import math
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOSTILE = "</script><script>alert(1)</script> \"'`&lt;<img src=x onerror=alert(2)> 🦗 \u2028 ]]>"
LONG = "a name of ten kilobytes " * 427


def replay(metarl, folder, name, script, *options):
    """Runs a replay script and gives the page."""
    path = folder / f"{name}.yaml"
    path.write_text(script)
    page = folder / f"{name}.html"
    subprocess.run(
        [metarl, "replay", path.name, "--output", f"{name}.jsonl", "--view", page.name, *options],
        cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return page


def built_in(metarl, folder, name):
    """The page of a script in Environments/Replays."""
    page = folder / f"{name}.html"
    subprocess.run(
        [metarl, "replay", str(ROOT / f"Environments/Replays/{name}.yaml"), "--output",
         f"{name}.jsonl", "--view", page.name],
        cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return page


def walk(goal, gain, steps=40):
    """Actions that approach a goal, swaying at first."""
    (x, y), actions = (0.0, 0.0), []
    for step in range(steps):
        sway = 0.05 * (-1) ** (step // 3) * max(0, 1 - step / 20)
        dx = max(-0.1, min(0.1, gain * (goal[0] - x) + sway))
        dy = max(-0.1, min(0.1, gain * (goal[1] - y) - sway))
        x, y = x + dx, y + dy
        # The policy's units are tenths of a metre.
        actions.append([round(10 * dx, 5), round(10 * dy, 5)])
    return actions


def adaptation(metarl, folder):
    """Two walks on one task, side by side: one that knows the goal and one that does not."""
    goal = [0.35, -0.42]
    return replay(metarl, folder, "adaptation", f"""
environment: navigation-2d
seed: 3
rollouts:
  - name: before adaptation
    task: {{goal: {goal}}}
    actions: {walk([-0.05, 0.1], 0.1)}
    continue_after_termination: true
  - name: after adaptation
    task: {{goal: {goal}}}
    actions: {walk(goal, 0.12)}
    continue_after_termination: true
""")


def quoted(text):
    """A YAML string; its line separators are escaped, its emoji are not."""
    return json.dumps(text, ensure_ascii=False).replace("\u2028", "\\u2028")


def hostile(metarl, folder):
    """Names that would break a page that does not escape them."""
    return replay(metarl, folder, "hostile", f"""
environment: navigation-2d
rollouts:
  - name: {quoted(HOSTILE)}
    task: {{goal: [0.3, -0.4]}}
    actions: [[1, 0], [1, 0]]
  - name: {quoted(LONG)}
    task: {{goal: [0.3, -0.4]}}
    actions: [[1, 0], [1, 0]]
""")


def endless(metarl, folder, family, action, steps=10_000):
    """One episode of ten thousand steps in a family with that horizon."""
    definition = (ROOT / f"Environments/Families/{family}.yaml").read_text()
    name = f"long-{family}"
    definition = re.sub(r"(?m)^name: .*", f"name: {name}", definition)
    definition = re.sub(r"(?m)^horizon: .*", f"horizon: {steps}", definition)
    families = folder / "families"
    families.mkdir(exist_ok=True)
    for model in (ROOT / "Environments/Models").glob("*.xml"):
        shutil.copy(model, families)
    (families / f"{name}.yaml").write_text(definition)
    (folder / f"{name}.csv").write_text(
        "\n".join(",".join(f"{value:.4f}" for value in action(step)) for step in range(steps)))
    return replay(metarl, folder, name, f"""
environment: {name}
seed: 5
rollouts:
  - name: before
    task: {{split: held_out, index: 1}}
    actions_from: {name}.csv
    continue_after_termination: true
  - name: after
    task: {{split: held_out, index: 1}}
    actions_from: {name}.csv
    continue_after_termination: true
""", "--environments", str(families))


def hostile_summary(metarl, folder):
    """A family whose summary, and a recording whose software, would break a careless page."""
    definition = (ROOT / "Environments/Families/navigation-2d.yaml").read_text()
    definition = re.sub(r"(?m)^name: .*", "name: hostile-family", definition)
    summary = "summary: " + quoted(HOSTILE + LONG)
    definition = re.sub(r"(?m)^summary: .*", lambda _: summary, definition)
    families = folder / "hostile-families"
    families.mkdir(exist_ok=True)
    (families / "hostile-family.yaml").write_text(definition)
    page = replay(metarl, folder, "summary", """
environment: hostile-family
rollouts: [{name: a walk, task: {goal: [0.3, -0.4]}, actions: [[1, 0], [1, 0]]}]
""", "--environments", str(families))
    lines = (folder / "summary.jsonl").read_text().splitlines()
    header = json.loads(lines[0])
    header["software"] = HOSTILE
    lines[0] = json.dumps(header, ensure_ascii=False)
    (folder / "summary.jsonl").write_text("\n".join(lines) + "\n")
    subprocess.run(
        [metarl, "replay", "--recording", "summary.jsonl", "--view", page.name, "--environments",
         str(families)], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return page


def report(metarl, folder, run="nav", seeds=(1,)):
    """The report of small trainings on navigation."""
    runs = [run if len(seeds) == 1 else f"{run}-{seed}" for seed in seeds]
    for name, seed in zip(runs, seeds):
        if (folder / name).exists():
            continue
        subprocess.run(
            [metarl, "train", "navigation-2d@finn2017", "--run-dir", name, "--iterations", "8",
             "--meta-batch-size", "10", "--hidden", "32", "--seed", str(seed), "--quiet"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL)
    page = folder / f"report-{len(runs)}.html"
    subprocess.run(
        [metarl, "report", *runs, "--tasks", "12", "--output", page.name, "--quiet"],
        cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return page


def discrete(metarl, folder):
    """What has no place to be drawn at."""
    return replay(metarl, folder, "bandit", f"""
environment: bernoulli-bandit
rollouts:
  - name: round and round
    task: {{split: held_out, index: 2}}
    actions: {[[step % 5] for step in range(40)]}
    episodes: 3
""")


def arm(metarl, folder, name="arm"):
    """An arm of half a metre waves at a place in space."""
    actions = [[round(0.5 * math.sin(i / 6), 3), round(0.4 * math.sin(i / 9) - 0.3, 3),
                round(0.4 * math.cos(i / 7), 3)] for i in range(80)]
    return replay(metarl, folder, name, f"""
environment: arm-reach
seed: 3
rollouts:
  - name: waving
    task: {{goal: [0.35, -0.2, 0.35]}}
    actions: {actions}
    continue_after_termination: true
""")
