"""What this process holds in memory, by the system's own count."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Literal

STATUS = Path("/proc/self/status")


def held(line: Literal["VmRSS", "VmHWM"]) -> int:
    """Bytes held now (`VmRSS`) or at the most (`VmHWM`); where the system does not tell, the most is all there is.

    `getrusage` also counts the program that started this one, so it comes second.
    """
    if STATUS.exists():
        found = next(one for one in STATUS.read_text(encoding="ascii").splitlines() if one.startswith(line))
        return int(found.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
