"""What is different between two versions of an agenda, as one reader got them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from conversations import dates
from conversations.meetings.views import Agenda, AgendaChange, Occasion, Point


def changed(new: Agenda, old: Agenda | None) -> tuple[AgendaChange, ...]:
    """Every difference that a participant should hear of; nothing when there is no older version."""
    if old is None:
        return ()
    return (*_occasion(new, old), *_points(new, old), *_delivered(new, old))


def as_sent(agenda: Agenda, version: int, old: Agenda | None) -> Agenda:
    """The agenda as a version that goes out."""
    return replace(agenda, version=version, is_draft=False, changes=changed(agenda, old))


def as_draft(agenda: Agenda, version: int, old: Agenda | None) -> Agenda:
    """The agenda as it stands, beside the version that was sent last (0: none). The same as that one is that one."""
    if old is None:
        return agenda
    differs = changed(agenda, old)
    return replace(agenda, version=version, is_draft=bool(differs), changes=differs or old.changes)


def _occasion(new: Agenda, old: Agenda) -> Iterator[AgendaChange]:
    before, after = old.occasion, new.occasion
    if (before.on, before.time) != (after.on, after.time):
        yield AgendaChange(what="when", old=_when(before, new), new=_when(after, new))
    if before.place != after.place:
        yield AgendaChange(what="where", old=before.place, new=after.place)
    if before.minutes != after.minutes:
        yield AgendaChange(what="length", old=str(before.minutes), new=str(after.minutes))


def _when(occasion: Occasion, agenda: Agenda) -> str:
    return f"{dates.show_day(occasion.on, agenda.front.language)} {occasion.time}"


def _points(new: Agenda, old: Agenda) -> Iterator[AgendaChange]:
    before = {point.key: point for point in old.points}
    after = {point.key: point for point in new.points}
    for point in old.points:
        if point.key not in after:
            reason = next((one.reason for one in new.waiting if one.key == point.key), "")
            yield AgendaChange(what="removed", item=point.title, new=reason)
    for point in new.points:
        if point.key in before:
            yield from _point(point, before[point.key])
        else:
            yield AgendaChange(what="added", item=point.title)
    kept = [key for key in before if key in after]
    order = [key for key in after if key in before]
    for key in _out_of_order(kept, order):
        yield AgendaChange(what="place", item=after[key].title, new=str(after[key].number))


def _out_of_order(kept: list[str], order: list[str]) -> list[str]:
    """The fewest keys that have to be taken out for the rest to stand in the same order as before."""
    place = {key: number for number, key in enumerate(kept)}
    lowest: list[int] = []  # the lowest place that a run of this length can end with
    length: list[int] = []
    for key in order:
        run = bisect_left(lowest, place[key])
        lowest[run : run + 1] = [place[key]]
        length.append(run)
    stays, run, before = set(), max(length, default=-1), len(kept)
    for key, long in zip(reversed(order), reversed(length), strict=True):
        if long == run and place[key] < before:
            stays.add(key)
            run, before = run - 1, place[key]
    return [key for key in order if key not in stays]


def _point(point: Point, before: Point) -> Iterator[AgendaChange]:
    if point.title != before.title:
        yield AgendaChange(what="renamed", item=before.title, new=point.title)
    if point.goal != before.goal:
        yield AgendaChange(what="goal", item=point.title, old=before.goal, new=point.goal)
    if point.owner != before.owner:
        yield AgendaChange(what="owner", item=point.title, old=before.owner, new=point.owner)
    if point.minutes != before.minutes:
        yield AgendaChange(
            what="minutes", item=point.title, old=str(before.minutes or "–"), new=str(point.minutes or "–")
        )


def _delivered(new: Agenda, old: Agenda) -> Iterator[AgendaChange]:
    """Contributions and signals that were not in the version before."""
    known = {number for number, _, _ in _inputs(old)}
    for number, partner, case in _inputs(new):
        if number not in known:
            yield AgendaChange(what="delivered", item=case, new=f"{partner} [C-{number}]")


def _inputs(agenda: Agenda) -> Iterator[tuple[int, str, str]]:
    for line in agenda.signals:
        yield line.number, line.partner, ""
    for item in (*agenda.cases, *agenda.monitored, *agenda.requests):
        for line in item.inputs:
            yield line.number, line.partner, item.heading.code
        for judgement in item.judgements:
            for opinion in judgement.opinions:
                yield opinion.number, opinion.partner, item.heading.code
