/** How to reach the hub; what is outside of the process (network, clock) is passed in. */
export interface Network {
  /** Address of the hub, `https://huggingface.co` by default. */
  endpoint?: string;
  /** Sent to the endpoint's own host only. */
  token?: string;
  fetch?: typeof fetch;
  /** Waits between attempts, milliseconds. */
  sleep?: (milliseconds: number) => Promise<void>;
  /** Attempts for each file, 5 by default. */
  attempts?: number;
  /** Milliseconds without a byte after which an attempt is given up, 30,000 by default. */
  stallTimeout?: number;
  /** Told in one line what is fetched, and what is tried again. */
  message?: (text: string) => void;
}

/** A failure that may pass when tried again. */
export class TransientError extends Error {
  override readonly name = "TransientError";
  constructor(
    message: string,
    /** Milliseconds that the server asked to wait. */
    readonly wait?: number
  ) {
    super(message);
  }
}

/** The hub's address without a slash at its end; throws on anything but http and https. */
export function hubEndpoint(endpoint = "https://huggingface.co"): string {
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    throw new Error(`expected HF_ENDPOINT to be an address with http or https: ${endpoint}`);
  return endpoint.replace(/\/+$/, "");
}

/** Runs an attempt until it succeeds, fails for good, or has failed as often as the network allows. */
export async function withRetries<T>(network: Network, attempt: () => Promise<T>): Promise<T> {
  const {attempts = 5, sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)), message} = network;
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      if (tried >= attempts) throw new Error(`gave up after ${tried} attempts, ${error.message}`, {cause: error});
      message?.(`trying again, ${error.message}`);
      await sleep(Math.min(error.wait ?? 1000 * 2 ** (tried - 1), 60_000));
    }
  }
}

/** A response whose body is still to be read, and what the hub said about the file while it redirected. */
export interface Answer {
  response: Response;
  /** sha256 of the file, where the hub gives it. */
  sha256: string | null;
  /** Length of the file in bytes, where the hub gives it with a redirect. */
  size: number | null;
  /** To be called for every chunk read: the attempt is given up when calls stop. */
  alive: () => void;
  /** To be called when the body is read, or is not wanted. */
  done: () => void;
  /** What went wrong in words, where reading the body throws. */
  explain: (error: unknown) => Error;
}

/** One GET, redirects followed by hand, since what the hub knows about a file comes with the redirect. */
export async function get(url: string, network: Network, headers: Record<string, string> = {}): Promise<Answer> {
  const {stallTimeout = 30_000, token} = network;
  const origin = new URL(hubEndpoint(network.endpoint)).origin;
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), stallTimeout);
  const alive = () => void (clearTimeout(timer), (timer = setTimeout(() => stalled.abort(), stallTimeout)));
  const done = () => clearTimeout(timer);
  const explain = (error: unknown): Error => {
    done();
    if (stalled.signal.aborted) return new TransientError(`hub sent nothing for ${stallTimeout / 1000} s: ${url}`);
    const {code} = ((error as Error).cause ?? {}) as {code?: string};
    return new TransientError(`hub is not reachable or hung up (${code ?? (error as Error).message}): ${url}`);
  };
  let [sha256, size]: [string | null, number | null] = [null, null];
  let target = url;
  for (let hops = 0; hops < 8; hops++) {
    const own: Record<string, string> =
      token && new URL(target).origin === origin ? {authorization: `Bearer ${token}`} : {};
    const response = await (network.fetch ?? fetch)(target, {
      headers: {"accept-encoding": "identity", ...headers, ...own},
      redirect: "manual",
      signal: stalled.signal
    }).catch((error) => {
      throw explain(error);
    });
    // Where a redirect leads, the ETag may be another kind of hash.
    sha256 ??= sha256Of(response.headers.get("x-linked-etag") ?? (hops === 0 ? response.headers.get("etag") : null));
    size ??= Number(response.headers.get("x-linked-size")) || null;
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || !location)
      return {response, sha256, size, alive, done, explain};
    await response.body?.cancel();
    target = new URL(location, target).href;
  }
  done();
  throw new Error(`hub redirects without end: ${url}`);
}

/** The error for a status that is not a success: transient where another attempt may go better. */
export function statusError(response: Response, url: string): Error {
  const {status} = response;
  if (status === 401 || status === 403)
    return new Error(
      `hub refuses access (${status}), private, gated or absent, HF_TOKEN opens what you may read: ${url}`
    );
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(response.headers.get("retry-after"));
    return new TransientError(`hub answered ${status}: ${url}`, seconds > 0 ? seconds * 1000 : undefined);
  }
  return new Error(`hub answered ${status}: ${url}`);
}

function sha256Of(etag: string | null): string | null {
  return etag?.match(/^(?:W\/)?"?([0-9a-f]{64})"?$/)?.[1] ?? null;
}
