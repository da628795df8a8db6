"""The configured sources, asked: what is new or changed goes into the raw folder, and each source says what happened.

Sources of different hosts are asked at one time, those of one host in their turn; how a host is asked, one request after another with its
pauses, is the fetcher's affair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from etl.sources.addresses import AddressRefused, checked_url, host_of, shown
from etl.sources.asking import FetchError, Stopped
from etl.sources.feeds import FEED_TYPES, SITEMAP_TYPES, Entry, Feed, FeedError, parse_feed, parse_sitemap
from etl.sources.files import Listing, list_folder
from etl.sources.keeping import keep_page, keep_text
from etl.sources.raw import Raw, Record
from etl.sources.settings import FeedSource, FolderSource, PagesSource, Settings, SitemapSource
from etl.sources.web import Fetcher

AT_ONCE = 8  # hosts
MOST_SITEMAPS = 20  # of one index, those that changed last
Faults = (FetchError, AddressRefused, FeedError)
Progress = Callable[[Iterable[Entry], int], Iterable[Entry]]


@dataclass
class Gathered:
    """What asking a source gave. changes: how many documents were "new", "changed", "unchanged" (asked again), "known" (not
    asked again), "older" (than --since) and "waiting" (beyond the source's limit). faults: (address, reason). would: the
    addresses that a dry run would fetch. notes: a line each.
    """

    source: str
    changes: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    would: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The source's line in the summary of a run."""
        names = {"known": "known", "older": "older", "waiting": "waiting for the next run"}
        told = [f"{self.changes[kind]} {kind}" for kind in ("new", "changed", "unchanged")]
        told += [f"{self.changes[kind]} {name}" for kind, name in names.items() if self.changes[kind]]
        told += [f"{len(self.would)} to fetch"] if self.would else []
        return f"{self.source}: {', '.join(told)}, {len(self.faults)} failed"


@dataclass(frozen=True)
class Errand:
    """How sources are asked in this run. since: YYYY-MM-DD. dry: feeds and sitemaps are asked, nothing is fetched or kept."""

    raw: Raw
    fetcher: Fetcher
    since: str | None = None
    dry: bool = False
    progress: Progress | None = None


WebSource = FeedSource | SitemapSource | PagesSource


def gather(source: WebSource, errand: Errand) -> Gathered:
    """Ask one source of the web. Its faults are in the answer; raises RawError alone, when nothing can be kept any more."""
    gathered = Gathered(source.name)
    try:
        entries = _entries(source, errand, gathered)
    except Faults as error:
        gathered.faults.append((shown(source.url), str(error)))
        entries = []
    due = [entry for entry in entries if _is_due(source, entry, errand, gathered)]
    limit = getattr(source, "limit", len(due))
    gathered.changes["waiting"] += max(len(due) - limit, 0)
    if errand.dry:
        gathered.would = [entry.url for entry in due[:limit]]
        return gathered
    for entry in errand.progress(due[:limit], len(due[:limit])) if errand.progress else due[:limit]:
        try:
            gathered.changes[_take(source, entry, errand, gathered)] += 1
        except Faults as error:
            gathered.faults.append((shown(entry.url), str(error)))
    errand.raw.set_faults(source.name, gathered.faults)
    return gathered


def gather_all(sources: Sequence[WebSource], errand: Errand) -> Iterator[Gathered]:
    """Ask sources of the web; what each gave, in the order of the sources, whichever is done first.

    Raises as gather, and KeyboardInterrupt when the person stops it: then nothing more is asked of anybody, and what was kept is whole.
    """
    told = [Future() for _ in sources]
    lanes: dict[str, list[tuple[WebSource, Future]]] = {}
    for source, future in zip(sources, told, strict=True):
        # Of several pages, the first tells the host.
        first = source.urls[0] if isinstance(source, PagesSource) else source.url
        lanes.setdefault(host_of(checked_url(first)), []).append((source, future))
    pool = ThreadPoolExecutor(min(AT_ONCE, len(lanes)) or 1, thread_name_prefix="gather")
    try:
        for lane in lanes.values():
            pool.submit(_in_turn, lane, errand)
        for future in told:
            yield future.result()
    except Stopped:
        pool.shutdown(cancel_futures=True)
        # One lane could not go on, and that ended the others.
        faults = [future.exception() for future in told if future.done()]
        raise next((fault for fault in faults if fault and not isinstance(fault, Stopped)), Stopped()) from None
    finally:
        if not all(future.done() and not future.exception() for future in told):
            errand.fetcher.stop()
        pool.shutdown(cancel_futures=True)


def _in_turn(lane: list[tuple[WebSource, Future]], errand: Errand) -> None:
    for source, future in lane:
        try:
            future.set_result(gather(source, errand))
        except BaseException as error:
            future.set_exception(error)
            errand.fetcher.stop()


def listings(settings: Settings, raw: Raw, only: str | None = None) -> list[tuple[str, Listing]]:
    """(source, its documents) of all that is kept and of the folders that are sources; no network. Raises OSError."""
    found = [(source, raw.listing(source)) for source in raw.sources() if only in (None, source)]
    for source in settings.source:
        if isinstance(source, FolderSource) and only in (None, source.name):
            found.append((source.name, list_folder(settings.folder_of(source), source.name)))
    return found


def _entries(source: WebSource, errand: Errand, gathered: Gathered) -> list[Entry]:
    """What a source names, each address once. Raises Faults for a feed or sitemap that cannot be had."""
    if isinstance(source, PagesSource):
        return [Entry(url) for url in source.urls]
    if isinstance(source, FeedSource):
        feed = parse_feed(*_listed(source.name, source.url, errand, FEED_TYPES))
    else:
        feed = _sitemaps(source, errand, gathered)
    gathered.faults += feed.faults
    return list({entry.url: entry for entry in reversed(feed.entries)}.values())[::-1]


def _sitemaps(source: SitemapSource, errand: Errand, gathered: Gathered) -> Feed:
    """The entries of a sitemap, or of those that an index names (one level deep), the newest first."""
    feed = parse_sitemap(*_listed(source.name, source.url, errand, SITEMAP_TYPES))
    newest = sorted(feed.sitemaps, key=lambda one: one.changed_on or "", reverse=True)
    if len(newest) > MOST_SITEMAPS:
        gathered.notes.append(
            f"{source.name}: {len(newest)} sitemaps, the {MOST_SITEMAPS} that changed last are looked at"
        )
    for one in newest[:MOST_SITEMAPS]:
        try:
            inner = parse_sitemap(*_listed(source.name, one.url, errand, SITEMAP_TYPES))
            feed.entries += inner.entries
            feed.faults += inner.faults
        except Faults as error:
            feed.faults.append((shown(one.url), str(error)))
    if source.match:
        feed.entries = [entry for entry in feed.entries if any(word in entry.url for word in source.match)]
    feed.entries.sort(key=lambda entry: entry.changed_on or "", reverse=True)
    return feed


def _listed(source: str, url: str, errand: Errand, types: frozenset[str]) -> tuple[bytes, str]:
    """A feed or sitemap and where it was found: the kept one when the host says that it is still true. Raises FetchError."""
    before = errand.raw.whole(source, url)
    fetched = errand.fetcher.fetch(
        url, types, etag=before and before.etag, last_modified=before and before.last_modified
    )
    content = errand.raw.content(before) if before and fetched.not_modified else fetched.content
    if not errand.dry and not fetched.not_modified:
        told = {"url": fetched.url, "etag": fetched.etag, "last_modified": fetched.last_modified, "at": fetched.at}
        record = Record(source=source, key=url, role="listing", content_type=fetched.content_type, **told)
        errand.raw.keep(record, content)
    return content, fetched.url


def _is_due(source: WebSource, entry: Entry, errand: Errand, gathered: Gathered) -> bool:
    """Whether an entry is to be fetched: pages always, others when they are new, changed, or only partly there."""
    if isinstance(source, PagesSource):
        return True
    if errand.since and entry.changed_on and entry.changed_on < errand.since:
        gathered.changes["older"] += 1
        return False
    record = errand.raw.whole(source.name, entry.url)
    if record and not record.partial and record.marker == entry.marker:
        gathered.changes["known"] += 1
        return False
    return True


def _take(source: WebSource, entry: Entry, errand: Errand, gathered: Gathered) -> str:
    """Keep an entry, with its page's text or the feed's own. Raises Faults and RawError."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    if isinstance(source, FeedSource) and source.text == "full":
        return keep_text(errand.raw, source.name, entry, now, partial=False, publisher=source.publisher)
    about = None if isinstance(source, PagesSource) else entry
    try:
        return keep_page(errand.raw, errand.fetcher, source.name, entry.url, entry=about, publisher=source.publisher)
    except (FetchError, AddressRefused) as error:
        before = errand.raw.record(source.name, entry.url)
        if not entry.html or (before and not before.partial):
            raise
        gathered.notes.append(
            f"{shown(entry.url)}: {error}; the feed's own short text is kept until its page can be had"
        )
        return keep_text(errand.raw, source.name, entry, now, partial=True, publisher=source.publisher)
