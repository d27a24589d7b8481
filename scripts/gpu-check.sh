#!/usr/bin/env bash
# On a machine with an NVIDIA GPU and the CUDA toolkit: builds with nvcc, runs the verification cases on the GPU against the CPU,
# looks for wrong accesses and races with compute-sanitizer, and measures the speed against the bandwidth.
#   scripts/gpu-check.sh [DEVICE]      number of the device, 0 without it; results go to build/gpu-check
set -euo pipefail
cd "$(dirname "$0")/.."
device=${1:-0}
out=build/gpu-check
export PATH="$PATH:/usr/local/cuda/bin"
for tool in nvcc compute-sanitizer nvidia-smi; do
  command -v "$tool" >/dev/null || { echo "gpu-check: $tool is not here; install the CUDA toolkit and the driver." >&2; exit 1; }
done
mkdir -p "$out"

echo "== 1. build with $(nvcc --version | grep release)"
cmake --preset cuda >"$out/configure.log" || { tail -20 "$out/configure.log" >&2; exit 1; }
cmake --build --preset cuda --target soleus test_cases_on_gpu
soleus=build/cuda/bin/soleus
"$soleus" info | grep '^CUDA'
nvidia-smi --id="$device" --query-gpu=name,driver_version,memory.total,clocks.max.memory,ecc.mode.current --format=csv | tee "$out/device.csv"

echo "== 2. verification cases, GPU against CPU"
CUDA_VISIBLE_DEVICES=$device ctest --test-dir build/cuda -L gpu --output-on-failure | tee "$out/cases.log" | tail -5

echo "== 3. compute-sanitizer"
# Openings, a moving wall, half storage and a valve: every kernel runs.
check() {  # tool, name, arguments of soleus
  local tool=$1 name=$2
  shift 2
  compute-sanitizer --tool "$tool" --error-exitcode 1 --log-file "$out/$tool-$name.log" \
    "$soleus" solve "$@" --backend cuda --device "$device" --output "$out/$tool-$name" >"$out/$tool-$name.out" 2>&1 &&
    echo "$tool $name: $(tail -1 "$out/$tool-$name.log")" ||
    { tail -20 "$out/$tool-$name.log" "$out/$tool-$name.out" >&2; exit 1; }
}
for tool in memcheck racecheck; do
  check $tool openings configs/verification/driven-pipe.yaml --set 'solver.end_time=8 ms'
  check $tool moving configs/verification/contracting-tube.yaml --set 'solver.dx=2 mm' --set 'solver.dt=1 ms' --set 'solver.end_time=20 ms'
  check $tool half configs/verification/pipe-aligned.yaml --set 'solver.end_time=0.4 s' --set solver.precision=half_storage
  check $tool valve configs/verification/valve-cycle.yaml --set 'solver.end_time=1 ms'
done

echo "== 4. speed against the roofline"
# Bandwidth, MLUPS and their ratio are the table that `soleus bench` prints; docs/cuda.md says what was expected.
"$soleus" bench --backend cuda --device "$device" --output "$out/bench.json" | tee "$out/bench.txt"
echo "gpu-check: all passed; please send the folder $out with a pull request, docs/cuda.md lists what has run where."
