from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.turns.chat import Chat

if TYPE_CHECKING:
    from collections.abc import Generator

VLIETWAARDEN = Path(__file__).parents[2] / "conversations" / "content" / "demo" / "vlietwaarden"


@pytest.fixture(scope="session")
def town(tmp_path_factory) -> Path:
    """A database in which Vlietwaarden has just been set up."""
    path = tmp_path_factory.mktemp("town") / "town.sqlite3"
    Chat(f"sqlite:///{path}", VLIETWAARDEN).close()
    return path


@pytest.fixture
def database_file(town, tmp_path) -> Path:
    path: Path = shutil.copy(town, tmp_path / "chat.sqlite3")
    return path


@pytest.fixture
def chat(database_file) -> Generator[Chat]:
    """Vlietwaarden on Tuesday 3 February 2026, 9:00. At the end nothing may have been set aside."""
    chat = Chat(f"sqlite:///{database_file}", VLIETWAARDEN)
    yield chat
    chat.close()
