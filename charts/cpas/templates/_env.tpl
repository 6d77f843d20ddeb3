{{- /* Configuration as CPAS__SECTION__KEY. A value that may hold a password is a secretKeyRef. */ -}}

{{- define "cpas.env.secret" -}}
valueFrom:
  secretKeyRef:
    name: {{ .name }}
    key: {{ .key }}
{{- end -}}

{{- define "cpas.env" -}}
{{- $root := .root -}}
- name: CPAS_CONFIG
  value: /etc/cpas/config.toml
{{- if eq .facts.serves "http" }}
- name: CPAS__SERVICE__HTTP_LISTEN
  value: 0.0.0.0:8080
{{- if $root.Values.ingress.enabled }}
# Believed because the network policy lets nobody but the ingress controller in. Without it every
# failed sign-in would count against the controller's own address.
- name: CPAS__SERVICE__CLIENT_ADDRESS_HEADER
  value: {{ $root.Values.ingress.clientAddressHeader }}
{{- end }}
{{- with .settings.mail }}
- name: CPAS__SERVICE__MAIL_TRANSPORT
  value: smtp
- name: CPAS__SERVICE__MAIL_SMTP_URL
  {{- include "cpas.env.secret" .url | nindent 2 }}
- name: CPAS__SERVICE__MAIL_FROM
  value: {{ .from | quote }}
- name: CPAS__SERVICE__PUBLIC_URL
  value: {{ .publicUrl }}
{{- else }}
# A pod keeps no letters: its folder goes with it.
- name: CPAS__SERVICE__MAIL_TRANSPORT
  value: none
{{- end }}
{{- else }}
- name: CPAS__SERVER__GRPC_LISTEN
  value: 0.0.0.0:50051
{{- end }}
- name: CPAS__SERVER__ADMIN_LISTEN
  value: 0.0.0.0:9090
- name: CPAS__DATABASE__URL
  {{- include "cpas.env.secret" .settings.secrets.database | nindent 2 }}
- name: CPAS__NATS__URL
  {{- include "cpas.env.secret" $root.Values.nats.secret | nindent 2 }}
- name: CPAS__NATS__REPLICAS
  value: {{ $root.Values.nats.replicas | quote }}
- name: CPAS__IDENTITY__SIGNING_KEY_FILE
  value: /run/cpas/identity/{{ .settings.secrets.signingKey.key }}
- name: CPAS__IDENTITY__VERIFYING_KEYS_FILE
  value: /run/cpas/identity/{{ $root.Values.identity.verifyingKeys.key }}
{{- with .settings.secrets.paperKey }}
- name: CPAS__SERVICE__PAPER_KEY_FILE
  value: /run/cpas/papers/{{ .key }}
{{- end }}
{{- with .settings.files }}
{{- if .claim }}
- name: CPAS__SERVICE__FILES__FOLDER
  value: /var/lib/cpas/files
{{- end }}
{{- with .s3 }}
- name: CPAS__SERVICE__FILES__STORE
  value: s3
- name: CPAS__SERVICE__FILES__ENDPOINT
  value: {{ .endpoint }}
- name: CPAS__SERVICE__FILES__BUCKET
  value: {{ .bucket }}
- name: CPAS__SERVICE__FILES__REGION
  value: {{ .region }}
- name: CPAS__SERVICE__FILES__ACCESS_KEY_ID
  {{- include "cpas.env.secret" .accessKeyId | nindent 2 }}
- name: CPAS__SERVICE__FILES__SECRET_ACCESS_KEY
  {{- include "cpas.env.secret" .secretAccessKey | nindent 2 }}
{{- end }}
{{- end }}
{{- with $root.Values.telemetry.otlpEndpoint }}
- name: CPAS__TELEMETRY__OTLP_ENDPOINT
  value: {{ . }}
{{- end }}
{{- range .facts.calls }}
- name: CPAS__LINKS__{{ upper . }}
  value: http://{{ include "cpas.fullname" (dict "root" $root "name" .) }}:50051
{{- end }}
{{- end -}}
