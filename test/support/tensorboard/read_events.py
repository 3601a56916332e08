"""Reads the folders named on standard input, one a line, as TensorBoard's own EventAccumulator reads them, all points of
them, and answers each with one line of JSON: scalars as [step, milliseconds, value], texts, hparams, and how it ended.

NaN and infinities are strings, so that the output is JSON.
"""

import json
import math
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2


def number(value):
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def hparams_of(accumulator):
    answer = {"hparams": None, "status": None}
    for content in accumulator.PluginTagToContent("hparams").values():
        data = plugin_data_pb2.HParamsPluginData.FromString(content)
        if data.HasField("session_start_info"):
            hparams = data.session_start_info.hparams
            answer["hparams"] = {name: getattr(value, value.WhichOneof("kind")) for name, value in hparams.items()}
        if data.HasField("session_end_info"):
            answer["status"] = data.session_end_info.status
    return answer


def read(folder):
    accumulator = EventAccumulator(folder, size_guidance={"scalars": 0, "tensors": 0})
    accumulator.Reload()
    tags = accumulator.Tags()
    texts = [tag for tag in tags["tensors"] if accumulator.SummaryMetadata(tag).plugin_data.plugin_name == "text"]
    has_hparams = any(tag.startswith("_hparams_/") for tag in tags["tensors"])
    return {
        "scalars": {
            tag: [[e.step, round(e.wall_time * 1000, 3), number(e.value)] for e in accumulator.Scalars(tag)]
            for tag in tags["scalars"]
        },
        "texts": {
            tag: [[e.step, e.tensor_proto.string_val[0].decode("utf-8")] for e in accumulator.Tensors(tag)]
            for tag in texts
        },
        **(hparams_of(accumulator) if has_hparams else {"hparams": None, "status": None}),
    }


for line in sys.stdin:
    print(json.dumps(read(line.rstrip("\n"))), flush=True)
