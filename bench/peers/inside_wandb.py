"""A script that runs a command with W&B's own system monitor on, offline. Usage: inside_wandb.py COMMAND..."""

import subprocess
import sys
import tempfile

import wandb

with tempfile.TemporaryDirectory() as folder:
    settings = wandb.Settings(mode="offline", x_stats_sampling_interval=1, silent=True)
    run = wandb.init(project="bench", dir=folder, settings=settings)
    status = subprocess.call(sys.argv[1:])
    run.finish()
sys.exit(status)
