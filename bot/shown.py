"""What an exhibit is made from, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ceilings import ceiling_at
from bot.platforms.base import Button, Line, Link, Place
from bot.turns import papers
from conversations.dialog.messages import Message
from conversations.i18n import Texts
from conversations.records import Viewer
from storage.members import Person

if TYPE_CHECKING:
    from bot.present import Presenter
    from bot.turns.dialogs import OpenDialog


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of a message that an exhibit brings."""

    text: str = ""  # behind the words of the message
    opening: str = ""  # in place of them
    title: str = ""
    lines: tuple[Line, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """An exhibit that is asked for: of what, by whom, and where it will be read."""

    presenter: Presenter
    message: Message
    texts: Texts
    reader: Person | None
    place: Place
    dialog: OpenDialog | None
    id: int

    def viewer(self) -> Viewer | None:
        """Who reads it, with the ceiling of the platform that it goes to; None in a room."""
        if self.reader is None:
            return None
        presenter, place = self.presenter, self.place
        level = min(ceiling_at(presenter.ceilings, place), presenter.tenant.ceiling(place.platform, presenter.now))
        return papers.viewer(self.reader, presenter.now, presenter.tenant, level=level)
