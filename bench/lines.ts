import {spawn} from "node:child_process";
import {once} from "node:events";
import {createInterface} from "node:readline";

/** A process that answers each line of JSON with one. */
export interface LineProcess<Q, A> {
  ask(question: Q): Promise<A>;
  close(): Promise<void>;
}

/** Starts a program that does so; it ends when its standard input does. */
export function lineProcess<Q, A>(command: string, args: string[]): LineProcess<Q, A> {
  const child = spawn(command, args, {
    env: {...process.env, GOMP_SPINCOUNT: "0"},
    stdio: ["pipe", "pipe", "ignore"]
  });
  const ended = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async ask(question) {
      child.stdin.write(JSON.stringify(question) + "\n");
      const {value, done} = await lines.next();
      if (done) throw new Error(`expected an answer, ended without one: ${args[0]}`);
      return JSON.parse(value) as A;
    },
    async close() {
      child.stdin.end();
      await ended;
    }
  };
}
