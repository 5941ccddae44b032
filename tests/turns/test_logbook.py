"""The privacy officer reads who did or saw what, and nobody else does."""

from __future__ import annotations

import csv

from bot.turns.logbook import Part
from bot.web.documents import Visit, compiled
from storage import members
from tests.turns.cases import CASE, LEAD, PARTNERS, nothing

OFFICER = "privacyfunctionaris"


def test_it_is_for_the_privacy_officer_alone(case):
    for who in (LEAD, "burgemeester", "wijkagent"):
        case.say(who, "logboek")
        case.expect("logbook.only_officer", to=who)
    part = Part(0, 0, case.clock.now().date(), case.clock.now().date()).written
    case.send_key(LEAD, f"o1:{part}")
    case.expect("logbook.only_officer", to=LEAD)


def test_it_shows_who_did_what_of_a_case_a_member_and_a_day_page_by_page(case):
    for who in PARTNERS:
        nothing(case, who, "assess")
    for _ in range(4):
        case.say("wijkagent", f"status {CASE}")
    case.say(OFFICER, "logboek")
    [said] = case.expect("logbook.list", to=OFFICER)
    assert "status bekeken" in said.all_text
    assert "Wijkagent (Politie" in said.all_text
    case.press(OFFICER, "Ouder")
    [older] = case.expect("logbook.list", to=OFFICER)
    assert older.shown.lines != said.shown.lines
    case.press(OFFICER, "Nieuwer")
    case.say(OFFICER, f"logboek {CASE}")
    [said] = case.expect("logbook.of_case", to=OFFICER)
    case.press(OFFICER, "Ouder")
    [older] = case.expect("logbook.of_case", to=OFFICER)
    whole = said.all_text + older.all_text
    assert "zaak geopend" in whole
    assert f"zaak {CASE}" in whole
    assert "gemeente ingericht" not in whole
    case.say(OFFICER, "logboek wijkagent")
    [said] = case.expect("logbook.list", to=OFFICER)
    assert {line.label.split(" uur ")[1] for line in said.shown.lines} == {"Wijkagent (Politie, basisteam Vliet)"}
    case.say(OFFICER, "logboek gisteren")
    assert "staat hier niets" in case.expect("logbook.list", to=OFFICER)[0].shown.text
    case.say(OFFICER, "logboek blauw")
    case.expect("logbook.how", to=OFFICER)
    case.say(OFFICER, "logboek VW-2099-01")
    case.expect("logbook.how", to=OFFICER)


def test_looking_is_in_it_too(chat):
    chat.say(OFFICER, "logboek")
    chat.say(OFFICER, "logboek vanaf 1 januari")
    [said] = chat.expect("logbook.list", to=OFFICER)
    assert "logboek bekeken" in said.all_text


def test_no_word_that_somebody_wrote_is_in_it(case):
    case.say("jongerenwerker", "signaal")
    case.complete("jongerenwerker", {"place": "plein WOORDVANMIJ"})
    case.say("jongerenwerker", "versturen")
    assert "WOORDVANMIJ" in "".join(one.all_text for one in case.heard)
    case.say(OFFICER, "logboek")
    assert "bijdrage gegeven" in case.last[-1].all_text
    assert "WOORDVANMIJ" not in case.last[-1].all_text


def taken(chat, who, form="csv"):
    tenant = next(iter(chat.app.tenants.values()))
    day = tenant.today(chat.clock.now())

    def work(tx):
        person = members.person_by_code(tx, tenant.id, who)
        assert person is not None
        found = compiled(
            tx, Visit(person, tenant, None, chat.clock.now()), f"logbook.{Part(0, 0, day, day).written}", 0, form
        )
        return None if found is None else found.taken(form)

    return chat.database.read(work)


def test_it_is_taken_along_as_a_table_by_the_privacy_officer_alone(case):
    case.app.keep_house()
    assert taken(case, LEAD) is None
    assert taken(case, OFFICER, "pdf") is None
    rows = list(csv.reader(taken(case, OFFICER).content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0][:4] == ["moment", "functie", "organisatie", "wat"]
    assert len(rows) > 5
    assert {len(row[7]) for row in rows[1:]} == {64}
