"""`python -m storage.migrations "Covenants get a table"` writes the next migration from what changed in tables.py."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from storage import migrate


def main(message: str) -> None:
    versions = migrate.MIGRATIONS / "versions"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/old.sqlite3"
        number = len(list(versions.glob("0*.py"))) + 1
        if number > 1:
            migrate.upgrade(url)
        with migrate.alone(url) as connection:
            config = migrate.alembic_config(connection)
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    written = next(versions.glob(f"{number:04}_*.py"))
    if number == 1:
        with_search(written)
    tidy(written)
    sys.stdout.write(f"Read it, complete it, and add {number:04} to storage.migrate.REVISIONS.\n")


def with_search(path: Path) -> None:
    """The tables of the beginning come with the index for searching, which Alembic cannot see."""
    text = path.read_text(encoding="utf-8").rstrip()
    text = text.replace("from storage import columns", "from storage import columns, search")
    path.write_text(f"{text}\n    search.create(op.get_bind())\n", encoding="utf-8")


def tidy(path: Path) -> None:
    """Leave what a person would have written."""
    path.write_text(re.sub(r"\n *# ### .*", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(path)], check=True)  # noqa: S603


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
