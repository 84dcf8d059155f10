"""Commands of a connection: sending them, and making results of what the server answers."""

import struct

from psycopg import errors as e
from psycopg.pq._enums import ConnStatus, ExecStatus, PipelineStatus, TransactionStatus

from ._connection import STATUS_OF, Connection, message, text
from ._link import CLOSED
from ._result import PGresult

SIMPLE, EXTENDED, PREPARE, DESCRIBE, CLOSE, SYNC = "simple", "extended", "prepare", "describe", "close", "sync"


class PGconn(Connection):
    # Sending

    def _begin(self, kind, data, what, query=b""):
        if self._link is None:
            raise e.OperationalError(f"{what} failed: the connection is closed")
        if self._status == ConnStatus.BAD:
            raise e.OperationalError(f"{what} failed: {self.get_error_message()}")
        in_pipeline = self._pipeline != PipelineStatus.OFF
        if in_pipeline and kind == SIMPLE:
            raise e.OperationalError(f"{what} failed: PQsendQuery not allowed in pipeline mode")
        if not in_pipeline and (self._pending or self._results):
            raise e.OperationalError(f"{what} failed: another command is already in progress")
        if not in_pipeline:
            self._error = b""
            self._rows_at_once = 0
        self._pending.append(kind)
        self._queries.append(bytes(query))
        if not in_pipeline and kind != SIMPLE:
            data += message(b"S")
        self._link.outgoing += data
        self._link.flush()

    def send_query(self, command):
        self._begin(SIMPLE, message(b"Q", text(command)), "sending query", command)

    def _parse_message(self, name, command, param_types):
        types = param_types or ()
        return message(b"P", text(name) + text(command) + struct.pack(f"!H{len(types)}I", len(types), *types))

    def _bind_messages(self, name, values, formats, result_format):
        values, formats = values or (), formats or ()
        parts = [b"\0", text(name), struct.pack(f"!H{len(formats)}H", len(formats), *formats), struct.pack("!H", len(values))]
        for value in values:
            if value is None:
                parts.append(b"\xff\xff\xff\xff")
            else:
                value = bytes(value)
                parts += (struct.pack("!i", len(value)), value)
        parts.append(struct.pack("!HH", 1, result_format))
        return message(b"B", b"".join(parts)) + message(b"D", b"P\0") + message(b"E", b"\0\0\0\0\0")

    def send_query_params(self, command, param_values, param_types=None, param_formats=None, result_format=0):
        data = self._parse_message(b"", command, param_types)
        data += self._bind_messages(b"", param_values, param_formats, result_format)
        self._begin(EXTENDED, data, "sending query and params", command)

    def send_prepare(self, name, command, param_types=None):
        self._begin(PREPARE, self._parse_message(name, command, param_types), "sending query and params", command)

    def send_query_prepared(self, name, param_values, param_formats=None, result_format=0):
        data = self._bind_messages(name, param_values, param_formats, result_format)
        self._begin(EXTENDED, data, "sending prepared query")

    def _send_about(self, kind, letter, about, name, what):
        self._begin(kind, message(letter, about + text(name)), what)

    def send_describe_prepared(self, name):
        self._send_about(DESCRIBE, b"D", b"S", name, "sending describe prepared")

    def send_describe_portal(self, name):
        self._send_about(DESCRIBE, b"D", b"P", name, "sending describe portal")

    def send_close_prepared(self, name):
        self._send_about(CLOSE, b"C", b"S", name, "sending close prepared")

    def send_close_portal(self, name):
        self._send_about(CLOSE, b"C", b"P", name, "sending close portal")

    # Receiving

    def flush(self):
        if self._link is None or self._status == ConnStatus.BAD:
            raise e.OperationalError(f"flushing failed: {self.get_error_message() if self._link else 'the connection is closed'}")
        return self._link.flush()

    def consume_input(self):
        if self._link is None:
            raise e.OperationalError("consuming input failed: the connection is closed")
        self._link.flush()
        is_open = self._link.receive()
        self._parse()
        if is_open:
            return
        self._status = ConnStatus.BAD
        self._error = (self._error or b"") + CLOSED
        self._pending.clear()
        self._queries.clear()
        raise e.OperationalError(f"consuming input failed: {self.get_error_message()}")

    def is_busy(self):
        self._parse()
        return 0 if self._results or not self._pending else 1

    def get_result(self):
        while True:
            self._parse()
            if self._results:
                result = self._results.popleft()
                if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
                    self._pipeline = PipelineStatus.ON
                return result
            if not self._pending or self._status == ConnStatus.BAD:
                return None
            if self._copying is not None:
                return PGresult(self._copying)
            try:
                self._link.wait(bool(self._link.outgoing))
                self.consume_input()
            except e.OperationalError:
                result = PGresult(ExecStatus.FATAL_ERROR)
                result._error = {ord("S"): b"FATAL", ord("M"): self._error.rstrip(b"\n")}
                return result

    def _parse(self):
        if self._link is None:
            return
        while (received := self._link.next_message()) is not None:
            self._receive(*received)

    def _add(self, status=ExecStatus.COMMAND_OK, ends=False):
        result, self._current = self._current or PGresult(status), None
        result.status = status
        self._results.append(result)
        if ends:
            self._end_command()
        return result

    def _end_command(self):
        """In a pipeline each command's results end by themselves; elsewhere ReadyForQuery ends them."""
        if self._pipeline != PipelineStatus.OFF and self._pending:
            self._forget()
            self._results.append(None)

    def _forget(self):
        self._pending.popleft()
        self._queries.popleft()

    def _receive(self, kind, body):
        command = self._pending[0] if self._pending else None
        if kind == b"D":
            self._current._take_row(body)
            if self._rows_at_once and self._current.ntuples >= self._rows_at_once:
                self._give_part()
        elif kind == b"T":
            self._current = self._current or PGresult()
            self._current._take_description(body)
            if command == DESCRIBE:
                self._add(ends=True)
        elif kind == b"C":
            has_rows = self._current is not None
            if has_rows:
                self._current._tag = body[:-1]
            else:
                self._current = PGresult()
                self._current._tag = body[:-1]
            self._add(ExecStatus.TUPLES_OK if has_rows else ExecStatus.COMMAND_OK, ends=command != SIMPLE)
            self._copying = None
        elif kind == b"Z":
            self._ready(STATUS_OF[body])
        elif kind == b"E":
            self._failed(body, command)
        elif kind == b"1":
            if command == PREPARE:
                self._add(ends=True)
        elif kind == b"3":
            self._add(ends=True)
        elif kind == b"t":
            self._current = PGresult()
            self._current._take_parameters(body)
        elif kind == b"n":
            if command == DESCRIBE:
                self._add(ends=True)
        elif kind == b"I":
            self._add(ExecStatus.EMPTY_QUERY, ends=command != SIMPLE)
        elif kind == b"s":
            self._add(ExecStatus.TUPLES_OK, ends=True)
        elif kind in (b"G", b"H", b"W"):
            self._copying = {b"G": ExecStatus.COPY_IN, b"H": ExecStatus.COPY_OUT, b"W": ExecStatus.COPY_BOTH}[kind]
            self._current = PGresult()
            self._current._take_copy(body)
            self._add(self._copying)
        elif kind == b"d":
            self._copied.append(body)
        elif kind == b"c":
            self._copied.append(None)
        elif kind != b"2":
            self._asynchronous(kind, body)

    def _give_part(self):
        whole = self._current
        part = PGresult()
        part._fields, part._rows, whole._rows = whole._fields, whole._rows, []
        part.status = ExecStatus.SINGLE_TUPLE if self._rows_at_once == 1 else ExecStatus.TUPLES_CHUNK
        self._results.append(part)

    def _ready(self, status):
        self._transaction = status
        if self._pipeline == PipelineStatus.OFF:
            self._pending.clear()
            self._queries.clear()
            self._results.append(None)
            return
        while self._pending and self._pending[0] != SYNC:
            self._forget()
        if self._pending:
            self._forget()
        self._results.append(PGresult(ExecStatus.PIPELINE_SYNC))

    def _failed(self, body, command):
        self._current = PGresult()
        self._current._take_error(body)
        self._current._query = self._queries[0] if self._queries else b""
        result = self._add(ExecStatus.FATAL_ERROR)
        self._error = result.error_message
        if self._copying is not None:
            self._copying = None
            self._copied.clear()
        if command is None:
            # It came by itself: the server is about to close the connection, and then says so.
            self._results.pop()
        elif self._pipeline != PipelineStatus.OFF:
            self._end_command()
            self._pipeline = PipelineStatus.ABORTED
            # The server passes over what follows, up to the next Sync.
            while self._pending and self._pending[0] != SYNC:
                self._forget()
                self._results += (PGresult(ExecStatus.PIPELINE_ABORTED), None)

    def set_single_row_mode(self):
        self.set_chunked_rows_mode(1)

    def set_chunked_rows_mode(self, size):
        if not self._pending:
            raise e.OperationalError("setting single row mode failed")
        self._rows_at_once = size

    # At once

    def _finish_command(self):
        last = None
        while (result := self.get_result()) is not None:
            last = result
            if result.status in (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH):
                break
        return last or PGresult(ExecStatus.FATAL_ERROR)

    def exec_(self, command):
        self.send_query(command)
        return self._finish_command()

    def exec_params(self, *args, **kwargs):
        self.send_query_params(*args, **kwargs)
        return self._finish_command()

    def prepare(self, *args, **kwargs):
        self.send_prepare(*args, **kwargs)
        return self._finish_command()

    def exec_prepared(self, *args, **kwargs):
        self.send_query_prepared(*args, **kwargs)
        return self._finish_command()

    def describe_prepared(self, name):
        self.send_describe_prepared(name)
        return self._finish_command()

    def describe_portal(self, name):
        self.send_describe_portal(name)
        return self._finish_command()

    def close_prepared(self, name):
        self.send_close_prepared(name)
        return self._finish_command()

    def close_portal(self, name):
        self.send_close_portal(name)
        return self._finish_command()

    def make_empty_result(self, exec_status):
        result = PGresult(ExecStatus(exec_status))
        if exec_status == ExecStatus.FATAL_ERROR and self._error:
            result._error = {ord("S"): b"ERROR", ord("M"): self._error.rstrip(b"\n")}
        return result

    # COPY

    def put_copy_data(self, buffer):
        if self._copying is None:
            raise e.OperationalError("sending copy data failed: no COPY in progress")
        if self.nonblocking and len(self._link.outgoing) > 1 << 20 and self._link.flush():
            return 0
        self._link.outgoing += message(b"d", bytes(buffer))
        self._link.flush()
        return 1

    def put_copy_end(self, error=None):
        if self._copying is None:
            raise e.OperationalError("sending copy end failed: no COPY in progress")
        data = message(b"c") if error is None else message(b"f", text(error))
        if self._pending and self._pending[0] != SIMPLE and self._pipeline == PipelineStatus.OFF:
            data += message(b"S")
        self._copying = None
        self._link.outgoing += data
        self._link.flush()
        return 1

    def get_copy_data(self, async_):
        while True:
            self._parse()
            if self._copied:
                data = self._copied.popleft()
                if data is None:
                    self._copying = None
                    return -1, memoryview(b"")
                return len(data), memoryview(data)
            if self._copying is None:
                return -1, memoryview(b"")
            if async_:
                return 0, memoryview(b"")
            self._link.wait()
            self.consume_input()

    # Pipelines

    @property
    def pipeline_status(self):
        return self._pipeline

    def enter_pipeline_mode(self):
        if self._pending or self._results:
            raise e.OperationalError("failed to enter pipeline mode")
        self._pipeline = PipelineStatus.ON

    def exit_pipeline_mode(self):
        if self._pending or any(result is not None for result in self._results):
            raise e.OperationalError("cannot exit pipeline mode with uncollected results")
        self._results.clear()
        self._pipeline = PipelineStatus.OFF

    def pipeline_sync(self):
        if self._pipeline == PipelineStatus.OFF:
            raise e.OperationalError("connection not in pipeline mode")
        self._pending.append(SYNC)
        self._queries.append(b"")
        self._link.outgoing += message(b"S")
        self._link.flush()

    def send_flush_request(self):
        self._link.outgoing += message(b"H")
        self._link.flush()

    def get_cancel(self):
        from ._cancel import PGcancel

        return PGcancel(self)

    def cancel_conn(self):
        from ._cancel import PGcancelConn

        return PGcancelConn(self)


__all__ = ["PGconn", "TransactionStatus"]
