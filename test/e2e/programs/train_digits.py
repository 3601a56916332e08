"""Trains a linear classifier on scikit-learn's bundled digits and prints a loss and an accuracy per epoch.

    train_digits.py --lr 0.05 --epochs 8 --truth FILE [--fail-after N | --wait-after N]

FILE gets what was printed, as JSON: a list of {"epoch", "loss", "accuracy"} with the numbers as they were printed.
After N epochs it fails with an exception, or waits to be killed.
"""

import argparse
import json
import time

from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--epochs", type=int, required=True)
parser.add_argument("--truth", required=True)
parser.add_argument("--fail-after", type=int)
parser.add_argument("--wait-after", type=int)
args = parser.parse_args()

images, digits = load_digits(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(images / 16.0, digits, random_state=0)
model = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=args.lr, random_state=0)

printed = []
for epoch in range(1, args.epochs + 1):
    model.partial_fit(train_x, train_y, classes=range(10))
    loss = f"{log_loss(train_y, model.predict_proba(train_x)):.6f}"
    accuracy = f"{model.score(test_x, test_y):.4f}"
    printed.append({"epoch": epoch, "loss": float(loss), "accuracy": float(accuracy)})
    with open(args.truth, "w") as file:
        json.dump(printed, file)
    print(f"epoch {epoch}/{args.epochs} loss={loss} accuracy={accuracy}")
    if epoch == args.fail_after:
        raise FloatingPointError("the loss is no number any more")
    while epoch == args.wait_after:
        time.sleep(0.1)
