// The grounds of offline verification: asked for while there is a network, kept for when there is none.
import { get, put } from "./store.js";

const ADDRESS = "/api/v1/offline-verification";
const KEPT = "now";

// Returns whether they were renewed; without a network what was kept stays.
export async function renew() {
  try {
    const answer = await fetch(ADDRESS, { cache: "no-store" });
    if (!answer.ok) return false;
    const grounds = await answer.json();
    for (const region of grounds.regions) {
      for (const [name, address] of Object.entries(region.status_lists)) await renewList(name, address);
    }
    await put("grounds", KEPT, grounds);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function renewList(name, address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (answer.ok) await put("lists", name, new Uint8Array(await answer.arrayBuffer()));
}

export async function kept() {
  const grounds = (await get("grounds", KEPT)) ?? null;
  const tokens = new Map();
  for (const region of grounds?.regions ?? []) {
    for (const name of Object.keys(region.status_lists)) {
      const token = await get("lists", name);
      if (token !== undefined) tokens.set(name, token);
    }
  }
  return { grounds, tokens };
}
