"""What nobody touched is found by the index, however many forms are open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storage import dialogs
from storage.migrate import open_ready

if TYPE_CHECKING:
    from storage.transaction import Transaction

BEFORE = datetime(2026, 2, 3, tzinfo=UTC)


def test_forms_that_nobody_touched_are_found_by_the_index_however_many_there_are(database_url):
    def plan(tx: Transaction) -> str:
        wanted = dialogs.UNTOUCHED.plan((tx.dialect, "town", "before"))
        sql, values = wanted.ready({"town": 1, "before": BEFORE})
        if tx.dialect == "sqlite":
            found = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(values))
            return "\n".join(row[3] for row in found)
        tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # there is nothing in it yet
        tx.connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        bound = sql.replace("$1", "1").replace("$2", f"'{BEFORE.isoformat()}'")
        return "\n".join(row[0] for row in tx.connection.exec_driver_sql(f"EXPLAIN {bound}"))

    with open_ready(database_url) as database:
        assert "ix_dialog_untouched" in database.write(plan)
