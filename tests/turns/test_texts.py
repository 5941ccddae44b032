"""Every text that the program can say is in the catalogue, in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args, get_type_hints

import pytest

from bot.platforms.base import Happened
from bot.turns.overruling import REASONS
from bot.turns.overview import SECTIONS
from conversations.i18n import LANGUAGES, Catalogue
from conversations.meetings.view_parts import AgendaChange
from conversations.privacy.gate import Bound
from conversations.privacy.personal_data import KINDS
from conversations.process.covenant import Retention
from conversations.process.workflow import DataLevel, Goal, Visibility
from conversations.records import ActionStatus, CaseStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CATALOGUE = Catalogue.load()
SPACES = {text_id.partition(".")[0] for text_id in CATALOGUE.ids()}
ELSEWHERE = {"bench", "commands", "replay", "web"}  # the folders of bot/ that test their own texts

VERDICTS = ("agreed", "agreed_with_remark", "not_agreed")
# What stands between the braces of an id that is put together. One that is not here is found by the last test.
FAMILIES: dict[str, tuple[str, ...]] = {
    "action_status.{status}": get_args(ActionStatus),
    "agenda.gap.{kind}": ("undelivered", "unasked", "left_out", "unjudged", "no_review", "too_long"),
    "agenda.state.{state}": ("proposed", "later", "dropped", "done", "moved"),
    "agenda.without.{kind}": ("no_goal", "no_owner", "no_minutes", "no_paper"),
    "case_status.{status}": get_args(CaseStatus),
    "cases.gap.{state}": ("late", "missed", "nothing", "open", "waived"),
    "agreement.instead.{bound}": get_args(Bound),
    "agreement.level.{lower}": tuple(level.name.lower() for level in DataLevel),
    "agreement.why.{bound}": get_args(Bound),
    "dialog.ask_{wants}": ("reason", "text"),
    "dialog.choice.{name}": ("yes", "no", "unsure"),
    "documents.change.{what}": get_args(get_type_hints(AgendaChange)["what"]),
    "documents.goal.{goal}": get_args(Goal),
    "documents.goal.{name}": get_args(Goal),
    "logbook.csv.{name}": ("at", "function", "partner", "act", "subject", "note", "place", "seal"),
    "breach.about.{kind}": ("contribution", "decision", "minutes", "agenda", "document", "message", "dialog"),
    "breach.about.{?}": ("nothing",),
    "rights.kind.{kind}": ("access", "correction", "erasure", "objection"),
    "rights.to_do.{kind}": ("access", "correction", "erasure"),
    "rights.state.{status}": ("open", "decided"),
    "rights.law.{law}": ("gdpr", "wpg", "wjsg"),
    "rights.label.{name}": ("law", "about", "received_on", "due_on", "extended_on", "outcome", "told_on", "kept"),
    "keeping.rule.{rule}": tuple(Retention.model_fields),
    "language.now_{wanted}": LANGUAGES,
    "meeting.announced_{state}": ("excused", "expected"),
    "meeting.a_line.{kind}": ("action", "decision", "dissent", "info", "question"),
    "meeting.choice.{state}": ("absent", "excused", "late", "left", "present", "stand_in"),
    "meeting.ended.{state}": ("done", "dropped", "moved"),
    "meeting.goal.{goal}": ("decide", "discuss", "inform"),
    "meeting.line.{kind}": ("action", "decision", "dissent", "info", "proposal", "question"),
    "meeting.no_{kind}": ("agenda", "minutes"),
    "meeting.{kind}": ("agenda", "minutes"),
    "meeting.seat.{state}": ("absent", "excused", "expected", "late", "left", "present"),
    "meeting.{state}": ("absent", "excused", "late", "left", "present"),
    "documents.verdict.{verdict}": VERDICTS,
    "minutes.said.{verdict}": ("asked", "silent", *VERDICTS),
    "minutes.stands_{status}": ("circulated", "adopted", "corrected"),
    "minutes.{status}": ("adopted", "corrected"),
    "minutes.{which}": ("triangle", "public"),
    "happened.{kind}": tuple(kind for kind in get_args(Happened) if kind != "address_back"),
    "personal.{kind}": KINDS,
    "platform.{platform}": ("console", "email", "matrix", "slack", "teams", "telegram", "webchat"),
    "receipt.readers.{value}": tuple(one.value for one in Visibility),
    "overruled.choice.{reason}": REASONS,
    "refused.{kind}": (*KINDS, "pseudonym", "media"),
    "role.{value}": ("police", "youth_work"),
    "task.state.{_state}": ("closed", "in", "late", "nothing", "open", "waived"),
    "slack.set_{one}": ("quiet_hours", "workdays", "language", "help"),
    "wrong.{wants}_missing": ("reason", "text"),
    "calendar.weekday.{index}": tuple(map(str, range(7))),
    "handover.answered_{act}": ("yes", "no"),
    "takeover.was_{outcome}": ("accepted", "declined"),
    "takeover.{outcome}": ("accepted", "declined"),
    "overview.part.{part}": SECTIONS,
    "overview.{name}": ("date", "handover", "not_mine"),
    "overview.{why}": ("ceiling", "stale", "unreachable"),
    "reminder.choice.{act}": ("before", "date", "hand", "hour", "later", "not_mine", "nothing", "tomorrow"),
    "reminder.choice.{kind}_grant": ("date", "not_mine"),
    "reminder.choice.{kind}_refuse": ("date", "not_mine"),
    "reminder.{kind}_was_{outcome}": ("date_was_accepted", "date_was_declined", "not_mine_was_accepted"),
    "reminder.{kind}_{outcome}": ("date_accepted", "date_declined", "not_mine_accepted", "not_mine_declined"),
    "{PREFIX}unreachable_room": ("delivery.",),
    "{PREFIX}unreachable_{how}": ("delivery.unreachable_nobody", "delivery.unreachable_other"),
}


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for package in ("bot", "conversations"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if not ELSEWHERE & set(path.relative_to(ROOT).parts):
                yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def calls() -> Iterator[tuple[str, str, ast.expr]]:
    """What is given as the id of a message, a phrase, a text or a misunderstanding: file and line, call, expression."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in {"Message", "Misunderstood", "Phrase", "message"}:
                    yield f"{path}:{node.lineno}", name, node.args[0]


