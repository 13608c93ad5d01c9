"""An Arrow Flight server that sends one table, in batches of 65,536 rows, to whoever asks.

send_flight.py ARROW_FILE

Prints its port. It ends with its input.
"""

import sys

import pyarrow as pa
import pyarrow.flight as flight

BATCH_ROWS = 65_536


class Server(flight.FlightServerBase):
    """Holds the table in memory."""

    def __init__(self, table: pa.Table):
        super().__init__("grpc://127.0.0.1:0")
        self.schema = table.schema
        self.batches = table.combine_chunks().to_batches(BATCH_ROWS)

    def do_get(self, context: flight.ServerCallContext, ticket: flight.Ticket) -> flight.FlightDataStream:
        """Whatever the ticket."""
        return flight.GeneratorStream(self.schema, iter(self.batches))


def main() -> None:
    """Serves until the input ends."""
    with pa.memory_map(sys.argv[1]) as file:
        table = pa.ipc.open_stream(file).read_all()
    server = Server(table)
    print(server.port, flush=True)
    sys.stdin.read()
    server.shutdown()


main()
