"""How this program is to run: options of the command line, else the environment, else a default. Secrets only from the
environment, never an option.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DATABASE = "OVERLEGMAAT_DATABASE"
CONFIG = "OVERLEGMAAT_CONFIG"
PORT = "OVERLEGMAAT_PORT"
DEFAULT_PORT = 8800


@dataclass(frozen=True, slots=True)
class Settings:
    """`database`: `sqlite:///…` or `postgresql://…`; `config`: a municipality's folder, or a folder with several."""

    database: str
    config: Path | None = None
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT

    @classmethod
    def read(cls, *, database: str | None = None, config: str | None = None, port: int | None = None) -> Settings:
        """Options win over the environment. ValueError says which value cannot be used."""
        folder = config or os.environ.get(CONFIG)
        given_port = str(port) if port is not None else os.environ.get(PORT, str(DEFAULT_PORT))
        if not given_port.isdigit() or not 0 <= int(given_port) <= 65535:  # noqa: PLR2004 -- TCP
            raise ValueError(f"port must be a number from 0 to 65535, not {given_port!r}")
        return cls(
            database=database or os.environ.get(DATABASE) or f"sqlite:///{default_place() / 'overlegmaat.db'}",
            config=Path(folder) if folder else None,
            port=int(given_port),
        )


def default_place() -> Path:
    """Where the database lives when nothing else is said: the user's own folder for programs' data."""
    from platformdirs import user_data_path  # noqa: PLC0415 -- only the default needs it

    return user_data_path("overlegmaat", appauthor=False)
