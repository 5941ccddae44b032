"""What an organisation may see and supply on a day: the version in force, its signature, the decision of the police."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.privacy import covenant
from conversations.privacy.covenant import GUEST, Standing, Term, last_day, standing
from conversations.process.covenant import CovenantVersion, in_force, terms_of
from conversations.process.workflow import DataLevel, Role

GROUP, PSEUDONYM = DataLevel.GROUP, DataLevel.PSEUDONYM
FULL = {"may_see": "pseudonym", "may_supply": "pseudonym"}


def version(name: str, signed_on: str, ends_on: str, **signatories: Any) -> CovenantVersion:
    return CovenantVersion.model_validate({
        "version": name, "signed_on": signed_on, "ends_on": ends_on, "purposes": ["public_order"],
        "signatories": signatories or {"politie": {"signed_on": signed_on, **FULL}},
    })  # fmt: skip


OLD = version(
    "2025", "2025-09-15", "2028-09-14",
    politie={
        "signed_on": "2025-09-15", **FULL, "wpg_article_20_on": "2025-11-01", "wpg_article_20_until": "2026-10-31",
    },
    jongerenwerk={"signed_on": "2025-10-01", "ends_on": "2027-09-30", "may_see": "pseudonym", "may_supply": "group"},
    boa={"signed_on": "2025-09-15"},
)  # fmt: skip
NEW = version("2028", "2028-08-01", "2031-07-31", jongerenwerk={"signed_on": "2028-08-15", **FULL})


def on(day: str, partner: str, role: Role = Role.YOUTH_WORK) -> Standing:
    return standing(terms_of([OLD, NEW], partner, role), date.fromisoformat(day))


def signatory(sees: DataLevel, supplies: DataLevel, name: str = "2025") -> Standing:
    return Standing(is_signatory=True, sees=sees, supplies=supplies, version=name)


@pytest.mark.parametrize(
    ("day", "partner", "role", "expected"),
    [
        ("2025-09-30", "jongerenwerk", Role.YOUTH_WORK, GUEST),
        ("2025-10-01", "jongerenwerk", Role.YOUTH_WORK, signatory(PSEUDONYM, GROUP)),
        ("2027-09-30", "jongerenwerk", Role.YOUTH_WORK, signatory(PSEUDONYM, GROUP)),
        ("2027-10-01", "jongerenwerk", Role.YOUTH_WORK, GUEST),
        ("2028-08-14", "jongerenwerk", Role.YOUTH_WORK, GUEST),
        ("2028-08-15", "jongerenwerk", Role.YOUTH_WORK, signatory(PSEUDONYM, PSEUDONYM, "2028")),
        ("2031-08-01", "jongerenwerk", Role.YOUTH_WORK, GUEST),
        # The police supply more than the group while the decision of article 20 holds, and see what they may all along.
        ("2025-10-31", "politie", Role.POLICE, signatory(PSEUDONYM, GROUP)),
        ("2025-11-01", "politie", Role.POLICE, signatory(PSEUDONYM, PSEUDONYM)),
        ("2026-10-31", "politie", Role.POLICE, signatory(PSEUDONYM, PSEUDONYM)),
        ("2026-11-01", "politie", Role.POLICE, signatory(PSEUDONYM, GROUP)),
        # The version in force counts: who has not signed the new one is a guest, though the old one has not ended.
        ("2028-07-31", "politie", Role.POLICE, signatory(PSEUDONYM, GROUP)),
        ("2028-08-01", "politie", Role.POLICE, GUEST),
        # What a covenant does not say is not allowed.
        ("2026-02-03", "boa", Role.YOUTH_BOA, signatory(GROUP, GROUP)),
        ("2026-02-03", "school", Role.SCHOOL, GUEST),
    ],
)
def test_an_organisation_on_a_day(day, partner, role, expected):
    assert on(day, partner, role) == expected


def test_without_the_police_decision_the_police_supply_groups_only():
    terms = terms_of([version("2025", "2025-09-15", "2028-09-14")], "politie", Role.POLICE)
    assert [(term.sees, term.supplies) for term in terms] == [(PSEUDONYM, GROUP)]


def test_the_version_in_force_is_the_last_that_was_signed():
    assert in_force([OLD, NEW], date(2028, 9, 1)) == NEW
    assert in_force([NEW, OLD], date(2026, 1, 1)) == OLD
    assert in_force([OLD, NEW], date(2032, 1, 1)) is None


def test_the_last_day_is_that_of_the_days_in_a_row():
    day = date(2026, 1, 1)
    first = Term("1", day, date(2026, 6, 30), PSEUDONYM, PSEUDONYM)
    second = Term("2", date(2026, 7, 1), date(2026, 12, 31), PSEUDONYM, GROUP)
    later = Term("3", date(2027, 2, 1), None, PSEUDONYM, GROUP)
    assert last_day([later, second, first], day) == date(2026, 12, 31)
    assert last_day([later, second, first], date(2027, 1, 15)) is None
    assert last_day([later], date(2027, 3, 1)) is None
    assert last_day([], day) is None


DAYS = st.dates(date(2025, 1, 1), date(2025, 2, 28))
SPAN = st.tuples(DAYS, st.integers(1, 40)).map(lambda span: (span[0], span[0] + timedelta(days=span[1])))


@given(st.lists(st.tuples(SPAN, SPAN, st.booleans()), max_size=4), DAYS)
def test_the_terms_say_of_every_day_what_the_versions_say(spans, day):
    versions = [
        version(str(place), *map(date.isoformat, own), politie={
            "signed_on": signed[0].isoformat(), "ends_on": signed[1].isoformat(), **FULL,
            **({"wpg_article_20_on": signed[0].isoformat()} if decided else {}),
        })
        for place, (own, signed, decided) in enumerate(spans)
    ]  # fmt: skip
    terms = terms_of(versions, "politie", Role.POLICE)
    assert covenant.from_json(covenant.to_json(terms)) == terms
    holds = in_force(versions, day)
    found = standing(terms, day)
    if holds is None:
        assert found == GUEST
        return
    mine = holds.signatories["politie"]
    assert mine.ends_on is not None
    assert found.is_signatory is (mine.signed_on <= day <= mine.ends_on)
    if found.is_signatory:
        assert (found.version, found.supplies) == (holds.version, PSEUDONYM if mine.wpg_article_20_on else GROUP)


def test_a_term_without_end_survives_storage():
    terms = (Term("1", date(2026, 1, 1), None, PSEUDONYM, GROUP),)
    assert covenant.from_json(covenant.to_json(terms)) == terms
