"""What the capture writes of small modules, and what it refuses."""
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

import places
import exported_models
import images as digits_images
from pytorch import CaptureError, capture
from trace_file import TraceFile


class InPlace(nn.Module):
    """`first` is read as it is by `second`, and then changed where it lies for `third`."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.third = (nn.Conv2d(channels, 2, 3, padding=1) for channels in (1, 2, 2))

    def forward(self, x):
        x = self.first(x)
        y = self.second(x)
        self.activate(x)
        return y + self.third(x)

    def activate(self, x):
        torch.relu_(x)


class InPlaceByPosition(InPlace):
    def activate(self, x):
        functional.relu(x, True)


class HiddenInPlace(InPlace):
    """The same through a view, which the graph does not show."""

    def activate(self, x):
        x.flatten(1).relu_()


class Forked(nn.Module):
    """What a concat reads twice is activated for somebody else."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.wide = nn.Conv2d(1, 2, 1), nn.Conv2d(2, 2, 1), nn.Conv2d(4, 2, 1)

    def forward(self, x):
        x = self.first(x)
        y = self.wide(torch.cat([x, x], 1))
        return y + self.second(torch.relu(x))


class Around(nn.Module):
    """A function between two convolutions."""

    def __init__(self, function):
        super().__init__()
        self.first = nn.Conv2d(1, 2, 3, padding=1)
        self.second = nn.Conv2d(2, 2, 3, padding=1)
        self.function = function

    def forward(self, x):
        return self.second(self.function(self.first(x)))


class CaptureCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = Path(folder.name) / "t.safetensors"
        torch.manual_seed(2)
        self.images = torch.relu(torch.randn(5, 1, 6, 7))

    def captured(self, model, images=None, **options):
        self.summary = capture(model, self.images if images is None else images, self.out, **options)
        return TraceFile(self.out)


