"""A program that is killed loses nothing that it had acknowledged, and leaves nothing half-done."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

from storage.database import Database
from tests.storage.notes import metadata, texts

PROGRAM = """
import sys
from concurrent.futures import wait
from storage.database import Database
from tests.storage.notes import ADD

def pair(label):
    def work(tx):
        tx.insert(ADD, text=label + " one")
        tx.insert(ADD, text=label + " two")
    return work

with Database.open(sys.argv[1]) as database:
    for number in range(100_000):
        labels = [f"{sys.argv[2]}.{number}.{place}" for place in range(8)]
        for label, future in [(label, database.submit(pair(label))) for label in labels]:
            future.result()
            print(label, flush=True)
"""
KILLS = 6


def killed_at_work(url, life):
    """What the program had acknowledged when it was killed."""
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, url, str(life)], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    first = program.stdout.readline()
    time.sleep(random.uniform(0, 0.1))
    program.send_signal(signal.SIGKILL)
    acknowledged = [line.strip() for line in (first, *program.stdout) if line.endswith("\n")]
    program.stdout.close()
    program.wait(10)
    return acknowledged


def test_what_was_acknowledged_is_there_exactly_once_and_nothing_is_half_done(database_url):
    with Database.open(database_url) as database:
        database.write(lambda tx: metadata.create_all(tx.connection))
    acknowledged = [label for life in range(KILLS) for label in killed_at_work(database_url, life)]
    with Database.open(database_url) as database:
        stored = database.read(texts)
    whole = {label.rsplit(" ")[0] for label in stored}
    assert len({label.split(".")[0] for label in acknowledged}) == KILLS
    assert set(acknowledged) <= whole
    assert sorted(stored) == sorted(f"{label} {half}" for label in whole for half in ("one", "two"))
