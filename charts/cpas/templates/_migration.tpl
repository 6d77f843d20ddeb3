{{- /* The migration of one service's database, before its new pods start and before an install's
     first. It alone holds the owner role's URL; it has a policy and an account of its own because
     at the first install hooks run before anything else of the chart exists.

     The old version still runs while it works: a migration only adds (expand), and what nobody uses
     any more is taken away one release later (contract). A failed one stops the upgrade, and the
     old pods go on serving. */ -}}

{{- define "cpas.migration" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "cpas.fullname" . }}-migrate
  labels:
    {{- include "cpas.migration.labels" . | nindent 4 }}
  annotations:
    {{- include "cpas.migration.hook" "-10" | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "cpas.fullname" . }}-migrate
  labels:
    {{- include "cpas.migration.labels" . | nindent 4 }}
  annotations:
    {{- include "cpas.migration.hook" "-10" | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "cpas.migration.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "cpas.egress.postgres" . | nindent 4 }}
    {{- include "cpas.egress.dns" . | nindent 4 }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "cpas.fullname" . }}-migrate
  labels:
    {{- include "cpas.migration.labels" . | nindent 4 }}
  annotations:
    {{- include "cpas.migration.hook" "0" | nindent 4 }}
spec:
  backoffLimit: 3
  activeDeadlineSeconds: {{ .root.Values.migrations.deadlineSeconds }}
  template:
    metadata:
      labels:
        {{- include "cpas.migration.labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ include "cpas.fullname" . }}-migrate
      {{- include "cpas.pod" . | nindent 6 }}
      restartPolicy: Never
      containers:
        - name: migrate
          image: {{ include "cpas.image" . }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          command: [/usr/local/bin/cpas-{{ .name }}]
          args: [migrate]
          {{- include "cpas.container.security" . | nindent 10 }}
          env:
            - name: CPAS__DATABASE__OWNER_URL
              {{- include "cpas.env.secret" .settings.secrets.databaseOwner | nindent 14 }}
          resources:
            {{- toYaml .root.Values.migrations.resources | nindent 12 }}
          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: tmp
          emptyDir:
            sizeLimit: 64Mi
{{- end -}}

{{- define "cpas.migration.hook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
