"""Types of values (DB API 2.0, "Type Objects and Constructors")."""

import datetime
import time

from psycopg.dbapi20 import BINARY, DATETIME, NUMBER, ROWID, STRING

Date = datetime.date
Time = datetime.time
Timestamp = datetime.datetime


def DateFromTicks(ticks):
    return datetime.date(*time.localtime(ticks)[:3])


def TimeFromTicks(ticks):
    return datetime.time(*time.localtime(ticks)[3:6])


def TimestampFromTicks(ticks):
    return datetime.datetime(*time.localtime(ticks)[:6])


def Binary(data):
    return bytes(data)


__all__ = [
    "BINARY", "Binary", "DATETIME", "Date", "DateFromTicks", "NUMBER", "ROWID", "STRING", "Time", "TimeFromTicks", "Timestamp",
    "TimestampFromTicks",
]  # fmt: skip
