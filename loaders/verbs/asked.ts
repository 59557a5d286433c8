import {parseModelName} from "../backends/modelName.js";
import type {Asked, Predictor, ServedRole} from "../lab.js";
import type {Study} from "../study.js";
import type {Server, Workspace} from "./workspace.js";

export const isPredictor = (asked: Asked): asked is Predictor => typeof asked !== "string" && !("role" in asked);

/** As the study names it. */
export const nameOf = (asked: Asked): string => (typeof asked === "string" ? asked : asked.model);

/** Models of a study in a role: who judges errors is a judge, too. */
export const modelsInRole = ({models, errorTags}: Study, role: ServedRole): string[] =>
  [models[role], role === "judge" ? errorTags?.judge : undefined].flat().filter((model) => model !== undefined);

/** The role in which a model as it is is asked, where that one has a server of its own; null for the backend that trains. */
export function servedRoleOf({study, servers}: Pick<Workspace, "study" | "servers">, asked: Asked): ServedRole | null {
  if (isPredictor(asked)) return null;
  const roles = typeof asked === "string" ? (["weak", "strong"] as const) : [asked.role];
  return roles.find((role) => servers.has(role) && modelsInRole(study, role).includes(nameOf(asked))) ?? null;
}

/**
 * The embedder as keys have it: its name, with the weights that its server says it has where the role has one. Another network
 * has other vectors, which must not lie with them.
 */
export function embedderKey({study, servers}: Pick<Workspace, "study" | "servers">): string | object {
  const name = study.models.embedder;
  const server = servers.get("embedder");
  if (!server) return name;
  const {source} = parseModelName(name);
  return {name, weights: server.models.get(source)?.weights ?? `unresolved ${source}`};
}

/** What is asked: what was fine-tuned stays with the backend that trains. */
export function serverOf(workspace: Workspace, asked: Asked): Server {
  const role = servedRoleOf(workspace, asked);
  return role === null ? workspace : workspace.servers.get(role)!;
}
