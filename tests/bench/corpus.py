"""
Manifests in any number, the same every time: `python tests/bench/corpus.py FOLDER APPS` writes 8 objects for each app.

One app in three is in order; the others lack one thing or another, so that audits have something to say.
"""

import random
import sys
from pathlib import Path

_SEED = 20261121
_FAULTS = ("root", "no-limits", "no-probes", "latest", "no-budget", "one-replica", "secret-in-env", "open-network")


def files(apps: int) -> dict[str, str]:
    """The manifests by file name: one file with 8 documents for each app."""
    random_ = random.Random(_SEED)
    return {f"team-{number % 20:02}/app-{number:05}.yaml": _app(number, random_) for number in range(apps)}


def write(folder: Path, apps: int) -> int:
    """Write them below a folder; returns how many bytes that is."""
    size = 0
    for name, text in files(apps).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_text(text)
    return size


def _app(number: int, random_: random.Random) -> str:
    faults = set() if number % 3 == 0 else set(random_.sample(_FAULTS, random_.randint(1, 3)))
    name, namespace = f"app-{number:05}", f"team-{number % 20:02}"
    documents = [
        _deployment(name, faults, random_),
        _SERVICE,
        _SERVICE_ACCOUNT,
        _CONFIG_MAP + "".join(f"  SETTING_{n}: value-{random_.randint(0, 999)}\n" for n in range(12)),
        _AUTOSCALER,
        _BUDGET if "no-budget" not in faults else _CONFIG_MAP.replace("%NAME%-config", "%NAME%-more"),
        _NETWORK_POLICY if "open-network" not in faults else _OPEN_POLICY,
        _INGRESS,
    ]
    text = "---\n".join(documents)
    return text.replace("%NAME%", name).replace("%NAMESPACE%", namespace)


def _deployment(name: str, faults: set[str], random_: random.Random) -> str:
    image = "latest" if "latest" in faults else f"1.{random_.randint(0, 40)}.{random_.randint(0, 9)}"
    env = "".join(f"        - {{name: OPTION_{n}, value: '{random_.randint(0, 9999)}'}}\n" for n in range(6))
    if "secret-in-env" in faults:
        env += f"        - {{name: DB_PASSWORD, value: '{random_.randbytes(9).hex()}'}}\n"
    return _DEPLOYMENT.format(
        replicas=1 if "one-replica" in faults else 3,
        security=_SECURITY if "root" not in faults else "      securityContext: {}\n",
        image=f"registry.shop.example/{name}:{image}",
        env=env,
        resources=_RESOURCES if "no-limits" not in faults else "        resources: {}\n",
        probes=_PROBES if "no-probes" not in faults else "",
    )


_METADATA = """\
metadata:
  name: %NAME%{suffix}
  namespace: %NAMESPACE%
  labels:
    app.kubernetes.io/name: %NAME%
    app.kubernetes.io/part-of: shop
"""
_DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\n"
    + _METADATA.format(suffix="")
    + """\
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: %NAME%
  template:
    metadata:
      labels:
        app.kubernetes.io/name: %NAME%
    spec:
      serviceAccountName: %NAME%
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 45
{security}      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: ScheduleAnyway
        labelSelector:
          matchLabels:
            app.kubernetes.io/name: %NAME%
      containers:
      - name: app
        image: {image}
        ports:
        - name: http
          containerPort: 8080
        env:
{env}        envFrom:
        - configMapRef:
            name: %NAME%-config
{resources}{probes}        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities:
            drop: [ALL]
        volumeMounts:
        - name: tmp
          mountPath: /tmp
      volumes:
      - name: tmp
        emptyDir:
          sizeLimit: 64Mi
"""
)
_SECURITY = """\
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        seccompProfile:
          type: RuntimeDefault
"""
_RESOURCES = """\
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 256Mi
            ephemeral-storage: 128Mi
"""
_PROBES = """\
        livenessProbe:
          httpGet:
            path: /livez
            port: http
          periodSeconds: 10
        readinessProbe:
          httpGet:
            path: /readyz
            port: http
          periodSeconds: 5
"""
_SERVICE = (
    "apiVersion: v1\nkind: Service\n"
    + _METADATA.format(suffix="")
    + """\
spec:
  selector:
    app.kubernetes.io/name: %NAME%
  ports:
  - name: http
    port: 80
    targetPort: http
"""
)
_SERVICE_ACCOUNT = (
    "apiVersion: v1\nkind: ServiceAccount\n" + _METADATA.format(suffix="") + "automountServiceAccountToken: false\n"
)
_CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\n" + _METADATA.format(suffix="-config") + "data:\n  LOG_LEVEL: info\n"
_AUTOSCALER = (
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"
    + _METADATA.format(suffix="")
    + """\
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: %NAME%
  minReplicas: 3
  maxReplicas: 9
  metrics:
  - type: Resource
    resource:
      name: cpu
      target:
        type: Utilization
        averageUtilization: 70
"""
)
_BUDGET = (
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\n"
    + _METADATA.format(suffix="")
    + """\
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: %NAME%
"""
)
_NETWORK_POLICY = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    + _METADATA.format(suffix="")
    + """\
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: %NAME%
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app.kubernetes.io/name: gateway
    ports:
    - port: http
  egress:
  - to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
    ports:
    - port: 53
      protocol: UDP
"""
)
_OPEN_POLICY = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    + _METADATA.format(suffix="")
    + "spec:\n  podSelector: {}\n  ingress:\n  - {}\n"
)
_INGRESS = (
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
    + _METADATA.format(suffix="")
    + """\
spec:
  rules:
  - host: %NAME%.shop.example
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: %NAME%
            port:
              name: http
"""
)


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]), int(sys.argv[2])):,} bytes")
