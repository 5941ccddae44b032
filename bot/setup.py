"""A municipality's folder into the database. Done again, it changes what changed and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, select, update

from bot.around import Around
from bot.turns import covenant_moments, questions
from conversations import deadlines
from conversations.meetings.series import meeting_days
from conversations.privacy.covenant import to_json
from conversations.process.covenant import terms_of
from conversations.process.municipality import Member as FolderMember
from conversations.process.municipality import MunicipalityFolder
from conversations.process.workflow import Workflow
from storage import access, audit, meetings, queue
from storage.names import adds, changes, table
from storage.prepared import prepared
from storage.tables import Address, Member, Municipality, Partner, Room
from storage.transaction import Transaction
from storage.upsert import upsert

TOWN, P, M, A, R = table(Municipality), table(Partner), table(Member), table(Address), table(Room)
MEETINGS_AHEAD = timedelta(days=550)
ROUND_TIME = "06:00"
PURGE_TIME = "02:30"

_TOWN = prepared(select(TOWN.c.id).where(TOWN.c.code == bindparam("code")))
_ADD_TOWN = adds(Municipality)
_CHANGE_TOWN = prepared(update(TOWN).where(TOWN.c.id == bindparam("which")))
_PARTNERS = prepared(select(P.c.id, P.c.code).where(P.c.municipality_id == bindparam("town")))
_MEMBERS = prepared(select(M.c.id, M.c.code).where(M.c.municipality_id == bindparam("town")))
_ADDRESSES = prepared(
    select(A.c.platform, A.c.address, A.c.is_joined, M.c.code)
    .join_from(A, M, A.c.member_id == M.c.id)
    .where(A.c.municipality_id == bindparam("town"))
)
_PARTNER_VALUES = ("municipality_id", "code", "name", "role", "terms", "days_off")
_PUT_PARTNER = prepared(
    upsert(P)
    .values({name: bindparam(name) for name in _PARTNER_VALUES}
        | {"is_active": True})
    .on_conflict_do_update(
        index_elements=["municipality_id", "code"],
        set_={name: bindparam(name) for name in _PARTNER_VALUES[2:]} | {"is_active": True},
    )
)  # fmt: skip
_PUT_MEMBER = prepared(
    upsert(M)
    .values({name: bindparam(name) for name in (
        "municipality_id", "code", "partner_id", "function", "roles", "language", "level", "hours",
    )} | {"is_active": True})
    .on_conflict_do_update(
        index_elements=["municipality_id", "code"],
        set_={name: bindparam(name) for name in ("partner_id", "function", "roles", "level")} | {"is_active": True},
    )
)  # fmt: skip
_PUT_ADDRESS = prepared(
    upsert(A)
    .values({name: bindparam(name) for name in ("municipality_id", "member_id", "platform", "address")}
        | {"is_reachable": True, "is_joined": False})
    .on_conflict_do_update(
        index_elements=["platform", "address"],
        set_={"member_id": bindparam("member_id"), "is_joined": False,  # access that ended there stays so
            "ended_at": case((A.c.member_id == bindparam("member_id"), A.c.ended_at), else_=None)},
    )
)  # fmt: skip
_PUT_ROOM = prepared(
    upsert(R)
    .values({name: bindparam(name) for name in (
        "municipality_id", "code", "name", "platform", "address", "ceiling", "kind", "partners",
    )})
    .on_conflict_do_update(
        index_elements=["municipality_id", "code"],
        set_={name: bindparam(name) for name in ("name", "platform", "address", "ceiling", "kind", "partners")},
    )
)  # fmt: skip
_STAND_IN = changes(Member)
_LEAVE = prepared(update(M).where(M.c.id == bindparam("which"), M.c.is_active.is_(True)).values(is_active=False))
_LEAVE_PARTNER = prepared(update(P).where(P.c.id == bindparam("which")).values(is_active=False))
_DROP_ADDRESS = prepared(A.delete().where(A.c.platform == bindparam("platform"), A.c.address == bindparam("address")))
_ROOMS = prepared(select(R.c.id, R.c.code).where(R.c.municipality_id == bindparam("town")))


@dataclass(frozen=True, slots=True)
class SetUp:
    """What is there after a set-up."""

    municipality: str
    partners: int
    members: int
    rooms: int
    meetings: int  # planned anew
    left: int  # members whose access ended


def set_up(tx: Transaction, folder: MunicipalityFolder, workflow: Workflow, now: datetime) -> SetUp:
    """Bring the database in line with the folder. Who is no longer in it loses access; nothing is erased."""
    town = _put_town(tx, folder)
    for partner in folder.partners:
        tx.run(
            _PUT_PARTNER, municipality_id=town, code=partner.code, name=partner.name, role=partner.role.value,
            terms=to_json(terms_of(folder.settings.covenants, partner.code, partner.role)),
            days_off=list(partner.days_off),
        )  # fmt: skip
    partners = {row.code: row.id for row in tx.all(_PARTNERS, town=town)}
    left = _put_members(tx, folder, town, partners, now)
    for code, partner_id in partners.items():
        if code not in {one.code for one in folder.partners}:
            tx.run(_LEAVE_PARTNER, which=partner_id)
    for room in folder.rooms:
        tx.run(
            _PUT_ROOM, municipality_id=town, code=room.code, name=room.name, platform=room.platform,
            address=room.address, ceiling=room.ceiling.name.lower(), kind=room.kind, partners=list(room.partners),
        )  # fmt: skip
    _plan_rounds(tx, folder, town, now, has_losses=left > 0)
    plan_purge(tx, town, folder.settings.zone, deadlines.local_day(now, folder.settings.zone), now)
    planned = _plan_meetings(tx, folder, workflow, town, now)
    covenant_moments.plan(tx, folder, town, deadlines.local_day(now, folder.settings.zone))
    audit.note(tx, municipality_id=town, at=now, member_id=None, act="set_up", subject=f"municipality:{town}")
    return SetUp(folder.settings.name, len(folder.partners), len(folder.members), len(folder.rooms), planned, left)


def _put_town(tx: Transaction, folder: MunicipalityFolder) -> int:
    settings = folder.settings
    values = {
        "name": settings.name, "zone": settings.zone, "language": settings.language,
        "settings": folder.stored_settings(),
    }  # fmt: skip
    known = tx.first(_TOWN, code=settings.code)
    if known is None:
        return tx.insert(_ADD_TOWN, code=settings.code, **values)
    tx.run(_CHANGE_TOWN, which=known.id, **values)
    return int(known.id)


def _put_members(
    tx: Transaction, folder: MunicipalityFolder, town: int, partners: dict[str, int], now: datetime
) -> int:
    for member in folder.members:
        tx.run(
            _PUT_MEMBER, municipality_id=town, code=member.code, partner_id=partners[member.partner],
            function=member.function, roles=[role.value for role in member.roles],
            language=member.language or folder.settings.language, level=member.level.name.lower(),
            hours=_hours(member),
        )  # fmt: skip
    known = {row.code: row.id for row in tx.all(_MEMBERS, town=town)}
    kept = {(platform, address) for one in folder.members for platform, address in one.addresses.items()}
    codes = {one.code for one in folder.members}
    for row in tx.all(_ADDRESSES, town=town):
        has_joined = row.is_joined and row.code in codes
        if (row.platform, row.address) not in kept and not has_joined:
            tx.run(_DROP_ADDRESS, platform=row.platform, address=row.address)
    for member in folder.members:
        for platform, address in member.addresses.items():
            tx.run(_PUT_ADDRESS, municipality_id=town, member_id=known[member.code], platform=platform, address=address)
    for member in folder.members:
        tx.run(_STAND_IN, which=known[member.code], stand_in_id=known.get(member.stand_in or ""))
    gone = known.keys() - codes
    for code in gone:
        access.end_access(tx, known[code], now)
    return sum(tx.run(_LEAVE, which=known[code]) for code in gone)


def _plan_rounds(tx: Transaction, folder: MunicipalityFolder, town: int, now: datetime, *, has_losses: bool) -> None:
    """The first round of a morning; each plans the next. When somebody left, a look at once whether everybody can still
    be asked.
    """
    zone = folder.settings.zone
    today = deadlines.local_day(now, zone)
    first = today if now < deadlines.moment(today, ROUND_TIME, zone) else today + timedelta(days=1)
    rounds = [("morning", first, ROUND_TIME, "")]
    if has_losses:
        rounds.append(("reach", today, "00:00", now.isoformat()))
    for kind, day, time, round_ in rounds:
        queue.plan(
            tx, municipality_id=town, kind=kind, subject_id=town, day=day, time=time,
            due_at=max(now, deadlines.moment(day, time, zone)), round_=round_,
        )  # fmt: skip


def plan_purge(tx: Transaction, town: int, zone: str, day: date, now: datetime) -> None:
    """Let the purge of a night come: of this day, or of the next when that hour has passed."""
    if now >= deadlines.moment(day, PURGE_TIME, zone):
        day += timedelta(days=1)
    due_at = deadlines.moment(day, PURGE_TIME, zone)
    queue.plan(tx, municipality_id=town, kind="purge", subject_id=town, day=day, time=PURGE_TIME, due_at=due_at)


def _hours(member: FolderMember) -> dict[str, Any]:
    """The hours that somebody starts with; what they chose themselves in chat stays at a later set-up."""
    return member.hours.model_dump(mode="json", exclude_defaults=True) if member.hours is not None else {}


def _plan_meetings(tx: Transaction, folder: MunicipalityFolder, workflow: Workflow, town: int, now: datetime) -> int:
    rooms = {row.code: row.id for row in tx.all(_ROOMS, town=town)}
    zone, calendar = folder.settings.zone, folder.settings.calendar()
    today = deadlines.local_day(now, zone)
    around = Around(town, workflow, calendar, zone)
    planned = 0
    for series in folder.settings.meetings:
        for one in meeting_days(series, today, today + MEETINGS_AHEAD, calendar):
            starts_at = deadlines.moment(one.on, series.time, zone)
            if meetings.at_time(tx, town, series.kind, starts_at) is not None:
                continue
            made = tx.insert(
                meetings.ADD_MEETING, municipality_id=town, kind=series.kind, starts_at=starts_at,
                status="planned" if one.day_off is None else "proposed", room_id=rooms.get(series.room),
            )  # fmt: skip
            if one.day_off is None:
                around.plan(tx, series.kind, made, one.on)
                planned += 1
            else:
                around.propose(tx, made, one.on, today)
    questions.put_waiting(tx, town, now)
    return planned
