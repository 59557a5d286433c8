import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {beforeEach, describe, expect, it} from "vitest";
import {provision} from "../../loaders/backends/provision.js";

/** Provisioning with interpreters that are shell scripts, so that every way to fail can be had at once. */

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "w2s-"));
  mkdirSync(join(root, "backend"));
  writeFileSync(join(root, "backend/requirements.txt"), "torch==2.13.0\n");
  writeFileSync(join(root, "backend/requirements-dev.txt"), "-r requirements.txt\n");
});

/** A Python of some version: `-m venv` copies it, `-m pip install` is counted and ends with `pip`. */
function fakePython(version: string, pip = "exit 0"): string {
  const path = join(root, `python-${version}`);
  const script = `#!/bin/sh
case "$1 $2 $3" in
  "-c "*) echo ${version.replace(".", " ")};;
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python";;
  "-m pip --version") echo pip;;
  "-m pip install") echo x >> ${root}/installs; echo "Collecting torch==2.13.0"; ${pip};;
esac
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

const installs = (): number =>
  existsSync(join(root, "installs")) ? readFileSync(join(root, "installs"), "utf8").length / 2 : 0;

describe("provision", () => {
  it("makes an environment once, and again when the requirements change", async () => {
    const candidates = [fakePython("3.12")];
    const messages: string[] = [];
    const python = await provision({root, candidates, onMessage: (message) => messages.push(message)});
    expect(python).toBe(join(root, ".venv/bin/python"));
    expect(messages).toContain("fetching torch==2.13.0");
    const start = performance.now();
    expect(await provision({root, candidates: ["/nowhere"]})).toBe(python);
    expect(performance.now() - start).toBeLessThan(200);
    expect(installs()).toBe(1);
    writeFileSync(join(root, "backend/requirements.txt"), "torch==2.14.0\n");
    await provision({root, candidates});
    expect(installs()).toBe(2);
  });

  it("is done once by two that ask at the same moment", async () => {
    const candidates = [fakePython("3.12", "sleep 0.3")];
    await Promise.all([provision({root, candidates}), provision({root, candidates})]);
    expect(installs()).toBe(1);
  });

  it("passes over a Python that is too old", async () => {
    await provision({root, candidates: [fakePython("3.9"), fakePython("3.11")]});
    expect(installs()).toBe(1);
  });

  it("says that Python is too old", async () => {
    const old = fakePython("3.9");
    await expect(provision({root, candidates: [old]})).rejects.toThrow(
      `expected Python 3.11 or newer (set W2S_PYTHON to its path): 3.9 at ${old}`
    );
  });

  it("says that there is no Python", async () => {
    await expect(provision({root, candidates: ["/nowhere/python3"]})).rejects.toThrow(
      "expected Python 3.11 or newer (set W2S_PYTHON to its path): none found"
    );
  });

  it("says why pip failed, and tries again the next time", async () => {
    const failing = fakePython("3.12", 'echo "ERROR: No matching distribution found for torch==2.13.0" >&2; exit 1');
    await expect(provision({root, candidates: [failing]})).rejects.toThrow(
      "cannot install the backend's packages: No matching distribution found for torch==2.13.0"
    );
    await expect(provision({root, candidates: [failing]})).rejects.toThrow("No matching distribution");
    expect(installs()).toBe(2);
  });
});
