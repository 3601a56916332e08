"""Prints runs of the server in MLFLOW_TRACKING_URI as MLflow's own client reads them, as JSON.

    read_run.py run RUN_ID               one run
    read_run.py experiment NAME          every run of an experiment, newest first
    read_run.py                          such requests from standard input, one JSON list a line, one answer a line

NaN and infinities are strings, so that the output is JSON.
"""

import json
import math
import os
import sys
import tempfile

from mlflow.tracking import MlflowClient

client = MlflowClient()


def number(value):
    return value if math.isfinite(value) else {True: "NaN"}.get(math.isnan(value), "Infinity" if value > 0 else "-Infinity")


def history(run_id, key):
    return [
        {"key": m.key, "value": number(m.value), "step": m.step, "timestamp": m.timestamp}
        for m in client.get_metric_history(run_id, key)
    ]


def artifacts(run_id, path=None):
    for entry in client.list_artifacts(run_id, path):
        if entry.is_dir:
            yield from artifacts(run_id, entry.path)
            continue
        with tempfile.TemporaryDirectory() as folder:
            with open(client.download_artifacts(run_id, entry.path, folder), "rb") as file:
                content = file.read()
        text = content.decode("utf-8", "replace") if len(content) <= 1_000_000 else None
        yield {"path": entry.path, "size": len(content), "text": text}


def read(run_id):
    run = client.get_run(run_id)
    return {
        "info": {
            "run_id": run.info.run_id,
            "run_name": run.info.run_name,
            "experiment_id": run.info.experiment_id,
            "experiment": client.get_experiment(run.info.experiment_id).name,
            "status": run.info.status,
            "start_time": run.info.start_time,
            "end_time": run.info.end_time,
            "lifecycle_stage": run.info.lifecycle_stage,
        },
        "params": run.data.params,
        "tags": run.data.tags,
        "metrics": {key: history(run_id, key) for key in run.data.metrics},
        "artifacts": list(artifacts(run_id)),
    }


def answer(kind, name):
    if kind == "run":
        return read(name)
    experiment = client.get_experiment_by_name(name)
    return [read(run.info.run_id) for run in client.search_runs([experiment.experiment_id])] if experiment else []


os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
if len(sys.argv) > 1:
    print(json.dumps(answer(*sys.argv[1:])))
else:
    for line in sys.stdin:
        print(json.dumps(answer(*json.loads(line))), flush=True)
