// Asks the API. The page knows nothing that the API did not say.

const KEY = "catalogue key";

class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.body = body ?? {};
  }
}

/** The JSON at a path. A superseded question is taken back by its signal. */
export async function get(path, signal) {
  const key = sessionStorage.getItem(KEY);
  const response = await fetch(path, { signal, headers: { Accept: "application/json, application/geo+json", ...(key && { Authorization: `Bearer ${key}` }) } });
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) throw new Problem(response.status, body);
  return body;
}

/** The same, or null where there is no answer: for what a page can do without. */
export const maybe = (path, signal) => get(path, signal).catch(error => {
  if (error.name === "AbortError") throw error;
  return null;
});

/** Keeps a key for as long as the tab is open. */
export const keep = key => sessionStorage.setItem(KEY, key);

/** Parameters as an address holds them; what people read stays readable. */
const query = parameters => [...parameters].map(([name, value]) => `${plain(name)}=${plain(value)}`).join("&");

const plain = text => encodeURIComponent(text).replace(/%(2C|3A|3B|2F|5B|5D|40)/g, decodeURIComponent).replace(/'/g, "%27");

/** A path with parameters; those without a value are left out. */
export function call(path, parameters) {
  const text = query(parameters instanceof URLSearchParams ? parameters : Object.entries(parameters).filter(([, value]) => value != null && value !== ""));
  return text ? `${path}?${text}` : path;
}
