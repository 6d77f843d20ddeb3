"""The key that signs published papers: named by reporting alone, read from a secret, never written."""

import json

from controls import breaks, control, sub
from rendered import SERVICES, Manifests

FILE = "CPAS__SERVICE__PAPER_KEY_FILE"
SECRET = {"name": "cpas-reporting-papers", "items": [{"key": "paper-key.pem", "path": "paper-key.pem"}]}


@control
def papers_are_signed_by_reporting_alone(manifests: Manifests):
    spec = manifests.pod_spec("reporting")
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    papers = sub(volumes.get("papers"), "projected") or {}
    if papers.get("sources") != [{"secret": SECRET}]:
        yield f"reporting: signs papers with {papers.get('sources')}"
    if papers.get("defaultMode") != 0o440:
        yield "reporting: others than its user can read the key of papers"
    mounts = [mount for mount in manifests.container("reporting")["volumeMounts"] if mount["name"] == "papers"]
    if [sorted(mount) for mount in mounts] != [["mountPath", "name", "readOnly"]] or mounts[0]["readOnly"] is not True:
        yield f"reporting: the key of papers is mounted as {mounts}"
    file = sub(manifests.environment_of("reporting").get(FILE), "value")
    if file not in {f"{mount['mountPath']}/{item['path']}" for mount in mounts for item in SECRET["items"]}:
        yield f"reporting: {FILE} is {file}, which is not mounted"
    for service in SERVICES:
        held = json.dumps([manifests.pod_spec(service), manifests.migration(service)])
        if service != "reporting" and (FILE in held or SECRET["name"] in held):
            yield f"{service}: holds the key of papers"


def papers_of(manifests: Manifests) -> dict:
    return next(volume for volume in manifests.pod_spec("reporting")["volumes"] if volume["name"] == "papers")["projected"]


@breaks(papers_are_signed_by_reporting_alone)
def papers_signed_with_another_key(manifests):
    papers_of(manifests)["sources"][0]["secret"]["name"] = "cpas-reporting-identity"


@breaks(papers_are_signed_by_reporting_alone)
def a_key_of_papers_that_may_be_missing(manifests):
    papers_of(manifests)["sources"][0]["secret"]["optional"] = True


@breaks(papers_are_signed_by_reporting_alone)
def a_key_of_papers_everybody_can_read(manifests):
    papers_of(manifests)["defaultMode"] = 0o444


@breaks(papers_are_signed_by_reporting_alone)
def a_key_of_papers_that_can_be_written(manifests):
    mounts = manifests.container("reporting")["volumeMounts"]
    next(mount for mount in mounts if mount["name"] == "papers")["readOnly"] = False


@breaks(papers_are_signed_by_reporting_alone)
def a_key_of_papers_that_is_not_mounted(manifests):
    manifests.environment_of("reporting")[FILE]["value"] = "/etc/paper-key.pem"


@breaks(papers_are_signed_by_reporting_alone)
def the_key_of_papers_at_the_door(manifests):
    manifests.container("gateway")["env"].append({"name": FILE, "value": "/run/cpas/papers/paper-key.pem"})


@breaks(papers_are_signed_by_reporting_alone)
def the_key_of_papers_with_another_service(manifests):
    manifests.pod_spec("planning")["volumes"].append({"name": "papers", "projected": {"sources": [{"secret": SECRET}]}})
