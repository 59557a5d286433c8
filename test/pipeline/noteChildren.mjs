/** Loaded into a process of the lab before all else: notes the command of every child process that it starts. */
import {ChildProcess} from "node:child_process";
import {appendFileSync} from "node:fs";

const {spawn} = ChildProcess.prototype;
ChildProcess.prototype.spawn = function (options) {
  appendFileSync(process.env.W2S_CHILDREN, `${options.file} ${options.args.slice(1).join(" ")}\n`);
  return spawn.call(this, options);
};
