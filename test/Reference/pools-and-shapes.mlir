// Pools with their adjoints, reductions, and ops that move elements.
// RUN: penjing-check %s | FileCheck %s
// RUN: penjing-check --f64 %s | FileCheck %s
// CHECK: functions as expected

func.func @max_pool_nan_wins() {
  %x = pj.constant dense<[[[[1.0, 0x7FC00000, 3.0, 4.0]]]]> : tensor<1x1x1x4xf32>
  %y = pj.max_pool %x {kernel = array<i64: 1, 2>, strides = array<i64: 1, 2>} : (tensor<1x1x1x4xf32>) -> tensor<1x1x1x2xf32>
  check.expect_eq %y, dense<[[[[0x7FC00000, 4.0]]]]> : tensor<1x1x1x2xf32> : tensor<1x1x1x2xf32>
  return
}

func.func @max_pool_of_negatives_ignores_padding_and_first_tap_takes_the_gradient() {
  %x = pj.constant dense<[[[[-1.0, -1.0, -3.0]]]]> : tensor<1x1x1x3xf32>
  %y = pj.max_pool %x {kernel = array<i64: 1, 2>, pads = array<i64: 0, 1, 0, 1>} : (tensor<1x1x1x3xf32>) -> tensor<1x1x1x4xf32>
  check.expect_eq %y, dense<[[[[-1.0, -1.0, -1.0, -3.0]]]]> : tensor<1x1x1x4xf32> : tensor<1x1x1x4xf32>
  %dy = pj.constant dense<[[[[1.0, 10.0, 100.0, 1000.0]]]]> : tensor<1x1x1x4xf32>
  %dx = pj.max_pool_gradient %dy, %x {kernel = array<i64: 1, 2>, pads = array<i64: 0, 1, 0, 1>}
      : (tensor<1x1x1x4xf32>, tensor<1x1x1x3xf32>) -> tensor<1x1x1x3xf32>
  check.expect_eq %dx, dense<[[[[11.0, 100.0, 1000.0]]]]> : tensor<1x1x1x3xf32> : tensor<1x1x1x3xf32>
  return
}

func.func @windows_without_taps() {
  %x = pj.constant dense<[[[[5.0]]]]> : tensor<1x1x1x1xf32>
  %y = pj.max_pool %x {kernel = array<i64: 1, 2>, dilations = array<i64: 1, 2>, pads = array<i64: 0, 2, 0, 2>}
      : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x3xf32>
  check.expect_eq %y, dense<[[[[5.0, 0xFF800000, 5.0]]]]> : tensor<1x1x1x3xf32> : tensor<1x1x1x3xf32>
  %m = pj.average_pool %x {kernel = array<i64: 1, 2>, dilations = array<i64: 1, 2>, pads = array<i64: 0, 2, 0, 2>}
      : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x3xf32>
  check.expect_eq %m, dense<[[[[5.0, 0.0, 5.0]]]]> : tensor<1x1x1x3xf32> : tensor<1x1x1x3xf32>
  return
}

func.func @average_pool_counts() {
  %x = pj.constant dense<[[[[2.0, 4.0, 6.0]]]]> : tensor<1x1x1x3xf32>
  %y = pj.average_pool %x {kernel = array<i64: 1, 2>, strides = array<i64: 1, 2>, pads = array<i64: 0, 1, 0, 0>}
      : (tensor<1x1x1x3xf32>) -> tensor<1x1x1x2xf32>
  check.expect_eq %y, dense<[[[[2.0, 5.0]]]]> : tensor<1x1x1x2xf32> : tensor<1x1x1x2xf32>
  %p = pj.average_pool %x {kernel = array<i64: 1, 2>, strides = array<i64: 1, 2>, pads = array<i64: 0, 1, 0, 0>, count_include_pad}
      : (tensor<1x1x1x3xf32>) -> tensor<1x1x1x2xf32>
  check.expect_eq %p, dense<[[[[1.0, 5.0]]]]> : tensor<1x1x1x2xf32> : tensor<1x1x1x2xf32>
  // The last window hangs over the image: one tap lies inside.
  %c = pj.average_pool %x {kernel = array<i64: 1, 2>, strides = array<i64: 1, 2>, ceil_mode, count_include_pad}
      : (tensor<1x1x1x3xf32>) -> tensor<1x1x1x2xf32>
  check.expect_eq %c, dense<[[[[3.0, 6.0]]]]> : tensor<1x1x1x2xf32> : tensor<1x1x1x2xf32>
  %dy = pj.constant dense<[[[[4.0, 8.0]]]]> : tensor<1x1x1x2xf32>
  %dx = pj.average_pool_gradient %dy, %x {kernel = array<i64: 1, 2>, strides = array<i64: 1, 2>, pads = array<i64: 0, 1, 0, 0>}
      : (tensor<1x1x1x2xf32>, tensor<1x1x1x3xf32>) -> tensor<1x1x1x3xf32>
  check.expect_eq %dx, dense<[[[[4.0, 4.0, 4.0]]]]> : tensor<1x1x1x3xf32> : tensor<1x1x1x3xf32>
  return
}

func.func @reduce_sum() {
  %x = pj.constant dense<[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]> : tensor<2x2x2xf32>
  %y = pj.reduce_sum %x {axes = array<i64: 0, 2>} : (tensor<2x2x2xf32>) -> tensor<2xf32>
  check.expect_eq %y, dense<[14.0, 22.0]> : tensor<2xf32> : tensor<2xf32>
  %z = pj.reduce_sum %x {axes = array<i64: 1>, keep_dims} : (tensor<2x2x2xf32>) -> tensor<2x1x2xf32>
  check.expect_eq %z, dense<[[[4.0, 6.0]], [[12.0, 14.0]]]> : tensor<2x1x2xf32> : tensor<2x1x2xf32>
  return
}

func.func @elements_move() {
  %x = pj.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %r = pj.reshape %x {shape = array<i64: 3, -1>} : (tensor<2x3xi32>) -> tensor<3x2xi32>
  check.expect_eq %r, dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi32> : tensor<3x2xi32>
  %t = pj.transpose %x {permutation = array<i64: 1, 0>} : (tensor<2x3xi32>) -> tensor<3x2xi32>
  check.expect_eq %t, dense<[[1, 4], [2, 5], [3, 6]]> : tensor<3x2xi32> : tensor<3x2xi32>
  %p = pj.pad %x {low = array<i64: 0, -1>, high = array<i64: 1, 1>, value = 9.0 : f64} : (tensor<2x3xi32>) -> tensor<3x3xi32>
  check.expect_eq %p, dense<[[2, 3, 9], [5, 6, 9], [9, 9, 9]]> : tensor<3x3xi32> : tensor<3x3xi32>
  %c = pj.concat %x, %x {axis = 1 : i32} : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x6xi32>
  check.expect_eq %c, dense<[[1, 2, 3, 1, 2, 3], [4, 5, 6, 4, 5, 6]]> : tensor<2x6xi32> : tensor<2x6xi32>
  %s = pj.slice %x {offsets = array<i64: 1, 0>, sizes = array<i64: 1, 2>, strides = array<i64: 1, 2>} : (tensor<2x3xi32>) -> tensor<1x2xi32>
  check.expect_eq %s, dense<[[4, 6]]> : tensor<1x2xi32> : tensor<1x2xi32>
  %b = pj.broadcast %s, %r : (tensor<1x2xi32>, tensor<3x2xi32>) -> tensor<3x2xi32>
  check.expect_eq %b, dense<[[4, 6], [4, 6], [4, 6]]> : tensor<3x2xi32> : tensor<3x2xi32>
  return
}
