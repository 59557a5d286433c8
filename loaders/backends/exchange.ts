import {request as requestHttp, type IncomingHttpHeaders} from "node:http";
import {request as requestHttps} from "node:https";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * One request and the whole of its answer. Rejects where none comes, where it is cut short, or when the signal says so. It has no
 * time limit of its own, as fetch does: a server that works through a queue may take long.
 */
export function exchange(
  url: string,
  {headers, body, signal}: {headers: Record<string, string>; body?: string; signal: AbortSignal}
): Promise<Answer> {
  const send = url.startsWith("https:") ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {method: body === undefined ? "GET" : "POST", headers, signal}, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(parts).toString()
        })
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}
