{{- define "cpas.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "cpas.fullname" . }}
  labels:
    {{- include "cpas.labels" . | nindent 4 }}
spec:
  {{- if not .settings.autoscaling.enabled }}
  replicas: {{ .settings.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  minReadySeconds: 5
  progressDeadlineSeconds: 300
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  selector:
    matchLabels:
      {{- include "cpas.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "cpas.labels" . | nindent 8 }}
      annotations:
        # A changed file restarts the pods; the services read it once, at start.
        checksum/config: {{ include "cpas.configmap" . | sha256sum }}
        prometheus.io/scrape: "true"
        prometheus.io/port: "9090"
        prometheus.io/path: /metrics
    spec:
      serviceAccountName: {{ include "cpas.fullname" . }}
      {{- include "cpas.pod" . | nindent 6 }}
      # preStop 5 s + drain of at most 25 s, and 5 s to spare before SIGKILL.
      terminationGracePeriodSeconds: 35
      topologySpreadConstraints:
        {{- include "cpas.spread" (dict "service" . "over" "topology.kubernetes.io/zone" "otherwise" .settings.spread.zones) | nindent 8 }}
        {{- include "cpas.spread" (dict "service" . "over" "kubernetes.io/hostname" "otherwise" .settings.spread.nodes) | nindent 8 }}
      containers:
        - name: {{ .name }}
          image: {{ include "cpas.image" . }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          command: [/usr/local/bin/cpas-{{ .name }}]
          args: [serve]
          {{- include "cpas.container.security" . | nindent 10 }}
          ports:
            {{- include "cpas.port" . | nindent 12 }}
            - name: admin
              containerPort: 9090
              protocol: TCP
          env:
            {{- include "cpas.env" . | nindent 12 }}
          {{- include "cpas.probes" . | nindent 10 }}
          lifecycle:
            # Addresses of a leaving pod live on for a moment in DNS and in balanced channels: it
            # still serves while they are forgotten. The images have no shell to sleep in.
            preStop:
              sleep:
                seconds: 5
          resources:
            {{- toYaml .settings.resources | nindent 12 }}
          volumeMounts:
            - name: config
              mountPath: /etc/cpas
              readOnly: true
            - name: identity
              mountPath: /run/cpas/identity
              readOnly: true
            {{- if .settings.secrets.paperKey }}
            - name: papers
              mountPath: /run/cpas/papers
              readOnly: true
            {{- end }}
            {{- if (.settings.files).claim }}
            - name: files
              mountPath: /var/lib/cpas/files
            {{- end }}
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: config
          configMap:
            name: {{ include "cpas.fullname" . }}
        - name: identity
          projected:
            defaultMode: 0440
            sources:
              - secret:
                  name: {{ .settings.secrets.signingKey.name }}
                  items:
                    - key: {{ .settings.secrets.signingKey.key }}
                      path: {{ .settings.secrets.signingKey.key }}
              {{- with .root.Values.identity.verifyingKeys }}
              - {{ .kind }}:
                  name: {{ .name }}
                  items:
                    - key: {{ .key }}
                      path: {{ .key }}
              {{- end }}
        {{- with .settings.secrets.paperKey }}
        - name: papers
          projected:
            defaultMode: 0440
            sources:
              - secret:
                  name: {{ .name }}
                  items:
                    - key: {{ .key }}
                      path: {{ .key }}
        {{- end }}
        {{- with (.settings.files).claim }}
        - name: files
          persistentVolumeClaim:
            claimName: {{ . }}
        {{- end }}
        - name: tmp
          emptyDir:
            sizeLimit: {{ .settings.tmp }}
{{- end -}}

{{- define "cpas.port" -}}
{{- if eq .facts.serves "http" -}}
- name: http
  containerPort: 8080
  protocol: TCP
{{- else -}}
- name: grpc
  containerPort: 50051
  protocol: TCP
{{- end -}}
{{- end -}}

{{- /* Ready asks the service itself (gRPC health, or the gateway's /readyz), which says no while a
     dependency is away or it drains. Alive asks only whether the process turns: a restart mends no
     database, so a lost one must not cause restarts. */ -}}
{{- define "cpas.probes" -}}
startupProbe:
  httpGet:
    path: /healthz
    port: admin
  periodSeconds: 2
  failureThreshold: 30
  timeoutSeconds: 2
livenessProbe:
  httpGet:
    path: /healthz
    port: admin
  periodSeconds: 10
  failureThreshold: 3
  timeoutSeconds: 3
readinessProbe:
  {{- if eq .facts.serves "http" }}
  httpGet:
    path: /readyz
    port: admin
  {{- else }}
  grpc:
    port: 50051
  {{- end }}
  periodSeconds: 5
  failureThreshold: 2
  timeoutSeconds: 3
{{- end -}}

{{- define "cpas.spread" -}}
- topologyKey: {{ .over }}
  maxSkew: 1
  whenUnsatisfiable: {{ .otherwise }}
  # A zone whose nodes are all down must not count as an empty one that waits for its pod.
  nodeTaintsPolicy: Honor
  labelSelector:
    matchLabels:
      {{- include "cpas.selector" .service | nindent 6 }}
  # Old and new pods of a rolling update are spread each for themselves.
  matchLabelKeys: [pod-template-hash]
{{- end -}}
