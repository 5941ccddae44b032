"""A small town for the page's tests: conversations in memory, with every kind of card and input."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from bot.exports import ExportFailed
from bot.platforms.base import Button, Inbound, Input, Line, Link, Presented
from bot.platforms.webchat import WebChat, render
from bot.web.ports import Act, Entry, Overview, Page, Persona, Room, Taken

START = datetime(2026, 2, 24, 8, 0, tzinfo=UTC)
PERSONAS = (
    Persona("procesregisseur", "Procesregisseur – Gemeente", "process_lead"),
    Persona("wijkagent", "Wijkagent – Politie", "police"),
    Persona("jongerenwerker", "Jongerenwerker – De Brug", "youth_work"),
    Persona("jeugdboa", "Jeugdboa – Gemeente", "youth_boa"),
    Persona("voorzitter", "Voorzitter – Gemeente", "chair"),
    Persona("officier", "Officier van justitie – OM", "prosecution"),
    Persona("school", "Zorgcoördinator – Het Kompas", "school"),
    Persona("burgemeester", "Burgemeester – Gemeente", "mayor"),
)
OPTIONS = (("noise", "Geluid"), ("litter", "Rommel op straat"), ("vandalism", "Vernieling"), ("threat", "Intimidatie"))
STREETS = tuple((f"s{n}", f"Straat {n}") for n in range(1, 13))
ACTIONS = (
    Input("title", "short_text", "", "Wat gaan we doen?"),
    Input("level", "choice", "", "Niveau", options=(("group", "Groep"), ("domain", "Omgeving"), ("one", "Individu"))),
    Input("due_on", "date", "", "Klaar op"),
    Input("help", "long_text", "", "Wat heb je nodig?", required=False),
)
FILLED = {
    "key": "r1",
    "title": "Boksavond op dinsdag",
    "level": {"choice": "group"},
    "due_on": "2026-06-15",
}


def asked(step: int, question: Input, text: str, hint: str = "", *, buttons: tuple[Button, ...] = ()) -> Presented:
    quiet = (Button("back", "Terug", "quiet"), Button("skip", "Overslaan", "quiet"), Button("stop", "Stop", "quiet"))
    return Presented(text, hint=hint, input=question, progress=(step, 10), buttons=(*buttons, *quiet), tone="question")


QUESTIONS: Mapping[str, Presented] = {
    "judgement": asked(
        1,
        Input("judgement", "judgement", "f:1", "Overlast", reason="required"),
        "Zie jij overlast van deze groep?",
        "Denk aan wat je zelf zag, of van bewoners hoorde.",
    ),
    "quick": asked(
        2,
        Input("quick", "choice", "f:2", "Wat zie je?", options=OPTIONS),
        "Wat zie je het meest?",
        buttons=tuple(Button(f"c:{key}", label) for key, label in OPTIONS),
    ),
    "select": asked(3, Input("select", "choice", "f:3", "Waar?", options=STREETS), "In welke straat is het?"),
    "choices": asked(4, Input("choices", "choices", "f:4", "Soorten", options=OPTIONS), "Wat past hier nog meer bij?"),
    "number": asked(
        5,
        Input("number", "number", "f:5", "Aantal", minimum=1, maximum=200, unit="jongeren", range=True),
        "Om hoeveel jongeren gaat het?",
    ),
    "scale": asked(
        6,
        Input("scale", "scale", "f:6", "Hoe ernstig?", reason="optional", ends=("valt mee", "heel ernstig")),
        "Hoe ernstig vind je het?",
    ),
    "date": asked(7, Input("date", "date", "f:7", "Eerste keer"), "Wanneer zag je het voor het eerst?"),
    "period": asked(8, Input("period", "period", "f:8", "Periode"), "Over welke periode gaat dit?"),
    "text": asked(
        9,
        Input("text", "long_text", "f:9", "Beeld", longest=2000),
        "Wat is volgens jou de oorzaak?",
        "Schrijf wat je ziet en hoort, zonder namen.",
    ),
    "rows": asked(
        10,
        Input("rows", "rows", "f:10", "Acties", columns=ACTIONS, rows=(FILLED,), options=()),
        "Welke acties spreken we af?",
    ),
}
SUMMARY = Presented(
    "Klopt dit zo? Je kunt elke regel nog wijzigen.",
    title="Dit heb je ingevuld",
    lines=(
        Line("Overlast", "Ja – elke avond na 20.00 uur op het speelveld", Button("w:1", "Wijzig")),
        Line("Aantal", "8–12 jongeren", Button("w:2", "Wijzig")),
        Line("Ernst", "3 van 5", Button("w:3", "Wijzig")),
    ),
    buttons=(Button("confirm", "Bevestig en verstuur", "primary"), Button("stop", "Bewaar als concept", "quiet")),
    tone="question",
)
RECEIPT = Presented(
    "Je bijdrage is bewaard als nummer 12. De partners aan tafel kunnen hem lezen.\n\n"
    "Je kunt hem wijzigen tot 3 maart 2026.",
    title="Dank je wel",
    buttons=(Button("change", "Wijzig mijn antwoorden"),),
    tone="receipt",
)
REFUSED = Presented(
    "In je tekst staat waarschijnlijk een telefoonnummer. Die mogen we hier niet bewaren.",
    title="Je tekst is niet bewaard",
    hint="Schrijf bijvoorbeeld: “een jongere uit de groep”.",
    tone="refusal",
)
STATUS = Presented(
    "Zaak VW-2026-03 staat in stap 2A: samen beoordelen.",
    title="Stand van zaken",
    table=(
        ("Partner", "Taak", "Stand"),
        ("Politie", "Beoordelen", "binnen op 20 februari"),
        ("De Brug", "Beoordelen", "nog niet binnen"),
    ),
    links=(
        Link("Open de status als pagina", "/page/status/3"),
        Link("Agenda van 3 maart", "/page/agenda/1"),
    ),
    tone="notice",
)


def task_card(done: int) -> Presented:
    return Presented(
        "Wat weet jij over de groep Parkzicht? De assistent vraagt het je stap voor stap.",
        title="Stap 2A – Beoordeel de groep",
        lines=(
            Line("Klaar op", "dinsdag 24 februari 2026"),
            Line("Politie", "binnen" if done else "nog niet binnen", mark="done" if done else "open"),
            Line("De Brug", "nog niet binnen", mark="late"),
        ),
        buttons=(Button("answer", "Beantwoord", "primary"), Button("nothing", "Niets te melden", "quiet")),
        progress=(done, 2),
        tone="card",
    )


@dataclass
class Received:
    status: Literal["accepted", "duplicate", "refused", "unknown", "failed"]
    go_to: str | None = None
    thread: str | None = None
    error: str | None = None


@dataclass
class FakeChat:
    """Same contract as the real one; `inbound` is what came in, in order."""

    windows: WebChat = field(default_factory=WebChat)
    inbound: list[Inbound] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    language: str = "nl"
    clock: datetime = START
    era: int = 0
    last_id: int = 0
    failures: int = 0  # how many of the next requests go wrong
    seen_upto: dict[tuple[str, str], int] = field(default_factory=dict)
    seen_events: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.entries.clear()
        self.seen_events.clear()
        self.say("jgo", Presented("Goedemorgen. Er zijn twee nieuwe signalen binnengekomen.", title="Weekoverzicht"))
        self.person("jgo", "jongerenwerker", "Rond het speelveld was het gisteravond weer druk.")
        self.say("jgo", task_card(0), starts="card-1")
        for persona in PERSONAS:
            self.say(
                f"@{persona.code}", Presented("Hallo! Je hebt één open taak.", buttons=(Button("answer", "Begin"),))
            )

    def now(self) -> datetime:
        return self.clock

    def say(self, place: str, presented: Presented, *, thread: str | None = None, starts: str = "") -> Entry:
        return self._add(Entry(0, place, thread, None, self.clock, 0, render(presented), starts=starts))

    def person(self, place: str, code: str, text: str, thread: str | None = None) -> Entry:
        persona = next(persona for persona in PERSONAS if persona.code == code)
        entry = Entry(0, place, thread, persona.label, self.clock, 0, {"text": text}, persona.code, persona.role)
        return self._add(entry)

    def _add(self, entry: Entry) -> Entry:
        self.last_id += 1
        self.windows.changed()
        entry = replace(entry, id=self.last_id, changed=self.windows.version)
        self.entries.append(entry)
        if entry.thread:
            root = next(root for root in self.entries if root.starts == entry.thread)
            self.change(root, replies=root.replies + 1)
        return entry

    def change(self, entry: Entry, **fields: Any) -> None:
        """Change a message in place, as every window then shows it."""
        self.windows.changed()
        self.entries[self.entries.index(entry)] = replace(entry, **fields, changed=self.windows.version)

    @property
    def card(self) -> Entry:
        return next(entry for entry in self.entries if entry.starts == "card-1")

    async def receive(self, inbound: Inbound) -> Received:
        self._may_fail()
        if inbound.text == "gaat mis":
            return Received("failed", error="0a1b2c3d")
        if inbound.sender not in {persona.code for persona in PERSONAS}:
            return Received("unknown")
        if inbound.event_id in self.seen_events:
            return Received("duplicate")
        self.seen_events.add(inbound.event_id)
        self.inbound.append(inbound)
        place, thread = inbound.place.address, inbound.place.thread
        if inbound.text is not None:
            if "06-" in inbound.text:
                self.say(place, REFUSED, thread=thread)
                return Received("refused")
            self.person(place, inbound.sender, inbound.text, thread)
        if inbound.action == "answer" and not inbound.place.is_private and not thread:
            self.say(f"@{inbound.sender}", QUESTIONS["judgement"])
            return Received("accepted", go_to=f"@{inbound.sender}")
        if inbound.place.is_private or thread:
            self._answer(inbound, place, thread)
        return Received("accepted")

    def _answer(self, inbound: Inbound, place: str, thread: str | None) -> None:
        text = (inbound.text or "").lower()
        if inbound.action == "confirm":
            self.say(place, RECEIPT, thread=thread)
            self.change(self.card, body=render(task_card(1)))
        elif inbound.values is not None:
            names = list(QUESTIONS)
            at = names.index(next(iter(inbound.values))) + 1
            self.say(place, QUESTIONS[names[at]] if at < len(names) else SUMMARY, thread=thread)
        elif text in QUESTIONS:
            self.say(place, QUESTIONS[text], thread=thread)
        elif text == "status":
            self.say(place, STATUS, thread=thread)
        elif text == "samenvatting":
            self.say(place, SUMMARY, thread=thread)
        elif inbound.action == "answer" or text in {"taken", "tasks"}:
            self.say(place, QUESTIONS["judgement"], thread=thread)
        else:
            self.say(place, Presented("Dat heb ik begrepen."), thread=thread)

    def _may_fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("geheime tekst")

    async def overview(self, persona: str) -> Overview | None:
        code = persona or "wijkagent"
        if code not in {one.code for one in PERSONAS}:
            return None
        return Overview(
            persona=code, language=self.language, municipality="Vlietwaarden (verzonnen gemeente)", personas=PERSONAS,
            private=Room(f"@{code}", "Assistent", unread=self._unread(code, f"@{code}")),
            rooms=(
                Room("jgo", "Jeugdgroepenoverleg", "Alle partners aan tafel", self._unread(code, "jgo")),
                Room("driehoek", "Driehoek", "Burgemeester, officier en politie", self._unread(code, "driehoek")),
            ),
            open_tasks=2, version=self.windows.version, now=self.clock, era=self.era,
            next_at=self.clock + timedelta(days=2),
        )  # fmt: skip

    def _unread(self, persona: str, place: str) -> int:
        upto = self.seen_upto.get((persona, place), 0)
        return sum(entry.place == place and entry.id > upto and entry.sender != persona for entry in self.entries)

    async def history(self, persona: str, place: str, *, after: int = 0, thread: str | None = None) -> list[Entry]:
        return [
            entry for entry in self.entries if entry.place == place and entry.thread == thread and entry.changed > after
        ]

    async def seen(self, persona: str, place: str, upto: int) -> None:
        self.seen_upto[persona, place] = upto

    async def page(self, persona: str, kind: str, id: int, format: str, language: str) -> Page | None:  # noqa: A002
        if kind not in {"agenda", "status"}:
            return None
        if format == "md":
            return Page("Agenda", "# Agenda\n", "md")
        head = '<title>Agenda</title><link rel="stylesheet" href="/static/document.css">'
        style = "<style>h1 { color: rgb(20, 54, 90) }</style>"
        return Page("Agenda", f"<!doctype html><html lang=nl>{head}{style}<h1>Agenda</h1></html>", "html")

    async def take(self, persona: str, kind: str, id: int, format: str) -> Taken | None:  # noqa: A002
        if kind == "broken":
            raise ExportFailed("template", "titel")
        return Taken("Agenda", b"%PDF-1.7", "application/pdf", format) if kind == "agenda" else None

    async def demo(self, persona: str, act: Act, value: str | None = None) -> None:
        self._may_fail()
        if act == "next":
            self.clock += timedelta(days=2)
            self.say("jgo", Presented("Herinnering: de taak is over één dag klaar.", tone="notice"))
        elif act == "reset":
            self.clock = START
            self.era += 1
            self.begin()
        else:
            self.language = value or "nl"
        self.windows.changed()

    def changes(self) -> AsyncIterator[int]:
        return self.windows.changes()
