/* The calls of one tick of src/probes/nvml-here.ts over every device, from C: what they cost without us. Prints
   nanoseconds of CPU time for one tick. Usage: gpu-tick LIBRARY TICKS */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int (*Function)();
static void *library;
static Function find(const char *name) { return (Function)dlsym(library, name); }

int main(int argc, char **argv) {
  (void)argc;
  library = dlopen(argv[1], RTLD_NOW);
  long ticks = atol(argv[2]);
  if (library == NULL || find("nvmlInit_v2")() != 0) return 1;
  unsigned count = 0, type, n;
  find("nvmlDeviceGetCount_v2")(&count);
  static char samples[256 * 16], processes[64 * 32], out[256];
  static struct { unsigned version, number; void *one, *two; struct { unsigned id; int code; double value; char *texts[3]; } metrics[512]; } gpm;
  void *devices[64], *pairs[64][2];
  unsigned long long seen[64][2] = {{0}};
  Function sample_get = find("nvmlGpmSampleGet"), alloc = find("nvmlGpmSampleAlloc"), metrics_get = find("nvmlGpmMetricsGet");
  Function get_samples = find("nvmlDeviceGetSamples"), memory = find("nvmlDeviceGetMemoryInfo_v2"), temperature = find("nvmlDeviceGetTemperature");
  Function clocks = find("nvmlDeviceGetClockInfo"), ecc = find("nvmlDeviceGetTotalEccErrors"), violation = find("nvmlDeviceGetViolationStatus");
  const char *simple_names[] = {"nvmlDeviceGetPowerUsage", "nvmlDeviceGetEnforcedPowerLimit", "nvmlDeviceGetFanSpeed",
    "nvmlDeviceGetCurrPcieLinkGeneration", "nvmlDeviceGetCurrPcieLinkWidth", "nvmlDeviceGetTotalEnergyConsumption",
    "nvmlDeviceGetCurrentClocksEventReasons"};
  const char *list_names[] = {"nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetGraphicsRunningProcesses_v3", "nvmlDeviceGetMPSComputeRunningProcesses_v3"};
  Function simple[7], lists[3];
  for (int i = 0; i < 7; i++) simple[i] = find(simple_names[i]);
  for (int i = 0; i < 3; i++) lists[i] = find(list_names[i]);
  for (unsigned d = 0; d < count; d++) {
    find("nvmlDeviceGetHandleByIndex_v2")(d, &devices[d]);
    alloc(&pairs[d][0]), alloc(&pairs[d][1]);
    sample_get(devices[d], pairs[d][0]);
  }
  clock_t begun = clock();
  for (long tick = 0; tick < ticks; tick++) {
    for (unsigned d = 0; d < count; d++) {
      void *device = devices[d];
      for (unsigned kind = 1; kind <= 2; kind++) {
        n = 256;
        if (get_samples(device, kind, seen[d][kind - 1], &type, &n, samples) != 0) continue;
        for (unsigned i = 0; i < n; i++) seen[d][kind - 1] = *(unsigned long long *)(samples + 16 * i);
      }
      *(unsigned *)out = 0x02000028, memory(device, out);
      temperature(device, 0, out), clocks(device, 1, out), clocks(device, 2, out);
      ecc(device, 0, 0, out), ecc(device, 1, 0, out), violation(device, 0, out), violation(device, 1, out);
      for (int i = 0; i < 7; i++) simple[i](device, out);
      for (int i = 0; i < 3; i++) n = 64, lists[i](device, &n, processes);
      void *older = pairs[d][tick & 1], *newer = pairs[d][1 - (tick & 1)];
      sample_get(device, newer);
      gpm.version = 1, gpm.number = 4, gpm.one = older, gpm.two = newer;
      const unsigned ids[] = {2, 3, 5, 10};
      for (int i = 0; i < 4; i++) gpm.metrics[i].id = ids[i];
      metrics_get(&gpm);
    }
  }
  printf("%.0f\n", 1e9 * (double)(clock() - begun) / CLOCKS_PER_SEC / ticks);
  return 0;
}