def written_out(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def pattern(node: ast.JoinedStr) -> str:
    """`cases.gap.{state}` for f"cases.gap.{one.state}"."""
    found = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            found += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            inner = part.value.func if isinstance(part.value, ast.Call) else part.value
            found += "{" + str(getattr(inner, "attr", getattr(inner, "id", "?"))) + "}"
    return found


def test_every_id_that_is_written_out_is_a_text():
    named = {
        (str(path), text)
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for text in [node.value]
        if re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", text) and text.partition(".")[0] in SPACES and not text.endswith("_")
    }
    assert {text for _, text in named} > {"dialog.ask", "receipt.stored", "reminder.morning", "wrong.choice"}
    assert sorted((path, text) for path, text in named if not CATALOGUE.has(text)) == []


def test_every_call_names_an_id_that_is_there():
    unknown = [
        (where, text)
        for where, _, node in calls()
        if isinstance(node, ast.Constant | ast.IfExp)
        for text in written_out(node.body if isinstance(node, ast.IfExp) else node)
        if "." in text and not CATALOGUE.has(text)
    ]
    assert unknown == []


@pytest.mark.parametrize("family", FAMILIES)
def test_every_member_of_a_family_is_a_text(family):
    ids = [re.sub(r"\{.*\}", value, family) for value in FAMILIES[family]]
    assert ids
    assert [text_id for text_id in ids if not CATALOGUE.has(text_id)] == []


def test_every_id_that_is_put_together_is_of_a_known_family():
    found = {pattern(node) for _, _, node in calls() if isinstance(node, ast.JoinedStr)}
    assert found <= set(FAMILIES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receipts_say_who_can_read_it(language):
    for visibility in Visibility:
        for end in ("", "_partly"):
            assert CATALOGUE.text(language, f"receipt.readers.{visibility.value}{end}")
