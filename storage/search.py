"""Full-text search: SQLite's FTS5 and PostgreSQL's text search, over stems that are made here, so that both find the
same.

The index names records and holds no sentences. Whoever shows what was found reads the record, passes it through the
guard, and looks again whether what is left of it still says what was looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, Connection, Integer, String, and_, bindparam, column, delete, insert, select, text
from sqlalchemy.sql.expression import ColumnElement

from conversations.search import SHORTEST_START, stems
from storage.names import adds, table
from storage.prepared import Prepared, Row, prepared
from storage.tables import Search, SearchEntry
from storage.transaction import Transaction

Kind = Literal["decision", "action", "line", "amendment", "contribution"]
KINDS: Final[tuple[Kind, ...]] = ("decision", "action", "line", "amendment", "contribution")
INDEX: Final = "ix_search_entry_stems"
VIRTUAL: Final = "search_text"  # SQLite's own table; it keeps its index in tables whose names begin like that
MARK: Final = "§"  # begins what no word that people type can be: which municipality, which kind

E, S = table(SearchEntry), table(Search)
_ADD = prepared(insert(E))
_ADD_SEARCH = adds(Search)
_SEARCH = prepared(select(S).where(S.c.id == bindparam("search_id")))
_ENTRY = prepared(select(E.c.id, E.c.stems).where(E.c.kind == bindparam("kind"), E.c.subject_id == bindparam("of")))
_REMOVE = prepared(delete(E).where(E.c.id == bindparam("entry_id")))
_INDEX = prepared(text(f"INSERT INTO {VIRTUAL} (rowid, stems) VALUES (:entry_id, :stems)"))  # noqa: S608
_UNINDEX = prepared(
    text(f"INSERT INTO {VIRTUAL} ({VIRTUAL}, rowid, stems) VALUES ('delete', :entry_id, :stems)")  # noqa: S608
)
_FOUND = (column("id", BigInteger), column("kind", String), column("subject_id", BigInteger))
CANDIDATES: Final[Prepared] = prepared(
    text(
        "SELECT search_entry.id AS id, search_entry.kind AS kind, search_entry.subject_id AS subject_id "  # noqa: S608
        f"FROM {VIRTUAL} JOIN search_entry ON search_entry.id = {VIRTUAL}.rowid "
        f"WHERE {VIRTUAL} MATCH :wanted AND {VIRTUAL}.rowid < :before ORDER BY {VIRTUAL}.rowid DESC LIMIT :most"
    ).columns(*_FOUND).bindparams(bindparam("before", type_=BigInteger), bindparam("most", type_=Integer)),
    postgresql=text(
        "SELECT id, kind, subject_id FROM search_entry "
        "WHERE array_to_tsvector(string_to_array(stems, ' ')) @@ CAST(:wanted AS tsquery) AND id < :before "
        "ORDER BY id DESC LIMIT :most"
    ).columns(*_FOUND).bindparams(bindparam("before", type_=BigInteger), bindparam("most", type_=Integer)),
)  # fmt: skip


def create(connection: Connection) -> None:
    """The index itself, which no table of ours can declare; called when the tables are made."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE {VIRTUAL} USING fts5(stems, content='search_entry', content_rowid='id', "
            "tokenize='ascii', detail='none', columnsize=0)"
        )
    else:
        connection.exec_driver_sql(
            f"CREATE INDEX {INDEX} ON search_entry USING gin (array_to_tsvector(string_to_array(stems, ' '))) "
            "WITH (fastupdate = off)"  # a list of what is still to be indexed would be read at every search
        )


def is_own(name: str | None) -> bool:
    """Whether a table or index is one that `create` makes."""
    return name is not None and (name.startswith(VIRTUAL) or name == INDEX)


def put(tx: Transaction, municipality_id: int, kind: Kind, subject_id: int, says: str) -> None:
    """Index what a record says, in place of what it said before."""
    words = " ".join((_town(municipality_id), f"{MARK}{kind}", *stems(says)))
    known = tx.first(_ENTRY, kind=kind, of=subject_id)
    if known is not None and known.stems == words:
        return
    if known is not None:
        _take_out(tx, known)
    made = tx.insert(_ADD, municipality_id=municipality_id, kind=kind, subject_id=subject_id, stems=words)
    if tx.dialect == "sqlite":
        tx.run(_INDEX, entry_id=made, stems=words)


def _take_out(tx: Transaction, entry: Row) -> None:
    if tx.dialect == "sqlite":
        tx.run(_UNINDEX, entry_id=entry.id, stems=entry.stems)
    tx.run(_REMOVE, entry_id=entry.id)


def forget(tx: Transaction, kind: Kind, which: ColumnElement[bool] | Any) -> int:
    """Take out what is said in these records (a condition on `SearchEntry.subject_id`); how many. Nothing of them stays
    in the index: on SQLite it is made anew, for it would keep removed words until it has to merge them.
    """
    gone = tx.connection.execute(delete(E).where(and_(E.c.kind == kind, E.c.subject_id.in_(which)))).rowcount
    if gone and tx.dialect == "sqlite":
        tx.connection.exec_driver_sql(f"INSERT INTO {VIRTUAL} ({VIRTUAL}) VALUES ('rebuild')")  # noqa: S608
    return gone


# --- finding ----------------------------------------------------------------------------------------------------------


def wanted(tx: Transaction, municipality_id: int, words: Iterable[str], kind: str = "") -> str:
    """The search in the database's own language: every word; from some letters on, longer words too."""
    marks = [_town(municipality_id), *([f"{MARK}{kind}"] if kind else [])]
    if tx.dialect == "sqlite":
        parts = [f'"{mark}"' for mark in marks]
        parts += [f'"{word}"' + (" *" if len(word) >= SHORTEST_START else "") for word in words]
        return " AND ".join(parts)
    parts = [f"'{mark}'" for mark in marks]
    parts += [f"'{word}'" + (":*" if len(word) >= SHORTEST_START else "") for word in words]
    return " & ".join(parts)


def find(
    tx: Transaction, query: str, keep: Callable[[Sequence[Row]], Sequence[Any]], *, enough: int, batch: int = 50,
    most: int = 2_000,
) -> tuple[list[Any], bool]:  # fmt: skip
    """What `keep` leaves of what was found, newest first, until there is enough; and whether the search gave up because
    too much was found of which too little may be shown.
    """
    kept: list[Any] = []
    before, looked_at = 2**62, 0
    while len(kept) < enough:
        rows = tx.all(CANDIDATES, wanted=query, before=before, most=batch)
        kept += keep(rows)
        looked_at += len(rows)
        if len(rows) < batch:
            return kept, False
        if looked_at >= most:
            return kept, True
        before = rows[-1].id
    return kept, False


def _town(municipality_id: int) -> str:
    return f"{MARK}{municipality_id}"


def remember(tx: Transaction, *, municipality_id: int, member_id: int, words: str, searched_at: datetime) -> int:
    """Keep what a member looks for, so that there can be a next page; its id."""
    return tx.insert(
        _ADD_SEARCH, municipality_id=municipality_id, member_id=member_id, words=words, searched_at=searched_at
    )


def remembered(tx: Transaction, search_id: int) -> Row | None:
    """What was looked for, until it is removed."""
    return tx.first(_SEARCH, search_id=search_id)
