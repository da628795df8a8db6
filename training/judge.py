"""Reading with a network that is still in torch, as the reader will with the stored one, and scoring it on examples."""

from __future__ import annotations

import numpy as np
import torch
from tokenizers import Tokenizer

from etl.extract.confidence import Voted
from etl.extract.network import Network
from etl.extract.reader import votes_on
from etl.extract.spans import Window
from training.examples import Example
from training.model import Reader


def network_of(model: Reader) -> Network:
    """The model's heads as arrays, its encoder as a function of windows."""
    model.eval()
    weights = {n: v.detach().numpy() for n, v in model.state_dict().items() if not n.startswith("encoder")}

    def encode(windows: list[Window]) -> list[np.ndarray]:
        made = []
        with torch.no_grad():
            for window in windows:
                ids, types = torch.tensor([window.ids]), torch.tensor([window.types])
                made.append(model(ids, types, torch.ones_like(ids))[0].numpy())
        return made

    return Network(weights, encode)


def vote_all(model: Reader, examples: list[Example], tokenizer: Tokenizer) -> dict[str, list[Voted]]:
    """What the model and the rules say of every example, by its id."""
    network = network_of(model)
    return {e.id: votes_on(e.context, e.found, network, tokenizer) for e in examples}
