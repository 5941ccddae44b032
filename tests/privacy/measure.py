"""How well the detector does on the labelled sentences of corpus.jsonl, and docs/detector.md written from that.

`python -m tests.privacy.measure` writes the page anew; a test fails when it is outdated.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conversations.privacy.personal_data import KINDS, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HERE: Final = Path(__file__).parent
CORPUS: Final = HERE / "corpus.jsonl"
TEMPLATE: Final = HERE / "detector.template.md"
PAGE: Final = HERE.parents[1] / "docs" / "detector.md"
PARTS: Final = ("dev", "seen", "held_out")
MEASURED: Final = tuple(kind for kind in KINDS if kind != "media")


@dataclass(frozen=True)
class Sentence:
    """A sentence, and what stands in it: kind, start, end."""

    part: str
    text: str
    labels: tuple[tuple[str, int, int], ...]


@dataclass
class Score:
    """Counts by kind over some sentences."""

    labels: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)  # labels that were found, with the right kind
    findings: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)  # findings that were labelled
    clean: int = 0
    alarms: int = 0  # clean sentences in which something was found

    def recall(self, kinds: Iterable[str]) -> float:
        names = tuple(kinds)
        return sum(self.found[kind] for kind in names) / sum(self.labels[kind] for kind in names)

    @property
    def false_alarms(self) -> float:
        return self.alarms / self.clean

    @property
    def sentences(self) -> str:
        return f"{self.clean} clean, {self.alarms} refused ({self.false_alarms:.1%})"


def corpus() -> Iterator[Sentence]:
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if item["part"] in PARTS:
            text, labels, after = item["text"], [], 0
            for kind, data in item.get("data", ()):
                after = text.index(data, after)
                labels.append((kind, after, after + len(data)))
                after += len(data)
            yield Sentence(item["part"], text, tuple(labels))


def measure(sentences: Iterable[Sentence]) -> Score:
    score = Score()
    for sentence in sentences:
        found = find(sentence.text)
        spots = [(finding.kind, finding.start, finding.end) for finding in found]
        for label in sentence.labels:
            score.labels[label[0]] += 1
            score.found[label[0]] += any(_overlap(label, spot) for spot in spots)
        for spot in spots:
            score.findings[spot[0]] += 1
            score.right[spot[0]] += any(_overlap(label, spot) for label in sentence.labels)
        if not sentence.labels:
            score.clean += 1
            score.alarms += bool(found)
    return score


def _overlap(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def page() -> str:
    """docs/detector.md as it should be."""
    sentences = list(corpus())
    total = measure(sentences)
    parts = {part: measure(one for one in sentences if one.part == part) for part in PARTS}
    rows = [_row(kind, total, parts["held_out"]) for kind in MEASURED]
    values = {
        "sentences": len(sentences),
        "labels": total.labels.total(),
        "table": "\n".join(rows),
        "parts": "\n".join(_part(part, parts[part]) for part in PARTS),
        "missed": "\n".join(f"- {line}" for line in _missed(sentences)) or "- none",
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"<<{name}>>", str(value))
    return text


def _row(kind: str, total: Score, held_out: Score) -> str:
    def share(part: int, whole: int) -> str:
        return f"{part}/{whole} = {part / whole:.2f}"

    shares = [
        share(score.found[kind], score.labels[kind]) + " | " + share(score.right[kind], score.findings[kind])
        for score in (total, held_out)
    ]
    return f"| `{kind}` | {' | '.join(shares)} |"


def _part(part: str, score: Score) -> str:
    numbers = [kind for kind in MEASURED if kind != "name"]
    return f"| `{part}` | {score.recall(numbers):.3f} | {score.recall(['name']):.3f} | {score.sentences} |"


def _missed(sentences: Iterable[Sentence]) -> Iterator[str]:
    for sentence in sentences:
        found = [(finding.kind, finding.start, finding.end) for finding in find(sentence.text)]
        missed = [kind for kind, *_ in (one for one in sentence.labels if not any(_overlap(one, two) for two in found))]
        wrong = [kind for kind, *_ in (two for two in found if not any(_overlap(one, two) for one in sentence.labels))]
        for what, kinds in (("missed", missed), ("found without need", wrong)):
            if kinds:
                yield f"{what} ({', '.join(kinds)}, `{sentence.part}`): “{sentence.text}”"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
