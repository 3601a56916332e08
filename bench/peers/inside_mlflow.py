"""A script that runs a command with MLflow's own system monitor on, into the local store that MLFLOW_TRACKING_URI names.
Usage: inside_mlflow.py COMMAND..."""

import subprocess
import sys

import mlflow

mlflow.set_system_metrics_sampling_interval(1)
mlflow.set_system_metrics_samples_before_logging(1)
with mlflow.start_run(log_system_metrics=True):
    status = subprocess.call(sys.argv[1:])
sys.exit(status)
