"""`overlegmaat`, also as `python -m bot`."""

from __future__ import annotations

import gc
import sys

from bot import cli


def main() -> int:
    """Run a command; gives the exit code."""
    gc.disable()  # a start makes tens of thousands of objects and no garbage; `build_app` turns it on again
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
