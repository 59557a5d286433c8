import type {Arrived, Backend, GenerateRequest} from "../backends/contract.js";

/** Has texts written, and hands over each of them once: as it comes, or in the end where the backend does not do that. */
export async function generateArriving(
  backend: Backend,
  request: GenerateRequest,
  arrived: (some: Arrived) => Promise<void>
): Promise<void> {
  let some = false;
  const all = await backend.generate(request, (those) => {
    some = true;
    return arrived(those);
  });
  if (!some) await arrived({...all, places: [...request.prompts.keys()]});
}
