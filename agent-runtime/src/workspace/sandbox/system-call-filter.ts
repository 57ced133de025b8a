import { AiosError } from '../../errors.ts';

/** Numbers of the system calls that a sandboxed program may not use, by architecture. */
const DENIED: Readonly<Record<string, Readonly<Record<string, readonly [x64: number | null, arm64: number | null]>>>> = {
  // Other processes' memory and handles.
  processes: { ptrace: [101, 117], process_vm_readv: [310, 270], process_vm_writev: [311, 271], kcmp: [312, 272], pidfd_getfd: [438, 438], process_madvise: [440, 440] },
  // Kernel services that no namespace divides, or whose surface is large.
  kernel: {
    add_key: [248, 217], request_key: [249, 218], keyctl: [250, 219], bpf: [321, 280], perf_event_open: [298, 241], userfaultfd: [323, 282],
    io_uring_setup: [425, 425], io_uring_enter: [426, 426], io_uring_register: [427, 427], syslog: [103, 116], acct: [163, 89], quotactl: [179, 60],
    quotactl_fd: [443, 443], swapon: [167, 224], swapoff: [168, 225], reboot: [169, 142], kexec_load: [246, 104], kexec_file_load: [320, 294],
    init_module: [175, 105], finit_module: [313, 273], delete_module: [176, 106], fanotify_init: [300, 262], lookup_dcookie: [212, 18],
    vhangup: [153, 58], iopl: [172, null], ioperm: [173, null], modify_ldt: [154, null], uselib: [134, null],
  },
  // Mounts and namespaces.
  mounts: {
    mount: [165, 40], umount2: [166, 39], pivot_root: [155, 41], chroot: [161, 51], setns: [308, 268], unshare: [272, 97], open_tree: [428, 428],
    move_mount: [429, 429], fsopen: [430, 430], fsconfig: [431, 431], fsmount: [432, 432], fspick: [433, 433], mount_setattr: [442, 442],
    name_to_handle_at: [303, 264], open_by_handle_at: [304, 265],
  },
  // Memory that belongs to no process, so that no limit counts it.
  memory: { memfd_create: [319, 279], memfd_secret: [447, 447], shmget: [29, 194], msgget: [68, 186], semget: [64, 190], mq_open: [240, 180] },
};

interface Architecture {
  readonly column: 0 | 1;
  /** AUDIT_ARCH_*. */
  readonly audit: number;
  readonly socket: number;
  readonly clone: number;
  readonly clone3: number;
  readonly ioctl: number;
}

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: { column: 0, audit: 0xc000_003e, socket: 41, clone: 56, clone3: 435, ioctl: 16 },
  arm64: { column: 1, audit: 0xc000_00b7, socket: 198, clone: 220, clone3: 435, ioctl: 29 },
};

/** Sockets between the sandbox's own processes and on its own loopback; not AF_VSOCK (40), which leads to a virtual machine's host. */
const SOCKET_FAMILIES = [1, 2, 10, 16];
/** CLONE_NEW*: namespaces. */
const NAMESPACES = 0x7e02_0080;
/** Put characters into a terminal's input: TIOCSTI, TIOCLINUX. */
const TERMINAL_INPUT = [0x5412, 0x541c];

const LOAD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const JUMP_IF_ANY_BIT = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff_0000;
const KILL_PROCESS = 0x8000_0000;
const EPERM = 0x0005_0001;
/** "No such system call": libraries fall back to an older one. */
const ENOSYS = 0x0005_0026;
const NUMBER = 0;
const ARCHITECTURE = 4;
const argument = (index: number) => 16 + 8 * index;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/** A seccomp program for `bwrap --seccomp`, in the machine's byte order. Throws `sandbox_unavailable` on an architecture we have no numbers for. */
export function systemCallFilter(architecture: string = process.arch): Buffer {
  const numbers = ARCHITECTURES[architecture];
  if (!numbers) throw new AiosError('sandbox_unavailable', `Commands can be shut off on x64 and arm64 only; this host is ${architecture}.`);
  const denied = Object.values(DENIED).flatMap((group) => Object.values(group)).map((row) => row[numbers.column]).filter((number) => number !== null);
  const program: Instruction[] = [
    [LOAD, 0, 0, ARCHITECTURE],
    // A program for another architecture has other numbers.
    [JUMP_IF_EQUAL, 1, 0, numbers.audit],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD, 0, 0, NUMBER],
    ...(architecture === 'x64' ? [[JUMP_IF_AT_LEAST, 0, 1, 0x4000_0000], [RETURN, 0, 0, ENOSYS]] as const : []),
    // Its flags lie in memory, where a filter can't look.
    ...answer(numbers.clone3, ENOSYS),
    ...denied.flatMap((number) => answer(number, number === 319 || number === 279 ? ENOSYS : EPERM)),
    ...whenArgument(numbers.clone, 0, [[JUMP_IF_ANY_BIT, 0, 1, NAMESPACES], [RETURN, 0, 0, EPERM]]),
    ...whenArgument(numbers.ioctl, 1, TERMINAL_INPUT.flatMap((request): Instruction[] => [[JUMP_IF_EQUAL, 0, 1, request], [RETURN, 0, 0, EPERM]])),
    ...whenArgument(numbers.socket, 0, [
      ...SOCKET_FAMILIES.map((family, index): Instruction => [JUMP_IF_EQUAL, SOCKET_FAMILIES.length - index, 0, family]),
      [RETURN, 0, 0, EPERM],
    ]),
    [RETURN, 0, 0, ALLOW],
  ];
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes;
}

const answer = (number: number, value: number): Instruction[] => [[JUMP_IF_EQUAL, 0, 1, number], [RETURN, 0, 0, value]];

/** Runs `checks` on the lower half of an argument when the call has this number; else, and when none answers, goes on. */
function whenArgument(number: number, index: number, checks: readonly Instruction[]): Instruction[] {
  return [
    [JUMP_IF_EQUAL, 0, checks.length + 1, number],
    [LOAD, 0, 0, argument(index)],
    ...checks,
    [LOAD, 0, 0, NUMBER],
  ];
}
