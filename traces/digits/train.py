"""Trains the networks of models.py on scikit-learn's digits and writes all files of this folder that are not source:
weights (.npz), ONNX models, and the first test images. The same every time on the same machine and versions.

python3 traces/digits/train.py [FOLDER]
"""
import sys
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.nn import functional

import images
import models

EPOCHS = 120
BATCH = 32
RATE = 4e-3
LISTED = 64
NETWORKS = {"resnet": models.DigitsResNet, "mobilenet": models.DigitsMobileNet}


def dataset():
    """Pixels are 8-bit grey, [images, 8, 8]; a fifth of the images is held out."""
    digits = load_digits()
    pixels = np.round(digits.images * 255 / 16).astype(np.uint8)
    return train_test_split(pixels, digits.target, test_size=0.2, stratify=digits.target, random_state=0)


def as_input(pixels):
    return torch.from_numpy(pixels.astype(np.float32) / np.float32(255))[:, None]


def shifted(batch):
    """Each batch moves by at most one pixel, so that the network cannot learn positions by heart."""
    row, column = torch.randint(0, 3, (2,)).tolist()
    return functional.pad(batch, (1, 1, 1, 1))[:, :, row:row + 8, column:column + 8]


def train(model, x, y):
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    steps = EPOCHS * (len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    model.train()
    for _ in range(EPOCHS):
        order = torch.randperm(len(x))
        for begin in range(0, len(x) - BATCH + 1, BATCH):
            chosen = order[begin:begin + BATCH]
            loss = functional.cross_entropy(model(shifted(x[chosen])), y[chosen], label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    model.eval()


def correct(model, x, y):
    with torch.no_grad():
        return int((model(x).argmax(1) == y).sum())


def write_images(folder, pixels, labels):
    (folder / "test").mkdir(parents=True, exist_ok=True)
    lines = []
    for index, (image, label) in enumerate(zip(pixels[:LISTED], labels[:LISTED])):
        path = f"test/{index:02}.png"
        images.write_png(folder / path, image)
        lines.append(f"{path} {label}\n")
    (folder / "test.lst").write_text("".join(lines))


def write_network(folder, name, model):
    np.savez(folder / f"{name}.npz", **{key: value.numpy() for key, value in model.state_dict().items()})
    torch.onnx.export(model, torch.zeros(1, 1, 8, 8), folder / f"{name}.onnx", opset_version=13, input_names=["image"],
                      output_names=["scores"], do_constant_folding=True)


def main(folder):
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    train_pixels, test_pixels, train_labels, test_labels = dataset()
    write_images(folder, test_pixels, test_labels)
    x, y = as_input(train_pixels), torch.from_numpy(train_labels)
    test_x, test_y = as_input(test_pixels), torch.from_numpy(test_labels)
    for name, network in NETWORKS.items():
        torch.manual_seed(1)
        model = network()
        train(model, x, y)
        write_network(folder, name, model)
        right = correct(model, test_x, test_y)
        print(f"{name}: {right} of {len(test_y)} test images ({100 * right / len(test_y):.1f} %), "
              f"{correct(model, test_x[:LISTED], test_y[:LISTED])} of the {LISTED} listed")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else images.FOLDER)
