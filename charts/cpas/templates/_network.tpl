{{- /* Network policies. default-deny.yaml closes everything; here are the edges that exist, both
     ends from the same facts: whom a service calls, and so who calls it. */ -}}

{{- define "cpas.network" -}}
{{- $root := .root -}}
{{- $name := .name -}}
{{- $network := .root.Values.network -}}
{{- $callers := list -}}
{{- range splitList " " (include "cpas.services" .) -}}
{{- $facts := include (printf "cpas.%s" .) $root | fromYaml -}}
{{- if has $name $facts.calls -}}{{- $callers = append $callers . -}}{{- end -}}
{{- end -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "cpas.fullname" . }}
  labels:
    {{- include "cpas.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "cpas.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- if eq .facts.serves "http" }}
    - from:
        {{- include "cpas.peers" $network.ingress.peers | trim | nindent 8 }}
      ports:
        - {port: 8080, protocol: TCP}
    {{- end }}
    {{- if $callers }}
    - from:
        {{- include "cpas.pods" (dict "root" $root "names" $callers) | trim | nindent 8 }}
      ports:
        - {port: 50051, protocol: TCP}
    {{- end }}
    - from:
        {{- include "cpas.peers" $network.prometheus.peers | trim | nindent 8 }}
      ports:
        - {port: 9090, protocol: TCP}
  egress:
    {{- if .facts.calls }}
    - to:
        {{- include "cpas.pods" (dict "root" $root "names" .facts.calls) | trim | nindent 8 }}
      ports:
        - {port: 50051, protocol: TCP}
    {{- end }}
    {{- include "cpas.egress.postgres" . | nindent 4 }}
    - to:
        {{- include "cpas.peers" $network.nats.peers | trim | nindent 8 }}
      ports:
        - {port: {{ $network.nats.port }}, protocol: TCP}
    {{- with (.settings.files).s3 }}
    - to:
        {{- include "cpas.peers" .peers | trim | nindent 8 }}
      ports:
        - {port: {{ .port }}, protocol: TCP}
    {{- end }}
    {{- with .settings.webhooks }}
    - to:
        {{- include "cpas.peers" .peers | trim | nindent 8 }}
      ports:
        - {port: {{ .port }}, protocol: TCP}
    {{- end }}
    {{- with .settings.mail }}
    - to:
        {{- include "cpas.peers" .peers | trim | nindent 8 }}
      ports:
        - {port: {{ .port }}, protocol: TCP}
    {{- end }}
    {{- with $root.Values.telemetry.otlpEndpoint }}
    - to:
        {{- include "cpas.peers" $network.otlp.peers | trim | nindent 8 }}
      ports:
        - {port: {{ (urlParse .).host | splitList ":" | last }}, protocol: TCP}
    {{- end }}
    {{- include "cpas.egress.dns" . | nindent 4 }}
{{- end -}}

{{- define "cpas.egress.postgres" -}}
- to:
    {{- include "cpas.peers" (.settings.postgres | default .root.Values.network.postgres.peers) | trim | nindent 4 }}
  ports:
    - {port: {{ .root.Values.network.postgres.port }}, protocol: TCP}
{{- end -}}

{{- define "cpas.egress.dns" -}}
- to:
    {{- include "cpas.peers" .root.Values.network.dns.peers | trim | nindent 4 }}
  ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- end -}}

{{- /* An empty list of peers would mean "everybody" to Kubernetes. values.schema.json refuses one;
     this refuses it too, for whoever renders with --skip-schema-validation. */ -}}
{{- define "cpas.peers" -}}
{{- if not . -}}{{- fail "network: an empty list of peers would allow everybody; name at least one" -}}{{- end -}}
{{- range . }}
{{- if .cidr }}
- ipBlock:
    cidr: {{ .cidr }}
{{- else if and .namespace .pods }}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .namespace }}
  podSelector:
    matchLabels:
      {{- toYaml .pods | nindent 6 }}
{{- else if .namespace }}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .namespace }}
{{- else if .pods }}
- podSelector:
    matchLabels:
      {{- toYaml .pods | nindent 6 }}
{{- else }}
{{- fail "network: a peer needs a cidr, a namespace or pods" }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "cpas.pods" -}}
{{- $root := .root -}}
{{- range .names }}
- podSelector:
    matchLabels:
      {{- include "cpas.selector" (dict "root" $root "name" .) | nindent 6 }}
{{- end }}
{{- end -}}
