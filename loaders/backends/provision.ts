import {execFile} from "node:child_process";
import {createHash} from "node:crypto";
import {existsSync} from "node:fs";
import {mkdir, readFile, rm, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {promisify} from "node:util";
import {withLock} from "../lock.js";
import {BackendError} from "./contract.js";
import {runPython} from "./runPython.js";

export interface ProvisionOptions {
  /** The checkout: `.venv` is made here, from `backend/requirements.txt`. */
  root: string;
  /** Also what the backend's tests need. */
  development?: boolean;
  /** Interpreters to try, in this order; `W2S_PYTHON` alone where that is set. */
  candidates?: string[];
  signal?: AbortSignal;
  onMessage?: (message: string) => void;
}

/** The oldest Python for which the pinned packages are published. */
const oldest = [3, 11] as const;
const run = promisify(execFile);

/**
 * Makes `.venv` where it is missing or its requirements changed, and returns its interpreter. Costs milliseconds where
 * nothing is to be done. Throws a BackendError of one line: Python missing, too old, or pip failing.
 */
export async function provision(options: ProvisionOptions): Promise<string> {
  const {root, development = false, signal, onMessage} = options;
  const venv = join(root, ".venv");
  const python = join(venv, "bin/python");
  const requirements = join(root, "backend", development ? "requirements-dev.txt" : "requirements.txt");
  const wanted = await fingerprint(root);
  const marker = join(venv, development ? "w2s-development" : "w2s-requirements");
  const done = async (): Promise<boolean> => existsSync(python) && (await read(marker)) === wanted;
  if (await done()) return python;

  await mkdir(venv, {recursive: true});
  // Two runs that start at once make one environment; the second waits for the first.
  return withLock(join(root, ".venv.lock"), async () => {
    if (await done()) return python;
    const base = await findPython(options);
    if (!(await works(python))) {
      onMessage?.("creating the Python environment .venv");
      await rm(join(venv, "bin"), {recursive: true, force: true});
      await runPython(base, ["-m", "venv", venv], {failure: "cannot create .venv", signal});
    }
    onMessage?.("installing the backend's Python packages, once (about 1.5 GB)");
    await runPython(python, ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", requirements], {
      failure: "cannot install the backend's packages",
      signal,
      onLine: (line) => report(line, onMessage)
    });
    await writeFile(marker, wanted);
    if (development) await writeFile(join(venv, "w2s-requirements"), wanted);
    return python;
  });
}

/** The first interpreter that is new enough. Throws a BackendError where there is none. */
export async function findPython({
  candidates,
  signal
}: Pick<ProvisionOptions, "candidates" | "signal">): Promise<string> {
  const named = process.env.W2S_PYTHON;
  const names = candidates ?? (named ? [named] : ["python3", "python", "python3.13", "python3.12", "python3.11"]);
  const needed = oldest.join(".");
  let found: string | undefined;
  for (const name of names) {
    try {
      const {stdout} = await run(name, ["-c", "import sys; print(*sys.version_info[:2])"], {signal});
      const [major, minor] = stdout.trim().split(" ").map(Number);
      if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return name;
      found ??= `${major}.${minor} at ${name}`;
    } catch {
      if (signal?.aborted) throw new BackendError("stopped", true);
    }
  }
  if (found) throw new BackendError(`expected Python ${needed} or newer (set W2S_PYTHON to its path): ${found}`, false);
  throw new BackendError(`expected Python ${needed} or newer (set W2S_PYTHON to its path): none found`, false);
}

async function fingerprint(root: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["requirements.txt", "requirements-dev.txt"]) {
    hash.update(await readFile(join(root, "backend", name)));
  }
  return hash.digest("hex");
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** Whether an environment from an earlier, perhaps interrupted, attempt can be gone on with. */
async function works(python: string): Promise<boolean> {
  return run(python, ["-m", "pip", "--version"]).then(
    () => true,
    () => false
  );
}

function report(line: string, onMessage?: (message: string) => void): void {
  const step = /^(Collecting|Downloading|Installing collected packages)\s*:?\s*(\S*)/.exec(line.trim());
  if (!step) return;
  if (step[1] === "Installing collected packages") onMessage?.("installing packages");
  else if (step[1] === "Collecting") onMessage?.(`fetching ${step[2]}`);
}
