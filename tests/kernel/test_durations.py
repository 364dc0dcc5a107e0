import pytest

from hearth.kernel.durations import duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (0.2, "0:01"), (59.5, "1:00"), (61, "1:01"), (3723, "1:02:03")],
)
def test_durations_are_rounded_up_to_the_second(seconds, text):
    assert duration(seconds) == text
