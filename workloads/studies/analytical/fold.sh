#!/bin/sh
# Makes the accelerators of the study: each network as trained and pruned, each under three budgets of DSPs.
set -eu
cd "$(dirname "$0")/../../.."
millrace=${1:-build/millrace}
folder=workloads/studies/analytical/accelerators

fold() { # name, trace, budgets
  for dsp in $3; do
    "$millrace" fold "traces/$2.safetensors" --dsp "$dsp" --out "$folder/$1-$dsp.yaml" >/dev/null
  done
}

mkdir -p "$folder"
fold resnet20 resnet20-cifar10 "64 256 1024"
fold resnet20-pruned resnet20-cifar10-pruned50 "64 256 1024"
fold squeezenet squeezenet1.1 "64 256 1024"
fold squeezenet-pruned squeezenet1.1-pruned30 "64 256 1024"
fold mobilenetv2 mobilenetv2-1.0-224 "128 512 2048"
fold mobilenetv2-pruned mobilenetv2-1.0-224-pruned30 "128 512 2048"
