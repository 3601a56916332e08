#!/usr/bin/env python3
"""Trains a small neural network on pictures of handwritten digits, with nothing but Python's standard library.

    tracelet run -- python3 examples/train.py --lr 0.02 --epochs 20

It knows nothing of tracelet: it prints a line for each epoch, as most training scripts do.
"""

import argparse
import csv
import gzip
import math
import pathlib
import random
from operator import mul

DATA = pathlib.Path(__file__).parent / "data" / "digits.csv.gz"
PIXELS = 64
CLASSES = 10
VALIDATION_SHARE = 0.2


def main():
    args = parse_arguments()
    rng = random.Random(args.seed)
    samples = load_digits(DATA)
    rng.shuffle(samples)
    held_out = int(len(samples) * VALIDATION_SHARE)
    validation, training = samples[:held_out], samples[held_out:]
    print(f"{len(training)} digits to train on, {len(validation)} held out")

    network = Network(PIXELS, args.hidden, CLASSES, rng)
    for epoch in range(1, args.epochs + 1):
        rng.shuffle(training)
        train_loss = sum(network.learn(pixels, digit, args.lr) for pixels, digit in training) / len(training)
        val_loss, val_accuracy = evaluate(network, validation)
        print(f"epoch {epoch}: train_loss={train_loss:.4f} val_loss={val_loss:.4f} val_accuracy={val_accuracy:.4f}")


def parse_arguments():
    parser = argparse.ArgumentParser(description="Train a small neural network on handwritten digits.")
    parser.add_argument("--lr", type=float, default=0.02, help="learning rate (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=20, help="passes over the data (default: %(default)s)")
    parser.add_argument("--hidden", type=int, default=24, help="width of the hidden layer (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of every random choice (default: %(default)s)")
    return parser.parse_args()


def load_digits(path):
    """64 pixels from 0 to 1 and the digit, for each of the 1797 pictures."""
    with gzip.open(path, "rt", encoding="ascii", newline="") as file:
        rows = [[float(cell) for cell in row] for row in csv.reader(file)]
    return [([pixel / 16 for pixel in row[:PIXELS]], int(row[PIXELS])) for row in rows]


class Network:
    """One hidden layer of rectified units and a softmax, trained by plain stochastic gradient descent."""

    def __init__(self, inputs, hidden, classes, rng):
        self.hidden = [random_row(inputs, rng) for _ in range(hidden)]
        self.hidden_bias = [0.0] * hidden
        self.output = [random_row(hidden, rng) for _ in range(classes)]
        self.output_bias = [0.0] * classes

    def predict(self, pixels):
        """The activations of the hidden layer and the probability of each digit."""
        active = [max(0.0, dot(row, pixels) + bias) for row, bias in zip(self.hidden, self.hidden_bias)]
        return active, softmax([dot(row, active) + bias for row, bias in zip(self.output, self.output_bias)])

    def learn(self, pixels, digit, lr):
        """One step down the gradient of one picture's cross-entropy, which it returns."""
        active, probabilities = self.predict(pixels)
        loss = cross_entropy(probabilities, digit)
        errors = [probability - (label == digit) for label, probability in enumerate(probabilities)]
        # The hidden layer's share of the error is taken before the output weights move.
        blame = [dot(errors, column) if unit > 0 else 0.0 for unit, column in zip(active, zip(*self.output))]
        descend(self.output, self.output_bias, errors, active, lr)
        descend(self.hidden, self.hidden_bias, blame, pixels, lr)
        return loss


def evaluate(network, samples):
    """Mean cross-entropy, and the share of pictures that were recognised."""
    loss = correct = 0
    for pixels, digit in samples:
        _, probabilities = network.predict(pixels)
        loss += cross_entropy(probabilities, digit)
        correct += probabilities.index(max(probabilities)) == digit
    return loss / len(samples), correct / len(samples)


def descend(weights, biases, errors, inputs, lr):
    for unit, error in enumerate(errors):
        if error == 0.0:
            continue
        step = lr * error
        weights[unit] = [weight - step * value for weight, value in zip(weights[unit], inputs)]
        biases[unit] -= step


def random_row(width, rng):
    spread = math.sqrt(2 / width)
    return [rng.gauss(0.0, spread) for _ in range(width)]


def dot(left, right):
    return sum(map(mul, left, right))


def softmax(scores):
    # Without the shift a large score would overflow.
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def cross_entropy(probabilities, digit):
    return -math.log(max(probabilities[digit], 1e-12))


if __name__ == "__main__":
    main()
