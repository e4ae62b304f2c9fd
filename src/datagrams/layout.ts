// How Linux and OpenBSD lay out what recvmmsg(2) and sendmmsg(2) work on. The structures are declared as the systems'
// headers do; the foreign-function library computes where a field lies, and no offset is written here.

/** Field names and C types of a structure, in order. */
type Structure = Record<string, string>;

/** What differs between the systems, with the headers that say so. */
export interface Platform {
  /** struct msghdr: sys/socket.h. */
  readonly msghdr: Structure;
  /** struct sockaddr_in: netinet/in.h. */
  readonly sockaddrIn: Structure;
  /** struct sockaddr_in6: netinet/in.h, OpenBSD netinet6/in6.h. */
  readonly sockaddrIn6: Structure;
  /** recvmmsg flag: do not wait. sys/socket.h. */
  readonly dontWait: number;
  /** msg_flags of a datagram that was longer than its room. sys/socket.h. */
  readonly truncated: number;
  /** fcntl command: a copy of a descriptor that child processes do not inherit. fcntl.h. */
  readonly copyDescriptor: number;
}

/** struct iovec: sys/uio.h, the same everywhere. */
const IOVEC: Structure = { iov_base: 'void *', iov_len: 'size_t' };

const LINUX: Platform = {
  msghdr: {
    msg_name: 'void *',
    msg_namelen: 'unsigned int',
    msg_iov: 'void *',
    msg_iovlen: 'size_t',
    msg_control: 'void *',
    msg_controllen: 'size_t',
    msg_flags: 'int',
  },
  sockaddrIn: { sin_family: 'uint16_t', sin_port: 'uint16_t', sin_addr: 'uint32_t', sin_zero: 'uint8_t[8]' },
  sockaddrIn6: {
    sin6_family: 'uint16_t',
    sin6_port: 'uint16_t',
    sin6_flowinfo: 'uint32_t',
    sin6_addr: 'uint8_t[16]',
    sin6_scope_id: 'uint32_t',
  },
  dontWait: 0x40,
  truncated: 0x20,
  copyDescriptor: 1030,
};

/** recvmmsg and sendmmsg are there since OpenBSD 7.2. */
const OPENBSD: Platform = {
  msghdr: {
    msg_name: 'void *',
    msg_namelen: 'unsigned int',
    msg_iov: 'void *',
    msg_iovlen: 'unsigned int',
    msg_control: 'void *',
    msg_controllen: 'unsigned int',
    msg_flags: 'int',
  },
  sockaddrIn: {
    sin_len: 'uint8_t',
    sin_family: 'uint8_t',
    sin_port: 'uint16_t',
    sin_addr: 'uint32_t',
    sin_zero: 'uint8_t[8]',
  },
  sockaddrIn6: {
    sin6_len: 'uint8_t',
    sin6_family: 'uint8_t',
    sin6_port: 'uint16_t',
    sin6_flowinfo: 'uint32_t',
    sin6_addr: 'uint8_t[16]',
    sin6_scope_id: 'uint32_t',
  },
  dontWait: 0x80,
  truncated: 0x10,
  copyDescriptor: 10,
};

/** The platforms known, by `process.platform`. */
export const PLATFORMS: Readonly<Record<string, Platform>> = { linux: LINUX, openbsd: OPENBSD };

/** The structures as they lie in memory: sizes and offsets in octets. */
export interface Layout {
  /** Of any pointer: 4 or 8. */
  readonly pointerOctets: number;
  /** struct mmsghdr: struct msghdr msg_hdr; unsigned int msg_len. */
  readonly header: {
    readonly octets: number;
    readonly name: number;
    readonly nameOctets: number;
    readonly vector: number;
    readonly vectorCount: number;
    readonly flags: number;
    /** msg_len: octets received. */
    readonly received: number;
  };
  /** struct iovec. */
  readonly vector: { readonly octets: number; readonly start: number; readonly length: number };
  readonly ipv4: { readonly octets: number; readonly port: number; readonly address: number };
  readonly ipv6: {
    readonly octets: number;
    readonly port: number;
    readonly address: number;
    readonly scope: number;
  };
}

/** The part of a foreign-function library that knows how C lays structures out; `T` is its type of types. */
export interface StructureLibrary<T> {
  struct(fields: Record<string, string | T>): T;
  sizeof(type: T | string): number;
  offsetof(type: T, field: string): number;
}

/** Lays out the structures of a platform. */
export function toLayout<T>(platform: Platform, library: StructureLibrary<T>): Layout {
  const message = library.struct(platform.msghdr);
  const header = library.struct({ msg_hdr: message, msg_len: 'unsigned int' });
  const inMessage = (field: string): number =>
    library.offsetof(header, 'msg_hdr') + library.offsetof(message, field);
  const vector = library.struct(IOVEC);
  const ipv4 = library.struct(platform.sockaddrIn);
  const ipv6 = library.struct(platform.sockaddrIn6);
  return {
    pointerOctets: library.sizeof('void *'),
    header: {
      octets: library.sizeof(header),
      name: inMessage('msg_name'),
      nameOctets: inMessage('msg_namelen'),
      vector: inMessage('msg_iov'),
      vectorCount: inMessage('msg_iovlen'),
      flags: inMessage('msg_flags'),
      received: library.offsetof(header, 'msg_len'),
    },
    vector: {
      octets: library.sizeof(vector),
      start: library.offsetof(vector, 'iov_base'),
      length: library.offsetof(vector, 'iov_len'),
    },
    ipv4: {
      octets: library.sizeof(ipv4),
      port: library.offsetof(ipv4, 'sin_port'),
      address: library.offsetof(ipv4, 'sin_addr'),
    },
    ipv6: {
      octets: library.sizeof(ipv6),
      port: library.offsetof(ipv6, 'sin6_port'),
      address: library.offsetof(ipv6, 'sin6_addr'),
      scope: library.offsetof(ipv6, 'sin6_scope_id'),
    },
  };
}
