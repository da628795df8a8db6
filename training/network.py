"""The network that is trained: an encoder whose upper layers also read a pair of marks for each question.

The lower layers read the text alone. Above them every pair of candidates gets two marks, which begin as what the lower layers made of the
two and then look at the whole text and at each other; the text never looks at the marks, so that one reading answers every question.
It comes in two sizes: the small one reads for users, the large one teaches it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from etl.extract.network import OUTPUTS
from etl.extract.windows import HINTS, PAIR_KINDS, RELATIONS, TYPES

BUCKETS, FARTHEST = 32, 128  # of how far pieces are apart, either way; beyond it all are equally far


@dataclass(frozen=True)
class Shape:
    """The sizes of an encoder. lower: how many of its layers read the text alone. near: whether it weighs how far pieces are apart."""

    width: int
    heads: int
    layers: int
    lower: int
    tiny: float  # what its norms add to every variance
    words: int
    places: int
    near: bool


SMALL = Shape(width=384, heads=12, layers=6, lower=3, tiny=1e-12, words=30522, places=512, near=False)
LARGE = Shape(width=768, heads=12, layers=12, lower=8, tiny=1e-5, words=30527, places=514, near=True)


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
    """One layer of BERT; `marks` lets pairs of marks look at the text and at each other."""

    def __init__(self, shape: Shape):
        super().__init__()
        width, self.heads = shape.width, shape.heads
        self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))
        self.attended = nn.LayerNorm(width, eps=shape.tiny)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.passed = nn.LayerNorm(width, eps=shape.tiny)
        self.drop = nn.Dropout(0.1)

    def _rest(self, before: Tensor, seen: Tensor) -> Tensor:
        x = self.attended(before + self.drop(self.output(seen)))
        return self.passed(x + self.drop(self.narrow(functional.gelu(self.wide(x)))))

    def forward(self, x: Tensor, looked: Tensor | None, at: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """x (B, T, W), of which only `at` (B, S, W) is wanted; looked: at which pieces, or how much -> the same again; and the
        keys and values (B, H, T, D) for marks."""
        at = x if at is None else at
        q, k, v = (
            f(y).view(*y.shape[:2], self.heads, -1).transpose(1, 2)
            for f, y in ((self.query, at), (self.key, x), (self.value, x))
        )
        # In training's 16 bits this one step takes longer than in 32.
        with torch.autocast("cpu", enabled=False):
            seen = functional.scaled_dot_product_attention(q.float(), k.float(), v.float(), attn_mask=looked)
        return self._rest(at, seen.transpose(1, 2).reshape(at.shape)), k, v

    def marks(self, m: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
        """m (B, P, 2, W); keys, values (B, H, T, D); bias (B, H, 2P, T) -> m again."""
        b, p, _, width = m.shape
        q, k, v = (
            f(m).view(b, p, 2, self.heads, -1).permute(0, 3, 1, 2, 4) for f in (self.query, self.key, self.value)
        )
        scale = q.shape[-1] ** -0.5
        flat = q.reshape(b, self.heads, 2 * p, -1)
        text = flat @ keys.transpose(-1, -2) * scale + bias
        pair = (q @ k.transpose(-1, -2) * scale).reshape(b, self.heads, 2 * p, 2)
        weights = torch.cat([text, pair], -1).softmax(-1)
        seen = weights[..., :-2] @ values
        seen = seen + (weights[..., -2:].view(b, self.heads, p, 2, 2) @ v).reshape(b, self.heads, 2 * p, -1)
        return self._rest(m, seen.transpose(1, 2).reshape(b, p, 2, width))


def taken(x: Tensor, spots: Tensor) -> Tensor:
    """x (B, T, W), spots (B, S) -> x there (B, S, W)."""
    return x[torch.arange(x.shape[0], device=x.device)[:, None], spots]


def bucket(apart: Tensor) -> Tensor:
    """How far pieces are apart, before (negative) or behind, as a row of MPNet's table: exactly when near, roughly when far."""
    half, exact = BUCKETS // 2, BUCKETS // 4
    far = apart.abs().clamp(min=1).float() / exact
    rough = exact + (far.log() / math.log(FARTHEST / exact) * (half - exact)).long()
    size = torch.where(apart.abs() < exact, apart.abs(), rough.clamp(max=half - 1))
    return size + half * (apart > 0).long()


