"""What a replay leaves behind: documents, transcripts and a summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.replay.journal import Journal
from bot.replay.papers import Kept, Written, case_papers, write_index, write_papers
from bot.replay.script import Play
from bot.replay.stored import CaseStory, KeptDocument, Stored
from bot.replay.transcript import Page, Reading, write_transcripts
from conversations.catalogue import Catalogue
from conversations.dates import show_date
from conversations.documents.files import FileFormat


def reading_of(play: Play) -> Reading:
    """In the municipality's language and by its clock."""
    settings = play.municipality.settings
    functions = {member.code: member.function for member in play.municipality.members}
    return Reading(settings.language, ZoneInfo(settings.zone), functions)


def write_report(
    play: Play, journal: Journal, stored: Stored, out: Path, met: int, formats: Sequence[FileFormat] = ()
) -> list[Path]:
    """Every file of a replay; the summary is the last. `formats`: what documents are written in besides Markdown and
    HTML.
    """
    reading = reading_of(play)
    of_meetings = write_papers(out, _of_meetings(stored.documents(), reading), formats)
    of_cases = write_papers(out, case_papers(stored.database, stored.tenant, play.turns[-1].at), formats)
    documents = [file for one in (*of_meetings, *of_cases) for file in one.files]
    transcripts = write_transcripts(out / "transcripts", _pages(play, reading), journal.entries, reading)
    parts = (
        (reading.text("of_meetings"), of_meetings),
        (reading.text("of_cases"), of_cases),
        (reading.text("transcripts"), [Written(file.stem, (file,)) for file in transcripts]),
    )
    index = write_index(out, parts, reading)
    numbers = {"lines": len(play.turns), "messages": len(journal.heard), "expectations": met}
    lines = [
        f"# {reading.text('summary')}",
        "",
        _period(play, reading),
        "",
        reading.text("counts", **numbers),
        *(line for story in stored.stories() for line in _case(story, stored, reading)),
        *_files(reading.text("documents"), documents, out),
        *_files(reading.text("transcripts"), transcripts, out),
    ]
    summary = out / "summary.md"
    summary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [*documents, *transcripts, *index, summary]


def _period(play: Play, reading: Reading) -> str:
    town = play.municipality.settings.name
    return reading.text("period", start=reading.day(play.start), end=reading.day(play.turns[-1].at), municipality=town)


def _pages(play: Play, reading: Reading) -> Iterator[Page]:
    for room in play.municipality.rooms:
        yield Page(room.address, room.code, reading.text("room_page", room=room.name))
    for member in play.municipality.members:
        if "webchat" in member.addresses:
            title = reading.text("private_page", who=member.function)
            yield Page(member.addresses["webchat"], member.code, title)


def _of_meetings(documents: Iterable[KeptDocument], reading: Reading) -> Iterator[Kept]:
    """`documents/2026-02-10-agenda-jgo`; of the same paper made again, `-2`."""
    given: set[str] = set()
    for one in documents:
        day = one.starts_at.astimezone(reading.zone).date()
        name = f"documents/{day.isoformat()}-{one.kind}-{one.meeting}{one.variant and '-'}{one.variant}"
        again = 1
        while name + _again(again) in given:
            again += 1
        given.add(name + _again(again))
        kind = Catalogue.load().text(reading.language, f"documents.{one.kind}.title", {"meeting": one.view.front.title})
        title = f"{show_date(day, reading.language)}: {kind}{one.variant and ' '}{one.variant}{_again(again)}"
        yield Kept(name + _again(again), title, one.view)


def _again(number: int) -> str:
    return "" if number == 1 else f"-{number}"


def _case(story: CaseStory, stored: Stored, reading: Reading) -> Iterator[str]:
    case = story.case
    status = Catalogue.load().text(reading.language, f"case_status.{case.status}")
    yield from ("", f"## {reading.text('case', case=case.code, group=case.group_code)}", "")
    yield reading.text("status", status=status)
    yield from ("", f"### {reading.text('steps')}", "")
    for stay in story.stays:
        start = show_date(stay.entered_on, reading.language)
        if stay.left_on is None:
            yield f"- {reading.text('step_line_open', step=stay.step, start=start)}"
        else:
            end = show_date(stay.left_on, reading.language)
            yield f"- {reading.text('step_line', step=stay.step, start=start, end=end)}"
    yield from ("", f"### {reading.text('decisions')}", "")
    for decision in story.decisions:
        yield f"- {decision.number}, {show_date(decision.decided_on, reading.language)}: {decision.text}"
    yield from ("", f"### {reading.text('actions')}", "")
    for action in story.actions:
        state = Catalogue.load().text(reading.language, f"action_status.{action.status}")
        yield f"- {action.number} {action.title}: {state}"


def _files(title: str, files: Iterable[Path], out: Path) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    for file in files:
        yield f"- [{file.name}]({file.relative_to(out).as_posix()})"
