"""Taking out what may not be kept: by the municipality's periods (see `purging`), or because somebody asked
(`erase_…`).

Registers keep number, date and kind; what people wrote goes, in all versions and wherever a copy of it is: drafts, chat
history, compiled documents. A tombstone says what was removed, when and by which rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, insert, or_, select, union, update
from sqlalchemy.sql.expression import ColumnElement, Executable

from conversations.process.case import RUNNING
from storage import audit, holds, references, search
from storage.names import table
from storage.tables import (
    Action,
    Address,
    AgendaItem,
    Amendment,
    Answer,
    Assignment,
    Breach,
    ChatMessage,
    Contribution,
    Decision,
    Dialog,
    Document,
    Goal,
    GroupCase,
    Lane,
    LegalHold,
    Meeting,
    MeetingLine,
    Member,
    Outbox,
    Paper,
    Pseudonym,
    RightsRequest,
    Search,
    SignalLink,
    Signature,
    Task,
    Ticket,
    Tombstone,
    Track,
    WebSession,
)
from storage.traces import mentions, opened_by, quotes, typed_in
from storage.transaction import Transaction

GONE = "–"  # what a register shows where words were
NOT_PROBLEMATIC = "stopped"  # status of a case that ended without being called problematic
SIGNAL = "1.signal"

A, ADDRESS, W, AS, H, K, D = (
    table(Action), table(Address), table(Answer), table(Assignment), table(ChatMessage), table(Contribution),
    table(Decision),
)  # fmt: skip
DIALOG, DOC, G, C, M, L = (
    table(Dialog), table(Document), table(Goal), table(GroupCase), table(Meeting), table(MeetingLine),
)  # fmt: skip
OUT, P, LINK, T, R = table(Outbox), table(Pseudonym), table(SignalLink), table(Task), table(Track)
SIGN, AMEND, PAPER = table(Signature), table(Amendment), table(Paper)
MEMBER, S, TOMB, ITEM, LANE = table(Member), table(Search), table(Tombstone), table(AgendaItem), table(Lane)
TICKET, SESSION, HOLD = table(Ticket), table(WebSession), table(LegalHold)
BREACH, REQUEST = table(Breach), table(RightsRequest)


class Eraser:
    """Takes things out of one municipality within a transaction, and counts what it took by kind."""

    def __init__(self, tx: Transaction, municipality_id: int, now: datetime) -> None:
        self.tx = tx
        self.town = municipality_id
        self.now = now
        self.counts: Counter[str] = Counter()
        self.held_cases = holds.ids(municipality_id, "case")
        self.held_members = holds.ids(municipality_id, "member")

    def _all(self, statement: Executable) -> list[Any]:
        return list(self.tx.connection.execute(statement))

    def _take(self, kind: str, statement: Executable) -> None:
        self.counts[kind] += self.tx.connection.execute(statement).rowcount

    def tombstone(self, kind: str, subject: str, rule: str) -> None:
        """Say what was removed."""
        self.tx.connection.execute(
            insert(TOMB).values(municipality_id=self.town, kind=kind, subject=subject, rule=rule, removed_at=self.now)
        )

    # --- contributions and dialogs ------------------------------------------------------------------------------------

    def contribution(self, number: int, rule: str) -> None:
        """The answers of a contribution, in all versions, with everything that was said in giving them."""
        own = and_(K.c.municipality_id == self.town, K.c.number == number)
        versions = self._all(select(K.c.id, K.c.dialog_id).where(own))
        ids = [row.id for row in versions]
        search.forget(self.tx, "contribution", ids)
        self._take("answers", delete(W).where(W.c.contribution_id.in_(ids)))
        changes = self._all(select(DIALOG.c.id).where(DIALOG.c.supersedes.in_(ids)))
        self.dialogs([*(row.dialog_id for row in versions if row.dialog_id is not None), *(row.id for row in changes)])
        self.counts["contributions"] += 1
        self.tombstone("contribution", f"C-{number}", rule)

    def dialogs(self, ids: Iterable[int]) -> None:
        """What was filled in and said in these dialogs. Drafts go whole."""
        for dialog_id in set(ids):
            self._talk(dialog_id)
        mine = DIALOG.c.id.in_(set(ids))
        self._take("messages to send", delete(OUT).where(OUT.c.dialog_id.in_(set(ids))))
        self._take("chat messages", delete(H).where(H.c.dialog_id.in_(set(ids))))
        self._take("drafts", delete(DIALOG).where(mine, DIALOG.c.status != "delivered"))
        self._take(
            "filled-in forms", update(DIALOG).where(mine, DIALOG.c.state != {}).values(state={}, is_active=False)
        )

    def _talk(self, dialog_id: int) -> None:
        for typed in typed_in(self.tx, dialog_id):
            self._take("chat messages", delete(H).where(typed))

    def documents_with(self, number: int) -> None:
        """The compiled documents that quote a contribution; they can be compiled again, without it."""
        compiled = self._all(select(DOC.c.id, DOC.c.model).where(DOC.c.municipality_id == self.town))
        ids = [row.id for row in compiled if quotes(row.model, number)]
        self._documents(DOC.c.id.in_(ids))

    def made_of(self, number: int) -> None:
        """What the answers of a contribution became in the registers."""
        self._empty_actions(and_(A.c.municipality_id == self.town, A.c.source == number))
        own = and_(G.c.municipality_id == self.town, G.c.source == number)
        self._take("goals", _emptied_goals(own))

    # --- a case -------------------------------------------------------------------------------------------------------

    def case(self, case_id: int, code: str, rule: str, *, keeps_minutes: bool = False) -> None:
        """Everything that was written about a case. Its code, steps, dates and kinds stay. `keeps_minutes`: the texts
        of minutes have a period of their own.
        """
        for number in self._contributions_of(case_id):
            self.contribution(number, rule)
        own = or_(DIALOG.c.case_id == case_id, opened_by(case_id))
        self.dialogs([row.id for row in self._all(select(DIALOG.c.id).where(own))])
        self._registers(case_id)
        decided = L.c.decision_id.in_(select(D.c.id).where(D.c.case_id == case_id))
        agreed = L.c.action_id.in_(select(A.c.id).where(A.c.case_id == case_id))
        self._lines(or_(L.c.case_id == case_id, decided, agreed))
        self._items(ITEM.c.case_id == case_id)
        self._remarks(SIGN.c.case_id == case_id)
        self._amendments(AMEND.c.case_id == case_id)
        self._take("chat messages", delete(H).where(H.c.case_id == case_id))
        self._take("messages to send", delete(OUT).where(OUT.c.case_id == case_id))
        tasks = select(T.c.id).where(T.c.case_id == case_id)
        waived = and_(AS.c.task_id.in_(tasks), AS.c.waiver.is_not(None))
        self._take("waivers", update(AS).where(waived).values(waiver=GONE))
        kinds = ["agenda"] if keeps_minutes else ["agenda", "minutes"]
        about = and_(DOC.c.municipality_id == self.town, DOC.c.kind.in_(kinds), mentions(case_id, code))
        about = and_(about, or_(DOC.c.meeting_id.is_(None), DOC.c.meeting_id.not_in(self._held_meetings())))
        self._documents(or_(DOC.c.case_id == case_id, about))
        self._take("cases", update(C).where(C.c.id == case_id).values(group_code=GONE, place=GONE))
        was_held = and_(HOLD.c.kind == "case", HOLD.c.subject_id == case_id)
        self.tx.connection.execute(update(HOLD).where(was_held).values(reason=GONE, lifted_because=GONE))
        self.tombstone("case", code, rule)

    def _contributions_of(self, case_id: int) -> list[int]:
        """Numbers, with the signals that belong to no case that is still kept."""
        own = {row.number for row in self._all(select(K.c.number).where(K.c.case_id == case_id))}
        kept = select(C.c.id).where(C.c.municipality_id == self.town, C.c.id != case_id, C.c.group_code != GONE)
        elsewhere = select(LINK.c.number).where(LINK.c.municipality_id == self.town, LINK.c.case_id.in_(kept))
        linked = select(LINK.c.number).where(LINK.c.case_id == case_id, LINK.c.number.not_in(elsewhere))
        return sorted(own | {row.number for row in self._all(linked)})

    def _registers(self, case_id: int) -> None:
        self._empty_actions(A.c.case_id == case_id)
        self._take("goals", _emptied_goals(G.c.case_id == case_id))
        self._empty_decisions(D.c.case_id == case_id)
        self._take("tracks", delete(R).where(R.c.case_id == case_id))
        self._take("P-codes", delete(P).where(P.c.case_id == case_id))

    def _empty_actions(self, which: ColumnElement[bool]) -> None:
        search.forget(self.tx, "action", select(A.c.id).where(which))
        self._take("actions", _emptied_actions(which))

    def _empty_decisions(self, which: ColumnElement[bool]) -> None:
        search.forget(self.tx, "decision", select(D.c.id).where(which))
        self._take("decisions", _emptied_decisions(which))

    def _lines(self, which: ColumnElement[bool]) -> None:
        """Lines recorded in a meeting, and the same lines as they were typed in the room."""
        lines = self._all(select(L.c.id, L.c.member_id, L.c.recorded_at).where(which, L.c.text != GONE))
        for line in lines:
            typed = and_(H.c.member_id == line.member_id, H.c.at == line.recorded_at)
            self._take("chat messages", delete(H).where(typed))
        search.forget(self.tx, "line", [line.id for line in lines])
        self._take("meeting lines", update(L).where(L.c.id.in_([line.id for line in lines])).values(text=GONE))

    def _items(self, which: ColumnElement[bool]) -> None:
        """What was written about agenda items, and the same as it was typed."""
        written = and_(which, or_(ITEM.c.title.not_in(["", GONE]), ITEM.c.reason != "", ITEM.c.paper != ""))
        items = self._all(select(ITEM.c.id, ITEM.c.member_id, ITEM.c.created_at).where(written))
        for item in items:
            self._take("chat messages", delete(H).where(H.c.member_id == item.member_id, H.c.at == item.created_at))
        title = case((ITEM.c.title == "", ""), else_=GONE)
        empty = update(ITEM).where(ITEM.c.id.in_([item.id for item in items]))
        self._take("agenda items", empty.values(title=title, reason="", paper=""))

    def _documents(self, which: ColumnElement[bool]) -> None:
        """Compiled documents; who signed one keeps the hash of what they had before them."""
        gone = select(DOC.c.id).where(which)
        self.tx.connection.execute(update(SIGN).where(SIGN.c.document_id.in_(gone)).values(document_id=None))
        self._take("documents", delete(DOC).where(which))

    def _remarks(self, which: ColumnElement[bool]) -> None:
        """What organisations said of minutes besides that they agree; who agreed stays."""
        rows = self._all(select(SIGN.c.id, SIGN.c.dialog_id).where(which, SIGN.c.remark.not_in(["", GONE])))
        self.dialogs([row.dialog_id for row in rows if row.dialog_id is not None])
        self._take("remarks", update(SIGN).where(SIGN.c.id.in_([row.id for row in rows])).values(remark=GONE))

    def _amendments(self, which: ColumnElement[bool]) -> None:
        """What was put right in minutes; that it was, and when, stays."""
        rows = self._all(select(AMEND.c.id, AMEND.c.dialog_id).where(which, AMEND.c.text != GONE))
        self.dialogs([row.dialog_id for row in rows if row.dialog_id is not None])
        search.forget(self.tx, "amendment", [row.id for row in rows])
        self._take("corrections", update(AMEND).where(AMEND.c.id.in_([row.id for row in rows])).values(text=GONE))

    # --- by age -------------------------------------------------------------------------------------------------------

    def signals(self, before: datetime) -> None:
        """Signals that no case came of, and those that were begun and never sent."""
        rule = "signals_without_follow_up_days"
        linked = select(LINK.c.number).where(LINK.c.municipality_id == self.town)
        gone = select(TOMB.c.subject).where(TOMB.c.municipality_id == self.town, TOMB.c.kind == "contribution")
        old = and_(
            K.c.municipality_id == self.town, K.c.form == SIGNAL, K.c.case_id.is_(None), K.c.is_latest.is_(True),
            K.c.confirmed_at < before, K.c.number.not_in(linked), K.c.member_id.not_in(self.held_members),
        )  # fmt: skip
        done = {row.subject for row in self._all(gone)}
        for row in self._all(select(K.c.number).where(old).order_by(K.c.number)):
            if f"C-{row.number}" not in done:
                self.contribution(row.number, rule)
        begun = and_(DIALOG.c.municipality_id == self.town, DIALOG.c.form == SIGNAL, DIALOG.c.changed_at < before)
        free = DIALOG.c.member_id.not_in(self.held_members)
        drafts = self._all(select(DIALOG.c.id).where(begun, free, DIALOG.c.status != "delivered"))
        self.dialogs([row.id for row in drafts])

    def closed_cases(self, before: datetime, rule: str, *, is_not_problematic: bool, keeps_minutes: bool) -> None:
        """Cases that closed before, of one kind."""
        gone = select(TOMB.c.subject).where(TOMB.c.municipality_id == self.town, TOMB.c.kind == "case")
        kind = C.c.status == NOT_PROBLEMATIC if is_not_problematic else C.c.status.not_in([*RUNNING, NOT_PROBLEMATIC])
        closed = and_(C.c.municipality_id == self.town, C.c.closed_at < before, kind, C.c.code.not_in(gone))
        closed = and_(closed, C.c.id.not_in(self.held_cases))
        for row in self._all(select(C.c.id, C.c.code).where(closed).order_by(C.c.id)):
            self.case(row.id, row.code, rule, keeps_minutes=keeps_minutes)

    def loose_talk(self, before: datetime) -> None:
        """What was typed, filled in and answered outside any case."""
        old = and_(DIALOG.c.municipality_id == self.town, DIALOG.c.case_id.is_(None), DIALOG.c.changed_at < before)
        loose = select(DIALOG.c.id).where(
            old, DIALOG.c.form != SIGNAL, DIALOG.c.state != {}, DIALOG.c.member_id.not_in(self.held_members)
        )
        kept = self._opened_held()
        self.dialogs([row.id for row in self._all(loose) if row.id not in kept])
        mine = and_(H.c.municipality_id == self.town, H.c.case_id.is_(None), H.c.at < before)
        mine = and_(mine, or_(H.c.member_id.is_(None), H.c.member_id.not_in(self.held_members)))
        mine = and_(mine, or_(H.c.dialog_id.is_(None), H.c.dialog_id.not_in(kept)))
        self._take("chat messages", delete(H).where(mine))
        self._take("searches", delete(S).where(S.c.municipality_id == self.town, S.c.searched_at < before))
        sent = and_(OUT.c.municipality_id == self.town, OUT.c.created_at < before, OUT.c.status != "waiting")
        self._take("messages to send", delete(OUT).where(sent))

    def _opened_held(self) -> set[int]:
        """The forms that opened the cases that are held."""
        cases = [row.subject_id for row in self._all(self.held_cases)]
        return {row.id for case_id in cases for row in self._all(select(DIALOG.c.id).where(opened_by(case_id)))}

    def removed_codes(self, before: datetime) -> None:
        """P-codes that were removed before."""
        old = and_(P.c.municipality_id == self.town, P.c.removed_at < before)
        self._take("P-codes", delete(P).where(old, P.c.case_id.not_in(self.held_cases)))

    def papers(self, before: datetime) -> None:
        """Agendas and minutes, with what was recorded in those meetings outside any case."""
        meetings = select(M.c.id).where(
            M.c.municipality_id == self.town, M.c.starts_at < before, M.c.id.not_in(self._held_meetings())
        )
        # A version that was made later, of a correction, lives no longer than the meeting that it is about.
        self._documents(
            and_(
                DOC.c.municipality_id == self.town,
                or_(DOC.c.compiled_at < before, DOC.c.meeting_id.in_(meetings)),
                or_(DOC.c.meeting_id.is_(None), DOC.c.meeting_id.not_in(self._held_meetings())),
                or_(DOC.c.case_id.is_(None), DOC.c.case_id.not_in(self.held_cases)),
            )
        )
        self._lines(L.c.meeting_id.in_(meetings))
        self._items(ITEM.c.meeting_id.in_(meetings))
        self._remarks(SIGN.c.paper_id.in_(select(PAPER.c.id).where(PAPER.c.meeting_id.in_(meetings))))
        self._amendments(AMEND.c.meeting_id.in_(meetings))
        finished = and_(A.c.municipality_id == self.town, A.c.case_id.is_(None), A.c.status.in_(["done", "dropped"]))
        self._empty_actions(and_(finished, A.c.created_at < before))
        decided = and_(D.c.municipality_id == self.town, D.c.case_id.is_(None), D.c.decided_at < before)
        self._empty_decisions(decided)

    def oversight(self, before: datetime) -> None:
        """What was written about data breaches that were closed before, and requests that were decided."""
        ended = and_(BREACH.c.municipality_id == self.town, BREACH.c.closed_at < before, BREACH.c.told != {})
        self._take("data breaches", update(BREACH).where(ended).values(told={}))
        answered = and_(REQUEST.c.municipality_id == self.town, REQUEST.c.decided_at < before, REQUEST.c.code != "")
        self._take("requests", update(REQUEST).where(answered).values(code="", about_id=None))

    def _held_meetings(self) -> ColumnElement[Any]:
        """Meetings in which something was recorded about a case that is held: their papers stay whole."""
        told = [
            select(of.c.meeting_id).where(of.c.case_id.in_(self.held_cases), of.c.meeting_id.is_not(None))
            for of in (L, D, A, AMEND, ITEM)
        ]
        return union(*told).scalar_subquery()

    # --- a member -----------------------------------------------------------------------------------------------------

    def member(self, member_id: int, code: str, rule: str) -> None:
        """Where a member can be found. What they contributed is their organisation's, under the function."""
        places = self._all(select(ADDRESS.c.platform, ADDRESS.c.address).where(ADDRESS.c.member_id == member_id))
        for place in places:
            own = and_(H.c.platform == place.platform, H.c.address == place.address)
            self._take("chat messages", delete(H).where(own))
            to = and_(OUT.c.platform == place.platform, OUT.c.address == place.address)
            self._take("messages to send", delete(OUT).where(to))
            lane = and_(LANE.c.platform == place.platform, LANE.c.address == place.address)
            self.tx.connection.execute(delete(LANE).where(lane))
            references.forget(self.tx, place.platform, place.address)
        self._take("searches", delete(S).where(S.c.member_id == member_id))
        drafts = select(DIALOG.c.id).where(DIALOG.c.member_id == member_id, DIALOG.c.status != "delivered")
        self.dialogs([row.id for row in self._all(drafts)])
        self.tx.connection.execute(update(DIALOG).where(DIALOG.c.member_id == member_id).values(place=""))
        for kind, rows in (("codes", TICKET), ("sessions", SESSION)):
            self._take(kind, delete(rows).where(rows.c.member_id == member_id))
        self._take("addresses", delete(ADDRESS).where(ADDRESS.c.member_id == member_id))
        self.tx.connection.execute(update(MEMBER).where(MEMBER.c.id == member_id).values(is_active=False))
        self.tombstone("member", code, rule)


