import { toBinary, type DescFile, type DescService } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

interface Index {
  readonly files: ReadonlyMap<string, DescFile>;
  readonly symbols: ReadonlyMap<string, DescFile>;
}

/** The contracts that a process hosts right now. Services may come and go while it runs. */
export class LiveDescriptors {
  readonly #services = new Map<string, DescService>();
  readonly #bytes = new WeakMap<DescFile, Uint8Array>();
  #index: Index | undefined;

  /** Adds a service, or puts a newer one in its place; the result takes it away again. */
  add(service: DescService): () => void {
    this.#services.set(service.typeName, service);
    this.#index = undefined;
    return () => {
      if (this.#services.get(service.typeName) !== service) return;
      this.#services.delete(service.typeName);
      this.#index = undefined;
    };
  }

  /** Full names of the services, sorted. */
  serviceNames(): string[] {
    return [...this.#services.keys()].sort();
  }

  /** The file of this name, serialized, followed by every file that it needs. */
  fileByName(name: string): Uint8Array[] | undefined {
    return this.#withDependencies(this.#indexed().files.get(name));
  }

  /** The file that declares this full name, serialized, followed by every file that it needs. */
  fileBySymbol(symbol: string): Uint8Array[] | undefined {
    return this.#withDependencies(this.#indexed().symbols.get(symbol.replace(/^\./, "")));
  }

  /** The file that declares the extension of a message by number. */
  fileByExtension(message: string, number: number): Uint8Array[] | undefined {
    const file = this.#extensions(message).find((extension) => extension.number === number)?.file;
    return this.#withDependencies(file);
  }

  /** Numbers of the known extensions of a message, ascending; undefined where the message is not known. */
  extensionNumbers(message: string): number[] | undefined {
    if (!this.#indexed().symbols.has(message)) return undefined;
    return this.#extensions(message)
      .map((extension) => extension.number)
      .sort((a, b) => a - b);
  }

  #extensions(message: string) {
    const all = [...this.#indexed().files.values()].flatMap((file) => file.extensions);
    return all.filter((extension) => extension.extendee.typeName === message);
  }

  #withDependencies(file: DescFile | undefined): Uint8Array[] | undefined {
    if (file === undefined) return undefined;
    const needed = new Map<string, DescFile>();
    collect(file, needed);
    return [...needed.values()].map((each) => {
      const known = this.#bytes.get(each) ?? toBinary(FileDescriptorProtoSchema, each.proto);
      this.#bytes.set(each, known);
      return known;
    });
  }

  #indexed(): Index {
    if (this.#index !== undefined) return this.#index;
    const files = new Map<string, DescFile>();
    for (const service of this.#services.values()) collect(service.file, files);
    const symbols = new Map<string, DescFile>();
    for (const file of files.values()) for (const name of namesIn(file)) symbols.set(name, file);
    this.#index = { files, symbols };
    return this.#index;
  }
}

/** Files by import path: the file itself first, then what it needs. */
function collect(file: DescFile, into: Map<string, DescFile>): void {
  const path = file.proto.name;
  if (into.has(path)) return;
  into.set(path, file);
  for (const needed of file.dependencies) collect(needed, into);
}

function* namesIn(file: DescFile): Iterable<string> {
  const pending = [...file.messages];
  const enums = [...file.enums];
  for (let message = pending.pop(); message !== undefined; message = pending.pop()) {
    yield message.typeName;
    for (const member of [...message.fields, ...message.oneofs]) yield `${message.typeName}.${member.name}`;
    for (const extension of message.nestedExtensions) yield extension.typeName;
    pending.push(...message.nestedMessages);
    enums.push(...message.nestedEnums);
  }
  for (const desc of enums) {
    yield desc.typeName;
    const scope = desc.typeName.slice(0, desc.typeName.lastIndexOf(".") + 1);
    for (const value of desc.values) yield `${scope}${value.name}`;
  }
  for (const extension of file.extensions) yield extension.typeName;
  for (const service of file.services) {
    yield service.typeName;
    for (const method of service.methods) yield `${service.typeName}.${method.name}`;
  }
}
