// What the deciding and materializing passes say they did, kept, and why.
// RUN: split-file %s %t
// RUN: penjing-opt %t/network.mlir --pj-remarks --pj-prune-magnitude="alpha=0.5 skip=fc" -o /dev/null 2>&1 | FileCheck %s --check-prefix=PRUNE
// RUN: penjing-opt %t/network.mlir --pj-remarks --pj-read-masks -o /dev/null 2>&1 | FileCheck %s --check-prefix=READ
// RUN: penjing-opt %t/network.mlir --pj-remarks --pj-fold-batch-norm -o /dev/null 2>&1 | FileCheck %s --check-prefix=FOLD
// RUN: penjing-opt %t/network.mlir --pj-remarks --pj-quantize="skip=fc" -o /dev/null 2>&1 | FileCheck %s --check-prefix=QUANTIZE
// RUN: penjing-opt %t/network.mlir --pj-remarks --pj-quantize="target=x86-64-v4" -o /dev/null 2>&1 | FileCheck %s --check-prefix=LOSES
// RUN: penjing-opt %t/network.mlir --pj-remarks --pj-prune-magnitude="sparsity=0.75 skip=inner" --pj-pack -o /dev/null 2>&1 | FileCheck %s --check-prefix=PACK
// RUN: penjing-opt %t/computed.mlir --pj-remarks --pj-pack -o /dev/null 2>&1 | FileCheck %s --check-prefix=FLOAT
// RUN: penjing-opt %t/network.mlir --pj-prune-magnitude="alpha=0.5" -o /dev/null 2>&1 | count 0

// PRUNE-DAG: loc("stem"): pj-prune-magnitude: pruned 50.0 % of stem
// PRUNE-DAG: loc("inner"): pj-prune-magnitude: kept inner dense: no block of 1x1 is below the threshold
// PRUNE-DAG: loc("fc"): pj-prune-magnitude: kept fc dense, as asked
// READ-DAG: loc("stem"): pj-read-masks: read 25.0 % zeros of stem as a mask
// READ-DAG: loc("inner"): pj-read-masks: read no mask of inner: 0.0 % zeros
// FOLD-DAG: loc({{.*}}"stem"{{.*}}): pj-fold-batch-norm: folded norm into stem
// FOLD-DAG: loc("twice"): pj-fold-batch-norm: kept twice: others read the layer before it as well
// QUANTIZE-DAG: loc("fc"): pj-quantize: kept fc in float: as asked
// QUANTIZE-DAG: loc("stem"): pj-quantize: quantized stem to 8 bits, a scale per channel
// QUANTIZE-DAG: loc("norm"): pj-quantize: kept norm in float: run pj-fold-batch-norm first
// QUANTIZE-DAG: loc("sum"): pj-quantize: each operand of sum keeps its own scale and is brought to the result's by a float32 factor
// QUANTIZE-DAG: loc("probabilities"): pj-quantize: kept probabilities and what follows in float: a softmax has no integer form
// LOSES-DAG: loc("wide"): pj-quantize: kept wide in float: {{.*}} us as integers, {{.*}} us in float on x86-64-v4
// PACK-DAG: loc("wide"): pj-pack: packed wide as float, block16x1: 75.0 % of the weights and 74.9 % of the blocks are zero
// PACK-DAG: loc("inner"): pj-pack: packed inner as float, dense
// FLOAT-DAG: loc("fc"): pj-pack: kept fc in float: its input has no grid

//--- network.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @stem : tensor<2x2x1x1xf32> {role = #pj.role<weight>, value = dense<[[[[1.0]], [[0.0]]], [[[0.6]], [[0.4]]]]> : tensor<2x2x1x1xf32>}
  pj.param @inner : tensor<2x2x1x1xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<2x2x1x1xf32>}
  pj.param @wide : tensor<256x2x7x7xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<256x2x7x7xf32>}
  pj.param @fc : tensor<256x3xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<256x3xf32>}
  pj.param @v : tensor<2xf32> {role = #pj.role<norm_scale>, value = dense<1.0> : tensor<2xf32>}
  func.func @main(%x: tensor<1x2x8x8xf32>) -> tensor<1x3xf32> {
    %s = pj.use @stem : tensor<2x2x1x1xf32>
    %i = pj.use @inner : tensor<2x2x1x1xf32>
    %w = pj.use @wide : tensor<256x2x7x7xf32>
    %f = pj.use @fc : tensor<256x3xf32>
    %v = pj.use @v : tensor<2xf32>
    %0 = pj.conv %x, %s : (tensor<1x2x8x8xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x8x8xf32> loc("stem")
    %1 = pj.batch_norm %0, %v, %v, %v, %v : (tensor<1x2x8x8xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x8x8xf32> loc("norm")
    %2 = pj.conv %1, %i : (tensor<1x2x8x8xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x8x8xf32> loc("inner")
    %3 = pj.batch_norm %2, %v, %v, %v, %v : (tensor<1x2x8x8xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x8x8xf32> loc("twice")
    %4 = pj.add %3, %2 : (tensor<1x2x8x8xf32>, tensor<1x2x8x8xf32>) -> tensor<1x2x8x8xf32> loc("sum")
    %5 = pj.conv %4, %w {pads = array<i64: 3, 3, 3, 3>} : (tensor<1x2x8x8xf32>, tensor<256x2x7x7xf32>) -> tensor<1x256x8x8xf32> loc("wide")
    %6 = pj.global_average_pool %5 : (tensor<1x256x8x8xf32>) -> tensor<1x256x1x1xf32> loc("mean")
    %7 = pj.reshape %6 {shape = array<i64: 1, 256>} : (tensor<1x256x1x1xf32>) -> tensor<1x256xf32> loc("flat")
    %8 = pj.matmul %7, %f : (tensor<1x256xf32>, tensor<256x3xf32>) -> tensor<1x3xf32> loc("fc")
    %9 = pj.softmax %8 {axis = 1 : i32} : (tensor<1x3xf32>) -> tensor<1x3xf32> loc("probabilities")
    return %9 : tensor<1x3xf32>
  }
}

//--- computed.mlir
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<1x1xf32> {role = #pj.role<weight>, value = dense<1.27> : tensor<1x1xf32>}
  pj.param @s : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.01> : tensor<f32>}
  pj.param @z : tensor<i32> {role = #pj.role<zero_point>, value = dense<0> : tensor<i32>}
  func.func @main(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
    %w = pj.use @w : tensor<1x1xf32>
    %s = pj.use @s : tensor<f32>
    %z = pj.use @z : tensor<i32>
    %v = pj.fake_quantize %w, %s, %z {is_signed, narrow} : (tensor<1x1xf32>, tensor<f32>, tensor<i32>) -> tensor<1x1xf32>
    %y = pj.matmul %x, %v : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32> loc("fc")
    return %y : tensor<1x1xf32>
  }
}
