"""CPython's own XML-RPC server, with a method for each type."""
import datetime
import xmlrpc.client
from socketserver import ThreadingMixIn
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer


class Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = ("/", "/RPC2")
    # From this size on answers are compressed for who takes that.
    encode_threshold = 1400
    protocol_version = "HTTP/1.1"

    def handle(self):
        """Writes down how each visitor leaves."""
        port = self.client_address[1]
        try:
            super().handle()
        except ConnectionError:
            print(f"port {port} broke off")
            raise
        print(f"port {port} left in good order, calls: {self.calls}")

    calls = 0

    def do_POST(self):
        self.calls += 1
        super().do_POST()


class Server(ThreadingMixIn, SimpleXMLRPCServer):
    daemon_threads = True


def add(a, b):
    """The sum of two numbers."""
    return a + b


def kinds():
    return {
        "int": 42,
        "boolean": True,
        "double": -1.5,
        "string": "Grüße & <Küsse>",
        "dateTime": xmlrpc.client.DateTime(datetime.datetime(2026, 11, 26, 12, 30, 15)),
        "base64": xmlrpc.client.Binary(bytes(range(256))),
        "array": [1, "two", [3.0]],
        "struct": {"a": 1, "": 2},
        "nil": None,
    }


def fail(code, text):
    raise xmlrpc.client.Fault(code, text)


def divide(a, b):
    return a / b


server = Server(("", 8000), Handler, logRequests=False, allow_none=True)
server.register_introspection_functions()
server.register_multicall_functions()
server.register_function(add)
server.register_function(add, "deep.er.add")
server.register_function(lambda value: value, "echo")
server.register_function(kinds)
server.register_function(fail)
server.register_function(divide)
server.register_function(lambda count: list(range(count)), "numbers")
server.serve_forever()
