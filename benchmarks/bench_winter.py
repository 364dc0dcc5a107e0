"""A winter of minute readings through a real Mosquitto, with both ends restarted on the way.

    python -m benchmarks.bench_winter [--days 150] [--each 240] [--singles 120] [--limit 1800]

800 sensors say a reading a minute from 1 November 2020 on. The first ``--singles`` minutes are sent
a message a reading; then each sensor sends ``--each`` minutes in one message, as a logger does that
was cut off. ``hearth sensors`` is a process of its own: after a third it is killed (SIGKILL) and
started again 800 messages later, after two thirds Mosquitto is. Then it must be so that every day
of every sensor has the generator's count and sum, and that the nights' looks propose exactly the
outlets that were made cold, on the nights on which they become due. Nothing is published after
``--limit`` seconds; what was is said, and proved.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.frame import calibrate, peak_mb, prepare, spread, timed

SENSORS, DAY = 800, 1440
FIRST_DAY = date(2020, 11, 1)
FIRST = 1_604_160_000 // 60  # its midnight in China, in minutes from 1970
OPENS, CLOSES = 9 * 60, 17 * 60
NORM, NIGHT = 1800, 150  # hundredths of a degree
UNDER_WAY, BACKLOG = 2_000, 8_000  # messages: not yet taken by the broker, waiting in it
WINDOW, DUE = 10, 5  # the rule that is delivered: colder on 5 of 10 business days
TEXTS = [f"{centi / 100:.2f}" for centi in range(4000)]

Whole = npt.NDArray[np.int64]


def main() -> int:
    """Replay, and prove; 1 where anything is lost or proposed wrongly."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=150)
    parser.add_argument("--each", type=int, default=240)
    parser.add_argument("--singles", type=int, default=120)
    parser.add_argument("--limit", type=float, default=1800.0)
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="hearth-winter-"))
    try:
        prepare(str(home))
        calibrate()
        winter = Winter(args.days)
        _network(winter)
        sent = _replay(home, winter, args)
        is_well = _compared(sent)
        _weighed(home, sent)
        is_well &= _proposed(winter, sent)
        _asked(sent)
        print(f"peak of this process {peak_mb():.0f} MB")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0 if is_well else 1


# --- the winter -----------------------------------------------------------------------------------


class Winter:
    """What each sensor says in each minute, and which outlets are due on which night.

    Within each half hour the readings swing around the level of the day and sum up to it; outside
    business hours they lie a degree and a half lower. Twenty sensors each are cold for good, cold
    on four of ten business days, on every other one, exactly at the norm, one hundredth of one
    reading below it, cold at weekends only, and cold but silent for 5 or 4 of 16 half hours.
    """

    def __init__(self, days: int) -> None:
        from hearth.platform.workdays import workdays

        self.days = [FIRST_DAY + timedelta(days=n) for n in range(days)]
        calendar = workdays()
        self.business = [n for n, day in enumerate(self.days) if calendar.is_business_day(day)]
        minutes = np.arange(DAY)
        is_open = (minutes >= OPENS) & (minutes < CLOSES)
        swing = np.stack([2 * ((minutes + n) % 30) - 29 for n in range(30)])
        self._course = (swing - np.where(is_open, 0, NIGHT)).astype(np.int64)
        self._levels = np.tile(1850 + np.arange(SENSORS)[:, None] % 400, (1, days))
        self.due: dict[int, int] = {}  # sensor, and the day on whose night it is proposed
        self.is_sent = np.ones((SENSORS, DAY), bool)
        self._short = np.arange(SENSORS) // 20 == 5
        self._make()

    def _make(self) -> None:
        business, levels, nth = self.business, self._levels, range(len(self.business))
        others = [n for n in range(len(self.days)) if n not in set(business)]
        for n in range(40):
            self._cold(n, [k for k in nth if k >= 20 + n], 20 + n + DUE - 1)
        for n in range(40, 60):
            self._cold(n, [k for k in nth if k % WINDOW < DUE - 1])
        for n in range(60, 80):
            self._cold(n, [k for k in nth if k >= n - 40 and (k - n) % 2 == 0], n - 40 + 8)
        levels[80:120] = NORM
        for n in range(100, 120):
            self._becomes_due(n, DUE - 1)
        for n in range(120, 140):
            levels[n, others] = 1500
        levels[140:180] = 1700
        self.is_sent[140:160, OPENS : OPENS + 5 * 30] = False  # 11 of 16 half hours: too few
        self.is_sent[160:180, OPENS : OPENS + 4 * 30] = False  # 12: enough
        for n in range(160, 180):
            self._becomes_due(n, DUE - 1)

    def _cold(self, sensor: int, nth: Sequence[int], due: int | None = None) -> None:
        self._levels[sensor, [self.business[k] for k in nth]] = 1700
        if due is not None:
            self._becomes_due(sensor, due)

    def _becomes_due(self, sensor: int, nth: int) -> None:
        if nth < len(self.business):
            self.due[sensor] = self.business[nth]

    def said(self, day: int) -> Whole:
        """Hundredths by sensor and minute of a day."""
        found = self._levels[:, day, None] + self._course[np.arange(SENSORS) % 30]
        found[self._short, OPENS] -= 1
        return found


