"""Prints every record of a .wandb file as a line of JSON, by the messages of the wandb package.

The package reads such files in its Go core alone, so the chunks are taken apart here: checksums are looked at, and a torn
end is told as {"torn": <bytes>}.
"""

import json
import struct
import sys
import zlib

from google.protobuf.json_format import MessageToDict
from wandb.proto import wandb_internal_pb2

BLOCK = 32768


def chunks(data):
    if data[:7] != b":W&B\xe1\xbe\x00":
        raise SystemExit(f"no .wandb file: {data[:7]!r}")
    at = 7
    while at < len(data):
        left = BLOCK - at % BLOCK
        if left < 7:
            if any(data[at : at + left]):
                raise SystemExit(f"no zeros at byte {at}")
            at += left
            continue
        head = data[at : at + 7]
        if len(head) < 7:
            yield None, len(data) - at
            return
        checksum, length, kind = struct.unpack("<IHB", head)
        if length + 7 > left:
            raise SystemExit(f"the chunk at byte {at} crosses a border")
        body = data[at + 7 : at + 7 + length]
        if len(body) < length:
            yield None, len(data) - at
            return
        if zlib.crc32(bytes([kind]) + body) != checksum:
            raise SystemExit(f"wrong checksum at byte {at}")
        yield kind, body
        at += 7 + length


def records(data):
    parts = []
    for kind, body in chunks(data):
        if kind is None:
            yield {"torn": body}
            return
        if (kind in (1, 2)) != (not parts):
            raise SystemExit(f"a chunk of type {kind} behind {len(parts)} others")
        parts.append(body)
        if kind in (1, 4):
            record = wandb_internal_pb2.Record()
            record.ParseFromString(b"".join(parts))
            parts = []
            yield MessageToDict(record, preserving_proto_field_name=True)
    if parts:
        yield {"torn": sum(len(part) for part in parts)}


for name in sys.stdin:
    with open(name.rstrip("\n"), "rb") as file:
        print(json.dumps(list(records(file.read()))), flush=True)
