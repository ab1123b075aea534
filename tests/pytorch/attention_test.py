"""Transformer blocks: linear layers are matrix products over tokens, products of activations are layers of their own."""
import math
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from torch import nn

import places
from pytorch import CaptureError, capture
from trace_file import TraceFile

TOKENS, CHANNELS, HEADS = 6, 8, 2


class Attention(nn.Module):
    def __init__(self, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.out = (nn.Linear(CHANNELS, CHANNELS) for _ in range(4))

    def split(self, x):
        images, tokens, channels = x.shape
        return x.view(images, tokens, self.heads, channels // self.heads).transpose(1, 2)

    def forward(self, x):
        q, k, v = self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x))
        scores = torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.size(-1)), dim=-1)
        return self.out((scores @ v).transpose(1, 2).flatten(2))


class Block(nn.Module):
    """Attention and MLP, each with a shortcut, then one value a class."""

    def __init__(self, heads=HEADS, norm=nn.Identity):
        super().__init__()
        self.norm1, self.norm2 = norm(), norm()
        self.attention = Attention(heads)
        self.wide, self.narrow = nn.Linear(CHANNELS, 4 * CHANNELS), nn.Linear(4 * CHANNELS, CHANNELS)
        self.relu = nn.ReLU(inplace=True)
        self.head = nn.Linear(CHANNELS, 3)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        x = x + self.narrow(self.relu(self.wide(self.norm2(x))))
        return self.head(x.mean(1))


class SingleHead(nn.Module):
    """Without any axis for heads."""

    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(CHANNELS, CHANNELS) for _ in range(3))

    def forward(self, x):
        scores = torch.bmm(self.q(x), self.k(x).transpose(1, 2))
        return torch.bmm(scores.softmax(-1), self.v(x))


class AttentionTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        torch.manual_seed(1)
        self.images = torch.relu(torch.randn(3, TOKENS, CHANNELS))

    def captured(self, model):
        capture(model, self.images, self.folder / "t.safetensors")
        return TraceFile(self.folder / "t.safetensors")

    def expect_refusal(self, command, message):
        (self.folder / "a.yaml").write_text("trace: t.safetensors\ndefaults: {}\n")
        run = places.run(places.MILLRACE, command, self.folder / "a.yaml")
        self.assertEqual(run.returncode, 2)
        self.assertEqual(run.stderr.count("\n"), 1)
        self.assertIn(message, run.stderr)

    def test_block_of_two_heads(self):
        trace = self.captured(Block())
        self.assertEqual(trace.network["input"]["shape"], [1, TOKENS, CHANNELS])
        self.assertEqual(trace.operators(), [
            "conv", "conv", "conv", "matmul batch_norm", "softmax", "matmul", "conv", "add", "conv relu", "conv", "add",
            "global_average_pool", "fully_connected"])
        layers = {layer["name"]: layer for layer in trace.network["layers"]}
        scores = layers["matmul"]
        self.assertEqual((scores["groups"], scores["transpose"]), (HEADS, True))
        self.assertEqual(scores["inputs"], ["attention.q", "attention.k"])
        mixed = layers["matmul_1"]
        self.assertEqual((mixed["groups"], mixed["transpose"]), (HEADS, False))
        self.assertEqual(mixed["inputs"], ["softmax", "attention.v"])
        self.assertEqual(layers["softmax"]["groups"], HEADS)

    def test_masks_are_those_of_the_tokens(self):
        model = Block()
        trace = self.captured(model)
        with torch.no_grad():
            x = self.images + model.attention(self.images)
            hidden = torch.relu(model.wide(x)).numpy()
        self.assertTrue(np.array_equal(trace.mask("activation", "x", CHANNELS), self.images.numpy()[:, None] != 0))
        # One image at a time gives other last bits than three at once, but the same zeros.
        self.assertTrue(np.array_equal(trace.mask("activation", "relu", 4 * CHANNELS), hidden[:, None] > 0))

    def test_run_and_plan_refuse_the_product_by_name(self):
        self.captured(Block())
        for command in ("plan", "run"):
            self.expect_refusal(command, "there is no engine for operator 'matmul' yet")
            self.expect_refusal(command, "'matmul'")

    def test_single_head(self):
        trace = self.captured(SingleHead())
        self.assertEqual(trace.operators(), ["conv", "conv", "matmul", "softmax", "conv", "matmul"])
        self.assertEqual([layer.get("groups") for layer in trace.network["layers"]], [1, 1, 1, 1, 1, 1])
        self.expect_refusal("run", "bmm")

    def test_layer_norms_are_layers(self):
        trace = self.captured(Block(norm=lambda: nn.LayerNorm(CHANNELS)))
        self.assertEqual(trace.operators().count("layer_norm"), 2)
        self.expect_refusal("plan", "norm1")
        self.expect_refusal("plan", "'layer_norm'")

    def test_gelu_is_a_step(self):
        model = Block()
        model.relu = nn.GELU()
        self.assertIn("conv gelu", self.captured(model).operators())

    def expect_message(self, model, message):
        with self.assertRaisesRegex(CaptureError, message):
            self.captured(model)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_ready_made_attention_is_refused(self):
        class ReadyMade(nn.Module):
            def __init__(self):
                super().__init__()
                self.attention = nn.MultiheadAttention(CHANNELS, HEADS, batch_first=True)

            def forward(self, x):
                return self.attention(x, x, x)[0]

        self.expect_message(ReadyMade(), r"layer 'attention' \(MultiheadAttention\): .*write it out: nn.Linear")

    def test_one_linear_for_all_three_is_refused(self):
        class Fused(nn.Module):
            def __init__(self):
                super().__init__()
                self.qkv = nn.Linear(CHANNELS, 3 * CHANNELS)

            def forward(self, x):
                q, k, v = self.qkv(x).chunk(3, dim=-1)
                return q @ k.transpose(1, 2) @ v

        self.expect_message(Fused(), r"layer 'matmul' \(matmul\): reads a part of 'qkv'")

    def test_product_along_tokens_is_refused(self):
        class Turned(nn.Module):
            def __init__(self):
                super().__init__()
                self.q = nn.Linear(CHANNELS, CHANNELS)

            def forward(self, x):
                q = self.q(x)
                return q.transpose(1, 2) @ q

        self.expect_message(Turned(), "the first operand .* is not tokens by channels")


if __name__ == "__main__":
    unittest.main()
