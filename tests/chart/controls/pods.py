"""What a pod may do: the restricted pod security standard, and a read-only root."""

from controls import breaks, control, sub
from rendered import Manifests

NOBODY = 65532
VOLUMES_ALLOWED = {"configMap", "secret", "projected", "emptyDir"}


@control
def pods_run_as_nobody(manifests: Manifests):
    for name, pod in manifests.pods().items():
        security = pod["spec"].get("securityContext", {})
        if security.get("runAsNonRoot") is not True:
            yield f"{name}: the pod may run as root"
        for key in ("runAsUser", "runAsGroup", "fsGroup"):
            if security.get(key) != NOBODY:
                yield f"{name}: {key} is {security.get(key)}, not {NOBODY}"
        if security.get("supplementalGroups"):
            yield f"{name}: further groups {security['supplementalGroups']}"
        if security.get("fsGroupChangePolicy") != "OnRootMismatch":
            yield f"{name}: walks every volume to change its group at each start"
    for name, container in manifests.containers().items():
        security = container.get("securityContext", {})
        if security.get("runAsNonRoot") is not True:
            yield f"{name}: the container may run as root"
        if security.get("runAsUser", NOBODY) != NOBODY or security.get("runAsGroup", NOBODY) != NOBODY:
            yield f"{name}: the container overrides the user of its pod"


@breaks(pods_run_as_nobody)
def a_pod_may_be_root(manifests):
    manifests.pod_spec("planning")["securityContext"]["runAsNonRoot"] = False


@breaks(pods_run_as_nobody)
def a_container_may_be_root(manifests):
    del manifests.container("gateway")["securityContext"]["runAsNonRoot"]


@breaks(pods_run_as_nobody)
def a_container_is_root(manifests):
    manifests.container("context")["securityContext"]["runAsUser"] = 0


@breaks(pods_run_as_nobody)
def a_group_is_root(manifests):
    manifests.pod_spec("reporting")["securityContext"]["fsGroup"] = 0


@breaks(pods_run_as_nobody)
def a_further_group(manifests):
    manifests.pod_spec("reporting")["securityContext"]["supplementalGroups"] = [0]


@breaks(pods_run_as_nobody)
def a_migration_may_be_root(manifests):
    manifests.migration("planning")["securityContext"]["runAsNonRoot"] = False


@breaks(pods_run_as_nobody)
def a_slow_group_change(manifests):
    del manifests.pod_spec("planning")["securityContext"]["fsGroupChangePolicy"]


@control
def roots_are_read_only(manifests: Manifests):
    for name, container in manifests.containers().items():
        if sub(container, "securityContext", "readOnlyRootFilesystem") is not True:
            yield f"{name}: can write to its root"
        for mount in container.get("volumeMounts", []):
            if mount["mountPath"] != "/tmp" and mount.get("readOnly") is not True:
                yield f"{name}: can write to {mount['mountPath']}"
    for name, pod in manifests.pods().items():
        volumes = {volume["name"] for volume in pod["spec"].get("volumes", [])}
        mounted = {mount["name"] for container in pod["spec"]["containers"] for mount in container.get("volumeMounts", [])}
        if volumes != mounted:
            yield f"{name}: volumes {sorted(volumes)}, mounts {sorted(mounted)}"
        for volume in pod["spec"].get("volumes", []):
            if "emptyDir" in volume and not sub(volume, "emptyDir", "sizeLimit"):
                yield f"{name}: volume {volume['name']} may fill the node's disk"


@breaks(roots_are_read_only)
def a_root_can_be_written(manifests):
    manifests.container("collection")["securityContext"]["readOnlyRootFilesystem"] = False


@breaks(roots_are_read_only)
def the_configuration_can_be_written(manifests):
    del manifests.container("collection")["volumeMounts"][0]["readOnly"]


@breaks(roots_are_read_only)
def nothing_to_mount(manifests):
    manifests.container("collection")["volumeMounts"][2]["name"] = "temp"


@breaks(roots_are_read_only)
def a_boundless_tmp(manifests):
    for volume in manifests.pod_spec("collection")["volumes"]:
        if "emptyDir" in volume:
            volume["emptyDir"] = {}


@control
def no_capability_is_left(manifests: Manifests):
    for name, container in manifests.containers().items():
        security = container.get("securityContext", {})
        if sub(security, "capabilities", "drop") != ["ALL"]:
            yield f"{name}: capabilities are not all dropped"
        if sub(security, "capabilities", "add"):
            yield f"{name}: capabilities {security['capabilities']['add']} are added"
        if security.get("allowPrivilegeEscalation") is not False:
            yield f"{name}: privilege escalation is possible"
        if security.get("privileged", False) is not False:
            yield f"{name}: privileged"
        if security.get("procMount", "Default") != "Default":
            yield f"{name}: an unmasked /proc"


@breaks(no_capability_is_left)
def a_capability_is_not_dropped(manifests):
    manifests.container("assessment")["securityContext"]["capabilities"] = {"drop": ["NET_RAW"]}


@breaks(no_capability_is_left)
def a_capability_is_added(manifests):
    manifests.container("assessment")["securityContext"]["capabilities"]["add"] = ["NET_BIND_SERVICE"]


@breaks(no_capability_is_left)
def privilege_may_grow(manifests):
    del manifests.migration("context")["securityContext"]["allowPrivilegeEscalation"]


@breaks(no_capability_is_left)
def a_container_is_privileged(manifests):
    manifests.container("planning")["securityContext"]["privileged"] = True