class Network(nn.Module):
    """Encoder, marks and heads."""

    def __init__(self, shape: Shape = SMALL):
        super().__init__()
        self.shape, width = shape, shape.width
        self.words, self.places = nn.Embedding(shape.words, width), nn.Embedding(shape.places, width)
        self.first = nn.LayerNorm(width, eps=shape.tiny)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.near = nn.Embedding(BUCKETS, shape.heads) if shape.near else None
        self.types = nn.Embedding(len(TYPES), width)
        self.sides = nn.Embedding(2 * len(PAIR_KINDS), width)
        self.bias = nn.Embedding(RELATIONS, shape.heads * (shape.layers - shape.lower))
        self.hints = nn.Embedding(HINTS, 64, padding_idx=0)
        self.inner = nn.ModuleList(nn.Linear(4 * width + 64, 256) for _ in PAIR_KINDS)
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

    def forward(self, batch: Batch) -> Tensor:
        """(B, P, OUTPUTS): answers to every pair."""
        x = self._begun(batch.ids)
        looked = self._looked(batch)
        for layer in self.layers[: self.shape.lower]:
            x = layer(x, looked)[0]
        x = x + self.types(batch.types)
        rows = torch.arange(len(x), device=x.device)[:, None, None, None]
        m = taken(x, batch.spots)[rows, batch.ends].mean(3) + self.sides(2 * batch.kinds[..., None] + torch.arange(2))
        bias = self._bias(batch)
        for n, layer in enumerate(self.layers[self.shape.lower :]):
            # Of the last layer's text only the spots are looked at.
            last = n == len(bias) - 1
            at = taken(x, batch.spots) if last else None
            x, keys, values = layer(x, _of_spots(looked, batch.spots) if last else looked, at)
            m = layer.marks(m, keys, values, bias[n])
        ends = x[rows, batch.ends].mean(3)
        hints = self.hints(batch.hints).sum(2)
        seen = self.drop(torch.cat([m.flatten(2), ends.flatten(2), hints], -1))
        made = torch.stack([o(self.drop(torch.relu(i(seen)))) for i, o in zip(self.inner, self.outer, strict=True)], 2)
        return made.gather(2, batch.kinds[..., None, None].expand(-1, -1, 1, OUTPUTS)).squeeze(2)

    def _begun(self, ids: Tensor) -> Tensor:
        """(B, T, W): words at their places."""
        if self.near is None:
            return self.first(self.words(ids) + self.places.weight[: ids.shape[1]])
        # MPNet knows the same pieces by other numbers, its own four marks first, and counts places from 2.
        own = torch.where(ids == 101, 0, torch.where(ids == 102, 2, torch.where(ids == 0, 1, ids + 4)))
        return self.first(self.words(own) + self.places.weight[2 : 2 + ids.shape[1]])

    def _looked(self, batch: Batch) -> Tensor | None:
        """What the text sees of itself, for each layer's attention: (B, 1, 1, T) which pieces, or (B, H, T, T) how much of each."""
        real = None if batch.mask is None else batch.mask[:, None, None, :]
        if self.near is None:
            return real
        at = torch.arange(batch.ids.shape[1])
        how_much = self.near.weight[bucket(at[None, :] - at[:, None])].permute(2, 0, 1)[None]
        return how_much if real is None else how_much + torch.where(real, 0.0, -1e4)

    def _bias(self, batch: Batch) -> Tensor:
        """(N, B, H, 2P, T): what marks see of the text in each of N upper layers: by what each piece is to them, and how near it is."""
        b, p, t = *batch.kinds.shape, batch.ids.shape[1]
        above, heads = self.shape.layers - self.shape.lower, self.shape.heads
        bias = self.bias(batch.relations).view(b, 2 * p, t, above, heads).permute(3, 0, 4, 1, 2)
        if self.near is not None:
            first = taken(batch.spots[..., None], batch.ends[..., 0].flatten(1))
            bias = bias + self.near.weight[bucket(torch.arange(t) - first)].permute(0, 3, 1, 2)
        return bias if batch.mask is None else bias + torch.where(batch.mask, 0.0, -1e4)[:, None, None, :]


def _of_spots(looked: Tensor | None, spots: Tensor) -> Tensor | None:
    """The rows of these spots, where every piece has a row of its own: (B, H, S, T)."""
    if looked is None or looked.shape[2] == 1:
        return looked
    every = looked.expand(len(spots), -1, -1, -1).transpose(1, 2)
    return taken(every, spots).transpose(1, 2)
