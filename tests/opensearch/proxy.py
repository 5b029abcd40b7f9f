"""A proxy that asks for TLS and a password, in front of a node that has neither."""

import base64
import http.client
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


def self_signed(folder: Path) -> Path:
    """Make a certificate of 127.0.0.1 with the command openssl; return the file, key included."""
    file = folder / "proxy.pem"
    name = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    run = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name]
    made = subprocess.run([*run, "-keyout", "-"], capture_output=True, check=True).stdout
    file.write_bytes(made)
    return file


@contextmanager
def proxy(target: str, certificate: Path, user: str, password: str):
    """Serve a node at an address of https, which is given."""
    node = urlsplit(target).netloc
    secret = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Authorization") != secret:
                self.reply(401, b'{"error": "unauthorized"}')
                return
            headers = {k: v for k, v in self.headers.items() if k != "Authorization"}
            forwarded = http.client.HTTPConnection(node, timeout=60)
            forwarded.request(self.command, self.path, body, headers)
            with forwarded.getresponse() as response:
                self.reply(response.status, response.read())
            forwarded.close()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815

        def reply(self, status, body):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
