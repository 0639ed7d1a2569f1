"""``python benchmarks [--full]``: speed and weight as ratios and bytes."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.running import main

if __name__ == "__main__":
    sys.exit(main())
