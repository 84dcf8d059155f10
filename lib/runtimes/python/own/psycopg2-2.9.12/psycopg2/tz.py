"""Time zones (psycopg2.tz): Python's own do."""

from datetime import timedelta, timezone

LOCAL = timezone.utc


def FixedOffsetTimezone(offset=None, name=None):
    return timezone(offset if isinstance(offset, timedelta) else timedelta(minutes=offset or 0))


def LocalTimezone():
    return LOCAL
