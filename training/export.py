"""The trained network as the reader loads it: one ONNX file, its matrices in 8 bits."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from training.network import Batch, Network

INPUTS = ("ids", "types", "spots", "ends", "kinds", "hints", "relations")
SIZES = {
    "ids": {0: "pieces"},
    "types": {0: "pieces"},
    "spots": {0: "spots"},
    "ends": {0: "pairs"},
    "kinds": {0: "pairs"},
    "hints": {0: "pairs", 1: "hints"},
    "relations": {0: "pairs", 2: "pieces"},
    "answers": {0: "pairs"},
}


class _OneWindow(nn.Module):
    """The network with the inputs that the reader gives it."""

    def __init__(self, network: Network):
        super().__init__()
        self.network = network

    def forward(
        self,
        ids: Tensor,
        types: Tensor,
        spots: Tensor,
        ends: Tensor,
        kinds: Tensor,
        hints: Tensor,
        relations: Tensor,
    ) -> Tensor:
        asked = torch.ones_like(kinds, dtype=torch.bool)
        told = (one[None] for one in (spots, ends, kinds, hints, relations, asked))
        return self.network(Batch(ids[None], types[None], None, *told))[0]


def store_network(network: Network, path: Path) -> None:
    """Write the network as ONNX."""
    network.eval()
    pieces, pairs = 12, 3
    example = (
        torch.ones(pieces, dtype=torch.long),
        torch.zeros(pieces, dtype=torch.long),
        torch.tensor([1, 2, 5, 7, 9]),
        torch.ones(pairs, 2, 2, dtype=torch.long),
        torch.tensor([0, 1, 3]),
        torch.ones(pairs, 5, dtype=torch.long),
        torch.zeros(pairs, 2, pieces, dtype=torch.long),
    )
    with tempfile.TemporaryDirectory() as aside:
        whole = Path(aside) / "network.onnx"
        torch.onnx.export(
            _OneWindow(network),
            example,
            str(whole),
            input_names=list(INPUTS),
            output_names=["answers"],
            dynamic_axes=SIZES,
            opset_version=17,
            dynamo=False,
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(in_eight_bits(onnx.load(whole)), path)


def in_eight_bits(network: onnx.ModelProto) -> onnx.ModelProto:
    """The network with its matrices as 8-bit numbers and a scale for each row or column, made whole again when it is loaded.

    Reckoning stays in 32 bits: 8-bit kernels give other results on processors without special instructions for them.
    """
    graph = network.graph
    rows = {node.input[0] for node in graph.node if node.op_type == "Gather"}
    kept, made = [], []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.ndim != 2 or values.size < 1000:
            kept.append(weight)
            continue
        axis = 0 if weight.name in rows else 1
        scale = np.abs(values).max(axis=1 - axis) / 127 + 1e-12
        whole = np.round(values / np.expand_dims(scale, 1 - axis)).astype(np.int8)
        kept.append(numpy_helper.from_array(whole, f"{weight.name}.int8"))
        kept.append(numpy_helper.from_array(scale.astype(np.float32), f"{weight.name}.scale"))
        made.append(
            helper.make_node(
                "DequantizeLinear", [f"{weight.name}.int8", f"{weight.name}.scale"], [weight.name], axis=axis
            )
        )
    del graph.initializer[:]
    graph.initializer.extend(kept)
    nodes = [*made, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return network
