"""What goes wrong, as exceptions: what failed, on what, why, and what to do."""

from __future__ import annotations


class MetarlError(Exception):
    """The base of every error of this package."""


class RunError(MetarlError):
    """A run folder, or a file in it, cannot be read."""


class CheckpointError(MetarlError):
    """A checkpoint is damaged, of an unknown format, or of a kind that is not supported here."""


class EpisodeError(MetarlError):
    """Episodes do not fit the policy, or hold numbers that are not finite."""


class SimulatorError(MetarlError):
    """A family, a task, an action or a state is not one of the simulator."""


class CommandError(MetarlError):
    """The command line refused or broke down.

    Attributes:
        code: its exit code: 1 for a failed check, 64 for a mistake in flags or files, 70 for a run
            that broke down.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
