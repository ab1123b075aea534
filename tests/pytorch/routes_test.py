"""The ONNX route and the PyTorch route give the same network and the same zeros, bit for bit."""
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

import places
import exported_models
import images
import models
from pytorch import capture
from trace_file import TraceFile

PREPROCESSING = "raw,scale=1/255,layout=gray"


class RoutesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def through_onnx(self, model, image_list):
        out = self.folder / "onnx.safetensors"
        run = places.run(places.CAPTURE, model, image_list, "--preprocess", PREPROCESSING, "--out", out)
        self.assertEqual(run.returncode, 0, run.stderr)
        return TraceFile(out)

    def through_pytorch(self, model, batches):
        out = self.folder / "pytorch.safetensors"
        capture(model, batches, out)
        return TraceFile(out)

    def expect_equal(self, one, other):
        self.assertEqual(one.layers(), other.layers())
        self.assertEqual(one.graph["provenance"].get("left_out", []) != [],
                         other.graph["provenance"].get("left_out", []) != [])
        self.assertEqual([{**image, "name": ""} for image in one.graph["images"]],
                         [{**image, "name": ""} for image in other.graph["images"]])
        self.assertEqual(len(one.masks()), len(other.masks()))
        for (name, mask), other_mask in zip(((n, t) for n, t in one.tensors.items() if "_mask/" in n), other.masks()):
            self.assertEqual(mask.shape, other_mask.shape, name)
            self.assertTrue(np.array_equal(mask, other_mask), name)
        for name, values, other_values in zip((n for n in one.tensors if "_code/" in n), one.codes(), other.codes()):
            step = one.graph["code_scales"][name]
            self.assertLess(np.abs(values - other_values).max(), 1.01 * step, name)

    def expect_equal_cycles(self):
        """Without a name in the accelerator, it fits both."""
        figures = []
        for route in ("onnx", "pytorch"):
            accelerator, result = self.folder / f"{route}.yaml", self.folder / f"{route}.json"
            accelerator.write_text(f"trace: {route}.safetensors\ndefaults: {{}}\n")
            run = places.run(places.MILLRACE, "run", accelerator, "--quiet", "--json", result)
            self.assertEqual(run.returncode, 0, run.stderr)
            report = places.json_of(result)
            figures.append([report["total_cycles"]] + [
                [module["kind"], module["busy"], module["starved"], module["blocked"]] for module in report["modules"]])
        self.assertGreater(figures[0][0], 10000)
        self.assertEqual(figures[0], figures[1])

    def test_digits_resnet(self):
        onnx = self.through_onnx(places.DIGITS / "resnet.onnx", places.DIGITS / "test.lst")
        self.expect_equal(onnx, self.through_pytorch(models.resnet(), images.test_images()))
        self.assertEqual(len(onnx.masks()), 17)
        self.expect_equal_cycles()

    def test_digits_mobilenet(self):
        onnx = self.through_onnx(places.DIGITS / "mobilenet.onnx", places.DIGITS / "test.lst")
        self.expect_equal(onnx, self.through_pytorch(models.mobilenet(), images.test_images()))
        self.assertEqual(len(onnx.masks()), 22)
        self.expect_equal_cycles()

    def test_example_of_the_readme(self):
        (self.folder / "traces").symlink_to(places.SOURCE / "traces")
        example = places.SOURCE / "tests" / "traces" / "run_readme_example.py"
        run = places.run(sys.executable, "-B", example, places.SOURCE / "traces" / "README.md",
                         "Capture a model in PyTorch", cwd=self.folder)
        self.assertEqual(run.stdout, "top-1: 64 of 64\n", run.stderr)
        self.expect_equal(TraceFile(self.folder / "digits-resnet.safetensors"),
                          TraceFile(places.SOURCE / "traces" / "digits-resnet.safetensors"))

    def expect_equal_routes(self, model, height, width, operators):
        model = exported_models.trained(model)
        torch.onnx.export(model, torch.zeros(1, 1, height, width), self.folder / "model.onnx", opset_version=13,
                          do_constant_folding=True)
        random = np.random.default_rng(5)
        pixels = random.integers(0, 256, (3, height, width)).astype(np.uint8) * random.integers(0, 2, (3, 1, 1))
        lines = []
        for index, image in enumerate(pixels.astype(np.uint8)):
            images.write_png(self.folder / f"{index}.png", image)
            lines.append(f"{index}.png\n")
        (self.folder / "images.lst").write_text("".join(lines))
        onnx = self.through_onnx(self.folder / "model.onnx", self.folder / "images.lst")
        self.assertEqual(onnx.operators(), operators)
        inputs = pixels.astype(np.float32)[:, None] / np.float32(255)
        self.expect_equal(onnx, self.through_pytorch(model, inputs))

    def test_joins(self):
        self.expect_equal_routes(exported_models.Joins(), 9, 12, [
            "conv relu", "conv", "conv relu", "concat", "subsample", "channel_pad", "conv", "add relu", "max_pool",
            "average_pool", "average_pool", "global_average_pool", "fully_connected"])

    def test_pre_activation(self):
        self.expect_equal_routes(exported_models.PreActivation(), 11, 9, [
            "conv", "pointwise batch_norm relu", "conv relu6", "conv", "add leaky_relu", "global_average_pool",
            "fully_connected"])

    def test_flattened(self):
        self.expect_equal_routes(exported_models.Flattened(), 8, 10, [
            "conv relu", "conv relu", "conv relu", "fully_connected relu", "fully_connected"])


if __name__ == "__main__":
    unittest.main()
