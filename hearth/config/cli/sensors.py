"""``hearth sensors``."""

from __future__ import annotations

import argparse
import signal
import threading
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from hearth.config.cli.frame import DONE, acting, complain
from hearth.config.cli.supervision import watch_parent
from hearth.kernel.errors import RuleViolation
from hearth.platform.presence import running
from hearth.premises.domain.broker import Broker
from hearth.premises.mqtt import Listener

if TYPE_CHECKING:
    from hearth.config.cli.frame import Commands


def register(commands: Commands) -> None:
    """Add the command that goes on until it is stopped."""
    parser = commands.add_parser(
        "sensors", help=_("hear the thermometers at the broker and store what they say")
    )
    parser.add_argument("--watch-parent", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=sensors)


def sensors(args: argparse.Namespace) -> int:
    """Listen until a signal; “hearth serve” starts it by itself where a broker is configured."""
    url = settings.ENV.mqtt_url
    if not url:
        raise RuleViolation(
            "no_broker",
            _("No broker is configured. Set HEARTH_MQTT_URL, for example mqtt://127.0.0.1."),
        )
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: ending.set())
    broker = Broker.parse(url)

    def announce() -> None:
        complain(_("Listening at %(broker)s.") % {"broker": broker})

    with running():
        if args.watch_parent:
            watch_parent()
        listener = Listener(broker, acting(args), name=settings.ENV.mqtt_client, announce=announce)
        listener.run(ending)
    return DONE
