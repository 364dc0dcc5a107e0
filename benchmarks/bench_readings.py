"""Temperature readings: the rate at which they are stored, what they weigh, what questions take.

    python -m benchmarks.bench_readings [--days 14] [--messages 60000]

800 sensors say a reading a minute. First ``receive`` stores days of them in batches as the listener
does, on a clean database with fsync; size and rate give those of a winter of 120 days (138 million
readings). Then they come one message each from a real Mosquitto, if the machine has one. Then the
questions of the pages and of the night. Budget: a winter replayed in less than a day, a byte or so
a reading, the questions within a page's 200 ms.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.frame import calibrate, prepare

SENSORS, WINTER = 800, 800 * 1440 * 120
FIRST_DAY = date(2021, 1, 4)
FIRST = 1_609_689_600 // 60  # its midnight in China


def main() -> int:
    """Measure all three."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--messages", type=int, default=60_000)
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="hearth-readings-"))
    try:
        prepare(str(home))
        calibrate()
        _network()
        _store(home, args.days)
        _ask(args.days)
        _listen(home, args.days, args.messages)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


def _network() -> None:
    from benchmarks.volume import make_network
    from hearth.network.models import Unit
    from hearth.premises.models import Sensor

    make_network(SENSORS)
    outlets = Unit.objects.outlets().order_by("pk")
    Sensor.objects.bulk_create(
        Sensor(sensor_no=f"T-{n}", unit=unit, unit_path=unit.path, since=FIRST_DAY)
        for n, unit in enumerate(outlets)
    )


def _minutes(day: int, chance: random.Random) -> Iterator[list[Any]]:
    """The readings of a day in batches of 24 minutes, about 20,000 each."""
    from hearth.premises.services.readings import Reading

    warmth = [1500 + n % 700 for n in range(SENSORS)]
    start = FIRST + day * 1440
    for minute in range(start, start + 1440, 24):
        yield [
            Reading(f"T-{n}", minute + m, warmth[n] + chance.randrange(-40, 40))
            for m in range(24)
            for n in range(SENSORS)
        ]


def _store(home: Path, days: int) -> None:
    from django.db import connection

    from hearth.network.actors import operator
    from hearth.premises.services.readings import receive

    actor, chance, took, count = operator("mqtt"), random.Random(1), 0.0, 0
    for day in range(days):
        for batch in _minutes(day, chance):
            began = time.perf_counter()
            receive(actor=actor, readings=batch)
            took += time.perf_counter() - began
            count += len(batch)
    rate = count / took
    print(f"stored {count:,} readings in {took:.1f} s: {rate:,.0f} a second")
    print(f"  a winter ({WINTER:,}) takes {WINTER / rate / 3600:.1f} h")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = (home / "hearth.sqlite3").stat().st_size
        print(f"  {size / 1e6:.1f} MB, {size / count:.2f} bytes a reading, all tables counted")
        print(f"  a winter is about {WINTER * size / count / 1e6:,.0f} MB")


def _ask(days: int) -> None:
    from hearth.kernel.calendar import china
    from hearth.network.models import Unit
    from hearth.premises.domain.business import Hours
    from hearth.premises.models import Sensor
    from hearth.premises.queries.temperatures import business_sums, hourly, zone

    last = FIRST_DAY + timedelta(days=days - 1)
    units = list(Unit.objects.outlets().values_list("pk", flat=True))
    sensor = Sensor.objects.values_list("pk", flat=True)[0]
    hours = Hours(zone())
    ten = china().last(last, 10)
    questions: dict[str, Callable[[], object]] = {
        "business-hours means of 800 units, one day": lambda: business_sums(units, [last], hours),
        "the same, ten business days (each night)": lambda: business_sums(units, ten, hours),
        "the hours of one outlet, all days": lambda: hourly([sensor], FIRST_DAY, last),
    }
    for name, ask in questions.items():
        ask()
        began = time.perf_counter()
        ask()
        print(f"{name}: {1000 * (time.perf_counter() - began):.0f} ms")


def _listen(home: Path, days: int, messages: int) -> None:
    """One reading a message, QoS 1, through a broker that kept them while nobody listened."""
    from tests.broker import Broker, find

    if not find():
        print("no Mosquitto on this machine: the broker was left out")
        return
    with Broker(home / "broker") as broker:
        ready, ending = threading.Event(), threading.Event()
        _listener, thread = _listener_at(broker, ready.set, ending)
        ready.wait(60)
        ending.set()
        thread.join()
        _publish(broker, days, messages)
        ending.clear()
        began = time.perf_counter()
        listener, thread = _listener_at(broker, lambda: None, ending)
        while listener.stored < messages and time.perf_counter() - began < 600:
            time.sleep(0.02)
        took = time.perf_counter() - began
        ending.set()
        thread.join()
    print(
        f"{listener.stored:,} of {messages:,} messages that had waited at Mosquitto, stored and "
        f"acknowledged in {took:.1f} s: {listener.stored / took:,.0f} a second"
    )


def _listener_at(
    broker: Any, announce: Callable[[], None], ending: threading.Event
) -> tuple[Any, threading.Thread]:
    from hearth.network.actors import operator
    from hearth.premises.domain.broker import Broker as Address
    from hearth.premises.mqtt import Listener

    listener = Listener(Address.parse(broker.url), operator("mqtt"), announce=announce)
    thread = threading.Thread(target=listener.run, args=[ending])
    thread.start()
    return listener, thread


def _publish(broker: Any, days: int, messages: int) -> None:
    from paho.mqtt.client import Client, MQTTv5
    from paho.mqtt.enums import CallbackAPIVersion

    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    start, began = FIRST + days * 1440, time.perf_counter()
    for number in range(messages):
        minute, sensor = divmod(number, SENSORS)
        said = {"at": (start + minute) * 60, "celsius": 17.25}
        last = client.publish(f"hearth/readings/T-{sensor}", json.dumps(said), qos=1)
    last.wait_for_publish(300)
    print(f"the broker took {messages / (time.perf_counter() - began):,.0f} messages a second")
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    raise SystemExit(main())
