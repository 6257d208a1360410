// A trained network is opened, and decided again.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-open-choices="widths=0.5,1.0 bits=float,8" | FileCheck %t/example.mlir
// RUN: penjing-opt %t/network.mlir --pj-open-choices="widths=0.25,0.5,1.0 sparsity=0,0.5 block=2x1 bits=float,8" | FileCheck %t/network.mlir --check-prefix=ALL
// RUN: penjing-opt %t/network.mlir --pj-open-choices="widths=1.0 bits=float,8 skip=/a/Conv" | FileCheck %t/network.mlir --check-prefix=SKIP
// RUN: penjing-opt %t/network.mlir --pass-pipeline='builtin.module(pj-open-choices{widths=0.5,1.0 sparsity=0,0.5 bits=float,8}, pj-resolve-choices{/a/Conv.width=0.5 /a/Conv.sparsity=0 /a/Conv.bits=float b_two.sparsity=0.5 b_two.bits=float last.sparsity=0 last.bits=8 depthwise.bits=float})' | FileCheck %t/network.mlir --check-prefix=TAKE
// RUN: penjing-opt %t/network.mlir --pass-pipeline='builtin.module(pj-open-choices{widths=0.5,1.0 bits=float,8}, pj-resolve-choices{/a/Conv.width=1.0 /a/Conv.bits=float b_two.bits=float last.bits=float depthwise.bits=float})' | FileCheck %t/network.mlir --check-prefix=SAME

//--- example.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @v : tensor<2x2xf32> {role = #pj.role<weight>, trainable, value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>}
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable, value = dense<[[5.0, 6.0], [7.0, 8.0]]> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %v = pj.use @v : tensor<2x2xf32>
    %w = pj.use @w : tensor<2x2xf32>
    // CHECK: pj.matmul %{{.*}}, %{{.*}} : (tensor<1x2xf32>, tensor<2x2xf32>)
    %0 = pj.matmul %x, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("first")
    %1 = pj.matmul %0, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
  // The last layer's channels are the network's result. A layer without a node is called after its weight.
  // CHECK:      pj.decision @first.width {decides = #pj.decides<width>, layers = ["first"], options = ["0.5", "1.0"]}
  // CHECK-NEXT: pj.decision @first.bits {decides = #pj.decides<bits>, layers = ["first"], options = ["float", "8"]}
  // CHECK-NEXT: pj.decision @w.bits {decides = #pj.decides<bits>, layers = ["@w"], options = ["float", "8"]}
}

//--- network.mlir
// Both branches of a sum have one width, and the depthwise convolution behind it.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // TAKE: pj.form = #pj.form<decided>
  // TAKE: pj.param @a : tensor<2x2x1x1xf32>
  // TAKE: pj.param @b : tensor<2x2x1x1xf32>
  // TAKE: pj.param @b_mask : tensor<2x2x1x1xi1>
  // TAKE: pj.param @d : tensor<2x1x1x1xf32>
  // TAKE: pj.param @l : tensor<3x2xf32>
  // TAKE: pj.param @l_scale : tensor<3xf32>
  // TAKE-NOT: pj.decision
  // SAME: pj.form = #pj.form<float>
  // SAME: pj.param @a : tensor<4x2x1x1xf32>
  // SAME-NOT: pj.decision
  pj.param @a : tensor<4x2x1x1xf32> {role = #pj.role<weight>, trainable, value = dense<[[[[1.0]], [[1.0]]], [[[0.1]], [[0.1]]], [[[2.0]], [[2.0]]], [[[0.2]], [[0.2]]]]> : tensor<4x2x1x1xf32>}
  pj.param @b : tensor<4x2x1x1xf32> {role = #pj.role<weight>, trainable, value = dense<[[[[1.0]], [[0.5]]], [[[0.1]], [[0.1]]], [[[2.0]], [[0.5]]], [[[0.2]], [[0.2]]]]> : tensor<4x2x1x1xf32>}
  pj.param @d : tensor<4x1x1x1xf32> {role = #pj.role<weight>, trainable, value = dense<1.0> : tensor<4x1x1x1xf32>}
  pj.param @l : tensor<3x4xf32> {role = #pj.role<weight>, trainable, value = dense<1.0> : tensor<3x4xf32>}
  func.func @main(%x: tensor<1x2x3x3xf32>) -> tensor<1x3xf32> {
    %a = pj.use @a : tensor<4x2x1x1xf32>
    %b = pj.use @b : tensor<4x2x1x1xf32>
    %d = pj.use @d : tensor<4x1x1x1xf32>
    %l = pj.use @l : tensor<3x4xf32>
    %0 = pj.conv %x, %a : (tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) -> tensor<1x4x3x3xf32> loc("/a/Conv")
    %1 = pj.conv %x, %b : (tensor<1x2x3x3xf32>, tensor<4x2x1x1xf32>) -> tensor<1x4x3x3xf32> loc("b two")
    %2 = pj.add %0, %1 : (tensor<1x4x3x3xf32>, tensor<1x4x3x3xf32>) -> tensor<1x4x3x3xf32>
    %3 = pj.conv %2, %d {groups = 4 : i64} : (tensor<1x4x3x3xf32>, tensor<4x1x1x1xf32>) -> tensor<1x4x3x3xf32> loc("depthwise")
    %4 = pj.global_average_pool %3 : (tensor<1x4x3x3xf32>) -> tensor<1x4x1x1xf32>
    %5 = pj.reshape %4 {shape = array<i64: 1, 4>} : (tensor<1x4x1x1xf32>) -> tensor<1x4xf32>
    // SAME-NOT: pj.fake_quantize
    // TAKE:     pj.fake_quantize %{{.*}} : (tensor<3x2xf32>
    // TAKE:     pj.conv %{{.*}} {groups = 2 : i64}
    %6 = pj.matmul %5, %l {transpose_b} : (tensor<1x4xf32>, tensor<3x4xf32>) -> tensor<1x3xf32> loc("last")
    return %6 : tensor<1x3xf32>
  }
  // ALL:      pj.decision @"/a/Conv.width" {decides = #pj.decides<width>, layers = ["/a/Conv", "b two", "depthwise"], options = ["0.25", "0.5", "1.0"]}
  // ALL-NEXT: pj.decision @"/a/Conv.sparsity" {block = "2x1", decides = #pj.decides<sparsity>, layers = ["/a/Conv"], options = ["0", "0.5"]}
  // ALL-NEXT: pj.decision @"/a/Conv.bits" {decides = #pj.decides<bits>, layers = ["/a/Conv"], options = ["float", "8"]}
  // ALL-NEXT: pj.decision @b_two.sparsity
  // ALL-NEXT: pj.decision @b_two.bits {decides = #pj.decides<bits>, layers = ["b two"]
  // ALL-NEXT: pj.decision @depthwise.bits
  // ALL-NEXT: pj.decision @last.sparsity
  // ALL-NEXT: pj.decision @last.bits
  // SKIP-NOT: width
  // SKIP-NOT: @"/a/Conv.bits"
  // SKIP:     pj.decision @b_two.bits
}