@dataclass
class Sent:
    """What was handed to the broker, by sensor and day."""

    counts: Whole
    totals: Whole
    readings: int = 0
    messages: int = 0
    days: int = 0
    repeated: int = 0
    seconds: float = 0.0
    log: list[str] = field(default_factory=list)

    def add(self, day: int, said: Whole, is_sent: npt.NDArray[np.bool_]) -> None:
        """Count the readings of some minutes of a day."""
        count = is_sent.sum(axis=1)
        self.counts[:, day] += count
        self.totals[:, day] += (said * is_sent).sum(axis=1)
        self.readings += int(count.sum())


def _network(winter: Winter) -> None:
    from benchmarks.volume import make_network
    from hearth.network.models import Unit
    from hearth.premises.models import Sensor

    make_network(SENSORS)
    outlets = Unit.objects.outlets().order_by("code")
    Sensor.objects.bulk_create(
        Sensor(sensor_no=f"T-{n}", unit=unit, unit_path=unit.path, since=winter.days[0])
        for n, unit in enumerate(outlets)
    )


# --- the replay -----------------------------------------------------------------------------------


class _Hearth:
    """``hearth sensors`` as a process of its own."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until the broker has taken its subscription."""
        log = self.home / "sensors.log"
        environment = os.environ | {"HEARTH_HOME": str(self.home), "HEARTH_MQTT_URL": self.url}
        program = str(Path(sys.executable).with_name("hearth"))
        with log.open("wb") as out:
            self.process = subprocess.Popen([program, "sensors"], env=environment, stderr=out)
        until = time.monotonic() + 120
        while self.url not in log.read_text(errors="replace"):
            if self.process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"hearth sensors did not start:\n{log.read_text()}")
            time.sleep(0.1)

    def kill(self) -> None:
        """End it without warning."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(60)

    def stop(self) -> None:
        """End it as its service does."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(120)


class _Sender:
    """Hands messages to the broker with QoS 1 and counts which of them it took."""

    def __init__(self, port: int, sent: Sent) -> None:
        from paho.mqtt.client import Client, MQTTv5
        from paho.mqtt.enums import CallbackAPIVersion

        self.sent, self.taken = sent, 0
        self._client = Client(CallbackAPIVersion.VERSION2, "loggers", protocol=MQTTv5)
        self._client.max_inflight_messages_set(500)
        self._client.reconnect_delay_set(1, 2)
        self._client.on_publish = self._on_publish
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def _on_publish(self, *_told: Any) -> None:
        self.taken += 1

    def send(self, sensor: int, payload: str) -> None:
        """Send one message; waits while too many are under way."""
        while self.sent.messages - self.taken > UNDER_WAY:
            time.sleep(0.01)
        self._client.publish(f"hearth/readings/T-{sensor}", payload, qos=1)
        self.sent.messages += 1

    def finish(self) -> None:
        """Wait until the broker has taken all, and leave."""
        until = time.monotonic() + 300
        while self.taken < self.sent.messages and time.monotonic() < until:
            time.sleep(0.05)
        self._client.disconnect()
        self._client.loop_stop()


def _stored() -> tuple[int, int]:
    """Readings that Hearth says it stored, and those that came again."""
    from django.db.models import Sum

    from hearth.premises.models import Intake

    found = Intake.objects.aggregate(stored=Sum("stored"), repeated=Sum("repeated"))
    return found["stored"] or 0, found["repeated"] or 0


def _replay(home: Path, winter: Winter, args: argparse.Namespace) -> Sent:
    from tests.broker import Broker

    shape = (SENSORS, len(winter.days))
    sent = Sent(np.zeros(shape, np.int64), np.zeros(shape, np.int64))
    with Broker(home / "broker") as broker:
        hearth = _Hearth(home, broker.url)
        hearth.start()
        sender = _Sender(broker.port, sent)
        begun = time.monotonic()
        try:
            _singles(winter, sent, sender, args.singles)
            _rest(winter, sent, sender, args, _restarts(hearth, broker, args, sent), begun)
            sender.finish()
            _wait_for(sent.readings)
            sent.seconds = time.monotonic() - begun
        finally:
            hearth.stop()
    stored, sent.repeated = _stored()
    rate = sent.readings / sent.seconds
    print(
        f"{sent.readings:,} readings of {SENSORS} sensors and {sent.days} days in "
        f"{sent.messages:,} messages, stored in {sent.seconds:.0f} s: {rate:,.0f} a second; "
        f"{stored:,} stored, {sent.repeated:,} came again; sent at {SENSORS / 60:.1f} a second "
        f"they would have taken {sent.days} days"
    )
    print(*sent.log, sep="\n")
    return sent


