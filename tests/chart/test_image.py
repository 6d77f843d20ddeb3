"""deploy/image/Dockerfile, as far as it can be held without a Docker engine: hadolint accepts it,
every target the chart needs is there, and what it copies and builds exists."""

import os
import re
import subprocess
import tomllib
import unittest

from rendered import ENVIRONMENTS, ROOT, SERVICES, manifests

IMAGE = ROOT / "deploy" / "image"
PROGRAMS = (*(f"cpas-{service}" for service in SERVICES), "cpas")


class Stage:
    def __init__(self, name: str, base: str):
        self.name, self.base, self.steps = name, base, []

    def of(self, instruction: str) -> list[str]:
        return [arguments for found, arguments in self.steps if found == instruction]


def parse(text: str) -> tuple[dict[str, str], dict[str, Stage]]:
    """The arguments before the first stage, and the stages by name."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    arguments, stages, current = {}, {}, None
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        instruction, rest = line.split(None, 1)
        if instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            current = stages[name] = Stage(name, base)
        elif current is None:
            key, _, value = rest.partition("=")
            arguments[key] = value
        else:
            current.steps.append((instruction, rest))
    return arguments, stages


def problems(text: str) -> list[str]:
    arguments, stages = parse(text)
    found = []
    for program in PROGRAMS:
        if program not in stages:
            found.append(f"no target {program}")
            continue
        stage = stages[program]
        if stage.base != "runtime":
            found.append(f"{program} is built on {stage.base}")
        path = f"/usr/local/bin/{program}"
        if stage.of("COPY") != [f"--from=build /out/{program} {path}"] or stage.of("ADD"):
            found.append(f"{program} holds {stage.of('COPY') + stage.of('ADD')}")
        if stage.of("ENTRYPOINT") != [f'["{path}"]']:
            found.append(f"{program} starts {stage.of('ENTRYPOINT')}")
        if stage.of("CMD") != ['["serve"]' if program != "cpas" else '["--help"]']:
            found.append(f"{program} starts with {stage.of('CMD')}")
        if not any("image.title" in label for label in stage.of("LABEL")):
            found.append(f"{program} has no title")
        if stage.of("USER") or stage.of("RUN"):
            found.append(f"{program} changes its user, or runs something")
        ports = {"cpas-gateway": "8080 9090", "cpas": "8080"}.get(program, "50051 9090")
        if stage.of("EXPOSE") != [ports]:
            found.append(f"{program} listens on {stage.of('EXPOSE')}")
    runtime = stages["runtime"]
    if runtime.of("USER") != ["65532:65532"]:
        found.append(f"the user is {runtime.of('USER')}")
    if runtime.of("RUN"):
        found.append("the runtime runs something: it would need a shell")
    for label in ("version", "revision", "licenses"):
        if not any(f"org.opencontainers.image.{label}=" in labels for labels in runtime.of("LABEL")):
            found.append(f"no label {label}")
    for stage in stages.values():
        if stage.base in stages:
            continue
        image, digest = re.fullmatch(r"\$\{(\w+)\}(?:\$\{(\w+):\+@\$\2\})?", stage.base).groups()
        if not digest or arguments.get(digest) != "":
            found.append(f"{stage.name}: its base cannot be pinned by digest, or a digest is written down")
        if not re.fullmatch(r"[\w./-]+:[\w.-]+", arguments.get(image, "")) or arguments[image].endswith(":latest"):
            found.append(f"{stage.name}: base {arguments.get(image)}")
    if "distroless" not in arguments["RUNTIME_IMAGE"] or not arguments["RUNTIME_IMAGE"].endswith(":nonroot"):
        found.append(f"the runtime is {arguments['RUNTIME_IMAGE']}")
    linked = {"bookworm": "debian12", "trixie": "debian13"}
    debian = [number for name, number in linked.items() if name in arguments["RUST_IMAGE"]]
    if not debian or debian[0] not in arguments["RUNTIME_IMAGE"]:
        found.append("the runtime has another glibc than the one linked against")
    (build,) = [step for step in stages["build"].of("RUN") if "cargo build" in step]
    built = set(re.findall(r"--package (\S+)", build))
    if built != set(PROGRAMS):
        found.append(f"builds {sorted(built)}")
    if "--release" not in build or "--locked" not in build:
        found.append("not a release build of the locked versions")
    copied = set(re.search(r"for program in (.*?);", build).group(1).split())
    if copied != set(PROGRAMS):
        found.append(f"keeps {sorted(copied)}")
    return found


# (what stands there, what a hand could make of it)
CHANGES = [
    ("USER 65532:65532", "USER root"),
    ("FROM runtime AS cpas-planning", "FROM runtime AS planning"),
    ("FROM runtime AS cpas-planning", "FROM build AS cpas-planning"),
    ("COPY --from=build /out/cpas-planning /usr", "COPY --from=build /out/cpas-context /usr"),
    ('ENTRYPOINT ["/usr/local/bin/cpas-planning"]', 'ENTRYPOINT ["/bin/sh"]'),
    ("gcr.io/distroless/cc-debian12:nonroot", "docker.io/library/debian:12"),
    ("gcr.io/distroless/cc-debian12:nonroot", "gcr.io/distroless/cc-debian13:nonroot"),
    ("rust:1.95-slim-bookworm", "rust:latest"),
    ("RUNTIME_DIGEST=\n", "RUNTIME_DIGEST=sha256:123\n"),
    ("--release --locked", "--release"),
    ("--package cpas-assessment ", ""),
    ("org.opencontainers.image.revision", "org.opencontainers.image.comment"),
    ("EXPOSE 8080 9090", "EXPOSE 80"),
]


class Dockerfile(unittest.TestCase):
    def setUp(self):
        self.text = (IMAGE / "Dockerfile").read_text()
        self.arguments, self.stages = parse(self.text)

    def hadolint(self, text: str) -> subprocess.CompletedProcess:
        return subprocess.run([os.environ["CPAS_HADOLINT"], "-"], input=text, capture_output=True, text=True, timeout=60)

    def test_hadolint_accepts_it(self):
        done = self.hadolint(self.text)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_hadolint_looks(self):
        self.assertNotEqual(0, self.hadolint(self.text.replace("WORKDIR /tmp", "WORKDIR tmp")).returncode)

    def test_it_is_as_it_should_be(self):
        self.assertEqual([], problems(self.text))

    def test_each_change_is_noticed(self):
        for text, other in CHANGES:
            with self.subTest(f"{text!r} -> {other!r}"):
                self.assertIn(text, self.text)
                self.assertTrue(problems(self.text.replace(text, other)))

    def test_the_chart_runs_what_the_images_hold(self):
        for environment in ENVIRONMENTS:
            rendered = manifests(environment)
            for service in SERVICES:
                for container in (rendered.container(service), rendered.migration(service)):
                    target = container["image"].rsplit("/", 1)[1].split(":")[0]
                    self.assertEqual([f'["{container["command"][0]}"]'], self.stages[target].of("ENTRYPOINT"))

    def test_what_it_copies_is_in_the_tree(self):
        for stage in self.stages.values():
            for step in stage.of("COPY"):
                if step.startswith("--from="):
                    self.assertIn(step.split()[0].removeprefix("--from="), self.stages)
                    continue
                for source in step.split()[:-1]:
                    with self.subTest(f"{stage.name}: {source}"):
                        self.assertTrue((ROOT / source).exists(), f"{source} is not in the tree")
                        self.assertTrue(sent(source.rstrip("/")), f"{source} is kept back by Dockerfile.dockerignore")

    def test_what_it_does_not_need_is_kept_back(self):
        for path in ("target/debug", ".git/config", "services/gateway/ui/node_modules/x", "charts/cpas", "tests/chart/run.py",
                     "services/gateway/ui/dist/index.html", "deploy/image/Dockerfile"):  # fmt: skip
            self.assertFalse(sent(path), path)

    def test_what_cargo_needs_is_copied(self):
        manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())
        copied = [source.rstrip("/") for step in self.stages["build"].of("COPY") if not step.startswith("--from=")
                  for source in step.split()[:-1]]  # fmt: skip
        for member in manifest["workspace"]["members"]:
            self.assertTrue(any(member == source or member.startswith(f"{source}/") for source in copied), member)
        # What is compiled in from outside the crates must be sent too.
        reached = re.compile(r'include_(?:str|bytes)!\(\s*(?:concat!\(env!\("CARGO_MANIFEST_DIR"\),\s*)?"/?((?:\.\./)+[^"]+)"')
        for member in manifest["workspace"]["members"]:
            for source in (ROOT / member).rglob("*.rs"):
                if "node_modules" in source.parts:
                    continue
                for path in reached.findall(source.read_text()):
                    inside = (ROOT / member if "CARGO_MANIFEST_DIR" in source.read_text() else source.parent) / path
                    relative = os.path.relpath(inside.resolve(), ROOT)
                    with self.subTest(f"{source.relative_to(ROOT)} includes {path}"):
                        self.assertTrue(any(relative.startswith(f"{folder}/") for folder in copied) and sent(relative), relative)

    def test_every_package_it_builds_has_that_program(self):
        for program in PROGRAMS:
            folder = ROOT / "services" / program.removeprefix("cpas-")
            manifest = tomllib.loads((folder / "Cargo.toml").read_text())
            self.assertEqual(program, manifest["package"]["name"])
            named = [binary["name"] for binary in manifest.get("bin", [])]
            self.assertTrue(program in named or (folder / "src" / "main.rs").exists(), f"{folder.name} has no program")

    def test_the_build_script_makes_every_target(self):
        script = (IMAGE / "build").read_text()
        self.assertTrue(os.access(IMAGE / "build", os.X_OK))
        made = set(re.search(r"for target in (.*?);", script.replace("\\\n", " ")).group(1).split())
        self.assertEqual(set(PROGRAMS), made)
        done = subprocess.run(["sh", str(IMAGE / "build")], capture_output=True, text=True, timeout=60)
        self.assertEqual((2, ""), (done.returncode, done.stdout))
        self.assertIn("usage:", done.stderr)


def sent(path: str) -> bool:
    """Whether Dockerfile.dockerignore lets the path through: the last line that matches decides. Of
    its language only what the file uses: `*`, `**/name` and paths."""
    parts = path.split("/")
    heads = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    kept = True
    for line in (IMAGE / "Dockerfile.dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if pattern == "*" or pattern in heads or (pattern.startswith("**/") and pattern[3:] in parts):
            kept = line.startswith("!")
    return kept
