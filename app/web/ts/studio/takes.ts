/** What was filmed and is still on this phone: takes and their slices, in IndexedDB, by account. */

export type Kind = "video" | "voice";

export interface Take {
  id: string;
  /** Several people share a phone: nobody is shown, or sends, what is another's. */
  account: string;
  kind: Kind;
  /** 0 for all of it in one go, else the part of the script, from 1. */
  part: number;
  mimeType: string;
  startedAt_ms: number;
  duration_ms: number;
  /** Whether a call took the camera or the microphone meanwhile: how long it plays is then anybody's guess. */
  interrupted: boolean;
  bytes: number;
  slices: number;
  /** Whether it was stopped by its owner; else the page was closed, or the battery died. */
  whole: boolean;
  /** Its address at the server, once its sending has begun. */
  url: string | null;
  /** Whether it is in the presentation that its owner chose to send. */
  chosen: boolean;
  /** Whether that waits for an unmetered connection. */
  later: boolean;
  /** Whether a video is being made of it: it stays until that is ready, in case it is refused. */
  sent: boolean;
  /** Whether its owner wants it no more: it goes for good once the server has forgotten it too. */
  erased: boolean;
}

const DATABASE = "visavis";
const TAKES = "takes";
const SLICES = "slices";

/** While a page films a take, it holds the lock of this name: other tabs leave it alone. */
export function lockOf(take: Take): string {
  return `visavis-take-${take.id}`;
}

/** A take that begins. */
export function newTake(account: string, kind: Kind, part: number): Take {
  const states = { chosen: false, later: false, whole: false, sent: false, erased: false };
  const empty = {
    duration_ms: 0,
    interrupted: false,
    bytes: 0,
    slices: 0,
    mimeType: "",
    url: null,
  };
  return { id: newId(), account, kind, part, startedAt_ms: Date.now(), ...empty, ...states };
}

/** Browsers of three years ago have no `crypto.randomUUID`. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Takes {
  /** One object for each take, whoever holds it: what one learns, all know. */
  private readonly known = new Map<string, Take>();
  private writes = 0;

  private constructor(private readonly database: IDBDatabase) {}

  /** Rejects where the browser keeps nothing: a private window, a full phone. */
  static open(): Promise<Takes> {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      const takes = opening.result.createObjectStore(TAKES, { keyPath: "id" });
      takes.createIndex("account", "account");
      opening.result.createObjectStore(SLICES);
    };
    return settled(opening).then((database) => new Takes(database));
  }

  /** The takes of an account, oldest first; not those that were sent or erased, nor what another tab is filming. */
  async of(account: string): Promise<Take[]> {
    const locks = await beingFilmed();
    const takes = await this.all(account);
    return takes
      .filter((take) => take.slices > 0 && !take.sent && !take.erased && !locks.has(lockOf(take)))
      .sort((one, other) => one.startedAt_ms - other.startedAt_ms);
  }

  /** The takes of an account that were erased and that the server may still have, or of which nothing was filmed. */
  async erasedOf(account: string): Promise<Take[]> {
    const locks = await beingFilmed();
    const takes = await this.all(account);
    return takes.filter((take) => take.erased || (take.slices === 0 && !locks.has(lockOf(take))));
  }

  /** The takes of an account of which a video is being made. */
  async sentOf(account: string): Promise<Take[]> {
    return (await this.all(account)).filter(({ sent }) => sent);
  }

  async add(take: Take): Promise<void> {
    const writing = this.writing([TAKES]);
    writing.objectStore(TAKES).put(take);
    this.known.set(take.id, take);
    await committed(writing);
  }

  /** Notes what changed of a take; one that is gone stays gone. */
  async change(take: Take, fields: Partial<Take>): Promise<void> {
    Object.assign(take, fields);
    const writing = this.writing([TAKES]);
    const store = writing.objectStore(TAKES);
    const reading = store.get(take.id);
    reading.onsuccess = () => reading.result && store.put({ ...reading.result, ...fields });
    await committed(writing);
  }

  /** Keeps one more slice, and what the take is with it, or neither. */
  async append(take: Take, slice: ArrayBuffer, duration_ms: number): Promise<void> {
    const grown = { slices: take.slices + 1, bytes: take.bytes + slice.byteLength, duration_ms };
    const writing = this.writing([TAKES, SLICES]);
    writing.objectStore(SLICES).put(slice, [take.id, take.slices]);
    writing.objectStore(TAKES).put({ ...take, ...grown });
    await committed(writing);
    Object.assign(take, grown);
  }

  /** The bytes of a take, as they were filmed. */
  async bytesOf(take: Take): Promise<Blob> {
    const store = this.database.transaction(SLICES).objectStore(SLICES);
    const slices: ArrayBuffer[] = await settled(store.getAll(slicesOf(take.id)));
    return new Blob(slices, { type: take.mimeType });
  }

  async remove(take: Take): Promise<void> {
    const writing = this.writing([TAKES, SLICES]);
    writing.objectStore(TAKES).delete(take.id);
    writing.objectStore(SLICES).delete(slicesOf(take.id));
    await committed(writing);
  }

  /** Deletes what was filmed; what remains only remembers what the server has to forget. */
  async removeSlices(take: Take): Promise<void> {
    const writing = this.writing([SLICES]);
    writing.objectStore(SLICES).delete(slicesOf(take.id));
    await committed(writing);
  }

  private async all(account: string): Promise<Take[]> {
    const index = this.database.transaction(TAKES).objectStore(TAKES).index("account");
    const writes = this.writes;
    const rows: Take[] = await settled(index.getAll(account));
    return rows.map((row) => {
      const take = this.known.get(row.id) ?? row;
      this.known.set(row.id, take);
      // Other tabs change takes too; what this one changed while it read is newer than what it read.
      return writes === this.writes ? Object.assign(take, row) : take;
    });
  }

  /** What is said to be kept is on the disk, whatever happens to the phone in the next second. */
  private writing(stores: string[]): IDBTransaction {
    this.writes += 1;
    return this.database.transaction(stores, "readwrite", { durability: "strict" });
  }
}

async function beingFilmed(): Promise<Set<string | undefined>> {
  const locks = await navigator.locks?.query();
  return new Set(locks?.held?.map(({ name }) => name));
}

function slicesOf(takeId: string): IDBKeyRange {
  return IDBKeyRange.bound([takeId], [takeId, []]);
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}