class CaptureTest(CaptureCase):
    def test_in_place_operators_change_only_what_comes_later(self):
        model = InPlace().eval()
        trace = self.captured(model)
        self.assertEqual(trace.operators(), ["conv", "conv", "pointwise relu", "conv", "add"])
        with torch.no_grad():
            first = torch.cat([model.first(image[None]) for image in self.images]).permute(0, 2, 3, 1).numpy()
        self.assertTrue((first < 0).any())
        self.assertTrue(np.array_equal(trace.mask("activation", "first", 2), first != 0))
        self.assertTrue(np.array_equal(trace.mask("activation", "relu_", 2), first > 0))

        self.assertEqual(self.captured(InPlaceByPosition()).operators(), trace.operators())

    def test_padding_is_no_value(self):
        trace = self.captured(Around(nn.ZeroPad2d((1, 2, 0, 1))), self.images + 1)
        self.assertEqual(trace.network["layers"][1]["pads"], [1, 2, 2, 3])
        self.assertEqual(trace.tensors["activation_mask/first"].shape, (5, 6, 7, 1))
        self.assertTrue(trace.mask("activation", "first", 2).all())

    def test_batch_norms_scale_the_weights(self):
        trace = self.captured(exported_models.trained(exported_models.Joins()))
        for name, filters, channels in (("wide", 4, 4), ("narrow", 4, 4)):
            mask = trace.mask("weight", name, channels)
            is_kept = np.ones(filters, bool)
            is_kept[1] = name == "narrow"  # the batch norm's factor is 0
            self.assertTrue(np.array_equal(mask, np.broadcast_to(is_kept.reshape(-1, 1, 1, 1), mask.shape)), name)

    def test_constants_scale_the_weights(self):
        factors = torch.tensor([0.0, 2.0]).reshape(1, 2, 1, 1)
        trace = self.captured(Around(lambda x: x * factors + 1))
        self.assertEqual(trace.operators(), ["conv", "conv"])
        mask = trace.mask("weight", "first", 1)
        self.assertFalse(mask[0].any())
        self.assertTrue(mask[1].all())

    def test_constants_behind_an_activation_are_steps(self):
        trace = self.captured(Around(lambda x: (torch.relu(x) * 2) + torch.arange(42).reshape(6, 7)))
        self.assertEqual(trace.operators(), ["conv relu batch_norm add_constant", "conv"])

    def test_arguments_that_may_be_left_out_are_left_out(self):
        class Optional(InPlace):
            def forward(self, x, scale=None, twice=False):
                x = self.first(x)
                if scale is not None:
                    x = x * scale
                return self.second(x) + self.third(x) if twice else self.second(x)

        self.assertEqual(self.captured(Optional()).operators(), ["conv", "conv"])

    def test_steps_are_layers_where_others_read_their_input(self):
        self.assertEqual(self.captured(Forked()).operators(),
                         ["conv", "concat", "conv", "pointwise relu", "conv", "add"])

    def test_two_slices_are_one_layer(self):
        trace = self.captured(Around(lambda x: x[:, :, ::2][:, :, :, ::2]))
        self.assertEqual(trace.operators(), ["conv", "subsample", "conv"])
        self.assertEqual(trace.tensors["activation_mask/getitem_1"].shape, (5, 3, 4, 1))

    def test_codes_are_zero_where_the_mask_is(self):
        model = Around(torch.relu)
        trace = self.captured(model)
        with torch.no_grad():
            values = torch.cat([model.first(image[None]).relu() for image in self.images]).permute(0, 2, 3, 1).numpy()
        for name, expected in (("activation_code/relu", values),
                               ("weight_code/first", model.first.weight.detach().permute(0, 2, 3, 1).numpy())):
            codes, scale = trace.tensors[name], trace.graph["code_scales"][name]
            self.assertEqual(codes.dtype, np.int8 if (expected < 0).any() else np.uint8)
            self.assertEqual(np.abs(codes.astype(int)).max(), 127 if (expected < 0).any() else 255)
            self.assertTrue(np.array_equal(codes != 0, expected != 0))
            self.assertLessEqual(np.abs(codes * scale - expected).max(), scale)

    def test_batches_give_what_images_alone_give(self):
        labels = torch.tensor([0, 1, 2, 1, 0])
        model = exported_models.trained(exported_models.Joins())
        alone = self.captured(model, labels=labels, names=list("abcde"))
        self.assertEqual(self.summary.labelled, 5)
        right = sum(image["label"] == image["top1"] for image in alone.graph["images"])
        self.assertEqual(self.summary.correct, right)
        self.assertEqual([image["name"] for image in alone.graph["images"]], list("abcde"))
        together = self.captured(model, DataLoader(TensorDataset(self.images, labels), batch_size=2))
        self.assertEqual([image["top1"] for image in alone.graph["images"]],
                         [image["top1"] for image in together.graph["images"]])
        for one, other in zip(alone.masks(), together.masks()):
            self.assertTrue(np.array_equal(one, other))
        few = self.captured(model, DataLoader(TensorDataset(self.images, labels), batch_size=2), limit=3)
        self.assertEqual(len(few.graph["images"]), 3)
        self.assertTrue(np.array_equal(few.masks()[-1], alone.masks()[-1][:3]))

    def test_is_the_same_twice_and_leaves_the_model_alone(self):
        model = exported_models.trained(exported_models.Joins())
        model.train()
        model.norm.eval()
        self.captured(model)
        first = self.out.read_bytes()
        self.captured(model)
        self.assertEqual(self.out.read_bytes(), first)
        self.assertTrue(model.training and model.stem.training and not model.norm.training)
        self.assertFalse(model.stem._forward_pre_hooks)

    def test_masks_only(self):
        trace = self.captured(Around(torch.relu), masks_only=True)
        self.assertFalse([name for name in trace.tensors if "_code/" in name])

    def test_millrace_reads_and_runs_it(self):
        self.captured(Around(torch.relu))
        accelerator = self.out.with_name("a.yaml")
        accelerator.write_text("trace: t.safetensors\ndefaults: {}\n")
        run = places.run(places.MILLRACE, "run", accelerator)
        self.assertEqual(run.returncode, 0, run.stderr)


