"""Listening to the thermometers by MQTT, so that no reading is lost (ADR 0012).

The session is the broker's to keep (``clean_start`` false, a fixed client name), messages come
with QoS 1, and each is acknowledged only after the transaction that stored it. Whatever stops in
between (Hearth, the broker, the database) leaves messages unacknowledged; the broker sends them
again, and what was stored already counts once.

One thread does everything in turn: it hears, stores and acknowledges. While it stores, the broker
waits; and no acknowledgement can go to another connection than the one its message came by.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connections
from django.utils import timezone
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from hearth.network.scope import Actor
from hearth.premises.domain.broker import Broker
from hearth.premises.domain.wire import latest_minute, read_message
from hearth.premises.services.readings import Batch, Series, Unusable, receive

log = logging.getLogger(__name__)

KEEPALIVE = 60  # seconds
SESSION_SECONDS = 30 * 24 * 3600
"""For how long the broker keeps messages for a Hearth that does not come back."""
MOST_UNDER_WAY = 65_535
"""Messages that the broker may send ahead of our acknowledgements."""
_AT_ONCE = 200  # messages between two looks at the clock
LONGEST_PAUSE = 30.0  # seconds between two attempts


@dataclass(frozen=True, slots=True)
class Pace:
    """When what was heard is stored.

    Attributes:
        readings: at once when so many wait.
        seconds: when the oldest has waited so long …
        quiet: … or nothing came for so many seconds.
    """

    readings: int = 100_000
    seconds: float = 10.0
    quiet: float = 0.5


@dataclass(slots=True)
class _Heard:
    """What waits to be stored, and the messages to acknowledge then."""

    series: list[Series] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    since: float = 0.0
    last: float = 0.0
    count: int = 0  # of readings, unusable ones included

    def __len__(self) -> int:
        return self.count


class Listener:
    """Hears, stores and acknowledges until it is told to end."""

    def __init__(
        self,
        broker: Broker,
        actor: Actor,
        *,
        name: str = "hearth",
        pace: Pace | None = None,
        announce: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare; nothing is opened before ``run``.

        Args:
            broker: whom to ask.
            actor: in whose name readings are stored.
            name: of the session at the broker; two with the same name push each other out.
            pace: when to store.
            announce: called each time the broker has taken the subscription.
        """
        self.broker = broker
        self.actor = actor
        self.pace = pace or Pace()
        self.announce = announce
        self.stored = 0
        self._heard = _Heard()
        self.name = name
        self._client = self._made()

    def run(self, ending: threading.Event) -> None:
        """Listen until ``ending`` is set; what was heard by then is stored and acknowledged."""
        pause = 1.0
        while not ending.is_set():
            began = time.monotonic()
            if self._opened():
                self._listen(ending)
            if ending.is_set():
                break
            pause = 1.0 if time.monotonic() - began > LONGEST_PAUSE else pause
            ending.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self._client.disconnect()

    def _made(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=self.name, protocol=MQTTv5, manual_ack=True
        )
        if self.broker.user:
            client.username_pw_set(self.broker.user, self.broker.password)
        if self.broker.tls:
            client.tls_set()
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        session.SessionExpiryInterval = SESSION_SECONDS
        session.ReceiveMaximum = MOST_UNDER_WAY
        client.connect_async(
            self.broker.host,
            self.broker.port,
            KEEPALIVE,
            clean_start=False,
            properties=session,
        )
        return client

    def _opened(self) -> bool:
        try:
            self._client.reconnect()
        except OSError as refused:
            log.warning("no answer from %s: %s", self.broker, refused)
            return False
        return True

    def _listen(self, ending: threading.Event) -> None:
        """Hear and store by turns until the line breaks or the end."""
        wait = min(0.2, self.pace.quiet)
        while self._client.loop(wait) == MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._hear_more()
            if self._is_due(ending.is_set()):
                self._store(ending)
            if ending.is_set():
                return
        if not ending.is_set():
            log.warning(
                "the line to %s is broken; trying again. Should this go on: does another client "
                "call itself %s?",
                self.broker,
                self.name,
            )

    def _hear_more(self) -> None:
        """Read what else lies there: asking anew for each message would cost as much again."""
        for _number in range(_AT_ONCE):
            before = len(self._heard.messages)
            self._client.loop_read()
            if len(self._heard.messages) <= before:
                return  # nothing came, or the line broke, which the next turn finds out

    def _is_due(self, is_ending: bool) -> bool:
        heard = self._heard
        if not heard.messages and not len(heard):
            return False
        now = time.monotonic()
        return (
            is_ending
            or len(heard) >= self.pace.readings
            or len(heard.messages) >= MOST_UNDER_WAY // 2
            or now - heard.since >= self.pace.seconds
            or now - heard.last >= self.pace.quiet
        )

    def _store(self, ending: threading.Event) -> None:
        """Store what was heard, then acknowledge it; when the database is away, wait for it."""
        pause = 1.0
        batch = Batch.of_series(self._heard.series)
        while True:
            try:
                taken = receive(
                    actor=self.actor,
                    readings=batch,
                    unusable=self._heard.unusable,
                )
                break
            except DatabaseError:
                log.exception("readings could not be stored; trying again")
                connections.close_all()
                if ending.wait(pause):
                    return  # unacknowledged: the broker keeps them
                pause = min(2 * pause, LONGEST_PAUSE)
        self.stored += taken.stored
        for mid in self._heard.messages:
            self._client.ack(mid, 1)
        self._heard = _Heard()

    # --- what paho tells us, always in the thread of ``run`` --------------------------------------

    def _on_connect(self, client: Client, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            log.error("%s refuses us: %s", self.broker, reason)
            return
        client.subscribe(self.broker.pattern, qos=1)

    def _on_subscribe(
        self, _client: Client, _data: Any, _mid: int, reasons: list[Any], _more: Any
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            log.error("%s does not let us hear %s", self.broker, self.broker.pattern)
            return
        log.info("listening at %s", self.broker)
        self.announce()

    def _on_disconnect(self, *_told: Any) -> None:
        # Numbers of messages belong to the connection: these will come again under others.
        self._heard = _Heard()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        heard = self._heard
        heard.last = time.monotonic()
        if not heard.messages and not len(heard):
            heard.since = heard.last
        try:
            sensor = self.broker.sensor_of(message.topic)
        except UnicodeDecodeError:
            sensor = "?"
        payload = bytes(message.payload)
        found = read_message(payload, latest_minute(timezone.now()))
        if found.faults:
            sample = payload[:200].decode("utf-8", "replace").replace("\0", "?")
            heard.unusable += [Unusable(sensor, fault, sample) for fault in found.faults]
        if found.minutes:
            heard.series.append(Series(sensor, found.minutes, found.centis))
        heard.count += len(found.minutes) + len(found.faults)
        if message.qos:
            heard.messages.append(message.mid)
