"""A limit holds for every window of its length, wherever it begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms import limits
from storage.pace import A_TICK, Limit, counted, free_at

LIMITS = [
    Limit(1, 1.0), Limit(7, 1.0), Limit(8, 2.0), Limit(60, 30.0), Limit(20, 60.0), Limit(30, 1.0), Limit(1800, 3600.0)
]  # fmt: skip


@given(st.lists(st.sampled_from(LIMITS), min_size=1, max_size=3), st.lists(st.floats(0, 3), min_size=1, max_size=200))
def test_no_window_holds_more_than_the_limit(kept, pauses):
    pace: dict[str, float] = {}
    now, sent = 1000.0, []
    for pause in pauses:
        now = max(now + pause, free_at(kept, pace))
        pace = counted(kept, pace, now)
        sent.append(now)
    for limit in kept:
        for number, begin in enumerate(sent):
            inside = [at for at in sent[number:] if at < begin + limit.seconds - 1e-6]
            assert len(inside) <= limit.most


@pytest.mark.parametrize("limit", LIMITS)
def test_something_may_always_be_sent_and_half_of_it_at_once(limit):
    pace: dict[str, float] = {}
    for _ in range(limit.at_once):
        assert free_at([limit], pace) <= 1000.0 + A_TICK
        pace = counted([limit], pace, 1000.0)
    assert 1000.0 < free_at([limit], pace) <= 1000.0 + limit.seconds + A_TICK


def test_every_platform_names_what_it_allows_in_a_conversation():
    for table in (limits.SLACK, limits.TELEGRAM, limits.TEAMS):
        assert any(one.per == "conversation" for one in table)
    assert {one.per for one in (*limits.MATRIX, *limits.MATRIX_FREE)} == {"platform"}  # a homeserver counts per account
    assert limits.EMBEDDED == ()
