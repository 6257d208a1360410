// pj-choose-weight-forms: its documented example, then layers of which the time model
// knows what wins; times are those of the target's description, the same everywhere.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-choose-weight-forms | FileCheck %t/example.mlir
// RUN: penjing-opt %t/kept.mlir --pj-choose-weight-forms=target=x86-64-v4 | FileCheck %t/kept.mlir

// Whole vectors of outputs are zero in 31 of 32 inputs.
// RUN: %python %inputs/sparse_layer.py scheduled 64 64 32 blocks-32 > %t/blocks.mlir
// RUN: penjing-opt %t/blocks.mlir --pj-choose-weight-forms=target=x86-64-v4 | FileCheck %s --check-prefix=BLOCKS
// BLOCKS: pj.matmul {{.*}}pj.kernel = #pj.kernel<"fma", lanes = 16, tiles = [2], block, "97 % zeros in blocks of 32x1, break-even {{.*}} %, {{.*}} us dense, {{.*}} us sparse">

// A weight without zeros gives nothing to choose.
// RUN: %python %inputs/sparse_layer.py scheduled 64 64 32 all > %t/all.mlir
// RUN: penjing-opt %t/all.mlir --pj-choose-weight-forms=target=x86-64-v4 | FileCheck %s --check-prefix=ALL
// ALL: pj.matmul %{{.*}}, %{{.*}} : (

// One weight in sixteen stays, another for each output: blocks have no zeros, single weights
// do, and with 64 rows their kernel has vectors. It reads its rows last, and the result is
// brought back to the caller's order.
// RUN: %python %inputs/sparse_layer.py scheduled 64 512 64 single-16 > %t/single.mlir
// RUN: penjing-opt %t/single.mlir --pj-choose-weight-forms=target=x86-64-v4 | FileCheck %s --check-prefix=SINGLE
// SINGLE: pj.matmul {{.*}}unstructured, "94 % zeros in single weights, break-even {{.*}} %, {{.*}} us dense, {{.*}} us sparse">
// RUN: penjing-opt %t/single.mlir --pj-choose-weight-forms=target=x86-64-v4 --pj-assign-layouts=target=x86-64-v4 \
// RUN:   --pj-choose-kernels=target=x86-64-v4 | FileCheck %s --check-prefix=KERNEL
// KERNEL: %[[X:.*]] = pj.relayout %arg0 {pj.placements = [#pj.placement<arena strides[1, 64]>]}
// KERNEL: pj.matmul %[[X]], {{.*}}pj.kernel = #pj.kernel<"fma", lanes = 16, tiles = [{{.*}}], unstructured, "{{.*}}">, pj.placements = [#pj.placement<arena strides[1, 64]>]}
// KERNEL: pj.relayout {{.*}}#pj.placement<result at 0 strides[64, 1]>

// A convolution with 1x1 taps reads the caller's order, pixels last, and writes it.
// RUN: %python %inputs/sparse_layer.py scheduled conv 64 14 64 1 single-16 > %t/conv.mlir
// RUN: penjing-opt %t/conv.mlir --pj-choose-weight-forms=target=x86-64-v4 --pj-assign-layouts=target=x86-64-v4 \
// RUN:   --pj-choose-kernels=target=x86-64-v4 | FileCheck %s --check-prefix=CONV
// CONV-NOT: pj.relayout
// CONV: pj.conv %arg0, {{.*}}unstructured, "94 % zeros in single weights, {{.*}}">, pj.placements = [#pj.placement<result at 0 strides[12544, 196, 14, 1]>]}
// CONV-NOT: pj.relayout

// With one row every product of a single weight is an instruction: dense is faster, and
// what else there is costs time or is an error.
// RUN: %python %inputs/sparse_layer.py scheduled 1 512 64 single-16 > %t/row.mlir
// RUN: penjing-opt %t/row.mlir --pj-choose-weight-forms=target=x86-64-v4 | FileCheck %s --check-prefix=ROW
// ROW: pj.matmul {{.*}}dense, "{{.*}} % zeros in {{.*}}, {{.*}} us dense, {{.*}} us sparse">
// RUN: penjing-opt %t/row.mlir "--pj-choose-weight-forms=target=x86-64-v4 prefer=size" | FileCheck %s --check-prefix=SIZE
// SIZE: pj.matmul {{.*}}unstructured, "94 % zeros in single weights, {{.*}} us dense, {{.*}} us sparse, 8.0 times smaller for {{.*}} us more">
// RUN: not penjing-opt %t/row.mlir "--pj-choose-weight-forms=target=x86-64-v4 require-sparse" 2>&1 | FileCheck %s --check-prefix=REQUIRE
// REQUIRE: requires a sparse kernel for every weight with zeros, but '@fc' is faster dense: {{.*}} us dense
// RUN: not penjing-opt %t/row.mlir "--pj-choose-weight-forms=prefer=both" 2>&1 | FileCheck %s --check-prefix=PREFER
// PREFER: requires option "prefer" to be speed or size, but got "both"

//--- example.mlir
module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  pj.param @w : tensor<64x16xf32> {role = #pj.role<weight>, value = dense<0.0> : tensor<64x16xf32>}
  func.func @main(%x: tensor<1x64xf32>) -> tensor<1x16xf32> {
    %w = pj.use @w : tensor<64x16xf32>
    %0 = pj.matmul %x, %w : (tensor<1x64xf32>, tensor<64x16xf32>) -> tensor<1x16xf32>
    return %0 : tensor<1x16xf32>
  }
}
// CHECK: pj.matmul {{.*}}pj.kernel = #pj.kernel<"fma", lanes = 8, tiles = [{{.*}}], {{block|unstructured}}, "100 % zeros in {{.*}}, break-even {{.*}} %, {{.*}} us dense, {{.*}} us sparse">

//--- kept.mlir
// What is written down already stays.
module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  pj.param @w : tensor<64x16xf32> {role = #pj.role<weight>, value = dense<0.0> : tensor<64x16xf32>}
  func.func @main(%x: tensor<1x64xf32>) -> tensor<1x16xf32> {
    %w = pj.use @w : tensor<64x16xf32>
    // CHECK: pj.matmul {{.*}}dense, "as asked">
    %0 = pj.matmul %x, %w {pj.kernel = #pj.kernel<"fma", lanes = 16, tiles = [1], dense, "as asked">} : (tensor<1x64xf32>, tensor<64x16xf32>) -> tensor<1x16xf32>
    return %0 : tensor<1x16xf32>
  }
}
