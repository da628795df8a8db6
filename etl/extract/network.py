"""The trained network at reading time: the encoder by onnxruntime, the heads in numpy. Nothing here knows facts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from etl.extract.spans import Window

DISTANCES = 10


@dataclass(frozen=True)
class Network:
    """Weights of the heads by name ("pairs.selection.inner.weight"), and the encoder as a function of windows."""

    weights: dict[str, np.ndarray]
    encode: object  # list[Window] -> list of arrays (pieces, width)

    def pair(self, head: str, together: np.ndarray, distance: list[int]) -> np.ndarray:
        """Logits of pairs, from Space.together and their distances: (rows, outputs)."""
        joined = np.concatenate([together, self.weights[f"pairs.{head}.distance.weight"][distance]], axis=-1)
        return self._layers(f"pairs.{head}", joined)

    def span(self, head: str, alone: np.ndarray) -> np.ndarray:
        """Logits of spans, from Space.alone: (rows, outputs)."""
        return self._layers(f"spans.{head}", alone)

    def _layers(self, name: str, x: np.ndarray) -> np.ndarray:
        w = self.weights
        inner = np.maximum(x @ w[f"{name}.inner.weight"].T + w[f"{name}.inner.bias"], 0)
        return inner @ w[f"{name}.outer.weight"].T + w[f"{name}.outer.bias"]


def load_network(folder: Path) -> Network:
    """The network stored by `make train`: encoder.onnx and heads.npz (no pickle). Raises FileNotFoundError where they are missing."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Matrices are stored in 8 bits: made whole once, at loading, rather than at every run.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"])
    with np.load(folder / "heads.npz", allow_pickle=False) as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files}

    def encode(windows: list[Window]) -> list[np.ndarray]:
        made = []
        for window in windows:
            ids = np.array([window.ids], dtype=np.int64)
            types = np.array([window.types], dtype=np.int64)
            made.append(session.run(None, {"ids": ids, "types": types, "mask": np.ones_like(ids)})[0][0])
        return made

    return Network(weights, encode)


def distance_bucket(sentences: int, pieces: int) -> int:
    """One of DISTANCES classes: in the same sentence by word pieces and direction, else by sentences and direction."""
    if sentences == 0:
        size = abs(pieces)
        near = 0 if size <= 8 else 1 if size <= 24 else 2
        return near if pieces >= 0 else near + 3
    if sentences > 0:
        return 5 + min(sentences, 3)
    return 9


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def softmax(x: np.ndarray) -> np.ndarray:
    raised = np.exp(x - x.max())
    return raised / raised.sum()
