/** What keeps something from being shown or done. `sentence` is for whoever wanted it. */
export interface Trouble {
  kind: "signed_out" | "unreachable" | "missing" | "outdated" | "refused" | "forbidden" | "broken";
  sentence: string;
}

/** Thrown by every call of the bridge that did not bring what was asked for. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    super(trouble.sentence);
    this.trouble = trouble;
  }
}

/** What went wrong, whatever was thrown. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiError) return error.trouble;
  return { kind: "broken", sentence: "Something in this page went wrong. Load it again." };
}

export type Query = Record<string, string | number | undefined>;

/** The bridge as an operator reaches it, in the name of whoever is signed in. */
export interface Api {
  get<Answer>(path: string, query?: Query, signal?: AbortSignal): Promise<Answer>;
  post<Answer>(path: string, body: object): Promise<Answer>;
  put<Answer>(path: string, body: object): Promise<Answer>;
  /** Signs out. */
  delete(path: string): Promise<void>;
}

/** `signedOut` hears of every answer that says so. */
export function createApi(send: typeof fetch, signedOut: () => void): Api {
  return {
    get: async <Answer>(path: string, query: Query = {}, signal?: AbortSignal) =>
      json<Answer>(await ask(path + searchOf(query), { signal: signal ?? null })),
    post: sending("POST"),
    put: sending("PUT"),
    delete: async (path) => void (await ask(path, { method: "DELETE" })),
  };

  function sending(method: "POST" | "PUT") {
    return async <Answer>(path: string, body: object) =>
      json<Answer>(await ask(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }));
  }

  async function ask(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await send(path, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError({ kind: "unreachable", sentence: "The bridge does not answer." });
    }
    if (response.ok) return response;
    const trouble = await troubleIn(response);
    if (trouble.kind === "signed_out") signedOut();
    throw new ApiError(trouble);
  }
}

/** The bridge's answers have the shapes of `*-shapes.ts`: it is of the same build as this page. */
async function json<Answer>(response: Response): Promise<Answer> {
  return (await response.json().catch(() => {
    throw new ApiError({ kind: "unreachable", sentence: "The bridge's answer broke off." });
  })) as Answer;
}

async function troubleIn(response: Response): Promise<Trouble> {
  const { status } = response;
  const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string; code?: string }; // RFC 9457, or what a proxy has made of it
  const { code, detail, title } = problem;
  const words = detail ?? title;
  const sentence = words ? `${words[0]!.toUpperCase()}${words.slice(1)}.`.replace("..", ".") : `The bridge answered ${status}.`;
  if (status === 401) return { kind: "signed_out", sentence };
  if (status === 403) return { kind: "forbidden", sentence };
  if (code === "changed_meanwhile") return { kind: "outdated", sentence };
  if (status === 404) return { kind: "missing", sentence };
  if (status === 502 || status === 503 || status === 504)
    return { kind: "unreachable", sentence: "The bridge has too much to do or is starting." };
  return { kind: status < 500 ? "refused" : "broken", sentence };
}

function searchOf(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]]));
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}
