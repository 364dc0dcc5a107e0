"""Where the thermometers are heard: the address of an MQTT broker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

BASE = "hearth/readings"
_PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker and the topics below which sensors speak.

    Attributes:
        host: its name or address.
        port: 1883, or 8883 over TLS, unless the address says another.
        tls: whether the line is encrypted; its certificate is checked against the system's.
        user: name to sign in with; empty for none.
        password: of that name.
        base: topic below which each sensor has its own: ``<base>/<sensor no>``.
    """

    host: str
    port: int
    tls: bool
    user: str
    password: str
    base: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read ``mqtt://user:password@host:port/topic`` or the same with ``mqtts``.

        Raises:
            ValueError: another scheme, no host, or a topic with a wildcard.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("must be written mqtt://user:password@host:port/topic, or mqtts://…")
        base = unquote(parts.path).strip("/") or BASE
        if {"+", "#"} & set(base):
            raise ValueError("names a topic with a wildcard; the sensors' numbers come below it")
        return cls(
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            parts.scheme == "mqtts",
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            base,
        )

    @property
    def pattern(self) -> str:
        """The topics to subscribe to."""
        return f"{self.base}/+"

    def sensor_of(self, topic: str) -> str:
        """Number of the sensor that speaks on ``topic``."""
        return topic.removeprefix(self.base).strip("/")

    def __str__(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}/{self.base}"
