"""`make train`: the trained reader out of the repository's own data. Honest figures first; then all articles.

Every article that is judged is read by weights and a network that have not seen it; confidences, the default threshold and the
scores that are stored come from these readings alone. The network first learns from the early passages. From there it goes on, for
each fold, with the briefs and late passages of the other folds, and reads those of this one; at last it goes on with all of them.
"""

from __future__ import annotations

import argparse
import copy
import sys
import tempfile
from pathlib import Path

import torch

from etl.evaluation_report import mistakes, table
from etl.extract.confidence import Voted
from etl.extract.features import Features
from etl.extract.judges import LinearJudge, ask_network
from etl.extract.linear import Linear, buckets, save_linear
from etl.extract.network import Network as Reader
from etl.extract.network import load_network
from etl.extract.reader import votes_on
from etl.paths import MODELS
from training.batches import lessons
from training.calibrate import about_votes, cross_judged, gold_of, score_at, write_about
from training.examples import Example, load_examples
from training.export import store_network
from training.fit import fit
from training.folds import FOLDS, fold_of, is_late
from training.network import Network, base_weights
from training.stages import FIRST, LAST, Stage
from training.tasks import questions
from training.train import train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder for the model")
    parser.add_argument("--errors", type=Path, help="write the mistakes of the folds to this file")
    parser.add_argument(
        "--gold", type=Path, action="append", default=[], metavar="FOLDER",
        help="also learn from this folder, which `python -m etl export-gold` wrote; may be given again",
    )  # fmt: skip
    args = parser.parse_args()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        examples = load_examples(own=args.gold)
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"--gold: {error}")
    dealt = fold_of(examples, FOLDS)
    say(f"{len(examples)} articles laid out")
    linear, everything = linear_folds(examples, dealt)
    save_linear(args.models / "reader.npz", everything)
    voted, network = read_out_of_fold(examples, dealt, linear)
    store_network(network, args.models / "network.onnx")
    judged = [e for e in examples if e.id in voted]
    about = about_votes(judged, voted, dealt)
    write_about(args.models, about)
    report(judged, voted, dealt, about, args.errors)


def linear_folds(examples: list[Example], dealt: dict[str, int]) -> tuple[list[Linear], Linear]:
    """Weights for each fold from all other articles, and those from all."""
    asked = {e.id: [(q.task, buckets(q.features), q.label) for q in questions(e)] for e in examples}
    say(f"{sum(map(len, asked.values()))} questions for the weights")
    made = [train(q for e in examples if dealt[e.id] != n for q in asked[e.id]) for n in range(FOLDS)]
    return made, train(q for e in examples for q in asked[e.id])


def read_out_of_fold(
    examples: list[Example], dealt: dict[str, int], linear: list[Linear]
) -> tuple[dict[str, list[Voted]], Network]:
    """The votes on every brief and every late passage, from readers that have not seen it; and the network that has seen all."""
    taught = {e.id: lessons(e) for e in examples}
    late = [e for e in examples if is_late(e)]

    def learn(network: Network, some: list[Example], stage: Stage) -> Network:
        say(f"{stage.name}: {len(some)} articles")
        fit(network, [lesson for e in some for lesson in taught[e.id]], stage, say)
        return network

    network = learn(Network.load(base_weights()), [e for e in examples if not is_late(e)], FIRST)
    voted = {}
    for n in range(FOLDS):
        tuned = learn(copy.deepcopy(network), [e for e in late if dealt[e.id] != n], LAST)
        reader = as_stored(tuned)
        voted |= {e.id: votes_of(e, linear[n], reader) for e in late if dealt[e.id] == n}
    return voted, learn(network, late, LAST)


def as_stored(network: Network) -> Reader:
    """The network as readers will get it, coarser numbers and all: only that one's readings are scored."""
    with tempfile.TemporaryDirectory() as aside:
        store_network(network, Path(aside) / "network.onnx")
        return load_network(Path(aside) / "network.onnx")


def votes_of(example: Example, linear: Linear, network: Reader) -> list[Voted]:
    """What these readers, the rules and the tables say of an example, as when an article is read."""
    features = Features(example.context, example.found)
    judge = LinearJudge(features, linear)
    asked = ask_network(example.context, example.found, features, judge, network)
    return votes_on(example.context, example.found, judge, asked)


def report(
    examples: list[Example], voted: dict[str, list[Voted]], dealt: dict[str, int], about: dict, errors: Path | None
) -> None:
    """Print the scores that are stored, and write the mistakes on the briefs to a file if asked to."""
    facts = cross_judged(examples, voted, dealt)
    briefs = [e for e in examples if not e.invented]
    for name, some in (("briefs", briefs), ("briefs and passages", examples)):
        outcome = score_at(some, facts, about["threshold"])
        say(f"{name}, each read by what has not seen it, threshold {about['threshold']}")
        say("\n".join(table(outcome)))
        say(f"calibration error {about['scores'][name]['calibration_error']}")
        if errors and some is briefs:
            errors.write_text("\n".join(mistakes(outcome, gold_of(briefs))), encoding="utf-8")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
