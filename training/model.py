"""The network that is trained: a small encoder over typed word pieces, and heads that link and label pairs of spans.

The encoder's token types are the candidates' types (etl.extract.spans.TYPES), so that it sees what is a vendor, an operator or a share
whatever its name. One pass reads a whole window; every pair in it is then judged from the two spans' vectors.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import BertModel

from etl.extract.network import DISTANCES
from etl.extract.spans import TYPES

# name -> number of outputs of the heads that judge a pair of spans, and of those that judge one span
PAIR_HEADS = {
    "selection": 6,
    "restriction": 6,
    "deal": 5,
    "owner": 1,
    "period": 1,
    "credit": 1,
    "place": 1,
    "scope": 6,
    "selection_generation": 6,
}
SPAN_HEADS = {
    "metric": 6,
    "status": 3,
    "market": 7,
    "generation": 6,
    "region": 8,
    "together": 1,
    "no_period": 1,
    "no_credit": 1,
}


class PairHead(nn.Module):
    """Judges a pair from what Space.together tells of it, and its distance."""

    def __init__(self, width: int, outputs: int, hidden: int = 128):
        super().__init__()
        self.distance = nn.Embedding(DISTANCES, 24)
        self.inner = nn.Linear(5 * width + 24, hidden)
        self.outer = nn.Linear(hidden, outputs)
        self.drop = nn.Dropout(0.2)

    def forward(self, together: Tensor, distance: list[int]) -> Tensor:
        joined = torch.cat([together, self.distance(torch.tensor(distance, dtype=torch.long))], dim=-1)
        return self.outer(self.drop(torch.relu(self.inner(self.drop(joined)))))


class SpanHead(nn.Module):
    """Labels one span from what Space.alone tells of it."""

    def __init__(self, width: int, outputs: int, hidden: int = 128):
        super().__init__()
        self.inner = nn.Linear(2 * width, hidden)
        self.outer = nn.Linear(hidden, outputs)
        self.drop = nn.Dropout(0.2)

    def forward(self, alone: Tensor) -> Tensor:
        return self.outer(self.drop(torch.relu(self.inner(self.drop(alone)))))


class Reader(nn.Module):
    """Encoder and heads. `load(folder)` begins with the published weights; the token types beyond two start small."""

    def __init__(self, encoder: BertModel):
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.pairs = nn.ModuleDict({name: PairHead(width, n) for name, n in PAIR_HEADS.items()})
        self.spans = nn.ModuleDict({name: SpanHead(width, n) for name, n in SPAN_HEADS.items()})
        for kind in ("selection", "restriction", "deal"):
            # Most pairs are not tied, and the chances of many pairs are added up: begin where that is taken for granted.
            nn.init.constant_(self.pairs[kind].outer.bias, -4.0)

    @classmethod
    def load(cls, folder: str) -> Reader:
        # Dropout inside attention would forbid the fast kernel, which saves a fifth of the time.
        encoder = BertModel.from_pretrained(folder, add_pooling_layer=False, attention_probs_dropout_prob=0.0)
        width = encoder.config.hidden_size
        types = nn.Embedding(len(TYPES), width)
        with torch.no_grad():
            types.weight.normal_(0, 0.02)
            types.weight += encoder.embeddings.token_type_embeddings.weight[0]
            types.weight[0] = encoder.embeddings.token_type_embeddings.weight[0]
        encoder.embeddings.token_type_embeddings = types
        encoder.config.type_vocab_size = len(TYPES)
        return cls(encoder)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """(batch, pieces) -> (batch, pieces, width)"""
        return self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
