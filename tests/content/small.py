"""A work process of two steps, small enough to break in one place at a time."""

from __future__ import annotations

import shutil
from pathlib import Path

from conversations.process.check import check
from conversations.process.load import CONTENT
from conversations.process.problems import Problem

STEP_1 = """\
id: "1"
identifier: share_signals
name: {nl: Delen, en: Share}
purpose: {nl: Samen kijken, en: Look together}
result: {nl: Een besluit, en: A decision}
who: {nl: De partners, en: The partners}
privacy: {nl: Geen namen, en: No names}
leads: process_lead
takes_part: [police, youth_work]
guests: [school]
data_level: group
products: [{nl: Overzicht, en: Overview}]
forms:
  - id: signal
    title: {nl: Signaal, en: Signal}
    outcome: signal
    questions:
      - id: size
        kind: choice
        prompt: {nl: Hoe groot is de groep?, en: How large is the group?}
        short: {nl: Grootte, en: Size}
        help: {nl: Schat het., en: Make a guess.}
        options:
          - {id: small, label: {nl: Klein, en: Small}}
          - {id: large, label: {nl: Groot, en: Large}}
      - id: worried
        kind: judgement
        prompt: {nl: Maak je je zorgen?, en: Are you worried?}
        short: {nl: Zorgen, en: Worried}
        help: {nl: Zeg wat je vindt., en: Say what you think.}
        when: {question: size, any_of: [large]}
      - id: because
        kind: short_text
        prompt: {nl: Waarom?, en: Why?}
        short: {nl: Reden, en: Reason}
        help: {nl: Een zin., en: One sentence.}
        when: {question: worried, any_of: ['yes']}
        roles: [police]
  - id: overview
    title: {nl: Overzicht, en: Overview}
    questions:
      - id: summary
        kind: long_text
        prompt: {nl: Wat is er aan de hand?, en: What is going on?}
        short: {nl: Samenvatting, en: Summary}
        help: {nl: Kort., en: Be brief.}
tasks:
  - id: signal
    form: signal
    title: {nl: Signaal, en: Signal}
    kind: each_of
    roles: [police, youth_work]
    term: 5
  - id: overview
    form: overview
    title: {nl: Overzicht, en: Overview}
    kind: one_of
    roles: [process_lead]
    term: 5
    opens: before_meeting
    meeting: group_meeting
exits:
  - id: to_2a
    label: {nl: Verder, en: Go on}
    help: {nl: Naar 2A., en: To 2A.}
    to: 2A
    needs: [overview]
  - id: stop
    label: {nl: Stoppen, en: Stop}
    help: {nl: Het is klaar., en: It is done.}
    status: stopped
"""

STEP_2A = """\
id: 2A
identifier: assess_behaviour
name: {nl: Beoordelen, en: Assess}
purpose: {nl: Oordelen, en: Judge}
result: {nl: Een oordeel, en: A judgement}
who: {nl: De partners, en: The partners}
privacy: {nl: Geen namen, en: No names}
leads: process_lead
takes_part: [police]
data_level: group
products: []
forms: []
tasks: []
exits:
  - id: stop
    label: {nl: Stoppen, en: Stop}
    help: {nl: Het is klaar., en: It is done.}
    status: stopped
"""


def small_content(folder: Path) -> Path:
    """A folder with the small process and the shipped shared forms and meeting kinds."""
    content = folder / "content"
    (content / "steps").mkdir(parents=True)
    (content / "steps" / "1.yaml").write_text(STEP_1, encoding="utf-8")
    (content / "steps" / "2a.yaml").write_text(STEP_2A, encoding="utf-8")
    for name in ("shared.yaml", "meetings.yaml"):
        shutil.copy(CONTENT / name, content / name)
    return content


def found_in(content: Path, file: Path) -> list[Problem]:
    """Problems of one file."""
    return [problem for problem in check(content=content) if problem.file == str(file)]


def line_of(file: Path, words: str) -> int:
    """The line on which words begin; the last one when they stand there several times."""
    text = file.read_text(encoding="utf-8")
    return text.count("\n", 0, text.rindex(words)) + 1


def replace(file: Path, old: str, new: str) -> None:
    """Break a file in one place."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    file.write_text(text.replace(old, new), encoding="utf-8")