def _wait_for(readings: int, seconds: float = 1200.0) -> None:
    """Wait until Hearth has stored so many; for so long at most."""
    until = time.monotonic() + seconds
    while _stored()[0] < readings and time.monotonic() < until:
        time.sleep(0.2)


def _singles(winter: Winter, sent: Sent, sender: _Sender, minutes: int) -> None:
    """The first minutes, a message a reading, and what they take until they are stored."""
    said, begun = winter.said(0), time.monotonic()
    for minute in range(minutes):
        for sensor in np.flatnonzero(winter.is_sent[:, minute]).tolist():
            celsius = TEXTS[said[sensor, minute]]
            sender.send(sensor, f'{{"at": {(FIRST + minute) * 60}, "celsius": {celsius}}}')
    _count(winter, sent, 0, said, (0, minutes))
    _wait_for(sent.readings)
    took = time.monotonic() - begun
    print(
        f"{sent.messages:,} messages of one reading, sent and stored in {took:.1f} s: "
        f"{sent.messages / took:,.0f} a second",
        flush=True,
    )


def _count(winter: Winter, sent: Sent, day: int, said: Whole, span: tuple[int, int]) -> None:
    is_sent = winter.is_sent.copy()
    is_sent[:, : span[0]] = is_sent[:, span[1] :] = False
    sent.add(day, said, is_sent)


def _rest(
    winter: Winter,
    sent: Sent,
    sender: _Sender,
    args: argparse.Namespace,
    restarts: Callable[[int], None],
    begun: float,
) -> None:
    for day in range(len(winter.days)):
        if time.monotonic() - begun > args.limit:
            sent.log.append(f"stopped after {args.limit:.0f} s")
            return
        said = winter.said(day)
        first = args.singles if day == 0 else 0
        for number, (sensor, payload) in enumerate(_messages(winter, day, said, first, args.each)):
            sender.send(sensor, payload)
            if number == SENSORS:
                restarts(day)
        _count(winter, sent, day, said, (first, DAY))
        sent.days = day + 1
        stored = _stored()[0]
        until = time.monotonic() + 600
        while sent.readings - stored > BACKLOG * args.each and time.monotonic() < until:
            time.sleep(0.2)
            stored = _stored()[0]
        if day % 10 == 9:
            took = time.monotonic() - begun
            print(f"  day {day + 1}, {stored:,} stored, {took:.0f} s", flush=True)


def _messages(
    winter: Winter, day: int, said: Whole, first: int, each: int
) -> Iterator[tuple[int, str]]:
    """The messages of a day: every sensor's readings of ``each`` minutes."""
    for begins in range(first, DAY, each):
        minutes = range(begins, min(begins + each, DAY))
        whole = _words(day, minutes)
        for sensor in range(SENSORS):
            sends = winter.is_sent[sensor, minutes.start : minutes.stop]
            said_now = said[sensor, minutes.start : minutes.stop]
            if sends.all():
                yield sensor, whole % tuple(map(TEXTS.__getitem__, said_now.tolist()))
            elif sends.any():
                some = [minute for minute, is_in in zip(minutes, sends, strict=True) if is_in]
                texts = map(TEXTS.__getitem__, said_now[sends].tolist())
                yield sensor, _words(day, some) % tuple(texts)


def _words(day: int, minutes: Sequence[int]) -> str:
    start = FIRST + day * DAY
    readings = [f'{{"at":{(start + m) * 60},"celsius":%s}}' for m in minutes]
    return f"[{','.join(readings)}]"


