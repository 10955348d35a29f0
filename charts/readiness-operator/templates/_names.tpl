{{/* Names and labels that several objects share. */}}

{{- define "readiness-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name, with the chart's where that does not hold it already; 40 characters leave room for suffixes. */}}
{{- define "readiness-operator.fullname" -}}
{{- $name := include "readiness-operator.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What selectors hold: it can never change, so neither versions nor the user's labels are in it. */}}
{{- define "readiness-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "readiness-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "readiness-operator.labels" -}}
{{- $standard := include "readiness-operator.selectorLabels" . | fromYaml -}}
{{- $_ := set $standard "app.kubernetes.io/part-of" "readiness-operator" -}}
{{- $_ := set $standard "app.kubernetes.io/version" .Chart.AppVersion -}}
{{- $_ := set $standard "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $_ := set $standard "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- merge $standard .Values.commonLabels | toYaml -}}
{{- end -}}

{{/* metadata of an object; takes (list $ name annotations) and, for namespaced objects, true. */}}
{{- define "readiness-operator.metadata" -}}
{{- $root := index . 0 -}}
name: {{ index . 1 }}
{{- if gt (len .) 3 }}
namespace: {{ $root.Release.Namespace }}
{{- end }}
labels:
  {{- include "readiness-operator.labels" $root | nindent 2 }}
{{- with merge (dict) (index . 2) $root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "readiness-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "readiness-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "readiness-operator.image" -}}
{{- $repository := list .Values.image.registry .Values.image.repository | compact | join "/" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* "yes" when an object of the Prometheus Operator is to be rendered; takes (list $ values kind). */}}
{{- define "readiness-operator.monitoring" -}}
{{- $root := index . 0 -}}
{{- $values := index . 1 -}}
{{- $api := printf "monitoring.coreos.com/v1/%s" (index . 2) -}}
{{- if $values.enabled -}}
{{- if or (eq $values.renderMode "alwaysRender") ($root.Capabilities.APIVersions.Has $api) -}}
yes
{{- else if eq $values.renderMode "failIfMissing" -}}
{{- fail (printf "%s is not served by this cluster: install the Prometheus Operator, or choose another renderMode" $api) -}}
{{- end -}}
{{- end -}}
{{- end -}}
