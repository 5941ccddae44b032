"""A small fictional municipality with short content of its own, so that goldens do not move with the wording."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from conversations.meetings.facts import CaseFacts, MeetingFacts, Setting
from conversations.privacy.visibility import Guard
from conversations.process.workflow import DataLevel, Role, Workflow
from conversations.records import (
    ActionRecord,
    AssignmentRecord,
    Attendance,
    CaseRecord,
    ContributionRecord,
    DecisionRecord,
    Dissent,
    GoalRecord,
    MeetingLine,
    MeetingRecord,
    MemberRecord,
    PartnerRecord,
    StepStay,
    TrackRecord,
    Viewer,
)

GEMEENTE, POLITIE, OM, JONGERENWERK, HANDHAVING, SCHOOL, WOONVLIET = range(1, 8)
ALL = frozenset(range(1, 8))


def w(nl: str, en: str | None = None) -> dict[str, str]:
    return {"nl": nl, "en": en or nl}


def question(name: str, kind: str, nl: str, en: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "prompt": w(nl), "short": w(nl, en), "help": w(nl), **more}


def option(name: str, nl: str, en: str) -> dict[str, Any]:
    return {"id": name, "label": w(nl, en)}


SCALE = [w("laag", "low"), w("hoog", "high")]

SIGNAL = [
    question(
        "size", "number", "Grootte groep", "Group size", unit=w("jongeren", "young people"), range=True, guests=True
    ),
    question("what", "long_text", "Wat er gebeurt", "What happens", guests=True),
    question("seriousness", "scale", "Hoe ernstig", "How serious", scale=SCALE, reason="required", guests=True),
    question("notes", "long_text", "Nog iets", "Anything else", required=False, visibility="signatories", guests=True),
]
ASSESS = [
    question("size", "number", "Grootte groep", "Group size", unit=w("jongeren", "young people"), range=True),
    question("seriousness", "scale", "Hoe ernstig", "How serious", scale=SCALE, reason="required"),
    question(
        "trend",
        "choice",
        "Welke kant op",
        "Trend",
        options=[
            option("more", "Het wordt meer", "It is getting more"),
            option("same", "Het blijft gelijk", "It stays the same"),
        ],
    ),
    question(
        "places",
        "rows",
        "Plekken en tijden",
        "Places and times",
        row_name=w("plek", "place"),
        columns=[question("place", "place", "Plek", "Place"), question("times", "short_text", "Tijden", "Times")],
    ),
    question("gap", "long_text", "Nog niet bekend", "Not known yet", required=False),
    question("internal", "long_text", "Voor de regie", "For the lead", required=False, visibility="process_lead"),
    question("problematic", "judgement", "Eigen oordeel", "Own judgement", reason="required", visibility="signatories"),
]
PROGRESS = [
    question(
        "actions",
        "rows",
        "Acties",
        "Actions",
        rows_from="actions",
        required=False,
        guests=True,
        columns=[
            question(
                "status",
                "choice",
                "Stand",
                "Status",
                options=[option("done", "Klaar", "Done"), option("running", "Loopt", "Running")],
            ),
            question("done", "short_text", "Gedaan", "Done", required=False),
        ],
    ),
    question("noticed", "long_text", "Wat je merkt", "What you notice", required=False, guests=True),
    question("reports", "number", "Meldingen", "Reports", required=False),
    question(
        "persons",
        "rows",
        "Per persoon",
        "Per person",
        rows_from="pseudonyms",
        level="pseudonym",
        required=False,
        visibility="signatories",
        columns=[question("state", "short_text", "Stand", "Status")],
    ),
]
ADVICE = [
    question("problem", "long_text", "Het probleem", "The problem", visibility="signatories"),
    question("urgency", "scale", "Haast", "Urgency", scale=SCALE, visibility="signatories"),
]


def step(name: str, identifier: str, nl: str, en: str, **more: Any) -> dict[str, Any]:
    words = dict.fromkeys(("purpose", "result", "who", "privacy"), w(nl, en))
    base = {"id": name, "identifier": identifier, "name": w(nl, en), "leads": "process_lead", "takes_part": ["police"]}
    return {**base, **words, "data_level": "group", "products": [], "forms": [], "tasks": [], "exits": [], **more}


def form(name: str, questions: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"id": name, "title": w(name), "questions": questions, **more}


def task(name: str, nl: str, en: str, kind: str = "each_of", **more: Any) -> dict[str, Any]:
    return {"id": name, "form": name, "title": w(nl, en), "kind": kind, "roles": ["police"], "term": 10, **more}


def way(name: str, nl: str, en: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "label": w(nl, en), "help": w(nl, en), **more}


WORKFLOW = Workflow.model_validate(
    {
        "steps": [
            step(
                "1",
                "share_signals",
                "Signalen delen",
                "Share signals",
                forms=[form("signal", SIGNAL, outcome="signal")],
                exits=[way("to_2a", "Door naar stap 2A", "On to step 2A", to="2A")],
            ),
            step(
                "2A",
                "assess_behaviour",
                "Beoordelen groepsgedrag",
                "Assess group behaviour",
                forms=[form("assess", ASSESS)],
                tasks=[task("assess", "Groep beoordelen", "Assess the group")],
                exits=[
                    way(
                        "problematic",
                        "Problematisch",
                        "Problematic",
                        to="2B",
                        needs=["assess"],
                        effect="permit_pseudonyms",
                    ),
                    way("stop", "Stoppen", "Stop", status="stopped", effect="remove_pseudonyms"),
                ],
            ),
            step(
                "2B",
                "name_list_and_scan",
                "Namenlijst en groepsscan",
                "Name list and group scan",
                data_level="pseudonym",
                exits=[way("to_4", "Door naar stap 4", "On to step 4", to="4")],
            ),
            step(
                "4",
                "advise_prioritise",
                "Adviseren en prioriteren",
                "Advise and prioritise",
                forms=[form("advice", ADVICE)],
                tasks=[task("advice", "Beleidsadvies", "Policy advice", "one_of")],
                exits=[
                    way(
                        "prioritised",
                        "Met voorrang: maak een plan",
                        "Priority: make a plan",
                        to="6",
                        body="triangle",
                        may=["mayor"],
                        needs=["advice"],
                    ),
                    way(
                        "hold",
                        "Aanhouden tot een datum",
                        "Hold until a date",
                        status="on_hold",
                        body="triangle",
                        may=["mayor"],
                    ),
                ],
            ),
            step(
                "6",
                "execute_monitor",
                "Uitvoeren en monitoren",
                "Carry out and monitor",
                data_level="pseudonym",
                forms=[form("progress", PROGRESS)],
                tasks=[task("progress", "Voortgang", "Progress", opens="before_meeting", meeting="group_meeting")],
                exits=[
                    way(
                        "continue",
                        "Doorgaan met het plan",
                        "Go on with the plan",
                        to="6",
                        may=["process_lead", "chair"],
                    ),
                    way("escalate", "Voorleggen aan de driehoek", "Put to the triangle", to="6", body="triangle"),
                ],
            ),
        ],
        "shared_forms": [
            form(
                "track",
                [
                    question(
                        "route",
                        "choice",
                        "Traject",
                        "Track",
                        options=[option("pga", "Persoonsgerichte aanpak (PGA)", "Person-centred approach (PGA)")],
                    )
                ],
                outcome="track",
            )
        ],
        "meeting_kinds": [
            {
                "id": "group_meeting",
                "name": w("Jeugdgroepenoverleg", "Youth group meeting"),
                "short": w("JGO"),
                "takes_part": ["police", "youth_work", "youth_boa", "municipality", "prosecution"],
                "guests": ["school", "housing"],
                "opening": [
                    {"title": w("Opening: wie is er", "Opening: who is here")},
                    {
                        "title": w("Acties van de vorige keer", "Actions from last time"),
                        "goal": "discuss",
                        "owner": "process_lead",
                        "minutes": 10,
                        "holds": "actions",
                        "required": True,
                    },
                ],
                "closing": [{"title": w("Rondvraag", "Any other business"), "goal": "discuss"}],
            },
            {
                "id": "triangle",
                "name": w("Driehoek", "Triangle"),
                "short": w("Driehoek", "Triangle"),
                "chair": "mayor",
                "takes_part": ["mayor", "police", "prosecution"],
                "minutes": 60,
            },
            {
                "id": "interpretation_session",
                "name": w("Duidingssessie", "Interpretation session"),
                "short": w("Duiding", "Interpretation"),
                "takes_part": ["police", "youth_work", "municipality"],
                "shows_pseudonyms": True,
            },
        ],
        "purposes": [option("nuisance", "Overlast verminderen", "Reduce nuisance")],
    }
)


def partner(number: int, code: str, name: str, role: str, *, is_signatory: bool = True) -> PartnerRecord:
    return PartnerRecord(id=number, code=code, name=name, role=Role(role), is_signatory=is_signatory)


PARTNERS = (
    partner(GEMEENTE, "gemeente", "Gemeente Vlietwaarden", "municipality"),
    partner(POLITIE, "politie", "Politie, basisteam Vliet", "police"),
    partner(OM, "om", "Openbaar Ministerie", "prosecution"),
    partner(JONGERENWERK, "jongerenwerk", "Jongerenwerk De Brug", "youth_work"),
    partner(HANDHAVING, "handhaving", "Team Handhaving", "youth_boa"),
    partner(SCHOOL, "school", "School Het Kompas", "school", is_signatory=False),
    partner(WOONVLIET, "woonvliet", "Woningcorporatie Woonvliet", "housing", is_signatory=False),
)
MAYOR = MemberRecord(
    id=30,
    code="burgemeester",
    function="burgemeester",
    partner_id=GEMEENTE,
    roles=frozenset({Role.MUNICIPALITY, Role.MAYOR}),
    language="nl",
    is_signatory=True,
)


def setting(today: date = date(2026, 3, 2)) -> Setting:
    return Setting(
        municipality="Gemeente Vlietwaarden",
        zone="Europe/Amsterdam",
        today=today,
        workflow=WORKFLOW,
        partners=PARTNERS,
        members=(MAYOR,),
    )


def viewer(partner_id: int, *roles: Role, language: str = "nl", level: DataLevel = DataLevel.PSEUDONYM) -> Viewer:
    at = next(item for item in PARTNERS if item.id == partner_id)
    return Viewer(
        member_id=partner_id * 10,
        partner_id=partner_id,
        roles=frozenset({at.role, *roles}),
        is_signatory=at.is_signatory,
        language=language,
        level=level,
    )


CHAIR = viewer(GEMEENTE, Role.CHAIR)
LEAD = viewer(GEMEENTE, Role.PROCESS_LEAD)
POLICE = viewer(POLITIE)
YOUTH_WORK = viewer(JONGERENWERK)
SCHOOL_GUEST = viewer(SCHOOL)


def contribution(
    number: int, form: str, partner_id: int, day: date, answers: dict[str, Any], **more: Any
) -> ContributionRecord:
    base: dict[str, Any] = {
        "id": number,
        "number": number,
        "version": 1,
        "case_id": 3,
        "stay_id": None,
        "assignment_id": None,
        "form": form,
        "partner_id": partner_id,
        "member_id": partner_id * 10,
        "confirmed_at": datetime(day.year, day.month, day.day, 23, 30, tzinfo=UTC).replace(hour=9),
        "is_late": False,
        "answers": answers,
    }
    return ContributionRecord(**{**base, **more})


def assignment(number: int, task: str, partner_id: int, status: str = "open", **more: Any) -> AssignmentRecord:
    base: dict[str, Any] = {
        "id": number,
        "task_id": 1,
        "case_id": 3,
        "stay_id": 32,
        "step": "2A",
        "task": task,
        "partner_id": partner_id,
        "kind": "each_of",
        "is_required": True,
        "due_on": date(2026, 2, 24),
        "status": status,
        "delivered_on": None,
        "waiver": None,
    }
    return AssignmentRecord(**{**base, **more})


def action(key: int, number: str, title: str, partner_id: int, due: date | None, **more: Any) -> ActionRecord:
    base: dict[str, Any] = {
        "id": key,
        "number": number,
        "case_id": 6,
        "meeting_id": None,
        "title": title,
        "level": "group",
        "partner_id": partner_id,
        "function": "",
        "due_on": due,
        "original_due_on": due,
        "status": "open",
        "reason": "",
        "done_on": None,
        "source": None,
    }
    return ActionRecord(**{**base, **more})


def decision(key: int, number: str, text: str, **more: Any) -> DecisionRecord:
    base: dict[str, Any] = {
        "id": key,
        "number": number,
        "case_id": 3,
        "meeting_id": None,
        "body": "group_meeting",
        "from_step": None,
        "to_step": None,
        "exit": None,
        "text": text,
        "reason": "",
        "conditions": "",
        "effect": "none",
        "reference": "",
        "dissent": (),
        "review_on": None,
        "decided_on": date(2026, 3, 3),
    }
    return DecisionRecord(**{**base, **more})


def line(number: int, kind: str, text: str, **more: Any) -> MeetingLine:
    base: dict[str, Any] = {
        "id": number,
        "meeting_id": 2,
        "kind": kind,
        "case_id": 3,
        "text": text,
        "partner_id": GEMEENTE,
        "recorded_at": datetime(2026, 3, 3, 9, number % 60, tzinfo=UTC),
    }
    return MeetingLine(**{**base, **more})


def case(number: int, code: str, group: str, step: str, **more: Any) -> CaseRecord:
    base: dict[str, Any] = {
        "id": number,
        "code": code,
        "group_code": group,
        "place": "speeltuin, Molenkamp",
        "purpose": "nuisance",
        "status": "open",
        "step": step,
        "may_pseudonyms": False,
        "opened_on": date(2026, 2, 3),
        "closed_on": None,
    }
    return CaseRecord(**{**base, **more})


def stay(
    number: int, case_id: int, step: str, entered: date, left: date | None = None, way: str | None = None
) -> StepStay:
    return StepStay(id=number, case_id=case_id, step=step, entered_on=entered, left_on=left, exit=way)


def scale(score: int, reason: str) -> dict[str, Any]:
    return {"score": score, "reason": reason}


def judged(choice: str, reason: str) -> dict[str, Any]:
    return {"choice": choice, "reason": reason}


def assess(
    number: int, assignment_id: int, partner_id: int, day: date, low: int, high: int, *rest: Any, **more: Any
) -> ContributionRecord:
    seriousness, problematic = rest
    answers = {
        "size": {"low": low, "high": high},
        "seriousness": seriousness,
        "trend": {"choice": "more"},
        "problematic": problematic,
        **more.pop("answers", {}),
    }
    return contribution(number, "2A.assess", partner_id, day, answers, stay_id=32, assignment_id=assignment_id, **more)


def parkzicht() -> CaseFacts:
    """Case VW-2026-03 at 2A on the day before the meeting of 3 March: the school is late, the OM is excused."""
    feb = date(2026, 2, 24)
    return CaseFacts(
        case=case(3, "VW-2026-03", "Parkzicht", "2A"),
        stays=(stay(31, 3, "1", date(2026, 2, 3), date(2026, 2, 10), "1.to_2a"), stay(32, 3, "2A", date(2026, 2, 10))),
        assignments=(
            assignment(1, "assess", POLITIE, "in"),
            assignment(2, "assess", HANDHAVING, "in"),
            assignment(3, "assess", JONGERENWERK, "in"),
            assignment(4, "assess", GEMEENTE, "in"),
            assignment(5, "assess", SCHOOL),
            assignment(6, "assess", OM, "waived", waiver="Het OM levert pas vanaf stap 2B."),
            assignment(7, "assess", WOONVLIET, "nothing", is_required=False),
        ),
        contributions=(
            contribution(
                1,
                "1.signal",
                JONGERENWERK,
                date(2026, 2, 3),
                {"size": {"low": 8, "high": 12}},
                case_id=None,
                case_ids=(3,),
            ),
            assess(
                5, 1, POLITIE, feb, 9, 9, scale(4, "twee meldingen van bedreiging"), judged("yes", "het wordt erger")
            ),
            assess(
                6,
                2,
                HANDHAVING,
                feb,
                10,
                12,
                scale(4, "vuurwerk en een vernield hek"),
                judged("yes", "waarschuwen helpt niet"),
            ),
            assess(
                7,
                3,
                JONGERENWERK,
                feb,
                8,
                12,
                scale(2, "ze zijn aanspreekbaar"),
                judged("unsure", "de kern is vier, de rest staat erbij"),
                answers={
                    "places": [{"key": "1", "place": "speeltuin Parkzicht", "times": "20.00–23.00 uur"}],
                    "internal": "Alleen voor de regie: let op de avond van 6 maart.",
                },
            ),
            assess(
                9,
                4,
                GEMEENTE,
                date(2026, 2, 26),
                10,
                10,
                scale(3, "elf klachten"),
                judged("yes", "klachten nemen toe"),
                is_late=True,
            ),
        ),
        decisions=(
            decision(
                1,
                "B-01",
                "We verzamelen samen meer informatie over de groep.",
                from_step="1",
                to_step="2A",
                exit="1.to_2a",
                meeting_id=1,
                decided_on=date(2026, 2, 10),
                review_on=date(2026, 3, 10),
            ),
        ),
    )


def lindeplein() -> CaseFacts:
    """Case VW-2025-06 at step 6, with a plan in progress, a track and a second round of progress."""
    return CaseFacts(
        case=case(6, "VW-2025-06", "Lindeplein", "6", place="winkelcentrum Lindeplein", may_pseudonyms=True),
        stays=(stay(61, 6, "1", date(2025, 9, 2), date(2025, 9, 9)), stay(62, 6, "6", date(2026, 1, 6))),
        assignments=(
            assignment(
                61, "progress", POLITIE, "in", case_id=6, stay_id=62, step="6", task_id=61, due_on=date(2026, 2, 6)
            ),
            assignment(
                62, "progress", POLITIE, "in", case_id=6, stay_id=62, step="6", task_id=62, due_on=date(2026, 3, 2)
            ),
            assignment(63, "progress", WOONVLIET, case_id=6, stay_id=62, step="6", task_id=62, due_on=date(2026, 3, 2)),
        ),
        contributions=(
            contribution(
                3,
                "6.progress",
                POLITIE,
                date(2026, 2, 6),
                {"noticed": "oude ronde"},
                case_id=6,
                stay_id=62,
                assignment_id=61,
            ),
            contribution(
                8,
                "6.progress",
                POLITIE,
                date(2026, 2, 27),
                {
                    "actions": [{"key": "A4", "status": {"choice": "running"}, "done": "drie gesprekken, ook met P05"}],
                    "noticed": "Minder jongeren op het plein; P02 zien we niet meer.",
                    "reports": {"low": 4, "high": 4},
                    "persons": [{"key": "P02", "state": "rustig"}],
                },
                case_id=6,
                stay_id=62,
                assignment_id=62,
            ),
        ),
        decisions=(
            decision(
                2,
                "B-02",
                "Namenlijst en groepsscan zijn toegestaan.",
                case_id=6,
                from_step="2A",
                to_step="2B",
                effect="permit_pseudonyms",
                decided_on=date(2025, 10, 7),
            ),
        ),
        actions=(
            action(
                1,
                "A1",
                "Boksavond op woensdag",
                JONGERENWERK,
                date(2026, 2, 10),
                status="done",
                done_on=date(2026, 2, 11),
            ),
            action(
                4,
                "A4",
                "Gesprek met de ouders van P05",
                POLITIE,
                date(2026, 3, 20),
                level="individual",
                status="running",
                source=2,
            ),
            action(
                5,
                "A5",
                "Sloten op de portieken",
                WOONVLIET,
                date(2026, 3, 31),
                status="blocked",
                reason="de leverancier kan pas in mei",
                level="domain",
            ),
            action(
                6,
                "A6",
                "Gesprek in de klas",
                SCHOOL,
                date(2026, 2, 20),
                function="zorgcoördinator",
                original_due_on=date(2026, 2, 6),
            ),
        ),
        goals=(
            GoalRecord(
                id=1,
                number="G1",
                case_id=6,
                goal="g2",
                indicator="meldingen",
                baseline="41",
                target="15",
                due_on=None,
                source=2,
            ),
        ),
        tracks=(
            TrackRecord(
                id=1,
                case_id=6,
                code="P02",
                route="pga",
                status="running",
                reference="PGA 26-0417",
                changed_on=date(2026, 2, 3),
            ),
        ),
    )


def sluiskade() -> CaseFacts:
    """Case VW-2026-01 at step 4: the triangle decides."""
    return CaseFacts(
        case=case(1, "VW-2026-01", "Sluiskade", "4", place="Sluiskade", may_pseudonyms=True),
        stays=(stay(11, 1, "4", date(2026, 2, 17)),),
        assignments=(
            assignment(
                11,
                "advice",
                GEMEENTE,
                case_id=1,
                stay_id=11,
                step="4",
                task_id=11,
                kind="one_of",
                due_on=date(2026, 3, 6),
            ),
            assignment(
                12,
                "advice",
                POLITIE,
                case_id=1,
                stay_id=11,
                step="4",
                task_id=11,
                kind="one_of",
                due_on=date(2026, 3, 6),
            ),
        ),
    )


def meeting(number: int, kind: str, day: date, **more: Any) -> MeetingRecord:
    starts = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)
    base: dict[str, Any] = {
        "id": number,
        "kind": kind,
        "starts_at": starts,
        "status": "planned",
        "room": "raadhuis, zaal 2",
        "attendance": (),
    }
    return MeetingRecord(**{**base, **more})


def attendance(partner_id: int, function: str, state: str = "present") -> Attendance:
    return Attendance(partner_id=partner_id, function=function, state=state)  # type: ignore[arg-type]


def agenda_facts(**more: Any) -> MeetingFacts:
    """The meeting of 3 March as it is on the day before."""
    base: dict[str, Any] = {
        "setting": setting(),
        "meeting": meeting(2, "group_meeting", date(2026, 3, 3)),
        "previous": meeting(
            1,
            "group_meeting",
            date(2026, 2, 10),
            attendance=(attendance(POLITIE, "wijkagent"), attendance(OM, "officier", "absent")),
        ),
        "next": meeting(3, "group_meeting", date(2026, 3, 31)),
        "cases": (parkzicht(), lindeplein(), sluiskade()),
        "signals": (
            contribution(
                10,
                "1.signal",
                WOONVLIET,
                date(2026, 2, 27),
                {
                    "size": {"low": 5, "high": 5},
                    "what": "Klachten over de fietsenstalling.",
                    "seriousness": scale(2, "alleen lawaai"),
                    "notes": "Beheerder heeft foto's gezien.",
                },
                case_id=None,
            ),
        ),
        "actions": (
            action(9, "A-03", "Ruimte voor het volgende overleg regelen", GEMEENTE, date(2026, 3, 24), case_id=None),
        ),
    }
    return MeetingFacts(**{**base, **more})


def minutes_facts(**more: Any) -> MeetingFacts:
    """The meeting of 3 March when it has been closed."""
    facts = agenda_facts()
    parkzicht_now = parkzicht()
    parkzicht_now = replace(
        parkzicht_now,
        case=replace(parkzicht_now.case, step="2B", may_pseudonyms=True),
        stays=(
            parkzicht_now.stays[0],
            stay(32, 3, "2A", date(2026, 2, 10), date(2026, 3, 3), "2A.problematic"),
            stay(33, 3, "2B", date(2026, 3, 3)),
        ),
        assignments=tuple(
            replace(item, status="closed") if item.status == "open" else item for item in parkzicht_now.assignments
        ),
        decisions=(
            *parkzicht_now.decisions,
            decision(
                3,
                "B-03",
                "Het gedrag is problematisch. De procesregisseur maakt een namenlijst, de politie een groepsscan.",
                from_step="2A",
                to_step="2B",
                exit="2A.problematic",
                meeting_id=2,
                reason="Drie partners zien het erger worden; waarschuwen helpt niet.",
                conditions="Alleen wie bij herhaling meedoet, komt op de lijst.",
                effect="permit_pseudonyms",
                review_on=date(2026, 3, 31),
                dissent=(Dissent(partner="jongerenwerk", words="De kern is vier, de rest staat erbij."),),
            ),
        ),
        actions=(
            action(
                11,
                "A1",
                "Groepsscan aanvragen en maken",
                POLITIE,
                date(2026, 3, 24),
                case_id=3,
                meeting_id=2,
                function="jeugdspecialist",
            ),
        ),
    )
    closed = meeting(
        2,
        "group_meeting",
        date(2026, 3, 3),
        status="closed",
        attendance=(
            attendance(GEMEENTE, "procesregisseur"),
            attendance(POLITIE, "wijkagent"),
            attendance(JONGERENWERK, "jongerenwerker", "late"),
            attendance(HANDHAVING, "jeugdboa"),
            attendance(SCHOOL, "zorgcoördinator", "excused"),
        ),
    )
    base: dict[str, Any] = {
        "setting": setting(date(2026, 3, 3)),
        "meeting": closed,
        "previous": facts.previous,
        "next": facts.next,
        "cases": (parkzicht_now, lindeplein(), sluiskade()),
        "signals": facts.signals,
        "actions": facts.actions,
        "lines": (
            line(1, "info", "De boa's lopen ook op zondag een ronde."),
            line(2, "dissent", "Liever eerst een gesprek op school.", partner_id=SCHOOL),
            line(3, "info", "Het volgende overleg is in het buurthuis.", case_id=None),
        ),
    }
    return MeetingFacts(**{**base, **more})


def guard(facts: MeetingFacts | None = None) -> Guard:
    """Everybody sits at every table, but the school not at the Sluiskade's."""
    return Guard(WORKFLOW, {3: ALL, 6: ALL, 1: frozenset({GEMEENTE, POLITIE, OM})})
