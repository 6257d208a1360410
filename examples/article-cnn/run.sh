#!/usr/bin/env bash
# The whole way on the article's network: train, export, compress, compile, link into
# the C program of ../c-app, run beside ONNX Runtime, report.
#
#   examples/article-cnn/run.sh [fashion-mnist [DIR] | cifar10 DIR] [--seed N] [--threads N] [--out DIR]
#
# A step runs only where its inputs or its command changed since the last time. On CIFAR-10 the
# recipe, made for Fashion-MNIST, costs points: there the table tells how many, and none is refused.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${PENJING_BUILD:-$root/build}
penjing=$build/bin/penjing
python=$root/build/venv/bin/python
[ -x "$python" ] || python=python3

data_set=fashion-mnist data=/usr/share/datasets/fashion-mnist seed=0 threads=$(nproc) out=
[ "$threads" -le 2 ] || threads=2
while [ $# -gt 0 ]; do
  case $1 in
    fashion-mnist) data_set=$1; if [ $# -gt 1 ] && [ -d "$2" ]; then data=$2; shift; fi ;;
    cifar10) data_set=$1; data=${2:?"requires the folder of CIFAR-10's binary records behind 'cifar10'"}; shift ;;
    --seed) seed=$2; shift ;;
    --threads) threads=$2; shift ;;
    --out) out=$(realpath -m "$2"); shift ;;
    -h|--help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "error: requires a data set or an option, but got '$1'; see --help" >&2; exit 1 ;;
  esac
  shift
done
[ -d "$data" ] || { echo "error: requires a folder of data, but '$data' is none" >&2; exit 1; }
[ -x "$penjing" ] || { echo "error: requires '$penjing'; run 'make build' first" >&2; exit 1; }
if [ -z "$out" ]; then
  out=$build/demo
  [ $data_set = fashion-mnist ] || out=$build/demo-$data_set
fi
mkdir -p "$out/.stamps" "$out/data"
cd "$out"

tolerance=()
case $data_set in
  fashion-mnist)
    model=$here/article.mlir
    training=(--epochs 10 --validation 0.1 --schedule one-cycle --lr 0.03 --momentum 0.9 --weight-decay 5e-4) ;;
  cifar10)
    model=$here/article-cifar10.mlir
    training=(--epochs 20 --validation 0.1 --schedule one-cycle --lr 0.03 --momentum 0.9 --weight-decay 5e-4 --flip --shift 4)
    tolerance=(--max-drop 100) ;;
esac
recipe=$root/share/recipes/tiny.pj

# step NAME 'INPUTS' 'OUTPUTS' COMMAND...: runs the command unless it ran on the same bytes before.
step() {
  local name=$1 inputs=$2 outputs=$3 stamp fresh=1 output
  shift 3
  stamp=$( { printf '%s\n' "$@"; cat $inputs; } | sha256sum)
  for output in $outputs; do [ -e "$output" ] || fresh=0; done
  if [ $fresh = 1 ] && [ "$(cat ".stamps/$name" 2>/dev/null)" = "$stamp" ]; then
    echo "$name: nothing to do"
    return
  fi
  local begin=$SECONDS
  echo "$name ..."
  "$@"
  echo "$stamp" > ".stamps/$name"
  echo "$name: $((SECONDS - begin)) s"
}

# Continues what an interrupted run left.
resumable() {
  local output=$1
  shift
  if [ -e "$output.state" ]; then "$@" -o "$output" --resume; else "$@" -o "$output"; fi
}

unpack_test_images() {
  case $data_set in
    fashion-mnist)
      local file
      for file in t10k-images-idx3-ubyte t10k-labels-idx1-ubyte; do
        if [ -e "$data/$file.gz" ]; then gunzip -c "$data/$file.gz" > "data/$file"; else cp "$data/$file" data/; fi
      done ;;
    cifar10) cat "$data"/*test*.bin > data/test.bin ;;
  esac
}

step train "$penjing $model" float.mlirbc \
  resumable float.mlirbc "$penjing" train "$model" --data "$data" --seed "$seed" --threads "$threads" "${training[@]}"
step export float.mlirbc float.onnx "$penjing" export float.mlirbc -o float.onnx
step compress "$penjing $recipe float.onnx" "int8.mlirbc compress.json stages" \
  resumable int8.mlirbc "$penjing" compress float.onnx --recipe "$recipe" --data "$data" --seed "$seed" \
  --threads "$threads" --report compress.json --stages stages "${tolerance[@]}"

# The last stage before the first of the pass named.
stage_before() {
  local last= file
  for file in stages/*.mlirbc; do
    case $file in *-"$1".mlirbc) echo "$last"; return ;; esac
    last=$file
  done
}
declare -A module=([float]=float.onnx [pruned]=$(stage_before pj-shrink-channels)
                   [shrunk]=$(stage_before pj-quantize) [int8]=int8.mlirbc)
# ONNX holds integers as pairs of quantizing ops, the form before packing.
declare -A exported=([pruned]=${module[pruned]} [shrunk]=${module[shrunk]} [int8]=$(stage_before pj-pack))
variants="float pruned shrunk int8"

step test-images "$here/run.sh" data unpack_test_images
for variant in $variants; do
  mkdir -p $variant
  [ $variant = float ] ||
    step export-$variant "$penjing ${exported[$variant]}" $variant.onnx \
      "$penjing" export "${exported[$variant]}" -o $variant.onnx
  step compile-$variant "$penjing ${module[$variant]}" "$variant/tiny.o $variant/tiny.h $variant/kernels.json" \
    "$penjing" compile "${module[$variant]}" -o $variant/tiny.o --report $variant/kernels.json
  step link-$variant "$root/examples/c-app/main.c $root/examples/c-app/Makefile $variant/tiny.o $variant/tiny.h" \
    $variant/app make -s -C "$root/examples/c-app" MODEL="$out/$variant" APP="$out/$variant/app"
done
measured=$(for variant in $variants; do echo $variant/app $variant.onnx $variant/kernels.json; done)
step measure "$here/measure.py compress.json $measured" table.json "$python" "$here/measure.py" "$data_set" "$recipe"
step report "$penjing table.json compress.json" report.html \
  "$penjing" report compress.json --add table.json -o report.html
"$python" "$here/measure.py" --show
echo "$out/report.html"
