"""Which commands there are, and what happens to their mistakes."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence

from sqlalchemy.exc import OperationalError

from portal.catalogue.loader import CatalogueErrors
from portal.cli import checks, serving, setting_up
from portal.cli.workplace import CommandError
from portal.config import ConfigError
from portal.rules.errors import PortalError

Command = Callable[[argparse.Namespace], int | None]
"""Does what its name says; returns the exit status, None for success."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. The exit status: 0 done, 1 could not be done, 2 not understood."""
    logging.basicConfig(format="%(levelname)s %(name)s %(message)s", level=logging.INFO)
    chosen = parser().parse_args(arguments)
    command: Command = chosen.command
    try:
        return command(chosen) or 0
    except (CommandError, ConfigError, CatalogueErrors) as wrong:
        sys.stderr.write(f"{wrong}\n")
    except OperationalError:
        sys.stderr.write("The database cannot be reached, or `portal init` has not been run for it yet.\n")
    except PortalError as wrong:
        sys.stderr.write(f"That is not possible: {wrong.key}.\n")
    except BrokenPipeError:
        sys.stderr.close()  # whoever read has gone; there is nobody to tell
    return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="portal", description="一窗通办: the one-window portal")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: Command, told: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=told, description=told)
        added.set_defaults(command=command)
        return added

    add("init", setting_up.init, "Bring database, region and services up to date")
    add("run", serving.run, "Serve the portal, with its worker, until stopped")
    add("worker", serving.worker, "Send messages and do what is due, until stopped")
    add("check-catalogue", checks.check_catalogue, "Read every service, region, reason and notice")
    return top
