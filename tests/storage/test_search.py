"""Finding records by the words in them, the same on both databases; and leaving no word behind of what was removed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from conversations import search as words
from storage import search
from storage.compact import compact
from storage.migrate import open_ready
from storage.names import adds, table
from storage.tables import Municipality, SearchEntry

ENTRY = table(SearchEntry)
TEXTS = {
    1: "De brommers staan bij het bankje in het park",
    2: "Scooter en brommertje op de stoep",
    3: "Brommerlawaai aan de Lindelaan, café dicht",
    4: "B-03 Overlastmeldingen van bewoners",
    5: "Het besluit over de verlichting",
}


@pytest.fixture
def town(database_url):
    """Two municipalities that wrote the same; their database."""
    with open_ready(database_url) as database:
        database.write(_write)
        yield database


def _write(tx):
    for code in ("vw", "elders"):
        place = tx.insert(adds(Municipality), code=code, name=code, settings={})
        for number, text in TEXTS.items():
            search.put(tx, place, "line" if number < 5 else "decision", number + 100 * place, text)


def found(database, text, kind=""):
    def work(tx):
        query = search.wanted(tx, 1, words.sought(text), kind)
        rows, _ = search.find(tx, query, lambda rows: rows, enough=100, batch=2)
        return [row.subject_id - 100 for row in rows]

    return database.read(work)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("brommer", [3, 2, 1]),
        ("Brommers", [3, 2, 1]),
        ("de brommer bij het park", [1]),
        ("bank", [1]),
        ("banken", [1]),
        ("CAFE", [3]),
        ("b3", [4]),
        ("B-3", [4]),
        ("overlastmelding bewoner", [4]),
        ("besluiten", [5]),
        ("brommer scooter park", []),
        ("park OR besluit", []),
        ("§1", []),
        ("\"'); --", []),
        ("bro*", []),
    ],
)
def test_word_forms_find_the_same_on_both_databases(town, text, numbers):
    if words.sought(text):
        assert found(town, text) == numbers


def test_one_kind_alone(town):
    assert found(town, "de", "decision") == [5]
    assert found(town, "brommer", "decision") == []


def test_a_text_that_changes_is_found_by_its_new_words_alone(town):
    town.write(lambda tx: search.put(tx, 1, "line", 101, "De fietsen staan er nu"))
    assert found(town, "brommer") == [3, 2]
    assert found(town, "fiets") == [1]


def test_what_is_forgotten_is_found_no_more_and_nothing_of_it_stays_in_the_file(tmp_path):
    url = f"sqlite:///{tmp_path}/town.sqlite3"

    def bytes_of_file():
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    with open_ready(url) as database:
        database.write(_write)
        database.write(lambda tx: search.put(tx, 1, "line", 150, "kwikzilver in de vijver"))
        database.write(lambda tx: search.put(tx, 1, "line", 151, "kikkers in de vijver"))
        assert found(database, "kwikzilver") == [50]
    compact(url)
    assert b"kwikzilver" in bytes_of_file()
    with open_ready(url) as database:
        gone = select(ENTRY.c.subject_id).where(ENTRY.c.subject_id == 150)
        assert database.write(lambda tx: search.forget(tx, "line", gone)) == 1
        assert found(database, "kwikzilver") == []
        assert found(database, "vijver") == [51]
    compact(url)
    assert b"kwikzil" not in bytes_of_file()
    assert b"kikker" in bytes_of_file()


def test_a_search_goes_by_the_index_however_much_there_is(town):
    def plan(tx):
        query = search.wanted(tx, 1, ["brommer"])
        wanted = search.CANDIDATES.plan((tx.dialect, "wanted", "before", "most"))
        sql, values = wanted.ready({"wanted": query, "before": 2**62, "most": 50})
        if tx.dialect == "sqlite":
            return [row[3] for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(values))]
        bound = sql.replace("$1", f"$${values[0]}$$").replace("$2", str(values[1])).replace("$3", str(values[2]))
        return [row[0] for row in tx.connection.exec_driver_sql(f"EXPLAIN {bound}")]

    def crowd(tx):
        tx.connection.exec_driver_sql(
            "INSERT INTO search_entry (municipality_id, kind, subject_id, stems)"
            " SELECT 1, 'line', 1000 + n, '§1 §line woord' || n FROM generate_series(1, 5000) AS n"
        )
        tx.connection.exec_driver_sql("ANALYZE search_entry")

    if town.dialect == "postgresql":  # it looks at how much there is
        town.write(crowd)
    steps = town.read(plan)
    if town.dialect == "sqlite":
        assert [step.split(" ")[0] for step in steps] == ["SCAN", "SEARCH"]
        assert "VIRTUAL TABLE INDEX" in steps[0]
        assert "USING INTEGER PRIMARY KEY" in steps[1]
    else:
        assert any(search.INDEX in step for step in steps), "\n".join(steps)


def test_a_search_stops_when_there_is_enough_and_gives_up_on_too_much(town):
    query = town.read(lambda tx: search.wanted(tx, 1, ["brommer"]))
    seen = []

    def one(rows):
        seen.extend(rows)
        return rows[:1]

    kept, is_too_much = town.read(lambda tx: search.find(tx, query, one, enough=1, batch=2))
    assert (len(kept), len(seen), is_too_much) == (1, 2, False)
    kept, is_too_much = town.read(lambda tx: search.find(tx, query, lambda rows: [], enough=1, batch=1, most=2))
    assert (kept, is_too_much) == ([], True)


def test_an_excerpt_is_the_part_with_the_word():
    text = (
        "Eerst is er lang gesproken over de begroting en de planning van volgend jaar. " * 3 + "Daarna over brommers."
    )
    part = words.excerpt(["brommer"], text, 60)
    assert "brommers" in part
    assert len(part) <= 66
    assert words.excerpt(["brommer"], "kort over brommers", 60) == "kort over brommers"


def test_only_what_is_written_counts_in_answers():
    table = [{"key": "P01", "what": "praat", "on": "2026-01-11"}]
    answers = {"how": {"choice": "often", "reason": "elke avond"}, "rows": table, "n": 3}
    assert list(words.written(answers)) == ["elke avond", "praat"]
