{{- /* Everything one service is on Kubernetes. templates/<name>.yaml states its facts and asks for
     this; templates/_*.tpl say how each part is written. */ -}}

{{- define "cpas.service" -}}
{{- $settings := mustMergeOverwrite (mustDeepCopy .root.Values.defaults) (mustDeepCopy (index .root.Values.services .name)) -}}
{{- $facts := include (printf "cpas.%s" .name) .root | fromYaml -}}
{{- $service := dict "root" .root "name" .name "facts" $facts "settings" $settings -}}
{{ include "cpas.serviceaccount" $service }}
---
{{ include "cpas.configmap" $service }}
---
{{ include "cpas.deployment" $service }}
---
{{ include "cpas.address" $service }}
---
{{ include "cpas.budget" $service }}
---
{{ include "cpas.network" $service }}
{{- if $settings.autoscaling.enabled }}
---
{{ include "cpas.autoscaler" $service }}
{{- end }}
---
{{ include "cpas.migration" $service }}
{{- end -}}

{{- define "cpas.serviceaccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "cpas.fullname" . }}
  labels:
    {{- include "cpas.labels" . | nindent 4 }}
# No pod of ours talks to the Kubernetes API.
automountServiceAccountToken: false
{{- end -}}

{{- define "cpas.configmap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "cpas.fullname" . }}
  labels:
    {{- include "cpas.labels" . | nindent 4 }}
data:
  config.toml: |
    # Laid over the defaults compiled into cpas-{{ .name }}; CPAS__SECTION__KEY variables lie over it.
    {{- with .settings.config }}
    {{- . | trim | nindent 4 }}
    {{- end }}
{{- end -}}

{{- /* A ClusterIP would send all calls of one HTTP/2 connection to one pod. Without it, DNS answers
     with every ready pod, and the caller balances. The gateway is called by an ingress, which does
     its own balancing, over HTTP/1 or many connections. */ -}}
{{- define "cpas.address" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "cpas.fullname" . }}
  labels:
    {{- include "cpas.labels" . | nindent 4 }}
spec:
  type: ClusterIP
  {{- if eq .facts.serves "grpc" }}
  clusterIP: None
  {{- end }}
  publishNotReadyAddresses: false
  selector:
    {{- include "cpas.selector" . | nindent 4 }}
  ports:
    {{- if eq .facts.serves "grpc" }}
    - name: grpc
      port: 50051
      targetPort: grpc
      appProtocol: kubernetes.io/h2c
      protocol: TCP
    {{- else }}
    - name: http
      port: 8080
      targetPort: http
      appProtocol: http
      protocol: TCP
    {{- end }}
    - name: admin
      port: 9090
      targetPort: admin
      appProtocol: http
      protocol: TCP
{{- end -}}

{{- define "cpas.budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "cpas.fullname" . }}
  labels:
    {{- include "cpas.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .settings.disruption.maxUnavailable }}
  # A pod that is not ready serves nobody; it must not keep a node from being emptied.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "cpas.selector" . | nindent 6 }}
{{- end -}}

{{- define "cpas.autoscaler" -}}
{{- with .settings.autoscaling -}}
{{- if gt (int .min) (int .max) -}}
{{- fail (printf "services.%s.autoscaling: min (%d) is above max (%d)" $.name (int .min) (int .max)) -}}
{{- end -}}
{{- end -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "cpas.fullname" . }}
  labels:
    {{- include "cpas.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "cpas.fullname" . }}
  minReplicas: {{ .settings.autoscaling.min }}
  maxReplicas: {{ .settings.autoscaling.max }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .settings.autoscaling.cpuPercent }}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
    scaleDown:
      # Reports and imports come in bursts; five minutes of quiet before a pod is taken away.
      stabilizationWindowSeconds: 300
{{- end -}}
