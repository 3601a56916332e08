/**
 * Why the numbers of processes in /proc are not those by which a process and its children know each other; `undefined`
 * where they are, and where there is no /proc. A job that has process numbers of its own (a PID namespace) may be left
 * with the /proc of what is around it, in which the number of its child is that of somebody else.
 * https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 * @param self what the link /proc/self leads to
 * @param pid this process, as it knows itself
 */
export function foreignNumbers(self: string | undefined, pid: number): string | undefined {
  if (self === undefined || self === String(pid)) return undefined;
  return `/proc is that of another PID namespace: this process is ${self} in it, and ${pid} in its own`;
}
