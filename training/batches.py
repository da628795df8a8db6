"""Examples as tensors: windows of word pieces, spans, pairs and labels; and the losses over them."""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from etl.extract.space import Space
from etl.extract.spans import TYPES, Window, windows
from training.examples import Example
from training.model import Reader
from training.tasks import GENERATIONS, MARKETS, REGIONS, STATUSES, Linked, Numbered, linked, numbered

SCOPES = MARKETS[1:]


@dataclass
class Prepared:
    """An example with everything that the losses need, made once."""

    example: Example
    windows: list[Window]
    linked: dict[str, Linked]
    numbered: Numbered


def prepare(example: Example, tokenizer: Tokenizer) -> Prepared:
    made = windows(example.context, example.found, tokenizer)
    kinds = {kind: linked(example, kind) for kind in ("selection", "restriction", "deal")}
    return Prepared(example, made, kinds, numbered(example))


def encode(
    model: Reader, batch: list[Prepared], names: dict[int, list[list[int]]] | None, chance: random.Random
) -> list[list[Tensor]]:
    """Run the encoder over all windows of a batch; for each example its windows' vectors. With `names`, some companies' words are swapped
    for others' of the same type or masked, the same way throughout an example, so that the network reads the words around them."""
    rows = []
    for prepared in batch:
        swaps: dict[tuple[str, ...], list[int] | None] = {}
        for window in prepared.windows:
            rows.append(_ids(prepared, window, names, swaps, chance))
    longest = max(len(ids) for ids, _ in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for n, (pieces, kinds) in enumerate(rows):
        ids[n, : len(pieces)] = torch.tensor(pieces)
        types[n, : len(kinds)] = torch.tensor(kinds)
        mask[n, : len(pieces)] = 1
    hidden = model(ids, types, mask)
    made, at = [], 0
    for prepared in batch:
        made.append([hidden[at + k] for k in range(len(prepared.windows))])
        at += len(prepared.windows)
    return made


def _ids(prepared: Prepared, window: Window, names, swaps, chance: random.Random) -> tuple[list[int], list[int]]:
    ids = list(window.ids)
    if names is None:
        return ids, window.types
    for n, first, last, *_ in window.spans:
        candidate = prepared.example.found[n]
        if candidate.type not in ("vendor", "operator", "vendor_operator", "company") or not candidate.names:
            continue
        if candidate.names not in swaps:
            draw = chance.random()
            kind = TYPES.index(candidate.type)
            swaps[candidate.names] = None if draw < 0.6 or not names.get(kind) else chance.choice(names[kind])
        other = swaps[candidate.names]
        if other is not None:
            # The same number of pieces keeps every span in its place.
            ids[first:last] = (other * (last - first))[: last - first]
    return ids, window.types


def pool(logits: Tensor, groups: Tensor, count: int) -> Tensor:
    """Log-sum-exp of the rows of each group: (rows, labels) -> (count, labels); -20 where a group has no row."""
    top = torch.full((count, logits.shape[1]), -20.0).scatter_reduce(
        0, groups[:, None].expand_as(logits), logits.detach(), "amax"
    )
    total = torch.zeros(count, logits.shape[1]).index_add(0, groups, torch.exp(logits - top[groups]))
    return top + torch.log(total.clamp_min(1e-6))


def loss(model: Reader, prepared: Prepared, hidden: list[Tensor]) -> Tensor:
    """The sum of every head's loss on one example."""
    space = Space(torch, prepared.windows, hidden)
    total = torch.zeros(())
    if not len(space):
        return total
    for kind in ("selection", "restriction", "deal"):
        total = total + _link_loss(model, space, prepared, kind)
    return total + _number_loss(model, space, prepared)


def _link_loss(model: Reader, space: Space, prepared: Prepared, kind: str) -> Tensor:
    task = prepared.linked[kind]
    which, a, b, far = space.pairs(prepared.example.found, task.pairs.a, task.pairs.b)
    if not which:
        return torch.zeros(())
    together = space.together(a, b)
    logits = model.pairs[kind](together, far)
    groups = torch.tensor([task.pairs.group[n] for n in which])
    right = torch.tensor(task.right)
    pooled = pool(logits, groups, len(task.pairs.groups))
    total = functional.binary_cross_entropy_with_logits(pooled, right, reduction="sum") / 2
    near = torch.tensor([task.near[n] for n in which])
    for group, fact in task.facts.items():
        rows = (groups == group).nonzero()[:, 0]
        if len(rows) > 1 and near[rows].any():
            label = int(right[group].argmax())
            scores = torch.log_softmax(logits[rows, label], 0)
            total = total - 0.3 * torch.logsumexp(scores[near[rows]], 0)
        if kind == "selection":
            best = rows[int(logits[rows].max(1).values.argmax())] if not near[rows].any() else rows[near[rows]][0]
            total = total + _attribute_loss(model, together[int(best)][None], far[int(best)], fact)
    return total


def _attribute_loss(model: Reader, together: Tensor, far: int, fact: dict) -> Tensor:
    scope = torch.tensor([[float(m in (fact.get("scope") or [])) for m in SCOPES]])
    generation = torch.tensor([GENERATIONS.index(fact.get("generation"))])
    scope_loss = functional.binary_cross_entropy_with_logits(
        model.pairs["scope"](together, [far]), scope, reduction="sum"
    )
    return 0.3 * scope_loss + 0.3 * functional.cross_entropy(
        model.pairs["selection_generation"](together, [far]), generation
    )


def _number_loss(model: Reader, space: Space, prepared: Prepared) -> Tensor:
    task, found = prepared.numbered, prepared.example.found
    total = torch.zeros(())
    rows = [(n, space.row(n), m) for n, m in zip(task.spans, task.metric, strict=True) if space.row(n) is not None]
    if not rows:
        return total
    vectors = space.alone([r for _, r, _ in rows])
    right = torch.tensor([m for _, _, m in rows])
    total = total + functional.cross_entropy(model.spans["metric"](vectors), right, reduction="sum")
    for k, (n, _, metric) in enumerate(rows):
        if not metric:
            continue
        fact, vector = task.facts[n], vectors[k][None]
        total = total + functional.cross_entropy(
            model.spans["status"](vector), torch.tensor([STATUSES.index(fact["status"])])
        )
        total = total + 0.4 * functional.cross_entropy(
            model.spans["market"](vector), torch.tensor([MARKETS.index(fact["market"])])
        )
        total = total + 0.3 * functional.cross_entropy(
            model.spans["generation"](vector), torch.tensor([GENERATIONS.index(fact.get("generation"))])
        )
        region = fact.get("region") or "global"
        label = REGIONS.index(region) if region in REGIONS else len(REGIONS)
        total = total + 0.4 * functional.cross_entropy(model.spans["region"](vector), torch.tensor([label]))
        together = torch.tensor([[float(len(fact["companies"]) > 1)]])
        total = total + 0.5 * functional.binary_cross_entropy_with_logits(model.spans["together"](vector), together)
        total = total + _choice_loss(model, space, found, "owner", n, task.companies, task.owners[n], None)
        periods = [c for c in range(len(found)) if found[c].type == "period"]
        total = total + 0.5 * _choice_loss(
            model, space, found, "period", n, periods, task.periods[n], model.spans["no_period"](vector)[0]
        )
        total = total + 0.5 * _choice_loss(
            model, space, found, "credit", n, task.companies, task.credits[n], model.spans["no_credit"](vector)[0]
        )
        places = [c for c in range(len(found)) if found[c].type == "place"]
        if task.places[n]:
            total = total + 0.3 * _choice_loss(model, space, found, "place", n, places, task.places[n], None)
    return total


def _choice_loss(
    model: Reader,
    space: Space,
    found: list,
    head: str,
    n: int,
    choices: list[int],
    right: set[int],
    none: Tensor | None,
) -> Tensor:
    """Cross-entropy of choosing any right candidate among all; `none` is the score of choosing none."""
    which, a, b, far = space.pairs(found, [n] * len(choices), choices)
    logits = model.pairs[head](space.together(a, b), far)[:, 0] if which else torch.zeros(0)
    good = torch.tensor([choices[k] in right for k in which], dtype=torch.bool)
    if none is not None:
        logits = torch.cat([logits, none])
        good = torch.cat([good, torch.tensor([not bool(good.any())])])
    if not good.any():
        return torch.zeros(())
    return torch.logsumexp(logits, 0) - torch.logsumexp(logits[good], 0)