def _emptied_actions(which: ColumnElement[bool]) -> Executable:
    return update(A).where(which, A.c.title != GONE).values(title=GONE, function="", reason="")


def _emptied_goals(which: ColumnElement[bool]) -> Executable:
    return update(G).where(which, G.c.indicator != GONE).values(indicator=GONE, baseline=GONE, target=GONE)


def _emptied_decisions(which: ColumnElement[bool]) -> Executable:
    empty = {"text": GONE, "reason": "", "conditions": "", "reference": "", "dissent": []}
    return update(D).where(which, D.c.text != GONE).values(**empty)


def erase_contribution(tx: Transaction, municipality_id: int, number: int, reason: str, now: datetime) -> Counter[str]:
    """Take out what was answered in a contribution, in all versions and wherever it was quoted; what was removed."""
    holds.refuse_contribution(tx, municipality_id, number)
    eraser = Eraser(tx, municipality_id, now)
    eraser.contribution(number, f"erased: {reason}")
    eraser.made_of(number)
    eraser.documents_with(number)
    _note(tx, municipality_id, now, f"contribution:{number}", eraser.counts)
    return +eraser.counts


def erase_member(
    tx: Transaction, municipality_id: int, member_id: int, code: str, reason: str, now: datetime
) -> Counter[str]:
    """Take out where a member can be found and end their access; what was removed."""
    holds.refuse(tx, "member", member_id)
    eraser = Eraser(tx, municipality_id, now)
    eraser.member(member_id, code, f"erased: {reason}")
    _note(tx, municipality_id, now, f"member:{member_id}", eraser.counts)
    return +eraser.counts


def _note(tx: Transaction, municipality_id: int, now: datetime, subject: str, counts: Counter[str]) -> None:
    audit.note(
        tx, municipality_id=municipality_id, at=now, member_id=None, act="erased", subject=subject,
        note=", ".join(f"{kind} {n}" for kind, n in (+counts).items()),
    )  # fmt: skip