@breaks(no_capability_is_left)
def proc_is_unmasked(manifests):
    manifests.container("planning")["securityContext"]["procMount"] = "Unmasked"


@control
def system_calls_are_filtered(manifests: Manifests):
    for name, pod in manifests.pods().items():
        if sub(pod["spec"], "securityContext", "seccompProfile", "type") != "RuntimeDefault":
            yield f"{name}: no seccomp profile for the pod"
    for name, container in manifests.containers().items():
        if sub(container, "securityContext", "seccompProfile", "type") != "RuntimeDefault":
            yield f"{name}: no seccomp profile for the container"


@breaks(system_calls_are_filtered)
def a_pod_is_unconfined(manifests):
    manifests.pod_spec("gateway")["securityContext"]["seccompProfile"]["type"] = "Unconfined"


@breaks(system_calls_are_filtered)
def a_container_has_no_profile(manifests):
    del manifests.get("Pod", "test-reach")["spec"]["containers"][0]["securityContext"]["seccompProfile"]


@control
def nothing_of_the_node_is_shared(manifests: Manifests):
    for name, pod in manifests.pods().items():
        spec = pod["spec"]
        for key in ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"):
            if spec.get(key):
                yield f"{name}: {key}"
        if sub(spec, "securityContext", "sysctls"):
            yield f"{name}: sets kernel parameters"
        for volume in spec.get("volumes", []):
            for kind in set(volume) - {"name"} - VOLUMES_ALLOWED:
                yield f"{name}: volume {volume['name']} is a {kind}"
    for name, container in manifests.containers().items():
        for port in container.get("ports", []):
            if "hostPort" in port:
                yield f"{name}: takes port {port['hostPort']} of the node"


@breaks(nothing_of_the_node_is_shared)
def the_network_of_the_node(manifests):
    manifests.pod_spec("gateway")["hostNetwork"] = True


@breaks(nothing_of_the_node_is_shared)
def the_processes_of_the_node(manifests):
    manifests.pod_spec("gateway")["hostPID"] = True


@breaks(nothing_of_the_node_is_shared)
def a_folder_of_the_node(manifests):
    manifests.pod_spec("gateway")["volumes"].append({"name": "var", "hostPath": {"path": "/var"}})


@breaks(nothing_of_the_node_is_shared)
def a_port_of_the_node(manifests):
    manifests.container("gateway")["ports"][0]["hostPort"] = 8080


@breaks(nothing_of_the_node_is_shared)
def a_kernel_parameter(manifests):
    manifests.pod_spec("gateway")["securityContext"]["sysctls"] = [{"name": "kernel.shm_rmid_forced", "value": "0"}]


@control
def no_pod_can_ask_kubernetes(manifests: Manifests):
    accounts = {account["metadata"]["name"]: account for account in manifests.kind("ServiceAccount")}
    for name, account in accounts.items():
        if account.get("automountServiceAccountToken") is not False:
            yield f"ServiceAccount {name}: its token is mounted"
    used = []
    for name, pod in manifests.pods().items():
        spec = pod["spec"]
        if spec.get("automountServiceAccountToken") is not False:
            yield f"{name}: the token of its account is mounted"
        if spec.get("enableServiceLinks") is not False:
            yield f"{name}: learns every address of the namespace as variables"
        for volume in spec.get("volumes", []):
            if any("serviceAccountToken" in source for source in sub(volume, "projected", "sources") or []):
                yield f"{name}: volume {volume['name']} holds a token"
        if account := spec.get("serviceAccountName"):
            used.append(account)
            if account not in accounts:
                yield f"{name}: its account {account} is not in the chart"
        elif name != "cpas-test-reach":
            yield f"{name}: shares the namespace's default account"
    for account in {account for account in used if used.count(account) > 1}:
        yield f"ServiceAccount {account} is shared"
    for document in manifests.documents:
        if document["kind"] in ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"):
            yield f"{document['kind']} {document['metadata']['name']}: rights in Kubernetes"


@breaks(no_pod_can_ask_kubernetes)
def a_pod_mounts_its_token(manifests):
    del manifests.pod_spec("planning")["automountServiceAccountToken"]


@breaks(no_pod_can_ask_kubernetes)
def an_account_mounts_its_token(manifests):
    manifests.get("ServiceAccount", "planning")["automountServiceAccountToken"] = True


@breaks(no_pod_can_ask_kubernetes)
def a_token_comes_in_a_volume(manifests):
    volume = {"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}
    manifests.pod_spec("planning")["volumes"].append(volume)


@breaks(no_pod_can_ask_kubernetes)
def a_shared_account(manifests):
    manifests.pod_spec("planning")["serviceAccountName"] = "cpas-gateway"


@breaks(no_pod_can_ask_kubernetes)
def the_default_account(manifests):
    del manifests.pod_spec("planning")["serviceAccountName"]


@breaks(no_pod_can_ask_kubernetes)
def an_account_that_is_missing(manifests):
    manifests.documents.remove(manifests.get("ServiceAccount", "planning-migrate"))


@breaks(no_pod_can_ask_kubernetes)
def addresses_as_variables(manifests):
    del manifests.pod_spec("planning")["enableServiceLinks"]


@breaks(no_pod_can_ask_kubernetes)
def a_role(manifests):
    manifests.documents.append({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
                                "metadata": {"name": "cpas-all"}, "rules": []})  # fmt: skip
