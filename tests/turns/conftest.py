from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.turns.cases import to_2a, to_2b, to_3, to_4, to_5, to_6
from tests.turns.chat import Chat

if TYPE_CHECKING:
    from collections.abc import Generator

VLIETWAARDEN = Path(__file__).parents[2] / "conversations" / "content" / "demo" / "vlietwaarden"


@pytest.fixture(scope="session")
def just_set_up(tmp_path_factory) -> Chat:
    """Vlietwaarden, closed again; tests go on from a copy."""
    chat = Chat(tmp_path_factory.mktemp("town") / "town.sqlite3")
    chat.set_up(VLIETWAARDEN)
    chat.close()
    return chat


@pytest.fixture(scope="session")
def brought_to_2a(just_set_up, tmp_path_factory) -> Chat:
    """A case that has just come to step 2A, closed again."""
    chat = _copy(just_set_up, tmp_path_factory.mktemp("case"))
    to_2a(chat)
    chat.close()
    return chat


@pytest.fixture(scope="session")
def brought_to_6(brought_to_2a, tmp_path_factory) -> Chat:
    """The case in step 6, with P-codes, a plan of two goals and two actions, and progress asked; closed again."""
    chat = _copy(brought_to_2a, tmp_path_factory.mktemp("running"))
    for step in (to_2b, to_3, to_4, to_5, to_6):
        step(chat)
    chat.close()
    return chat


def _copy(of: Chat, folder: Path) -> Chat:
    return Chat(Path(shutil.copy(of.path, folder / "chat.sqlite3")), after=of)


@pytest.fixture
def chat(just_set_up, tmp_path) -> Generator[Chat]:
    """Vlietwaarden on Tuesday 3 February 2026, 9:00. At the end nothing may have been set aside."""
    chat = _copy(just_set_up, tmp_path)
    yield chat
    chat.close()


@pytest.fixture
def case(brought_to_2a, tmp_path) -> Generator[Chat]:
    """The same, with case VW-2026-03 that has just come to step 2A."""
    chat = _copy(brought_to_2a, tmp_path)
    yield chat
    chat.close()


@pytest.fixture
def running(brought_to_6, tmp_path) -> Generator[Chat]:
    """The same case in step 6."""
    chat = _copy(brought_to_6, tmp_path)
    yield chat
    chat.close()
