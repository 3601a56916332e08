// Loads the first GPU that CUDA shows with known work: takes so much of its memory, and reads and writes all of it again
// and again for so long. Nothing but NVIDIA's driver is needed, which makes the kernel out of the text below.
// Usage: node scripts/gpu-load.mjs SECONDS GIB. Prints "ready" once the GPU works, and "done" with the passes it made.
import koffi from "koffi";

const [seconds, gib] = process.argv.slice(2).map(Number);
const BYTES = Math.floor(gib * 2 ** 30);
const BLOCKS = 2048;
const THREADS = 256;
/** Milliseconds that one launch is to take: the GPU is never without work, and the end never far. */
const LAUNCH = 50;

/** Each thread adds 1 to every n-th float of the memory, in so many rounds. https://docs.nvidia.com/cuda/parallel-thread-execution/ */
const KERNEL = `
.version 6.0
.target sm_50
.address_size 64

.visible .entry fill(.param .u64 memory, .param .u64 count, .param .u32 rounds)
{
  .reg .pred %p<3>;
  .reg .b32 %r<6>;
  .reg .b64 %rd<9>;
  .reg .f32 %f<3>;

  ld.param.u64 %rd1, [memory];
  ld.param.u64 %rd2, [count];
  ld.param.u32 %r1, [rounds];
  cvta.to.global.u64 %rd3, %rd1;
  mov.u32 %r2, %ctaid.x;
  mov.u32 %r3, %ntid.x;
  mov.u32 %r4, %tid.x;
  mov.u32 %r5, %nctaid.x;
  mul.wide.u32 %rd4, %r2, %r3;
  cvt.u64.u32 %rd5, %r4;
  add.u64 %rd4, %rd4, %rd5;
  mul.wide.u32 %rd6, %r5, %r3;
round:
  mov.u64 %rd7, %rd4;
next:
  setp.ge.u64 %p1, %rd7, %rd2;
  @%p1 bra end;
  shl.b64 %rd8, %rd7, 2;
  add.u64 %rd8, %rd3, %rd8;
  ld.global.f32 %f1, [%rd8];
  add.f32 %f2, %f1, 0f3F800000;
  st.global.f32 [%rd8], %f2;
  add.u64 %rd7, %rd7, %rd6;
  bra next;
end:
  sub.u32 %r1, %r1, 1;
  setp.ne.u32 %p2, %r1, 0;
  @%p2 bra round;
  ret;
}
`;

const library = koffi.load(process.platform === "win32" ? "nvcuda.dll" : "libcuda.so.1");
/** Calls a function of the driver; what it gives back is at the start of `out`. https://docs.nvidia.com/cuda/cuda-driver-api/ */
const call = (name, types, ...values) => {
  const code = library.func(name, "int", types)(...values);
  if (code !== 0) throw new Error(`${name} returned ${code}`);
};
// Larger than what V8 keeps where it may move it.
const out = new BigUint64Array(64);
const arguments_ = new BigUint64Array(64);
const places = new BigUint64Array(64);

call("cuInit", ["uint32_t"], 0);
call("cuDeviceGet", ["void *", "int"], out, 0);
const device = Number(out[0] & 0xffff_ffffn);
call("cuCtxCreate_v2", ["void *", "uint32_t", "int"], out, 0, device);
call("cuMemAlloc_v2", ["void *", "size_t"], out, BYTES);
const memory = out[0];
call("cuMemsetD32_v2", ["uint64_t", "uint32_t", "size_t"], memory, 0, Math.floor(BYTES / 4));
call("cuModuleLoadData", ["void *", "void *"], out, Buffer.from(`${KERNEL}\0`));
const module_ = out[0];
call("cuModuleGetFunction", ["void *", "void *", "str"], out, module_, "fill");
const kernel = out[0];

const argumentsAt = koffi.address(arguments_);
for (let index = 0; index < 3; index += 1) places[index] = argumentsAt + BigInt(8 * index);
const launch = (rounds) => {
  arguments_.set([memory, BigInt(Math.floor(BYTES / 4)), BigInt(rounds)]);
  const types = ["void *", ...Array(7).fill("uint32_t"), "void *", "void *", "void *"];
  call("cuLaunchKernel", types, kernel, BLOCKS, 1, 1, THREADS, 1, 1, 0, null, places, null);
  call("cuCtxSynchronize", []);
};

let begun = performance.now();
launch(1);
begun = performance.now();
launch(1);
const rounds = Math.max(1, Math.round(LAUNCH / (performance.now() - begun)));
process.stdout.write("ready\n");
begun = performance.now();
let passes = 0;
while (performance.now() - begun < 1000 * seconds) {
  launch(rounds);
  passes += rounds;
}
const taken = (performance.now() - begun) / 1000;
process.stdout.write(`done ${passes} ${taken.toFixed(3)}\n`);
