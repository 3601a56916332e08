"""What psutil reads: one JSON object a line for each line on stdin. CPU is over the time since the line before."""

import json
import os
import sys
import time

import psutil


def physical_interfaces():
    names = [name for name in psutil.net_io_counters(pernic=True) if name != "lo"]
    real = [name for name in names if os.path.exists(f"/sys/class/net/{name}/device")]
    return real or names


def physical_disks():
    counters = psutil.disk_io_counters(perdisk=True)
    return [name for name in counters if is_disk(name)]


def is_disk(name):
    folder = f"/sys/block/{name}"
    return os.path.exists(f"{folder}/device") and not os.listdir(f"{folder}/slaves")


def read(path):
    memory = psutil.virtual_memory()
    swap = psutil.swap_memory()
    room = psutil.disk_usage(path)
    disks = psutil.disk_io_counters(perdisk=True)
    interfaces = psutil.net_io_counters(pernic=True)
    sent = [interfaces[name] for name in physical_interfaces()]
    moved = [disks[name] for name in physical_disks()]
    return {
        "cpu_percent": psutil.cpu_percent(),
        "cpu_count_logical": psutil.cpu_count(),
        "cpu_count_physical": psutil.cpu_count(logical=False),
        "load_average": psutil.getloadavg(),
        "memory_total": memory.total,
        "memory_available": memory.available,
        "memory_used": memory.used,
        "memory_percent": memory.percent,
        "swap_total": swap.total,
        "swap_used": swap.used,
        "disk_total": room.total,
        "disk_used": room.used,
        "disk_free": room.free,
        "disk_percent": room.percent,
        "disk_read_bytes": sum(disk.read_bytes for disk in moved),
        "disk_write_bytes": sum(disk.write_bytes for disk in moved),
        "network_bytes_sent": sum(one.bytes_sent for one in sent),
        "network_bytes_recv": sum(one.bytes_recv for one in sent),
        "network_packets_sent": sum(one.packets_sent for one in sent),
        "network_packets_recv": sum(one.packets_recv for one in sent),
        "system_uptime_hours": (time.time() - psutil.boot_time()) / 3600,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(read(sys.argv[1])), flush=True)
