// pj-prune-magnitude: its documented example, then a module per behaviour.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-prune-magnitude="alpha=0.5" | FileCheck %t/example.mlir
// RUN: penjing-opt %t/masked.mlir --pj-prune-magnitude="sparsity=0.75" | FileCheck %t/masked.mlir
// RUN: penjing-opt %t/blocks.mlir --pj-prune-magnitude="alpha=0.5 block=2x2" | FileCheck %t/blocks.mlir
// RUN: penjing-opt %t/global.mlir --pj-prune-magnitude="sparsity=0.5 scope=global" | FileCheck %t/global.mlir
// RUN: penjing-opt %t/global.mlir --pj-prune-magnitude="sparsity=0.5 skip=first" | FileCheck %t/global.mlir --check-prefix=SKIP
// RUN: penjing-opt %t/global.mlir --pj-prune-magnitude="sparsity=0.5 layers=second" | FileCheck %t/global.mlir --check-prefix=SKIP
// RUN: penjing-opt %t/shared.mlir --pj-prune-magnitude="alpha=1" | FileCheck %t/shared.mlir

//--- example.mlir
// CHECK: pj.form = #pj.form<decided>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK: pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable, value = dense<{{\[\[}}1.000000e+00, 1.000000e-01], [-6.000000e-01, 4.000000e-01]]>
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
      value = dense<[[1.0, 0.1], [-0.6, 0.4]]> : tensor<2x2xf32>}
  // CHECK: pj.param @w_mask : tensor<2x2xi1> {role = #pj.role<mask>, value = dense_resource<w_mask>
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    // CHECK: %[[W:.*]] = pj.use @w : tensor<2x2xf32>
    // CHECK: %[[M:.*]] = pj.use @w_mask : tensor<2x2xi1>
    // CHECK: %[[P:.*]] = pj.masked %[[W]], %[[M]]
    // CHECK: pj.matmul %arg0, %[[P]]
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}
// A blob is its alignment in four bytes and the bytes.
// CHECK: w_mask: "0x4000000001000100"

//--- masked.mlir
// An existing mask is tightened: the weight under it stays out even though it is the largest.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
      value = dense<[[9.0, 0.1], [-0.6, 0.4]]> : tensor<2x2xf32>}
  // CHECK: pj.param @m : tensor<2x2xi1>
  // CHECK-NOT: @w_mask
  pj.param @m : tensor<2x2xi1> {role = #pj.role<mask>, value = dense<[[false, true], [true, true]]> : tensor<2x2xi1>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %m = pj.use @m : tensor<2x2xi1>
    // CHECK-COUNT-1: pj.masked
    // CHECK-NOT: pj.masked
    %p = pj.masked %w, %m : (tensor<2x2xf32>, tensor<2x2xi1>) -> tensor<2x2xf32>
    %y = pj.matmul %x, %p : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}
// CHECK: m: "0x4000000000000100"

//--- blocks.mlir
// Blocks of 2 output x 2 input channels at one tap of a 3x3x1x1 weight; the last ones are partial:
// scores 4, 1 / 3, 1.9 and a threshold of 2.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<3x3x1x1xf32> {role = #pj.role<weight>, trainable, value = dense<
      [[[[4.0]], [[4.0]], [[1.0]]], [[[4.0]], [[-4.0]], [[-1.0]]], [[[3.0]], [[3.0]], [[1.9]]]]> : tensor<3x3x1x1xf32>}
  func.func @main(%x: tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32> {
    %w = pj.use @w : tensor<3x3x1x1xf32>
    %y = pj.conv %x, %w : (tensor<1x3x4x4xf32>, tensor<3x3x1x1xf32>) -> tensor<1x3x4x4xf32>
    return %y : tensor<1x3x4x4xf32>
  }
}
// CHECK: w_mask: "0x40000000010100010100010100"

//--- global.mlir
// Raw magnitudes would empty the first layer; divided by the layers' scales both lose the same places. One block of
// each layer always stays.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<[[0.01, 0.02], [0.03, 0.04]]> : tensor<2x2xf32>}
  pj.param @b : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>}
  // SKIP-NOT: @a_mask
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %a = pj.use @a : tensor<2x2xf32>
    %b = pj.use @b : tensor<2x2xf32>
    %y = pj.matmul %x, %a : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("first")
    %z = pj.matmul %y, %b : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("second")
    return %z : tensor<1x2xf32>
  }
}
// CHECK-DAG: a_mask: "0x4000000000000101"
// CHECK-DAG: b_mask: "0x4000000000000101"
// SKIP: b_mask: "0x4000000000000101"

//--- shared.mlir
// A weight that two ops read gets one mask and is masked for both.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %a = pj.use @w : tensor<2x2xf32>
    %b = pj.use @w : tensor<2x2xf32>
    // CHECK-COUNT-2: pj.masked
    // CHECK-NOT: pj.masked
    %y = pj.matmul %x, %a : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    %z = pj.matmul %y, %b : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %z : tensor<1x2xf32>
  }
}
// CHECK: w_mask: "0x4000000000000001"
