"""Two small networks for 8x8 grey images of digits: a residual one and a depthwise-separable one.

`resnet()` and `mobilenet()` give them trained, in eval mode, with the weights beside this file.
"""
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

FOLDER = Path(__file__).resolve().parent
CLASSES = 10


def conv_norm(inputs, outputs, kernel, stride=1, groups=1):
    """A convolution that keeps the map's size (divided by the stride), and its batch norm."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs))


class Identity(nn.Module):
    """Shortcut: the input itself."""

    def forward(self, x):
        return x


class PadChannels(nn.Module):
    """Shortcut of type A: channels of zeros on both sides."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.amount = (outputs - inputs) // 2

    def forward(self, x):
        return functional.pad(x, (0, 0, 0, 0, self.amount, self.amount))


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, shortcut):
        super().__init__()
        self.first = conv_norm(inputs, outputs, 3, stride)
        self.relu = nn.ReLU(inplace=True)
        self.second = conv_norm(outputs, outputs, 3)
        self.shortcut = shortcut

    def forward(self, x):
        y = self.second(self.relu(self.first(x)))
        return self.relu(y + self.shortcut(x))


class DigitsResNet(nn.Module):
    """A shortcut of each kind: identity, strided 1x1 convolution, channels of zeros."""

    def __init__(self):
        super().__init__()
        self.stem = conv_norm(1, 8, 3)
        self.relu = nn.ReLU(inplace=True)
        self.block1 = ResidualBlock(8, 8, 1, Identity())
        self.block2 = ResidualBlock(8, 16, 2, conv_norm(8, 16, 1, stride=2))
        self.block3 = ResidualBlock(16, 32, 1, PadChannels(16, 32))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, CLASSES)

    def forward(self, x):
        x = self.relu(self.stem(x))
        x = self.block3(self.block2(self.block1(x)))
        return self.fc(torch.flatten(self.pool(x), 1))


class SeparableConv(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.depthwise = conv_norm(inputs, inputs, 3, stride, groups=inputs)
        self.pointwise = conv_norm(inputs, outputs, 1)
        self.relu = nn.ReLU6(inplace=True)

    def forward(self, x):
        return self.relu(self.pointwise(self.relu(self.depthwise(x))))


class InvertedResidual(nn.Module):
    """Wide inside; what is added is linear, so it has no zeros."""

    def __init__(self, channels, inside):
        super().__init__()
        self.expand = conv_norm(channels, inside, 1)
        self.depthwise = conv_norm(inside, inside, 3, groups=inside)
        self.project = conv_norm(inside, channels, 1)
        self.relu = nn.ReLU6(inplace=True)

    def forward(self, x):
        return x + self.project(self.relu(self.depthwise(self.relu(self.expand(x)))))


class DigitsMobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = conv_norm(1, 8, 3)
        self.relu = nn.ReLU6(inplace=True)
        self.separable1 = SeparableConv(8, 16, 1)
        self.separable2 = SeparableConv(16, 32, 2)
        self.bottleneck = conv_norm(32, 16, 1)
        self.inverted = InvertedResidual(16, 64)
        self.head = conv_norm(16, 32, 1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, CLASSES)

    def forward(self, x):
        x = self.relu(self.stem(x))
        x = self.separable2(self.separable1(x))
        x = self.inverted(self.bottleneck(x))
        x = self.relu(self.head(x))
        return self.fc(torch.flatten(self.pool(x), 1))


def with_weights(model, name):
    with np.load(FOLDER / f"{name}.npz") as stored:
        model.load_state_dict({key: torch.from_numpy(stored[key]) for key in stored.files})
    return model.eval()


def resnet():
    return with_weights(DigitsResNet(), "resnet")


def mobilenet():
    return with_weights(DigitsMobileNet(), "mobilenet")
