"""How fast articles are read: `python -m benchmarks.reading`. All figures of one run side by side, as ratios, on the bundled briefs.

reading / bare spaCy    time of the whole reader over that of spaCy's tagger and parser alone on the same texts
dismissed               articles without a vendor or operator, a second
two workers / one       articles a second (with enough articles that starting the workers does not decide)
linear                  time of a text ten times as long over ten times the time
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from etl.article import Article, read_document
from etl.extract import read_article
from etl.extract.gate import reason_to_skip
from etl.extract.page import blocks, parser
from etl.extract.reader import registry
from etl.paths import BUNDLED
from etl.reading import read_all
from etl.sources.files import list_folder

DULL = "The weather stayed fine over the weekend, and the town's bakery sold more bread than in any May before. " * 20


def timed(work: Callable[[], object], rounds: int = 3) -> float:
    """Median seconds of some rounds."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return median(taken)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "--copies", type=int, default=6, help="how often the briefs are read in the comparison of workers"
    )
    args = options.parse_args()
    documents = list_folder(BUNDLED, "bundled", briefs=True).documents
    articles = [read_document(one.path, one.read(), known=one.known) for one in documents]
    words = sum(len(article.text.split()) for article in articles)
    parts = [article.text[b.start : b.end] for article in articles for b in blocks(article.text)]
    read_article(articles[0])

    bare = timed(lambda: list(parser().pipe(parts, batch_size=32)))
    whole = timed(lambda: [read_article(article) for article in articles])
    print(f"reading / bare spaCy: {whole / bare:.2f} ({words / whole:,.0f} and {words / bare:,.0f} words a second)")

    dull = timed(lambda: [reason_to_skip(DULL, registry()) for _ in range(500)])
    print(f"dismissed: {500 / dull:,.0f} a second")

    one = timed(lambda: list(read_all(documents * args.copies, 1)), 1)
    two = timed(lambda: list(read_all(documents * args.copies, 2)), 1)
    print(f"two workers / one: {one / two:.2f}")
    largest = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"memory of the largest process: {largest / 1024:.0f} MB")

    text = "\n\n".join(article.text for article in articles[:10])
    short = timed(lambda: read_article(Article(text=text)), 1)
    long = timed(lambda: read_article(Article(text="\n\n".join([text] * 10))), 1)
    print(f"linear: {long / (10 * short):.2f} (1.0: ten times the text takes ten times as long)")

    command = [
        sys.executable,
        "-c",
        "from etl.article import Article; from etl.extract import read_article; read_article(Article(text='Nokia 5G'))",
    ]
    start = timed(lambda: subprocess.run(command, check=True, cwd=Path(__file__).parents[1]))
    print(f"start-up to the first article read: {start:.1f} s")


if __name__ == "__main__":
    main()
