"""Units: the signs they are written by, and their names in each language."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

# What is written, and the unit of CLDR.
UNITS = {
    "km": "kilometer", "m": "meter", "dm": "decimeter", "cm": "centimeter", "mm": "millimeter", "µm": "micrometer",
    "μm": "micrometer", "nm": "nanometer", "pm": "picometer", "mi": "mile", "ft": "foot", "in": "inch", "yd": "yard",
    "km²": "square-kilometer", "km2": "square-kilometer", "m²": "square-meter", "m2": "square-meter",
    "cm²": "square-centimeter", "cm2": "square-centimeter", "m³": "cubic-meter", "m3": "cubic-meter",
    "cm³": "cubic-centimeter", "cm3": "cubic-centimeter", "ha": "hectare",
    "kg": "kilogram", "g": "gram", "mg": "milligram", "µg": "microgram", "lb": "pound", "lbs": "pound", "oz": "ounce",
    "t": "tonne", "l": "liter", "L": "liter", "ml": "milliliter", "mL": "milliliter", "dl": "deciliter",
    "cl": "centiliter", "Mo": "megabyte", "Go": "gigabyte", "To": "terabyte", "ko": "kilobyte",
    "km/h": "kilometer-per-hour", "kph": "kilometer-per-hour", "km/jam": "kilometer-per-hour", "mph": "mile-per-hour",
    "m/s": "meter-per-second", "m/s²": "meter-per-square-second", "m/s2": "meter-per-square-second",
    "s": "second", "sec": "second", "ms": "millisecond", "µs": "microsecond", "μs": "microsecond", "ns": "nanosecond",
    "min": "minute", "mins": "minute", "secs": "second", "h": "hour", "hr": "hour", "hrs": "hour",
    "°C": "celsius", "℃": "celsius", "°F": "fahrenheit", "℉": "fahrenheit", "°": "degree", "K": "kelvin",
    "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz",
    "W": "watt", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt", "mW": "milliwatt", "kWh": "kilowatt-hour",
    "V": "volt", "A": "ampere", "mA": "milliampere", "Ω": "ohm", "J": "joule", "kJ": "kilojoule", "kcal": "kilocalorie",
    "cal": "calorie", "N": "newton", "Pa": "pascal", "hPa": "hectopascal", "kPa": "kilopascal", "bar": "bar",
    "atm": "atmosphere", "mol": "mole", "B": "byte", "kB": "kilobyte", "KB": "kilobyte", "MB": "megabyte",
    "GB": "gigabyte", "TB": "terabyte", "PB": "petabyte", "bit": "bit", "kbit": "kilobit", "Mbit": "megabit",
    "Gbit": "gigabit", "eV": "electronvolt", "px": "pixel", "dpi": "dot-per-inch", "ly": "light-year",
    "%": "percent", "‰": "permille",
}  # fmt: skip


_NAMES: dict[tuple[str, str, str], str] = {}
"""The names that have been asked for, by locale, unit and plural: a few hundred at most."""


def unit_name(cldr: str, unit: str, amount: str) -> str:
    """The name of a unit, in the form that goes with an amount."""
    number = Decimal(amount)
    form = cldr, unit, _plurals(cldr)(number)
    if form not in _NAMES:
        _NAMES[form] = _named(cldr, unit, number)
    return _NAMES[form]


def _named(cldr: str, unit: str, number: Decimal) -> str:
    from babel.units import UnknownUnitError, format_unit

    try:
        written = format_unit(number, unit, "long", locale=cldr)
    except UnknownUnitError:
        written = format_unit(number, unit, "long", locale="en")
    return re.sub(r"^[\d.,\s\u00a0\u202f]+", "", str(written))


@cache
def _plurals(cldr: str) -> Callable[[Decimal], str]:
    """Which plural an amount takes."""
    from babel import Locale

    return Locale.parse(cldr).plural_form
