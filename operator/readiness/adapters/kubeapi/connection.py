"""Where the API server is and how to speak TLS to it: from the pod's service account or from a kubeconfig."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from readiness.adapters.kubeapi.credentials import Anonymous, Credentials, LoadedToken, TokenFile
from readiness.runtime.api import CredentialsError

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One API server and our standing with it; `namespace` is the one that commands default to."""

    server: str  # scheme, host and port, no trailing slash
    credentials: Credentials = field(default_factory=Anonymous)
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    verify: bool = True
    server_name: str | None = None
    proxy: str | None = None
    namespace: str = "default"

    def tls(self) -> ssl.SSLContext:
        """Make the TLS context; raises `CredentialsError` when a file cannot be used."""
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            if self.certificate_file is not None:
                context.load_cert_chain(self.certificate_file, self.key_file)
        except OSError as error:  # ssl.SSLError is one
            files = ", ".join(filter(None, (self.ca_file, self.certificate_file, self.key_file)))
            raise CredentialsError(f"cannot use the certificate files {files}: {error}") from error
        # Python 3.13 turned this on; the CAs of many clusters lack the key usage it asks for.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def in_cluster(environment: Mapping[str, str] = os.environ, account: Path = SERVICE_ACCOUNT) -> Connection:
    """Connect as the pod's service account.

    By the address that kubelet puts into the environment: kubernetes.default.svc would need a working DNS.
    """
    host = environment.get("KUBERNETES_SERVICE_HOST")
    port = environment.get("KUBERNETES_SERVICE_PORT")
    if not host or not port:
        raise CredentialsError("not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set")
    for name in ("token", "ca.crt"):
        if not (account / name).is_file():
            raise CredentialsError(f"{account / name} is missing: does the pod mount its service account token?")
    namespace = account / "namespace"
    return Connection(
        server=f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
        credentials=TokenFile(account / "token"),
        ca_file=str(account / "ca.crt"),
        namespace=namespace.read_text().strip() if namespace.is_file() else "default",
    )


def from_kubeconfig(path: str | None = None, context: str | None = None) -> Connection:
    """Connect as a kubeconfig says (default: $KUBECONFIG, then ~/.kube/config), by its current context.

    The `kubernetes` package reads it, since exec plugins, OIDC refresh and inline data are its trade.
    It is imported here because it costs a tenth of a second and 20 MB, which no pod needs to pay.
    """
    from kubernetes import config  # noqa: PLC0415
    from kubernetes.client import Configuration  # noqa: PLC0415

    def load() -> Any:
        configuration = Configuration()
        try:
            config.load_kube_config(path, context, configuration)  # type: ignore[no-untyped-call]
        except (config.ConfigException, OSError) as error:
            raise CredentialsError(f"cannot use the kubeconfig: {error}") from error
        return configuration

    settings = load()

    def authorization(refused: bool) -> str | None:  # noqa: FBT001 - the shape of LoadedToken.load
        nonlocal settings
        if refused:
            settings = load()
        value: str | None = settings.get_api_key_with_prefix("BearerToken")
        return value

    return Connection(
        server=settings.host.rstrip("/"),
        credentials=LoadedToken(authorization),
        ca_file=settings.ssl_ca_cert,
        certificate_file=settings.cert_file,
        key_file=settings.key_file,
        verify=settings.verify_ssl,
        server_name=settings.tls_server_name,
        proxy=settings.proxy,
        namespace=_context_namespace(path, context),
    )


def find(context: str | None = None) -> Connection:
    """Connect by the kubeconfig when a context is named or we are not in a pod, else as the service account."""
    in_pod = "KUBERNETES_SERVICE_HOST" in os.environ and "KUBECONFIG" not in os.environ
    if context is None and in_pod:
        return in_cluster()
    return from_kubeconfig(context=context)


def _context_namespace(path: str | None, context: str | None) -> str:
    from kubernetes import config  # noqa: PLC0415

    known, current = config.list_kube_config_contexts(path)  # type: ignore[no-untyped-call]
    chosen = next((each for each in known if each["name"] == context), current)
    namespace: str = chosen["context"].get("namespace") or "default"
    return namespace
