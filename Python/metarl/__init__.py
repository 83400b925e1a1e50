"""metarl from Python: trained policies, their runs, and the environments they were trained in.

```python
import metarl

run = metarl.load("runs/nav")
policy = run.policy()
adapted = policy.adapt(episodes)
```

See docs/Python.md. Submodules load NumPy when they are first needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .program import command
    from .episodes import Episode, read_episodes
    from .errors import (
        CheckpointError,
        CommandError,
        EpisodeError,
        MetarlError,
        RunError,
        SimulatorError,
    )
    from .policy import Distribution, Policy
    from .run import Run, load
    from .table import Table

__version__ = "0.1.0"

_PLACES = {
    "CheckpointError": "errors",
    "CommandError": "errors",
    "Distribution": "policy",
    "Episode": "episodes",
    "EpisodeError": "errors",
    "MetarlError": "errors",
    "Policy": "policy",
    "Run": "run",
    "RunError": "errors",
    "SimulatorError": "errors",
    "Table": "table",
    "command": "program",
    "load": "run",
    "read_episodes": "episodes",
}
__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    """The names above, from their modules."""
    import importlib

    if name in _PLACES:
        return getattr(importlib.import_module(f".{_PLACES[name]}", __name__), name)
    raise AttributeError(f"module 'metarl' has no attribute '{name}'")
