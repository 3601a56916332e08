import { existsSync } from "node:fs";

import type { Host } from "../model/probe.ts";

import { readSmallFile } from "./small-file.ts";

/** Where the kernel keeps the limits of this process. */
export interface CgroupFolders {
  readonly version: 1 | 2;
  /** The folder of this process's group and those above it, the nearest first. */
  readonly folders: readonly string[];
}

/**
 * The groups that this process is in for one controller (`cpu`, `memory`, `cpuset`, `cpuacct`); nothing where it is in
 * none. Version 1 wins where both are mounted: a controller belongs to one hierarchy, and the other has no files of it.
 *
 * A container sees itself as `/`, or sees only the part of the tree that is mounted: both files are needed.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html, https://man7.org/linux/man-pages/man7/cgroups.7.html
 */
export function findCgroup(host: Host, controller: string): CgroupFolders | undefined {
  const paths = parseCgroupPaths(readSmallFile(`${host.proc}/self/cgroup`) ?? "");
  const mounts = parseCgroupMounts(readSmallFile(`${host.proc}/self/mountinfo`) ?? "");
  const first = foldersOf(host, paths.get(controller), mounts.get(controller));
  if (first !== undefined) return { version: 1, folders: first };
  const second = foldersOf(host, paths.get(""), mounts.get(""));
  return second === undefined ? undefined : { version: 2, folders: second };
}

function foldersOf(host: Host, path: string | undefined, mount: CgroupMount | undefined): string[] | undefined {
  if (path === undefined || mount === undefined || !mount.point.startsWith("/sys/")) return undefined;
  const top = `${host.sys}${mount.point.slice("/sys".length)}`;
  const folders = [top];
  for (const name of namesBelow(path, mount.root)) folders.unshift(`${folders[0]}/${name}`);
  // What the path names may lie outside of what is mounted; the mount itself is the container's own group then.
  return folders[0] !== undefined && existsSync(folders[0]) ? folders : [top];
}

function namesBelow(path: string, root: string): string[] {
  const below = root === "/" ? path : path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : "";
  const names = below.split("/").filter((name) => name !== "");
  return names.includes("..") ? [] : names;
}

/**
 * The path of this process's group by controller; that of version 2 has the empty name. Pure.
 *
 *   4:memory:/docker/2666d2          version 1
 *   3:cpu,cpuacct:/docker/2666d2
 *   0::/system.slice/docker.scope    version 2
 */
export function parseCgroupPaths(text: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const [, controllers = "", path = ""] of text.matchAll(/^\d+:([^:\n]*):(\/.*)$/gm)) {
    for (const controller of controllers.split(",")) paths.set(controller, path);
  }
  return paths;
}

/** A mounted hierarchy: which part of it, and where. */
export interface CgroupMount {
  readonly root: string;
  readonly point: string;
}

/**
 * Mounted hierarchies by controller; that of version 2 has the empty name. Pure.
 * https://docs.kernel.org/filesystems/proc.html#proc-pid-mountinfo-information-about-mounts
 *
 *   35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
 *   41 31 0:38 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw
 *              root  point                              type         options
 */
export function parseCgroupMounts(text: string): Map<string, CgroupMount> {
  const mounts = new Map<string, CgroupMount>();
  for (const line of text.split("\n")) {
    const [front = "", back = ""] = line.split(" - ");
    const [, , , root, point] = front.split(" ");
    const [type, , options = ""] = back.split(" ");
    if (root === undefined || point === undefined) continue;
    const mount = { root: unescaped(root), point: unescaped(point) };
    if (type === "cgroup2") mounts.set("", mount);
    if (type === "cgroup") for (const option of options.split(",")) mounts.set(option, mount);
  }
  return mounts;
}

/** A blank in a path is `\040`. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
