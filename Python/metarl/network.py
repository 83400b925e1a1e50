"""The policy network in NumPy: forward, and the gradient of a loss of its outputs.

Letters: N rows, O observation, W outputs, H a layer's width. A dense layer is y = φ(x Wᵀ + b) with
W [out, in]; the context φ_c [C] of CAVIA is a bias W_φ φ_c of the first layer (Zintgraf et al. 2019,
arXiv:1810.03642, section 3.2). Everything is computed in double precision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import CheckpointError

Parameters = dict[str, np.ndarray]


@dataclass(frozen=True)
class Layer:
    """A dense layer.

    Attributes:
        name: `layer1`, `layer2`, …, as in checkpoints.
        inputs: size of x.
        outputs: size of y.
        activation: `tanh`, `relu` or `identity`.
    """

    name: str
    inputs: int
    outputs: int
    activation: str


_FUNCTIONS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]] = {
    # φ(z), and φ′ as a function of y = φ(z).
    "tanh": (np.tanh, lambda y: 1 - y * y),
    "relu": (lambda z: np.maximum(z, 0), lambda y: (y > 0).astype(float)),
    "identity": (lambda z: z, np.ones_like),
}


@dataclass(frozen=True)
class Network:
    """Dense layers one after the other, with a context in front of the first.

    Attributes:
        layers: first to last.
        context: C, numbers of the context; 0 for none.
    """

    layers: tuple[Layer, ...]
    context: int

    @classmethod
    def of(cls, architecture: dict[str, Any], origin: str) -> Network:
        """The network that a checkpoint's `architecture` describes.

        Args:
            architecture: layers with kind, inputs, outputs and activation.
            origin: what errors name.

        Raises:
            CheckpointError: a layer is of a kind that only the program itself knows.
        """
        try:
            layers = []
            for number, entry in enumerate(architecture["layers"], 1):
                if entry["kind"] != "dense":
                    raise CheckpointError(
                        f"'{origin}' has a layer of kind '{entry['kind']}'; Python acts with dense "
                        "layers alone. Use 'metarl evaluate' or 'metarl adapt'."
                    )
                if entry["activation"] not in _FUNCTIONS:
                    raise CheckpointError(
                        f"'{origin}' has the activation '{entry['activation']}', which is not known"
                    )
                layers.append(
                    Layer(
                        f"layer{number}",
                        int(entry["inputs"]),
                        int(entry["outputs"]),
                        str(entry["activation"]),
                    )
                )
            return cls(tuple(layers), int(architecture.get("context", 0)))
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"the architecture of '{origin}' is not readable") from error

    def forward(self, parameters: Parameters, rows: np.ndarray) -> list[np.ndarray]:
        """The rows, and every layer's outputs after it: [N, O], [N, H], …, [N, W]."""
        values = [rows]
        for index, layer in enumerate(self.layers):
            z = values[-1] @ parameters[f"{layer.name}.weight"].T + self.bias(parameters, index)
            values.append(_FUNCTIONS[layer.activation][0](z))
        return values

    def gradient(
        self, parameters: Parameters, values: list[np.ndarray], outputs: np.ndarray
    ) -> Parameters:
        """∂L/∂θ from ∂L/∂outputs, [N, W], and the values of `forward`."""
        gradient: Parameters = {}
        upper = outputs
        for index in reversed(range(len(self.layers))):
            layer = self.layers[index]
            z = upper * _FUNCTIONS[layer.activation][1](values[index + 1])
            gradient[f"{layer.name}.weight"] = z.T @ values[index]
            gradient[f"{layer.name}.bias"] = z.sum(axis=0)
            if index == 0 and self.context:
                bias = gradient["layer1.bias"]
                gradient["layer1.context_weight"] = np.outer(bias, parameters["context"])
                gradient["context"] = parameters["layer1.context_weight"].T @ bias
            upper = z @ parameters[f"{layer.name}.weight"]
        return gradient

    def bias(self, parameters: Parameters, index: int) -> np.ndarray:
        """The bias of a layer, counted from 0; that of the first with the context in it."""
        bias = parameters[f"{self.layers[index].name}.bias"]
        if index == 0 and self.context:
            return bias + parameters["layer1.context_weight"] @ parameters["context"]
        return bias

    def role(self, name: str) -> str:
        """What a tensor is for: `body`, `head`, `deviation` or `context`."""
        if name == "log_std":
            return "deviation"
        if name == "context":
            return "context"
        last = self.layers[-1].name
        return "head" if name in (f"{last}.weight", f"{last}.bias") else "body"
