"""The trained model as the reader loads it: the encoder as ONNX in 8 bits, the heads as plain arrays, and what is told of them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from training.model import Reader


class _Encoder(nn.Module):
    """The encoder with the inputs that the reader gives it."""

    def __init__(self, reader: Reader):
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        return self.reader(ids, types, mask)


def store_network(model: Reader, tokenizer: Path, folder: Path) -> None:
    """Write encoder.onnx, heads.npz and tokenizer.json into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model.eval()
    example = torch.ones(1, 16, dtype=torch.long)
    with tempfile.TemporaryDirectory() as aside:
        whole = Path(aside) / "encoder.onnx"
        torch.onnx.export(
            _Encoder(model),
            (example, torch.zeros_like(example), example),
            str(whole),
            input_names=["ids", "types", "mask"],
            output_names=["hidden"],
            dynamic_axes={name: {0: "batch", 1: "pieces"} for name in ("ids", "types", "mask", "hidden")},
            opset_version=17,
            dynamo=False,
        )
        onnx.save(in_eight_bits(onnx.load(whole)), folder / "encoder.onnx")
    heads = {
        n: v.detach().numpy().astype(np.float16) for n, v in model.state_dict().items() if not n.startswith("encoder")
    }
    np.savez_compressed(folder / "heads.npz", **heads)
    shutil.copyfile(tokenizer, folder / "tokenizer.json")


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


def write_about(folder: Path, about: dict) -> None:
    """Write reader.json; its version names the weights and votes, so that documents are read again when they change."""
    hasher = hashlib.sha256()
    for name in ("encoder.onnx", "heads.npz"):
        hasher.update((folder / name).read_bytes())
    hasher.update(json.dumps(about["weights"], sort_keys=True).encode())
    told = {"version": f"network and rules {hasher.hexdigest()[:8]}", **about}
    (folder / "reader.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
