"""``hearth serve`` and ``hearth worker``."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import logging
import sys
import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django_tasks_db.management.commands.db_worker import Worker

from hearth.config.cli.frame import DONE, REFUSED, Progress, acting, complain, prepare_key
from hearth.config.cli.supervision import Supervisor, answers, is_taken, watch_parent
from hearth.kernel.errors import RuleViolation
from hearth.platform import jobs
from hearth.platform.health import WRONG, check_assets
from hearth.platform.presence import running
from hearth.workflows.upkeep import daily_chores

if TYPE_CHECKING:
    from hearth.config.cli.frame import Commands

log = logging.getLogger(__name__)
CHORE_SECONDS = 60


def register(commands: Commands) -> None:
    """Add the two commands that go on until they are stopped."""
    environment = settings.ENV
    parser = commands.add_parser("serve", help=_("serve the pages and do the background work"))
    parser.add_argument("--host", default=environment.host, help=_("default: %(default)s"))
    parser.add_argument(
        "--port", type=int, default=environment.port, help=_("default: %(default)s")
    )
    parser.add_argument(
        "--demo", action="store_true", help=_("load the demonstration when nothing is here yet")
    )
    parser.add_argument(
        "--no-worker", action="store_true", help=_("leave the background work to “hearth worker”")
    )
    parser.set_defaults(run=serve, wants_empty_home=True)

    parser = commands.add_parser("worker", help=_("do the background work only"))
    parser.add_argument("--watch-parent", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=worker)


def serve(args: argparse.Namespace) -> int:
    """Prepare everything, then keep the web server and one worker alive until a signal."""
    if is_taken(args.host, args.port):
        raise RuleViolation(
            "port_taken",
            _("Something answers on port %(port)s already. Stop it, or choose another --port.")
            % {"port": args.port},
        )
    with running():
        _prepare()
        if args.demo:
            _load_demo(args)
        _leave_database()
        supervisor = Supervisor()
        supervisor.keep("web", _web_command(args.host, args.port), vital=True)
        if not args.no_worker:
            command = [sys.executable, "-m", "hearth.config.cli", "worker", "--watch-parent"]
            supervisor.keep("worker", command, vital=False)
            if settings.ENV.mqtt_url:
                command = [*command[:3], "sensors", "--watch-parent"]
                supervisor.keep("sensors", command, vital=False)
        wanted = supervisor.run(lambda: _announce(args.host, args.port))
    return DONE if wanted else REFUSED


def _leave_database() -> None:
    """Keep no connection: this process only watches its children from now on."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined] # of psycopg


def _web_command(host: str, port: int) -> list[str]:
    module = "hearth.config.cli.webserver"
    return [sys.executable, "-m", module, host, str(port), str(settings.ENV.workers)]


def _announce(host: str, port: int) -> bool:
    """Say where it answers once it does; True when that is said."""
    if not answers(host, port):
        return False
    shown = f"[{host}]" if ":" in host else host
    complain(_("Hearth answers at http://%(host)s:%(port)s") % {"host": shown, "port": port})
    complain(_("Ctrl+C ends it."))
    return True


def _prepare() -> None:
    assets = check_assets()
    if assets.state == WRONG:
        raise RuleViolation("no_assets", f"{assets.name}: {assets.finding}. {assets.advice}")
    call_command("migrate", interactive=False, verbosity=0)
    prepare_key()
    collect_static()


def collect_static() -> bool:
    """Collect, hash and compress the static files when any has changed since; True if done."""
    mark = Path(settings.STATIC_ROOT) / ".collected"
    state = _static_state()
    if mark.exists() and mark.read_text(encoding="ascii") == state:
        return False
    complain(_("Collecting scripts and styles …"))
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(state, encoding="ascii")
    return True


def _static_state() -> str:
    """A hash over name, size and time of every source of a static file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _load_demo(args: argparse.Namespace) -> None:
    # Late: inventing a network loads half of the house, which a usual start does not need.
    from hearth.exchange.demo.load import DemoSize, is_loaded
    from hearth.workflows.demonstration import load_demonstration

    if is_loaded():
        return
    load_demonstration(actor=acting(args), size=DemoSize(), report=Progress(_("demonstration")))


# --- the worker -----------------------------------------------------------------------------------


def worker(args: argparse.Namespace) -> int:
    """Do queued jobs, revive silent ones and do the chores of the day, until a signal."""
    # Whoever enqueues a kind has imported it, and every kind is enqueued from some page.
    importlib.import_module(settings.ROOT_URLCONF)
    with running():
        if args.watch_parent:
            watch_parent()
        threading.Thread(target=_chores, name="chores", daemon=True).start()
        queue = Worker(
            queue_names=["default"],
            interval=1,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        queue.configure_signals()
        queue.run()
    return DONE


def _chores() -> None:
    """Once a minute what keeps jobs going, once a day what keeps the house clean."""
    done_on: date | None = None
    pause = threading.Event()
    while True:
        try:
            jobs.revive()
            if done_on != timezone.localdate():
                log.info("daily chores: %s", daily_chores())
                done_on = timezone.localdate()
        except Exception:  # a chore that fails, as when the database restarts, is tried again
            log.exception("chores failed")
        finally:
            connections.close_all()
        pause.wait(CHORE_SECONDS)
