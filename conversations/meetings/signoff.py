"""The way of minutes: sent round, signed, adopted, corrected. What a version says of that, for one reader.

The facts in a version are those of the version that was sent round, word for word; only where it stands is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from conversations.meetings.views import AmendmentItem, Minutes, PublicMinutes, SignOff, Standing
from conversations.privacy.visibility import Guard, is_coordinator, level_of
from conversations.process.workflow import MeetingKind, Role
from conversations.records import AmendmentRecord, SignatureRecord, Viewer

State: TypeAlias = Literal["circulated", "adopted", "corrected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A version and what was said of the one that was sent round."""

    state: State
    version: int
    circulated_on: date
    until: date | None
    signatures: tuple[SignatureRecord, ...]
    amendments: tuple[AmendmentRecord, ...] = ()
    adopted_on: date | None = None
    adopted_by: str = ""  # function


def circle(viewer: Viewer, kind: MeetingKind) -> str:
    """Readers in one circle read the very same: everything that the guard looks at is in its name."""
    has_seat = bool(viewer.roles & {kind.chair, *kind.takes_part, *kind.guests})
    marks = (
        "s" if viewer.is_signatory else "g",
        "l" if Role.PROCESS_LEAD in viewer.roles else "",
        "c" if is_coordinator(viewer) else "",
        "t" if has_seat else "",
    )
    return f"{viewer.partner_id}:{''.join(marks)}:{level_of(viewer).name.lower()}:{viewer.language}"


def standing(progress: Progress, guard: Guard, viewer: Viewer, partners: Mapping[int, str]) -> Standing:
    """Where a version stands, for one reader."""
    seen = [(one, guard.visible_to(one, viewer)) for one in progress.signatures]
    signatures = [(record, shown) for record, shown in seen if shown is not None]
    amendments = [shown for one in progress.amendments if (shown := guard.visible_to(one, viewer)) is not None]
    held_back = sum(bool(record.remark and not shown.remark) for record, shown in signatures)
    is_out = progress.state == "circulated"
    return Standing(
        state=progress.state,
        version=progress.version,
        circulated_on=progress.circulated_on,
        until=progress.until,
        asked=tuple(partners.get(record.partner_id, "–") for record, _ in signatures) if is_out else (),
        adopted_on=progress.adopted_on,
        adopted_by=progress.adopted_by,
        sign_offs=() if is_out else tuple(_sign_off(record, shown, partners) for record, shown in signatures),
        amendments=tuple(_amendment(one, partners) for one in amendments),
        held_back=0 if is_out else held_back + len(progress.amendments) - len(amendments),
    )


def _sign_off(record: SignatureRecord, shown: SignatureRecord, partners: Mapping[int, str]) -> SignOff:
    return SignOff(
        partner=partners.get(shown.partner_id, "–"),
        verdict="silent" if shown.verdict == "asked" else shown.verdict,
        remark=shown.remark,
        about=shown.line if shown.remark else None,
        function=shown.function,
        on=shown.signed_on,
        is_held_back=bool(record.remark and not shown.remark),
    )


def _amendment(one: AmendmentRecord, partners: Mapping[int, str]) -> AmendmentItem:
    partner = partners.get(one.partner_id, "–") if one.partner_id is not None else ""
    return AmendmentItem(number=one.number, about=one.line, text=one.text, partner=partner, on=one.decided_on)


def stand(view: Minutes | PublicMinutes, at: Standing) -> Minutes | PublicMinutes:
    """The same minutes, further on their way."""
    if isinstance(view, PublicMinutes):
        return replace(view, state=at.state, version=at.version)
    return replace(view, standing=at)


def tally(signatures: Iterable[SignatureRecord]) -> Mapping[str, int]:
    """How many organisations said what; `asked`: nothing yet."""
    counts = dict.fromkeys(("agreed", "agreed_with_remark", "not_agreed", "silent", "asked"), 0)
    for one in signatures:
        counts[one.verdict] += 1
    return counts
