/** Photos that the server has not taken yet, kept on this device (IndexedDB) across reloads. */
export interface KeptPhoto {
  uuid: string;
  draft: string;
  criterion: string;
  name: string;
  photo: Blob;
  at: number; // ms, orders them
}

export interface Shelf {
  put(photo: KeptPhoto): Promise<void>;
  drop(uuid: string): Promise<void>;
  /** Those of one draft, in the order in which they were taken. */
  of(draft: string): Promise<KeptPhoto[]>;
}

const NAME = "hearth-photos";
const STORE = "photos";

/** This device's shelf. Where storage is full or forbidden, photos live as long as their page. */
export function deviceShelf(): Shelf {
  return {
    put: async (photo) => void (await inStore("readwrite", (store) => store.put(photo))),
    drop: async (uuid) => void (await inStore("readwrite", (store) => store.delete(uuid))),
    of: async (draft) => {
      const all = await inStore<KeptPhoto[]>("readonly", (store) => store.index("at").getAll() as IDBRequest<KeptPhoto[]>);
      return (all ?? []).filter((photo) => photo.draft === draft);
    },
  };
}

/** Forget every photo of one draft: the check has been submitted. */
export async function forgetPhotos(draft: string, shelf = deviceShelf()): Promise<void> {
  for (const photo of await shelf.of(draft)) await shelf.drop(photo.uuid);
}

async function inStore<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T> | IDBRequest): Promise<T | null> {
  try {
    const database = await opened();
    try {
      return (await answered(ask(database.transaction(STORE, mode).objectStore(STORE)))) as T;
    } finally {
      database.close();
    }
  } catch {
    return null; // no storage here
  }
}

function opened(): Promise<IDBDatabase> {
  const request = window.indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE, { keyPath: "uuid" });
    store.createIndex("at", "at");
  };
  return answered(request);
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}
