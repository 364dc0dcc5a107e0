"""The listener at a real broker, in this process: what it stores, and when it acknowledges."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import OperationalError
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from hearth.network.actors import operator
from hearth.premises import mqtt
from hearth.premises.domain.broker import Broker as Address
from hearth.premises.models import Stray
from hearth.premises.mqtt import Listener, Pace
from tests.broker import Broker
from tests.factories import make_unit
from tests.factories_sensors import at, counted, make_sensor

pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True)]
START = at(2021, 1, 12, 1)
QUICK = Pace(quiet=0.05)
WAIT_SECONDS = 60


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with Broker(tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture
def sensor():
    return make_sensor(make_unit())


@contextmanager
def listening(broker, name, pace=QUICK):
    """A listener in a thread of its own; gives it once the broker has taken its subscription."""
    ready, ending = threading.Event(), threading.Event()
    address = Address.parse(broker.url)
    listener = Listener(address, operator("mqtt"), name=name, pace=pace, announce=ready.set)

    def run():
        try:
            listener.run(ending)
        finally:
            mqtt.connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(WAIT_SECONDS)
        yield listener
    finally:
        ending.set()
        thread.join(WAIT_SECONDS)


@contextmanager
def publisher(broker):
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def publish(broker, *messages, qos=1):
    """Hand (sensor, payload) to the broker, and wait until it has taken them."""
    with publisher(broker) as client:
        for sensor, payload in messages:
            body = payload if isinstance(payload, str | bytes) else json.dumps(payload)
            client.publish(f"hearth/readings/{sensor}", body, qos=qos).wait_for_publish(30)


def wait_for(true):
    until = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def reading(minute, celsius=17.25):
    return {"at": (START + minute) * 60, "celsius": celsius}


def test_what_is_published_is_stored(broker, sensor):
    with listening(broker, "plain"):
        publish(
            broker,
            (sensor.sensor_no, reading(0)),
            (sensor.sensor_no, [reading(1), reading(2)]),
            (sensor.sensor_no, reading(0)),
        )
        publish(broker, (sensor.sensor_no, reading(3)), qos=0)
        wait_for(lambda: counted()[0] == 4)
    assert counted() == (4, 4 * 1725)


def test_what_came_while_nobody_listened_is_delivered_later(broker, sensor):
    with listening(broker, "away"):
        pass
    publish(broker, *[(sensor.sensor_no, reading(n)) for n in range(1_500)])

    with listening(broker, "away"):
        wait_for(lambda: counted()[0] == 1_500)


def test_a_message_that_cannot_be_read_holds_nothing_up(broker, sensor):
    with listening(broker, "odd"):
        publish(
            broker,
            (sensor.sensor_no, b"\x00\xff"),
            (sensor.sensor_no, "[]"),
            ("nobody", reading(0)),
            (sensor.sensor_no, reading(0)),
        )
        wait_for(lambda: counted()[0] == 1 and Stray.objects.count() == 2)
    reasons = dict(Stray.objects.values_list("sensor_no", "reason"))
    assert reasons == {sensor.sensor_no: "malformed", "nobody": "unknown_sensor"}


def test_nothing_is_acknowledged_before_it_is_stored(broker, sensor, monkeypatch):
    """The database is away; the listener ends without an answer; the next one gets it again."""
    asked = threading.Event()

    def away(**_kwargs):
        asked.set()
        raise OperationalError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(mqtt, "receive", away)
        with listening(broker, "careful"):
            publish(broker, (sensor.sensor_no, reading(0)))
            assert asked.wait(WAIT_SECONDS)
    assert counted() == (0, 0)

    with listening(broker, "careful"):
        wait_for(lambda: counted()[0] == 1)


def test_the_database_comes_back_and_the_listener_goes_on(broker, sensor, monkeypatch):
    real, fails = mqtt.receive, [OperationalError("away")]

    def flaky(**kwargs):
        if fails:
            raise fails.pop()
        return real(**kwargs)

    monkeypatch.setattr(mqtt, "receive", flaky)
    with listening(broker, "patient"):
        publish(broker, (sensor.sensor_no, reading(0)))
        wait_for(lambda: counted()[0] == 1)


def test_two_with_one_name_push_each_other_out_and_lose_nothing(broker, sensor):
    with listening(broker, "twin"), listening(broker, "twin"):
        for minute in range(30):
            publish(broker, (sensor.sensor_no, reading(minute)))
        wait_for(lambda: counted()[0] == 30)


def test_the_listener_outlives_the_broker(tmp_path, sensor):
    with Broker(tmp_path / "own") as own, listening(own, "steady"):
        publish(own, (sensor.sensor_no, reading(0)))
        wait_for(lambda: counted()[0] == 1)
        own.restart()
        publish(own, (sensor.sensor_no, reading(1)))
        wait_for(lambda: counted()[0] == 2)
