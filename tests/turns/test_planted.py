"""A secret in every stored field that could carry one: what a whole round of agenda, minutes, sign-off and reminders
sends to whom, what the files hold that people can open, and what goes into a calendar.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

import pytest
from sqlalchemy import or_, select

from bot.web.documents import Visit, compiled
from conversations import records
from storage import members, tables
from storage.names import table
from storage.prepared import prepared
from storage.tables import Answer, CasePartner, Contribution, Document, GroupCase, Meeting
from tests.documents.test_minutes_views import IDS, planted
from tests.turns.cases import CASE, LEAD, answer, task_of
from tests.turns.chat import Chat
from tests.turns.test_minutes import closed, police
from tests.turns.test_minutes_removed import change

__all__ = ["closed"]

SECRET = "GEHEIM"
GUEST = "zorgcoordinator"  # at the table of the case, of an organisation that did not sign
OUTSIDER, HOUSING = "wijkbeheerder", 7  # its organisation is not at the table of the case
_A, _K = table(Answer), table(Contribution)
_DOCUMENTS = prepared(select(table(Document)).where(table(Document).c.kind.in_(["agenda", "minutes"])))
STORED: dict[type, type] = {
    records.CaseRecord: GroupCase,
    records.DecisionRecord: tables.Decision,
    records.ActionRecord: tables.Action,
    records.MeetingLine: tables.MeetingLine,
    records.AgendaItemRecord: tables.AgendaItem,
    records.SignatureRecord: tables.Signature,
    records.AmendmentRecord: tables.Amendment,
}


def columns_of(record: type, stored: type) -> list[str]:
    """The text fields of a record that are stored as they are."""
    hints = get_type_hints(record)
    texts = [one.name for one in fields(record) if hints[one.name] in (str, str | None) and one.name not in IDS]
    return [name for name in texts if name in table(stored).c and hints[name] is str]


def plant(chat: Chat) -> None:
    """Secrets in everything that was written about the case until now, but for what the outsider's own wrote."""

    def work(tx: Any) -> None:
        for record, stored in STORED.items():
            rows = table(stored)
            about = rows.c.id == 1 if stored is GroupCase else rows.c.case_id == 1
            own = [rows.c[name] for name in ("partner_id", "proposer_id") if name in rows.c]
            others = [or_(column.is_(None), column != HOUSING) for column in own]
            for name in columns_of(record, stored):
                filled = rows.update().where(about, *others, rows.c[name] != "")
                tx.connection.execute(filled.values({name: f"{SECRET} {rows.name} {name}"}))
        given = (
            select(_A, _K.c.form).join_from(_A, _K, _A.c.contribution_id == _K.c.id).where(_K.c.partner_id != HOUSING)
        )
        for row in list(tx.connection.execute(given)):
            secret = f"{SECRET} answer {readers_of(chat, row.form, row.question)}"
            said = planted(row.value, secret) if isinstance(row.value, dict | list) else secret
            tx.connection.execute(_A.update().where(_A.c.id == row.id).values(value=said))
        tx.connection.execute(table(CasePartner).delete().where(table(CasePartner).c.partner_id == HOUSING))

    chat.bring_about(work)


def readers_of(chat: Chat, form: str, question: str) -> str:
    """Who may read an answer: table, signatories or process_lead."""
    (tenant,) = chat.app.tenants.values()
    found = tenant.workflow.form(form).question(question)
    assert found is not None
    return found.visibility.value


def heard_by(chat: Chat, who: str, since: int) -> str:
    """All that somebody was told from then on, in private and in rooms, and where its links lead."""
    own = [one for one in chat.heard[since:] if one.at == f"@{who}" or not one.at.startswith("@")]
    assert any(one.at == f"@{who}" for one in own)
    return "\n".join(f"{one.all_text} {one.shown.links}" for one in own)


