"""Migrations: hooks under the owner role, which nothing else ever holds; and `helm test`."""

from controls import breaks, control, sub
from rendered import SERVICES, Manifests, hook

OWNER = "CPAS__DATABASE__OWNER_URL"
BEFORE_ALL = {"pre-install", "pre-upgrade"}


@control
def migrations_run_before_the_pods(manifests: Manifests):
    jobs = {job["metadata"]["name"]: job for job in manifests.kind("Job")}
    if set(jobs) != {f"cpas-{service}-migrate" for service in SERVICES}:
        yield f"jobs are {sorted(jobs)}"
    for service in SERVICES:
        job = jobs.get(f"cpas-{service}-migrate")
        if job is None:
            continue
        if hook(job) != BEFORE_ALL:
            yield f"{service}: migrates at {sorted(hook(job))}"
        spec, pod = job["spec"], job["spec"]["template"]["spec"]
        if not spec.get("activeDeadlineSeconds") or spec.get("backoffLimit", 6) > 3:
            yield f"{service}: a hanging migration holds the upgrade for ever"
        if "ttlSecondsAfterFinished" in spec:
            yield f"{service}: the job may vanish before helm has seen its end"
        if pod.get("restartPolicy") != "Never":
            yield f"{service}: a failed migration leaves no log"
        if len(pod["containers"]) != 1:
            yield f"{service}: more than the migration"
        container = manifests.migration(service)
        if container.get("command") != [f"/usr/local/bin/cpas-{service}"] or container.get("args") != ["migrate"]:
            yield f"{service}: migrates with {container.get('command')} {container.get('args')}"
        if container["image"] != manifests.container(service)["image"]:
            yield f"{service}: migrates with another image than it serves with"
        for kind in ("ServiceAccount", "NetworkPolicy"):
            own = manifests.get(kind, f"{service}-migrate")
            if hook(own) != BEFORE_ALL or weight(own) >= weight(job):
                yield f"{service}: the {kind} of its migration is not there when it starts"
        for document in (job, *(manifests.get(kind, f"{service}-migrate") for kind in ("ServiceAccount", "NetworkPolicy"))):
            policy = document["metadata"]["annotations"].get("helm.sh/hook-delete-policy", "")
            if set(policy.split(",")) != {"before-hook-creation", "hook-succeeded"}:
                yield f"{service}: {document['kind']} {policy}: a failed migration's log goes, or a done one stays"


def weight(document: dict) -> int:
    return int(document["metadata"]["annotations"].get("helm.sh/hook-weight", "0"))


@breaks(migrations_run_before_the_pods)
def a_migration_after_the_upgrade(manifests):
    manifests.get("Job", "planning-migrate")["metadata"]["annotations"]["helm.sh/hook"] = "post-upgrade"


@breaks(migrations_run_before_the_pods)
def no_migration_at_the_first_install(manifests):
    manifests.get("Job", "planning-migrate")["metadata"]["annotations"]["helm.sh/hook"] = "pre-upgrade"


@breaks(migrations_run_before_the_pods)
def no_migration(manifests):
    manifests.documents.remove(manifests.get("Job", "planning-migrate"))


@breaks(migrations_run_before_the_pods)
def a_migration_that_serves(manifests):
    manifests.migration("planning")["args"] = ["serve"]


@breaks(migrations_run_before_the_pods)
def a_migration_of_another_version(manifests):
    manifests.migration("planning")["image"] += "-old"


@breaks(migrations_run_before_the_pods)
def a_migration_without_end(manifests):
    del manifests.get("Job", "planning-migrate")["spec"]["activeDeadlineSeconds"]


@breaks(migrations_run_before_the_pods)
def a_migration_tried_for_ever(manifests):
    del manifests.get("Job", "planning-migrate")["spec"]["backoffLimit"]


@breaks(migrations_run_before_the_pods)
def a_migration_that_restarts(manifests):
    manifests.get("Job", "planning-migrate")["spec"]["template"]["spec"]["restartPolicy"] = "OnFailure"


@breaks(migrations_run_before_the_pods)
def a_migration_that_vanishes(manifests):
    manifests.get("Job", "planning-migrate")["spec"]["ttlSecondsAfterFinished"] = 0


@breaks(migrations_run_before_the_pods)
def a_policy_that_comes_too_late(manifests):
    manifests.get("NetworkPolicy", "planning-migrate")["metadata"]["annotations"]["helm.sh/hook-weight"] = "5"


@breaks(migrations_run_before_the_pods)
def an_account_that_is_no_hook(manifests):
    del manifests.get("ServiceAccount", "planning-migrate")["metadata"]["annotations"]["helm.sh/hook"]


@breaks(migrations_run_before_the_pods)
def a_migration_that_blocks_the_next(manifests):
    del manifests.get("Job", "planning-migrate")["metadata"]["annotations"]["helm.sh/hook-delete-policy"]


