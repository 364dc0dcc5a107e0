import pytest

from hearth.premises.domain.broker import Broker


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mqtt://broker", Broker("broker", 1883, False, "", "", "hearth/readings")),
        (
            "mqtts://hearth:s%40fe@10.0.0.7:9883/bank/halls/",
            Broker("10.0.0.7", 9883, True, "hearth", "s@fe", "bank/halls"),
        ),
    ],
)
def test_an_address_names_the_broker(url, expected):
    assert Broker.parse(url) == expected
    assert Broker.parse(url).pattern == f"{expected.base}/+"


@pytest.mark.parametrize("url", ["http://broker", "broker:1883", "mqtt://", "mqtt://b/halls/+"])
def test_a_wrong_address_is_refused(url):
    with pytest.raises(ValueError, match=r"must be written|wildcard"):
        Broker.parse(url)


def test_the_sensor_is_the_last_part_of_its_topic_and_no_password_is_shown():
    broker = Broker.parse("mqtt://u:secret@h/halls")

    assert broker.sensor_of("halls/T-0001") == "T-0001"
    assert str(broker) == "mqtt://h:1883/halls"
    assert "secret" not in str(broker)