def _restarts(
    hearth: _Hearth, broker: Any, args: argparse.Namespace, sent: Sent
) -> Callable[[int], None]:
    """What happens on which day; each in a thread, for the loggers go on sending."""

    def hearth_again() -> None:
        hearth.kill()
        waited = sent.messages
        while sent.messages < waited + SENSORS and sent.messages - waited < UNDER_WAY:
            time.sleep(0.05)
        hearth.start()
        sent.log.append(f"Hearth killed and started again, {sent.messages - waited:,} sent between")

    def broker_again() -> None:
        waited = sent.messages
        broker.stop()
        time.sleep(3)
        broker.start()
        sent.log.append(f"Mosquitto stopped, 3 s later started; {waited:,} messages sent before")

    at = {args.days // 3: hearth_again, 2 * args.days // 3: broker_again}

    def restarts(day: int) -> None:
        if day in at:
            threading.Thread(target=at[day]).start()

    return restarts


# --- the proof ------------------------------------------------------------------------------------


def _compared(sent: Sent) -> bool:
    """Whether every day of every sensor has the count and the sum that were sent."""
    from django.db import connection

    from hearth.premises.models import Sensor

    row_of = {pk: int(no[2:]) for pk, no in Sensor.objects.values_list("pk", "sensor_no")}
    counts, totals = np.zeros_like(sent.counts), np.zeros_like(sent.totals)
    offset = FIRST // 60
    sql = (
        "SELECT sensor_id, (hour - %s) / 24, SUM(count_first + count_second), "
        "SUM(total_first + total_second) FROM premises_readinghour GROUP BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [offset])
        for sensor, day, count, total in cursor.fetchall():
            counts[row_of[sensor], day], totals[row_of[sensor], day] = count, total
    wrong = int(((counts != sent.counts) | (totals != sent.totals)).sum())
    pairs = int((sent.counts > 0).sum())
    print(f"{pairs:,} days of sensors compared by count and sum: {wrong} differ")
    print(f"  {int(sent.counts.sum()):,} sent, {int(counts.sum()):,} kept")
    return wrong == 0


def _weighed(home: Path, sent: Sent) -> None:
    from django.db import connection

    from hearth.premises.models import ReadingHour

    print(f"{ReadingHour.objects.count():,} rows of an hour")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = (home / "hearth.sqlite3").stat().st_size
        print(f"  {size / 1e6:.1f} MB on disk, {size / sent.readings:.2f} bytes a reading")


def _proposed(winter: Winter, sent: Sent) -> bool:
    """Look each night; whether it proposes who was made cold, on the night when that is due."""
    from hearth.network.actors import operator
    from hearth.premises.models import Sensor
    from hearth.workflows.watchlists import look_at_watchlists

    sensor_of = {
        unit: int(number[2:]) for unit, number in Sensor.objects.values_list("unit_id", "sensor_no")
    }
    found: dict[int, int] = {}
    lapsed, nights = 0, []
    for day in range(sent.days):
        begun = time.perf_counter()
        seen = look_at_watchlists(actor=operator("night"), as_of=winter.days[day])
        nights.append(time.perf_counter() - begun)
        lapsed += seen.lapsed
        for one in seen.proposed:
            found.setdefault(sensor_of[one.unit_id], day)
    known: Mapping[int, int] = {n: day for n, day in winter.due.items() if day < sent.days}
    print(
        f"{sent.days} nights: {len(found)} outlets proposed, {len(known)} were made cold enough; "
        f"{'all on the right night, nobody else' if found == known else 'NOT THE SAME'}; "
        f"{lapsed} lapsed; a night takes {1000 * float(np.median(nights)):.0f} ms at the median, "
        f"{1000 * max(nights):.0f} ms at most"
    )
    for sensor in sorted({n for n, _day in found.items() ^ known.items()})[:20]:
        print(f"  T-{sensor}: proposed {found.get(sensor)}, known {known.get(sensor)}")
    return found == known


def _asked(sent: Sent) -> None:
    """What the pages of temperatures take with all this behind them."""
    from django.conf import settings
    from django.core.cache import cache
    from django.test import Client

    from tests.factories import make_user

    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    user = make_user("programme_manager")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    day = FIRST_DAY + timedelta(days=sent.days - 3)
    for address in (
        "/temperatures/",
        f"/temperatures/?on={day}&show=cold",
        "/temperatures/sensors/",
        f"/temperatures/outlets/O00007/?on={day}",
        "/watchlists/",
    ):
        status = client.get(address).status_code

        def first_look(address: str = address) -> None:
            cache.clear()
            client.get(address)

        spread(f"{status} {address}, nothing remembered", first_look, 8)
        spread(f"{status} {address}", lambda address=address: client.get(address), 8)  # type: ignore[misc]
    with timed("the means of 800 outlets on ten business days, from 150 days"):
        _ten_days(day)


def _ten_days(day: date) -> None:
    from hearth.network.models import Unit
    from hearth.platform.workdays import workdays
    from hearth.premises.domain.business import Hours
    from hearth.premises.queries.temperatures import business_sums, zone

    units = list(Unit.objects.outlets().values_list("pk", flat=True))
    business_sums(units, workdays().last(day, 10), Hours(zone()))


if __name__ == "__main__":
    raise SystemExit(main())
