// Gradient rules of pools.
// RUN: penjing-opt %s --pj-differentiate -split-input-file | FileCheck %s

// CHECK-LABEL: func.func @step
// CHECK: %[[X:.*]] = pj.use @x
// CHECK: %[[DG:.*]] = pj.mul %{{.*}}, %{{.*}} -> tensor<2x3x1x1xf32>
// CHECK: %[[DA:.*]] = pj.broadcast %[[DG]], %[[A:.*]] : (tensor<2x3x1x1xf32>, tensor<2x3x2x2xf32>)
// CHECK: %[[DM:.*]] = pj.average_pool_gradient %[[DA]], %[[M:.*]] {ceil_mode, count_include_pad, kernel = array<i64: 2, 2>, pads = array<i64: 0, 1, 0, 0>, strides = array<i64: 2, 2>}
// CHECK: pj.max_pool_gradient %[[DM]], %[[X]] {dilations = array<i64: 2, 2>, kernel = array<i64: 2, 3>}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @x : tensor<2x3x6x7xf32> {role = #pj.role<constant>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %x = pj.use @x : tensor<2x3x6x7xf32>
    %m = pj.max_pool %x {kernel = array<i64: 2, 3>, dilations = array<i64: 2, 2>} : (tensor<2x3x6x7xf32>) -> tensor<2x3x4x3xf32>
    %a = pj.average_pool %m {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 1, 0, 0>, ceil_mode, count_include_pad}
        : (tensor<2x3x4x3xf32>) -> tensor<2x3x2x2xf32>
    %g = pj.global_average_pool %a : (tensor<2x3x2x2xf32>) -> tensor<2x3x1x1xf32>
    %l = pj.reduce_sum %g {axes = array<i64: 0, 1, 2, 3>} : (tensor<2x3x1x1xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}
