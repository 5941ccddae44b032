"""Runs the metrics that were asked for, prints what they found, and writes it as JSON."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TextIO

from bot.bench.measure import CannotMeasureError, Ratio, Result

METRICS: Final = {
    "M1": "one_turn",
    "M2": "in_flight",
    "M4": "due_rows",
    "M5": "whole_case",
    "M6": "paper",
    "M7": "cold_start",
    "M8": "growth",
    "M9": "replicas",
    "YEAR": "year",
}
ON_REQUEST: Final = frozenset({"YEAR"})  # they take long
WRONG: Final = 2


def by_default() -> list[str]:
    """What is measured when nothing was named."""
    return [name for name in METRICS if name not in ON_REQUEST]


def run(names: Sequence[str], *, rounds: int, json_file: Path | None, out: TextIO, scale: float = 1.0) -> int:
    """`scale` makes everything smaller, to try whether it runs."""
    wanted = [name.upper() for name in names] or by_default()
    unknown = [name for name in wanted if name not in METRICS]
    if unknown:
        out.write(f"There is no {', '.join(unknown)}; there are {', '.join(METRICS)}.\n")
        return WRONG
    found: dict[str, Any] = {}
    out.write(f"Python {platform.python_version()}, {os.cpu_count()} processors, {rounds} rounds, each way in turn.\n")
    for name in wanted:
        try:
            result = _measured(name, rounds, scale, out)
        except ModuleNotFoundError as error:
            out.write(f"{name} needs the package {error.name}: pip install -r requirements/bench.txt, or make bench\n")
            return WRONG
        except CannotMeasureError as error:
            out.write(f"{name} {error}\n")
            continue
        _print(result, out)
        found[name] = result.as_json()
        if json_file is not None:
            json_file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _measured(name: str, rounds: int, scale: float, out: TextIO) -> Result:
    metric = importlib.import_module(f"bot.bench.{METRICS[name]}")
    out.write(f"\n{name}  {metric.TITLE}\n")
    with TemporaryDirectory(prefix="overlegmaat-bench-", dir=_disk()) as folder:
        result: Result = metric.measure(Path(folder), rounds, scale, lambda text: _tell(out, text))
    return result


def _disk() -> str | None:
    """Where a commit reaches a disk: /tmp may be memory, /var/tmp is not meant to be."""
    return "/var/tmp" if sys.platform == "linux" and os.access("/var/tmp", os.W_OK) else None  # noqa: S108 -- folder of its own


def _tell(out: TextIO, text: str) -> None:
    out.write(f"    {text}\n")
    out.flush()


def _print(result: Result, out: TextIO) -> None:
    out.write(f"    {'':<28}{'a second':>10}{'p50':>12}{'p99':>12}\n")
    for one in result.series:
        told = one.as_json()
        p50, p99 = _time(told["p50_us"]), _time(told["p99_us"])
        out.write(f"    {one.name:<28}{told['per_second']:>10,.0f}{p50:>12}{p99:>12}   {one.note}\n")
    for ratio in result.ratios:
        reached = f"{ratio.value:.2f}{ratio.unit}"
        out.write(f"    {reached:>12}  {ratio.name:<46}{_verdict(ratio)}\n")
    out.flush()


def _verdict(ratio: Ratio) -> str:
    if ratio.target is None:
        return ""
    return f"target {ratio.wants} {ratio.target:g}{ratio.unit}: {'met' if ratio.is_met else 'MISSED'}"


def _time(microseconds: float) -> str:
    if microseconds >= 1e6:  # noqa: PLR2004 -- a second
        return f"{microseconds / 1e6:.2f} s"
    return f"{microseconds / 1e3:.2f} ms" if microseconds >= 1e3 else f"{microseconds:.0f} µs"  # noqa: PLR2004 -- idem
