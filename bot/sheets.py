"""A form as a window shows it: a page of questions at once, each with what was filled in already; and a card in a room
as one reader sees it.

A window is opened on the spot, while the platform waits, so a page is read and not sent. What is filled in comes back
as an `Inbound` with `values`, through the same gate and engine as everything else; `wrong` looks first, so that a
window can say at each field what is the matter, and nothing of it is kept meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.platforms.base import Input, Place, Shown
from bot.present import Presenter, cell_input
from bot.tenant import Tenant
from bot.turns import overruling
from bot.turns.dialogs import OpenDialog
from conversations.dialog import answers
from conversations.dialog.messages import Content, Phrase, Value, from_json
from conversations.dialog.state import asked
from conversations.i18n import Texts
from conversations.privacy import gate
from conversations.process.workflow import DataLevel, Kind, Question
from storage import audit, members, queue
from storage.members import Person
from storage.transaction import Transaction

ON_A_PAGE: Final = 6  # questions


@dataclass(frozen=True, slots=True)
class Field:
    """A question as a window asks it: in full, with its help."""

    input: Input
    prompt: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a form. `action` is the key to send the values with."""

    dialog_id: int
    title: str
    page: int  # from 0
    pages: int
    fields: tuple[Field, ...]
    action: str
    language: str
    in_chat: int = 0  # lists: they are asked in the chat afterwards

    @property
    def upto(self) -> str:
        """Its last question: the next page is the one behind it."""
        return self.fields[-1].input.question if self.fields else ""

    @property
    def is_last(self) -> bool:
        """Whether the form is done with it, as far as it is known now."""
        return self.page + 1 >= self.pages


@dataclass(slots=True)
class Desk:
    """Looks up forms of one member in one transaction."""

    tx: Transaction
    tenants: Mapping[int, Tenant]
    ceilings: Mapping[str, DataLevel]
    now: datetime

    def sheet(self, platform: str, sender: str, dialog_id: int, after: str) -> Sheet | None:
        """The page behind this question of a form that is open and the member's own; None for any other, and where
        nothing of it may be.
        """
        found = self._found(platform, sender, dialog_id)
        if found is None:
            return None
        _, _, dialog, texts = found
        order = [one.id for one in dialog.form.questions]
        done = order.index(after) + 1 if after in order else 0
        questions = asked(dialog.form, dialog.state.answers)
        fields = [one for one in questions if one.kind is not Kind.ROWS]
        left = [one for one in fields if order.index(one.id) >= done]
        page = -(-(len(fields) - len(left)) // ON_A_PAGE)
        pages = page + max(1, -(-len(left) // ON_A_PAGE))
        return Sheet(
            dialog_id, texts.value(Content(f"{dialog.row.form}.title")), page, pages,
            tuple(_field(one, dialog, texts) for one in left[:ON_A_PAGE]), f"d{dialog_id}:f", texts.language,
            len(questions) - len(fields),
        )  # fmt: skip

    def wrong(self, platform: str, sender: str, dialog_id: int, values: Mapping[str, Any]) -> dict[str, str]:
        """What is the matter with which field, in the member's language; empty when all can be kept."""
        found = self._found(platform, sender, dialog_id)
        if found is None:
            return {}
        tenant, person, dialog, texts = found
        told: dict[str, str] = {}
        for name, value in values.items():
            question = dialog.form.question(name)
            if question is None:
                continue
            refusal = self._refused(tenant, dialog, question, value)
            if refusal is not None:
                kinds = ", ".join(texts.message(f"personal.{kind}") for kind in refusal.kinds)
                told[name] = texts.message("window.personal", {"kinds": kinds})
                audit.note(
                    self.tx, municipality_id=tenant.id, at=self.now, member_id=person.member_id, act="text_refused",
                    subject=f"place:{platform}", note=",".join(refusal.kinds),
                )  # fmt: skip
            elif (why := _unread(question, value, dialog)) is not None:
                told[name] = texts.value(why)
        return told

    def again(self, platform: str, sender: str, key: str) -> Shown | None:
        """The message that was sent to a room with this key, as the sender may see it; None when that is nothing."""
        person, row = members.who(self.tx, platform, sender), queue.sent_as(self.tx, key)
        tenant = self.tenants.get(person.municipality_id) if person is not None else None
        if person is None or tenant is None or row is None or row.is_private:
            return None
        room = members.room_at(self.tx, platform, row.address)
        is_there = room is not None and person.partner_code in room.partners
        if not is_there or (row.platform, row.municipality_id) != (platform, tenant.id):
            return None
        presenter = Presenter(self.tx, tenant, self.now, self.ceilings)
        place = Place(platform, row.address, is_private=False, thread=row.thread)
        message = from_json(row.message)
        return Shown(presenter.present(message, place=place, reader=person, dialog_id=row.dialog_id), person.language)

    def _refused(self, tenant: Tenant, dialog: OpenDialog, question: Question, value: object) -> gate.Refusal | None:
        verdict = gate.for_question(dialog.level, question)
        words = tenant.settings.detector_words
        refusal = gate.inspect([question.id, value], level=verdict.level, bound=verdict.bound, names=words)
        if refusal is None or not refusal.may_be_overruled:
            return refusal
        row = dialog.row
        is_overruled = overruling.granted(self.tx, tenant.access, row.member_id, row.place, self.now) is not None
        return None if is_overruled else refusal

    def _found(self, platform: str, sender: str, dialog_id: int) -> tuple[Tenant, Person, OpenDialog, Texts] | None:
        person = members.who(self.tx, platform, sender)
        tenant = self.tenants.get(person.municipality_id) if person is not None else None
        if person is None or tenant is None:
            return None
        presenter = Presenter(self.tx, tenant, self.now, self.ceilings)
        level = min(self.ceilings.get(platform, DataLevel.NONE), tenant.ceiling(platform, self.now))
        dialog = presenter.dialog(dialog_id)
        is_theirs = dialog is not None and dialog.row.member_id == person.member_id
        if dialog is None or not is_theirs or dialog.row.status != "asking" or level < DataLevel.GROUP:
            return None
        if Place.of(dialog.row.place).platform != platform:  # it was opened where more may be asked than here
            return None
        return tenant, person, dialog, tenant.texts(person.language, self.now)


def _field(question: Question, dialog: OpenDialog, texts: Texts) -> Field:
    given = cell_input(question, texts)
    value = dialog.state.answers.get(question.id)
    shown = replace(given, question=question.id, action=f"d{dialog.row.id}:f:{question.id}", value=value)
    path = f"{dialog.row.form}.{question.id}"
    return Field(shown, texts.value(Content(f"{path}.prompt")), texts.value(Content(f"{path}.help")))


def _unread(question: Question, value: object, dialog: OpenDialog) -> Phrase | None:
    """Why a value is no answer."""
    reading = answers.read_value(question, value, today=dialog.setting.today, language=dialog.setting.language)
    match reading:
        case answers.Misunderstood(id, values):
            return Phrase(id, dict[str, Value](values))
        case answers.Partial(_, wants):
            return Phrase(f"wrong.{wants}_missing")
        case _:
            return None