class RefusalTest(CaptureCase):
    def expect_message(self, model, message, images=None, **options):
        with self.assertRaisesRegex(CaptureError, message):
            self.captured(model, images, **options)
        self.assertEqual(list(self.out.parent.iterdir()), [])

    def test_operators(self):
        for function, message in (
                (lambda x: x * x.mean((2, 3), keepdim=True), r"layer 'mul' \(mul\): .*element by element"),
                (lambda x: x - torch.relu(x), r"layer 'sub' \(sub\): only sums"),
                (lambda x: torch.add(x, torch.relu(x), alpha=2), r"layer 'add' \(add\): alpha"),
                (lambda x: torch.add(x, other=x), r"layer 'add' \(add\): an operand is given by name"),
                (lambda x: x * x[0, 0, 0, 0].item(), r"layer 'item' \(item\): this operator is not supported"),
                (lambda x: 1 / x, r"layer 'truediv' \(truediv\): only quotients"),
                (lambda x: torch.sort(x)[0], r"layer 'sort' \(sort\): this operator is not supported"),
                (lambda x: functional.pad(x, (1, 1, 1, 1), mode="reflect"), r"layer 'pad' \(pad\): .*only zeros"),
                (lambda x: torch.cat([x[:, :1], x[:, :1]], 1), r"layer 'cat' \(cat\): reads a part of 'first'"),
                (lambda x: torch.cat([x, x], 2)[:, :, :6], r"layer 'cat' \(cat\): joins along axis 2"),
                (lambda x: x[:, :, 1:, 1:], r"layer 'second' \(Conv2d\): reads a part of 'first'"),
                (lambda x: x.permute(0, 1, 3, 2), r"layer 'second' \(Conv2d\): reads 'first' reshaped"),
                (lambda x: functional.conv2d(x, torch.ones(2, 2, 1, 1)), r"'conv2d' \(conv2d\): .*make it an nn.Conv2d"),
                (nn.GroupNorm(1, 2), r"layer 'function' \(GroupNorm\): this operator is not supported"),
                (nn.BatchNorm2d(2, track_running_stats=False), r"layer 'function' \(BatchNorm2d\): has no running"),
                (nn.Conv2d(2, 2, 1, stride=(1, 2)), r"layer 'function' \(Conv2d\): stride is \(1, 2\)"),
                (nn.Conv2d(2, 2, 2, dilation=2), r"layer 'function' \(Conv2d\): .*dilation \(2, 2\)"),
                (nn.MaxPool2d((1, 2)), r"layer 'function' \(MaxPool2d\): kernel is \(1, 2\)"),
                (nn.AdaptiveAvgPool2d(3), r"layer 'function' \(AdaptiveAvgPool2d\): only an average over the whole"),
                (lambda x: x if x.sum() > 0 else -x, "torch.fx cannot trace the model: .*must not depend on the values"),
                (lambda x: x / 0, r"layer 'second' reads values that are not finite"),
        ):
            with self.subTest(message):
                self.expect_message(Around(function), message)

    def test_changes_in_place_that_the_graph_does_not_show(self):
        self.expect_message(HiddenInPlace(), r"layer 'third' reads other values .*'first'; something changes the tensor")

    def test_models(self):
        class Pair(InPlace):
            def forward(self, x):
                return self.first(x), x

        class TwoInputs(InPlace):
            def forward(self, x, y):
                return self.first(x) + y

        self.expect_message(Pair(), "returns something else than one tensor")
        self.expect_message(nn.ReLU(), "no Conv2d and no Linear")
        self.expect_message(TwoInputs(), r"needs 2 arguments \(x, y\), must need one")

    def test_images(self):
        model = Around(torch.relu)
        self.expect_message(model, "there are no images", self.images[:0])
        self.expect_message(model, "can be gone through only once", (image[None] for image in self.images))
        self.expect_message(model, "5 images, but 2 labels", labels=[1, 2])
        self.expect_message(model, "label -1 must be", labels=[1, 2, -1, 0, 0])
        self.expect_message(model, "5 images, but 1 names", names=["a"])
        self.expect_message(model, "put them into the batches", [self.images], labels=[1])
        generator = torch.Generator().manual_seed(1)
        self.expect_message(model, "in another order", DataLoader(self.images, shuffle=True, generator=generator))

    def test_labels_are_classes_of_the_model(self):
        model = exported_models.trained(exported_models.Joins())
        self.expect_message(model, "^image '2': class 5 must be 0 to 4: the model has 5 classes$", labels=[0, 4, 5, 6, 0])
        self.captured(model, labels=[0, 4, 4, 4, 0])
        # What gives a map has no classes.
        self.captured(Around(torch.relu), labels=[0, 4, 5, 6, 0])

    def test_links_stay(self):
        link = self.out.with_name("link")
        link.symlink_to(self.out.name)
        capture(Around(torch.relu), self.images, link)
        self.assertTrue(link.is_symlink())
        self.assertEqual(sorted(path.name for path in self.out.parent.iterdir()), ["link", self.out.name])

    def test_places(self):
        with self.assertRaisesRegex(CaptureError, "^/dev/null: is a device or pipe; name the file to write$"):
            capture(InPlace(), self.images, "/dev/null")
        with self.assertRaisesRegex(CaptureError, "cannot be written"):
            capture(InPlace(), self.images, self.out / "missing" / "t.safetensors")
        with self.assertRaisesRegex(CaptureError, "is a directory"):
            capture(InPlace(), self.images, self.out.parent)


class DigitsTest(unittest.TestCase):
    def test_images_are_what_is_held_out(self):
        import train
        _, pixels, _, labels = train.dataset()
        pairs = digits_images.test_images()
        self.assertEqual(len(pairs), train.LISTED)
        for (image, label), expected, expected_label in zip(pairs, pixels, labels):
            self.assertEqual(label, expected_label)
            self.assertTrue(np.array_equal(image[0, 0], expected / np.float32(255)))


if __name__ == "__main__":
    unittest.main()
