import type {CommandOptions} from "./command.js";
export async function demo(_: CommandOptions): Promise<number> { return 1; }
