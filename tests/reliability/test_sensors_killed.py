"""Readings published while the broker restarts and ``hearth sensors`` is killed: all are there."""

from __future__ import annotations

import itertools
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial

import pytest
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from tests.broker import Broker
from tests.reliability.conftest import OUTLETS
from tests.reliability.place import TOP, Place

pytestmark = pytest.mark.broker
SENSORS, MINUTES = 40, 240
FIRST = 1_610_413_200 // 60  # nine in the morning of 12 January 2021 in China
WAIT_SECONDS = 240


def celsius(sensor, minute):
    """What a sensor says in a minute: any number that can be told again."""
    return ((sensor * 7919 + minute * 104_729) % 3_000 - 500) / 100


class Publisher(threading.Thread):
    """Hands every reading to the broker, waiting for its word, through its restarts.

    What is published while the broker is away stands in the client's queue and goes out later,
    though its own answer calls that a failure; hence the broker's word is counted as it comes.
    """

    def __init__(self, broker: Broker) -> None:
        super().__init__(daemon=True)
        self.broker = broker
        self.published = 0
        self.heard = threading.Condition()

    def run(self) -> None:
        client = Client(CallbackAPIVersion.VERSION2, client_id="publisher", protocol=MQTTv5)
        client.on_publish = self._count
        client.reconnect_delay_set(1, 2)
        client.connect("127.0.0.1", self.broker.port)
        client.loop_start()
        for minute in range(MINUTES):
            for sensor in range(SENSORS):
                reading = {"at": (FIRST + minute) * 60, "celsius": celsius(sensor, minute)}
                client.publish(f"hearth/readings/T-{sensor}", json.dumps(reading), qos=1)
            time.sleep(0.03)  # so that the readings last longer than a few restarts
            with self.heard:
                self.heard.wait_for(partial(self._is_told, SENSORS * (minute + 1)), WAIT_SECONDS)
        client.disconnect()
        client.loop_stop()

    def _is_told(self, readings: int) -> bool:
        return self.published >= readings

    def _count(self, *_told: object) -> None:
        with self.heard:
            self.published += 1
            self.heard.notify_all()


class Listening:
    """``hearth sensors`` as a process of its own."""

    def __init__(self, place: Place, broker: Broker) -> None:
        self.place, self.broker = place, broker
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.place.home / "sensors.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hearth.config.cli", "sensors"],
                cwd=TOP,
                env=self.place.environment | {"HEARTH_MQTT_URL": self.broker.url},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def listening(place, broker):
    listener = Listening(place, broker)
    listener.start()
    try:
        yield listener
    finally:
        if listener.process.poll() is None:
            listener.end(signal.SIGKILL)


def register_sensors(place):
    """By the first reading of each, in a file."""
    file = place.home / "readings.csv"
    rows = [
        f"{OUTLETS[n % len(OUTLETS)]},T-{n},2021-01-12 08:59,{celsius(n, -1)}\n"
        for n in range(SENSORS)
    ]
    file.write_text("unit,sensor,at,celsius\n" + "".join(rows), encoding="utf-8")
    answer = place.hearth("import", "readings", file)
    assert answer.status == 0, answer.said


def test_no_reading_is_lost_when_the_broker_and_hearth_restart(place, tmp_path):
    register_sensors(place)
    chance, acts = random.Random(1), itertools.cycle(["kill", "restart", "end"])
    done: Counter[str] = Counter()
    with Broker(tmp_path / "broker") as broker, listening(place, broker) as listener:
        # the session must exist before anyone speaks
        log = place.home / "sensors.log"
        until = time.monotonic() + WAIT_SECONDS
        while str(broker.port) not in log.read_text():
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        publisher = Publisher(broker)
        publisher.start()
        while publisher.is_alive() and publisher.published < SENSORS * (MINUTES - 20):
            time.sleep(chance.uniform(0.2, 1.5))
            act = next(acts)
            done[act] += 1
            if act == "restart":
                broker.restart()
            else:
                listener.end(signal.SIGKILL if act == "kill" else signal.SIGTERM)
                listener.start()
        publisher.join(WAIT_SECONDS)
        assert set(done) == {"kill", "restart", "end"}, done
        assert publisher.published == SENSORS * MINUTES
        expected = [
            SENSORS * (MINUTES + 1),
            sum(round(100 * celsius(s, m)) for s in range(SENSORS) for m in range(-1, MINUTES)),
        ]
        until = time.monotonic() + WAIT_SECONDS
        while place.call("readings") != expected and time.monotonic() < until:
            time.sleep(0.5)
        assert place.call("readings") == expected
        assert listener.end(signal.SIGTERM) == 0
    assert place.call("readings") == expected
