{{- /*
Names, labels and images. Every template below takes one dict, "the service":
  root      the chart's own context
  name      gateway, context, planning, collection, assessment or reporting
  facts     what templates/<name>.yaml says of it: what it serves, whom it calls
  settings  .Values.defaults with .Values.services.<name> laid over them
*/ -}}

{{- define "cpas.services" -}}
gateway context planning collection assessment reporting
{{- end -}}

{{- define "cpas.fullname" -}}
{{- printf "%s-%s" .root.Release.Name .name -}}
{{- end -}}

{{- /* What a Deployment, Service, budget and policy select by. A migration must never match it. */ -}}
{{- define "cpas.selector" -}}
app.kubernetes.io/name: cpas-{{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "cpas.migration.selector" -}}
app.kubernetes.io/name: cpas-{{ .name }}-migrate
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "cpas.release.labels" -}}
app.kubernetes.io/part-of: cpas
app.kubernetes.io/version: {{ .root.Values.image.tag | default .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "cpas.labels" -}}
{{ include "cpas.selector" . }}
app.kubernetes.io/component: {{ .name }}
{{ include "cpas.release.labels" . }}
{{- end -}}

{{- define "cpas.migration.labels" -}}
{{ include "cpas.migration.selector" . }}
app.kubernetes.io/component: {{ .name }}
{{ include "cpas.release.labels" . }}
{{- end -}}

{{- define "cpas.image" -}}
{{- $image := .root.Values.image -}}
{{- printf "%s/cpas-%s:%s" $image.registry .name ($image.tag | default .root.Chart.AppVersion) -}}
{{- with .settings.digest -}}@{{ . }}{{- end -}}
{{- end -}}
