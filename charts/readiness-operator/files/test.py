"""What `helm test` runs: the Service answers, the operator is ready, and there is something to scrape."""

import sys
from http import HTTPStatus
from http.client import HTTPConnection

host, port = sys.argv[1:]
for path, expected in (("/livez", b'"ok": true'), ("/readyz", b'"ok": true'), ("/metrics", b"readiness_build_info{")):
    connection = HTTPConnection(host, int(port), timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != HTTPStatus.OK or expected not in body:
        sys.exit(f"{path} answers {answer.status}, without {expected!r}:\n{body.decode()[:2000]}")
    print(path, answer.status)  # noqa: T201 - what `helm test --logs` shows
