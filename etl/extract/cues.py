"""The words that tell a decision, a measure or a deal, and how they sit in a sentence's parse.

A cue is a verb or noun by its lemma, with the particle or preposition it needs, if any ("phase out", "turn to"). Who stands where is
told by `side`: "operator" when the cue's subject is the buyer ("picked Nokia"), "vendor" when it is the seller ("won the order").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from spacy.tokens import Token

from etl.extract.page import Sentence


@dataclass(frozen=True)
class Cue:
    """A cue found in a sentence: its label, whose verb it is, and its token."""

    label: str
    side: str
    token: Token
    negated: bool
    modal: str  # "", "will", "may" or "wish"
    past: bool

    @cached_property
    def above(self) -> dict[int, int]:
        """See way_up."""
        return way_up(self.token)


# label, side: lemmas; "verb+word" needs that particle or preposition among the verb's children.
_SELECTION = {
    (
        "selected",
        "operator",
    ): "choose pick select name appoint tap hire enlist sign ink award hand give entrust commission order buy "
    "purchase contract settle+on opt+for go+for go+with go+to turn+to plump+for switch+to move+to migrate+to renew extend prolong expand "
    "adopt partner+with team+with bring+in stick+with sign+up lean+on crown recruit engage tip+for hand+to award+to earmark+for "
    "deploy install launch+with build+with roll+with choice selection award contract order deal agreement",
    (
        "selected",
        "vendor",
    ): "win land clinch secure bag gain obtain furnish equip outfit modernise modernize refit re-equip "
    "deploy beat contract+from order+from contract+with order+with deal+with agreement+with share+with",
    (
        "removed",
        "operator",
    ): "replace remove rip+out strip swap phase+out dismantle drop ditch dump scrap retire take+down take+out pull+out "
    "tear+out evict oust throw+out exchange part+with shed unbolt uninstall decommission eject rid rip swap+out cut+out axe",
    ("removed", "vendor"): "lose+with make+way bow+out",
    (
        "excluded",
        "operator",
    ): "exclude shun bar reject snub pass+over leave+out leave+off keep+out rule+out turn+down avoid steer+clear spurn "
    "freeze+out shut+out eliminate disqualify overlook rebuff sideline decline omit omission exclusion",
    ("excluded", "vendor"): "lose miss+out",
    (
        "shortlisted",
        "operator",
    ): "talk+with talk+to negotiate consider weigh evaluate mull shortlist invite sound+out look+at ponder assess "
    "negotiation talk discussion finalist candidate shortlist study explore",
    ("shortlisted", "vendor"): "bid compete vie court pitch bidder contender",
    (
        "trial",
        "operator",
    ): "test trial try pilot experiment memorandum proof-of-concept testing demonstration demo showcase demonstrate prototype "
    "lab pilot+with mou",
    (
        "incumbent",
        "operator",
    ): "use run+on rely+on depend+on source work+with build+on sit+on get+from customer client user",
    (
        "incumbent",
        "vendor",
    ): "supplier supply provide serve deliver come+from account+for incumbent power underpin make+up support vendor "
    "belong+to hail+from",
}
_RESTRICTION = {
    (
        "ban",
        "authority",
    ): "ban bar prohibit block exclude forbid shut+out outlaw veto disallow refuse keep+out rule+out prohibition exclusion",
    (
        "phase_out",
        "authority",
    ): "remove strip rip+out replace phase+out removal rid dismantle purge pull+out vanish withdraw eliminate",
    ("limit", "authority"): "cap limit restrict ceiling curb",
    (
        "designate",
        "authority",
    ): "designate blacklist label brand declare deem list classify designation threat entity+list",
    ("allow", "authority"): "allow clear permit approve let admit green-light authorise authorize",
    (
        "consider",
        "authority",
    ): "consider weigh mull study review propose debate draft examine discuss ponder proposal bill plan",
}
_DEAL = {
    ("acquisition", "buyer"): "acquire buy purchase takeover acquisition absorb snap+up take+over swallow merger merge",
    ("investment", "buyer"): "invest stake investment shareholder inject",
    ("divestment", "seller"): "sell divest offload dispose unload divestment spin+off sale",
    ("joint_venture", "buyer"): "joint-venture jv",
    (
        "partnership",
        "buyer",
    ): "partner ally partnership alliance tie-up team+up collaborate collaboration co-develop cooperate cooperation "
    "resell integrate joint jointly",
}
_WISH = frozenset(
    [
        "want",
        "plan",
        "aim",
        "hope",
        "intend",
        "consider",
        "weigh",
        "may",
        "might",
        "could",
        "would",
        "mull",
        "propose",
        "seek",
        "prepare",
    ]
)


@cache
def _lexicon(table: str) -> dict[str, list[tuple[str, str, str]]]:
    """lemma -> [(needed word or "", label, side)]"""
    lexicon: dict[str, list[tuple[str, str, str]]] = {}
    for (label, side), words in {"selection": _SELECTION, "restriction": _RESTRICTION, "deal": _DEAL}[table].items():
        for word in words.split():
            lemma, _, needed = word.partition("+")
            lexicon.setdefault(lemma, []).append((needed, label, side))
    return lexicon


def find_cues(sentence: Sentence, table: str) -> list[Cue]:
    """Every cue of one table ("selection", "restriction", "deal") in a sentence, the more exact reading first for each token."""
    lexicon = _lexicon(table)
    cues = []
    for token in sentence.span:
        readings = lexicon.get(token.lemma_.lower(), ())
        if not readings:
            continue
        words = {c.lower_ for c in token.children} | {
            c.lower_ for t in token.children for c in t.children if t.dep_ == "prep"
        }
        after = token.nbor().lower_ if token.i + 1 < len(token.doc) else ""
        fitting = [r for r in readings if not r[0] or r[0] in words or r[0] == after]
        if not fitting:
            continue
        _, label, side = max(fitting, key=lambda r: bool(r[0]))
        cues.append(Cue(label, side, token, _negated(token), _modal(token), token.tag_ in ("VBD", "VBN")))
    return cues


def _negated(token: Token) -> bool:
    for word in (token, *list(token.ancestors)[:2]):
        if any(c.dep_ == "neg" or c.lower_ in ("never", "no", "nor", "neither", "without") for c in word.children):
            return True
        if word.dep_ not in ("xcomp", "aux", "ROOT", "conj"):
            break
    return token.head.lemma_ in ("refuse", "decline", "fail", "stop", "avoid", "deny", "without")


def _modal(token: Token) -> str:
    for word in (token, *list(token.ancestors)[:2]):
        for child in word.children:
            if child.dep_ == "aux" and child.lower_ in ("will", "'ll", "shall"):
                return "will"
            if child.dep_ == "aux" and child.lower_ in ("may", "might", "could", "would"):
                return "may"
        if word is not token and word.lemma_ in _WISH:
            return "wish"
    return ""


def way_up(token: Token) -> dict[int, int]:
    """A token and all above it in the parse, by number, nearest first, with the steps up to each."""
    return {above.i: steps for steps, above in enumerate((token, *token.ancestors))}


def steps_between(a: dict[int, int], b: dict[int, int]) -> int:
    """Edges between two tokens of one parse, by their ways up; 99 in different sentences, whose ways never meet."""
    return next((steps + b[above] for above, steps in a.items() if above in b), 99)


def distance(a: Token, b: Token) -> int:
    """Steps between two tokens in their parse (their number of edges); 99 in different sentences."""
    return steps_between(way_up(a), way_up(b)) if a.doc is b.doc else 99


def subject_of(token: Token) -> Token | None:
    """The subject of a verb, looked for up the parse through auxiliaries, complements and conjoined verbs."""
    word = token
    for _ in range(4):
        for child in word.children:
            if child.dep_ in ("nsubj", "nsubjpass") and child.lower_ not in ("that", "which", "who"):
                return child
        if word.dep_ == "relcl":
            return word.head
        if word.dep_ not in ("xcomp", "conj", "ccomp", "advcl", "aux", "prep", "pcomp", "dobj", "attr", "pobj", "acl"):
            return None
        word = word.head
    return None
