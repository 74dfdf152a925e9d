// Registers what keeps these pages for when there is no network. Only pages that came safely may.
export async function startWorker() {
  if (!navigator.serviceWorker) return false;
  try {
    await navigator.serviceWorker.register("/worker.js");
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage("renew");
    return true;
  } catch {
    // Without a network the one that is registered goes on.
    return navigator.serviceWorker.controller !== null;
  }
}
