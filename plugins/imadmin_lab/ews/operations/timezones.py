"""GetServerTimeZones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from imadmin_lab.ews import xml

from .base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.ews.xml import Element


class Rule(NamedTuple):
    """When clocks change: month, week of it (-1 is the last), on Sunday, and minutes after midnight."""

    month: int
    week: int
    minutes: int


class Zone(NamedTuple):
    """A zone of Windows: minutes that UTC is ahead, and the rules for daylight saving time, if it has any."""

    id: str
    name: str
    bias: int
    to_daylight: Rule | None = None
    to_standard: Rule | None = None


_EUROPE: Final = (Rule(3, -1, 120), Rule(10, -1, 180))
_AMERICA: Final = (Rule(3, 2, 120), Rule(11, 1, 120))
_ZONES: Final = (
    Zone("Pacific Standard Time", "(UTC-08:00) Pacific Time (US & Canada)", 480, *_AMERICA),
    Zone("Mountain Standard Time", "(UTC-07:00) Mountain Time (US & Canada)", 420, *_AMERICA),
    Zone("Central Standard Time", "(UTC-06:00) Central Time (US & Canada)", 360, *_AMERICA),
    Zone("Eastern Standard Time", "(UTC-05:00) Eastern Time (US & Canada)", 300, *_AMERICA),
    Zone("UTC", "(UTC) Coordinated Universal Time", 0),
    Zone(
        "GMT Standard Time",
        "(UTC+00:00) Dublin, Edinburgh, Lisbon, London",
        0,
        Rule(3, -1, 60),
        Rule(10, -1, 120),
    ),
    Zone(
        "W. Europe Standard Time",
        "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
        -60,
        *_EUROPE,
    ),
    Zone("Romance Standard Time", "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", -60, *_EUROPE),
    Zone("Russian Standard Time", "(UTC+03:00) Moscow, St. Petersburg", -180),
    Zone("India Standard Time", "(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", -330),
    Zone("China Standard Time", "(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi", -480),
    Zone("Tokyo Standard Time", "(UTC+09:00) Osaka, Sapporo, Tokyo", -540),
)


class GetServerTimeZones(Operation):
    """Describe time zones."""

    name = "GetServerTimeZones"
    writes = False
    container = "TimeZoneDefinitions"

    def one(self, target: Element) -> Iterable[Element]:
        """Describe the zones asked for, or all."""
        listed = xml.child(target, "Ids")
        wanted = None if listed is None else {one.text for one in listed}
        full = xml.attribute(target, "ReturnFullTimeZoneData", "true") in ("true", "1")
        found = (zone for zone in _ZONES if wanted is None or zone.id in wanted)
        yield xml.m("TimeZoneDefinitions", *(_definition(zone, full=full) for zone in found))


def _definition(zone: Zone, *, full: bool) -> Element:
    definition = xml.t("TimeZoneDefinition", Id=zone.id, Name=zone.name)
    if full:
        definition.extend(_data(zone))
    return definition


def _data(zone: Zone) -> Iterable[Element]:
    daylight = zone.to_daylight is not None
    periods = [_period(zone, "Standard", zone.bias)]
    if daylight:
        periods.append(_period(zone, "Daylight", zone.bias - 60))
    yield xml.t("Periods", *periods)
    yield xml.t("TransitionsGroups", xml.t("TransitionsGroup", *_transitions(zone), Id="0"))
    yield xml.t("Transitions", xml.t("Transition", xml.t("To", "0", Kind="Group")))


def _transitions(zone: Zone) -> Iterable[Element]:
    if zone.to_daylight is None or zone.to_standard is None:
        yield xml.t("Transition", xml.t("To", _period_id(zone, "Standard"), Kind="Period"))
        return
    yield _change(zone, "Daylight", zone.to_daylight)
    yield _change(zone, "Standard", zone.to_standard)


def _change(zone: Zone, kind: str, rule: Rule) -> Element:
    return xml.t(
        "RecurringDayTransition",
        xml.t("To", _period_id(zone, kind), Kind="Period"),
        xml.t("TimeOffset", _duration(rule.minutes)),
        xml.t("Month", str(rule.month)),
        xml.t("DayOfWeek", "Sunday"),
        xml.t("Occurrence", str(rule.week)),
    )


def _period(zone: Zone, kind: str, bias: int) -> Element:
    return xml.t("Period", Bias=_duration(bias), Name=kind, Id=_period_id(zone, kind))


def _period_id(zone: Zone, kind: str) -> str:
    return f"trule:Microsoft/Registry/{zone.id}/1-{kind}"


def _duration(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}PT{hours}H" + (f"{rest}M" if rest else "")
