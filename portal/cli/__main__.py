"""``python -m portal.cli``, for processes that start one another without looking for a script."""

import sys

from portal.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
