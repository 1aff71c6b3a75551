import type { Clock, Event, Fault, FaultAction, FaultMatch, Restored, Snapshot } from "./types.js";
export * from "./types.js";

export interface Options {
  /** Files and folders whose objects are there when the server is ready. */
  seed?: string[];
  /** More flags of kaudit-apiserver. */
  flags?: string[];
  /** Else $KAUDIT_APISERVER, else kaudit-apiserver on PATH. */
  program?: string;
}

/** A refusal of the test API. */
export declare class ApiError extends Error {
  readonly code: number;
  readonly status: Record<string, any>;
}

export declare class KauditServer {
  readonly url: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly caFile: string;
  static start(options?: Options): Promise<KauditServer>;
  stop(): Promise<void>;
  /** Objects, faults, events and clock as after the seed, but for what is kept. */
  reset(keep?: ("events" | "faults" | "clock")[]): Promise<Restored>;
  snapshot(name: string): Promise<Snapshot>;
  restore(name: string): Promise<Restored>;
  fault(action: FaultAction, match?: FaultMatch & { times?: number; id?: string }): Promise<Fault>;
  faults(): Promise<Fault[]>;
  clearFaults(): Promise<void>;
  /** Events at stage ResponseComplete unless the query says another one ("" is all). */
  events(query?: Record<string, string | number | string[]>): Promise<Event[]>;
  clearEvents(): Promise<void>;
  advance(duration: string): Promise<Clock>;
  /** One request to /kaudit/v1/PATH. */
  call(method: string, path: string, body?: unknown): Promise<any>;
}

/** One server for a file of tests (node:test, vitest, jest): started before all, put back before each, stopped after all. */
export declare function useKaudit(
  hooks: { before?: Function; beforeAll?: Function; beforeEach: Function; after?: Function; afterAll?: Function },
  options?: Options,
): () => KauditServer;
