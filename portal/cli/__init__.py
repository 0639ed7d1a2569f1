"""The command line, ``portal ...``: what an operator does. Mistakes are answered in plain sentences."""

from portal.cli.main import main

__all__ = ["main"]