def files_of(chat: Chat, who: str) -> dict[str, str]:
    """Everything that somebody can open of all that there is, by the name of the file."""
    tenant = next(iter(chat.app.tenants.values()))

    def opened(tx: Any) -> dict[str, str]:
        person = members.person_by_code(tx, tenant.id, who)
        assert person is not None
        visit = Visit(person, tenant, None, chat.clock.now())
        wanted = [("document", row.id) for row in tx.all(_DOCUMENTS)]
        wanted += [("status", 1), ("actions", 1), ("decisions", 1), ("actions", 0), ("decisions", 0)]
        return {
            f"{kind}-{number}.{form}": made
            for kind, number in wanted
            for form in ("md", "html", "ics")
            if (made := _read(tx, visit, kind, number, form)) is not None
        }

    return chat.database.write(opened)  # a calendar keeps its number


def _read(tx: Any, visit: Visit, kind: str, number: int, form: str) -> str | None:
    found = compiled(tx, visit, kind, number, form)
    if found is None:
        return None
    return found.taken(form).content.decode() if form == "ics" else found.page(form).content


@pytest.fixture
def told(closed: Chat) -> tuple[Chat, int]:
    """The minutes went round, were signed with a remark, adopted and corrected; then the next agenda, and weeks of
    reminders: all of it with secrets in whatever was written before.
    """
    chat, since = closed, len(closed.heard)
    answer(chat, "wijkagent", task_of(chat, "assess"))
    chat.say("wijkagent", f"agendapunt {CASE} de hangplek")
    plant(chat)
    chat.say(LEAD, "verslag rondsturen jgo")
    chat.press("boa", "Akkoord, met opmerking")
    chat.say("boa", "De ronde is op zondag.")
    line = next(row for row in police(chat).splitlines() if f"{SECRET} meeting\\_line text" in row)
    chat.say("boa", line.partition("(")[2].partition(")")[0])
    chat.press("boa", "confirm")
    plant(chat)
    chat.advance_clock("2026-02-17 17:00")
    chat.press(LEAD, "Vaststellen")
    chat.say(LEAD, "verslag corrigeren jgo")
    chat.say(LEAD, line.partition("(")[2].partition(")")[0])
    chat.say(LEAD, f"{SECRET} amendment text was anders.")
    chat.say(LEAD, "overslaan")
    plant(chat)
    chat.press(LEAD, "confirm")
    plant(chat)
    chat.say(LEAD, "verslag jgo")
    chat.say(LEAD, "agenda sturen jgo")
    chat.say(LEAD, "toch sturen")
    chat.advance_clock("2026-03-06 17:00")
    return chat, since


def test_a_whole_round_tells_who_is_not_at_the_table_no_word_of_the_case(told):
    chat, since = told
    assert SECRET not in heard_by(chat, OUTSIDER, since)
    held = files_of(chat, OUTSIDER)
    assert any(name.endswith(".ics") for name in held)
    assert [name for name, text in held.items() if SECRET in name + text] == []
    whole = "\n".join(files_of(chat, LEAD).values()).replace("\\", "")
    for field in ("meeting_line text", "decision text", "action title", "group_case place", "signature remark",
                  "amendment text", "answer"):  # fmt: skip
        assert f"{SECRET} {field}" in whole, field


def test_a_guest_at_the_table_hears_and_opens_no_answer_that_is_for_signatories(told):
    chat, since = told
    kept = (f"{SECRET} answer signatories", f"{SECRET} answer process_lead")
    whole = "\n".join(files_of(chat, LEAD).values())
    assert [one for one in kept if one in whole] != []
    everything = heard_by(chat, GUEST, since) + "\n".join(files_of(chat, GUEST).values())
    assert [one for one in kept if one in everything] == []


def test_what_waits_to_be_sent_and_what_is_planned_holds_no_word_that_was_written(told):
    chat, _ = told
    for traffic in (tables.Outbox, tables.Due, tables.Nudge, tables.AuditEntry, tables.Card, tables.Paper):
        assert SECRET not in str(chat.rows(traffic)), traffic.__name__


def test_a_calendar_has_the_place_of_a_meeting_and_no_other_word(told):
    chat, _ = told
    change(chat, table(Meeting).update().values(place="zaal 9"))
    for who in (LEAD, OUTSIDER):
        calendars = [text for name, text in files_of(chat, who).items() if name.endswith(".ics")]
        assert calendars
        assert all("zaal 9" in one and SECRET not in one and CASE not in one for one in calendars)
