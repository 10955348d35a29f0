{{/* The operator's settings by the name of their environment variable, as texts, for YAML reads 1e6 as a number. */}}
{{- define "readiness-operator.settings" -}}
LEASE_NAME: {{ include "readiness-operator.fullname" . }}
LOG_LEVEL: {{ .Values.logging.level }}
LOG_FORMAT: {{ .Values.logging.format }}
WORKERS: {{ .Values.workers | toString | quote }}
RESYNC: {{ .Values.resync | toString | quote }}
WRITES_PER_SECOND: {{ .Values.writesPerSecond | toString | quote }}
WAIVER_DAYS: {{ .Values.waiverDays | toString | quote }}
PROBE_CONCURRENCY: {{ .Values.probeConcurrency | toString | quote }}
SECRETS: {{ .Values.secrets.read }}
INSPECT_SECRETS: {{ .Values.secrets.inspect | toString | quote }}
WORKLOAD_EVENTS: {{ .Values.workloadEvents | toString | quote }}
WORKLOAD_METRICS: {{ .Values.workloadMetrics.enabled | toString | quote }}
WORKLOAD_METRICS_LIMIT: {{ .Values.workloadMetrics.limit | toString | quote }}
{{- end -}}