@control
def only_migrations_hold_the_owner_role(manifests: Manifests):
    for service in SERVICES:
        owner = [variable for variable in manifests.migration(service).get("env", []) if variable["name"] == OWNER]
        found = sub(owner[0], "valueFrom", "secretKeyRef") if owner else None
        if found != {"name": f"cpas-{service}-db-owner", "key": "uri"}:
            yield f"{service}: its migration runs as {found}"
        others = {variable["name"] for variable in manifests.migration(service).get("env", [])} - {OWNER}
        if others or manifests.migration(service).get("envFrom"):
            yield f"{service}: its migration also holds {sorted(others)}"
    allowed = {f"cpas-{service}-migrate/migrate" for service in SERVICES}
    owners = {f"cpas-{service}-db-owner" for service in SERVICES}
    for name, container in manifests.containers().items():
        if name in allowed:
            continue
        if container.get("envFrom"):
            yield f"{name}: takes whole secrets as variables"
        for variable in container.get("env", []):
            if variable["name"] == OWNER or sub(variable, "valueFrom", "secretKeyRef", "name") in owners:
                yield f"{name}: holds the owner role in {variable['name']}"
    for name, pod in manifests.pods().items():
        for volume in pod["spec"].get("volumes", []):
            if any(owner in str(volume) for owner in owners):
                yield f"{name}: mounts the owner role"


@breaks(only_migrations_hold_the_owner_role)
def a_service_owns_its_tables(manifests):
    manifests.container("planning")["env"].append(manifests.migration("planning")["env"][0])


@breaks(only_migrations_hold_the_owner_role)
def a_service_connects_as_owner(manifests):
    variable = manifests.environment_of("planning")["CPAS__DATABASE__URL"]
    variable["valueFrom"]["secretKeyRef"]["name"] = "cpas-planning-db-owner"


@breaks(only_migrations_hold_the_owner_role)
def the_owner_in_a_volume(manifests):
    manifests.pod_spec("planning")["volumes"].append({"name": "x", "secret": {"secretName": "cpas-planning-db-owner"}})


@breaks(only_migrations_hold_the_owner_role)
def a_migration_as_application(manifests):
    manifests.migration("planning")["env"][0]["valueFrom"]["secretKeyRef"]["name"] = "cpas-planning-db-app"


@breaks(only_migrations_hold_the_owner_role)
def a_migration_of_anothers_database(manifests):
    manifests.migration("planning")["env"][0]["valueFrom"]["secretKeyRef"]["name"] = "cpas-context-db-owner"


@breaks(only_migrations_hold_the_owner_role)
def a_migration_with_more_than_it_needs(manifests):
    manifests.migration("planning")["env"].append(manifests.environment_of("planning")["CPAS__NATS__URL"])


@breaks(only_migrations_hold_the_owner_role)
def whole_secrets_as_variables(manifests):
    manifests.container("planning")["envFrom"] = [{"secretRef": {"name": "cpas-planning-db-owner"}}]


@control
def helm_test_asks_everybody(manifests: Manifests):
    tests = [document for document in manifests.documents if "test" in hook(document)]
    pods = [document for document in tests if document["kind"] == "Pod"]
    if len(pods) != 1:
        yield f"{len(pods)} pods for helm test"
        return
    spec = pods[0]["spec"]
    asked = set(spec["containers"][0].get("args", []))
    wanted = {f"http://cpas-{service}:9090/readyz" for service in SERVICES}
    wanted.add("http://cpas-gateway:8080/api/openapi.json")
    if not wanted <= asked:
        yield f"helm test does not ask {sorted(wanted - asked)}"
    if spec.get("restartPolicy") != "Never" or not spec.get("activeDeadlineSeconds"):
        yield "helm test may never end"
    if pods[0]["metadata"]["annotations"].get("helm.sh/hook-delete-policy") != "before-hook-creation":
        yield "helm test leaves no log, or cannot run twice"
    for policy in tests:
        if policy["kind"] != "NetworkPolicy":
            continue
        deleted = policy["metadata"]["annotations"].get("helm.sh/hook-delete-policy", "")
        if weight(policy) >= weight(pods[0]) or set(deleted.split(",")) != {"before-hook-creation", "hook-succeeded"}:
            yield f"{policy['metadata']['name']}: not there when the test starts, or still there after it"


@breaks(helm_test_asks_everybody)
def no_test(manifests):
    manifests.documents.remove(manifests.get("Pod", "test-reach"))


@breaks(helm_test_asks_everybody)
def a_test_that_forgets_one(manifests):
    manifests.get("Pod", "test-reach")["spec"]["containers"][0]["args"].remove("http://cpas-planning:9090/readyz")


@breaks(helm_test_asks_everybody)
def a_test_without_end(manifests):
    del manifests.get("Pod", "test-reach")["spec"]["activeDeadlineSeconds"]


@breaks(helm_test_asks_everybody)
def a_test_that_runs_once(manifests):
    del manifests.get("Pod", "test-reach")["metadata"]["annotations"]["helm.sh/hook-delete-policy"]


@breaks(helm_test_asks_everybody)
def a_way_that_stays_open(manifests):
    annotations = manifests.get("NetworkPolicy", "test-reached")["metadata"]["annotations"]
    annotations["helm.sh/hook-delete-policy"] = "before-hook-creation"
