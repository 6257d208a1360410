// Convolutions and matrix products beyond ONNX's node tests, and their adjoints.
// RUN: penjing-check %s | FileCheck %s
// RUN: penjing-check --f64 %s | FileCheck %s
// CHECK: functions as expected

func.func @grouped_dilated_with_bias() {
  %x = pj.constant dense<[[[[1.0, 2.0, 3.0]], [[10.0, 20.0, 30.0]]]]> : tensor<1x2x1x3xf32>
  %w = pj.constant dense<[[[[1.0, 1.0]]], [[[1.0, -1.0]]]]> : tensor<2x1x1x2xf32>
  %b = pj.constant dense<[100.0, 200.0]> : tensor<2xf32>
  %y = pj.conv %x, %w, %b {groups = 2 : i64, dilations = array<i64: 1, 2>}
      : (tensor<1x2x1x3xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  check.expect_eq %y, dense<[[[[104.0]], [[180.0]]]]> : tensor<1x2x1x1xf32> : tensor<1x2x1x1xf32>
  return
}

func.func @layout_nhwc() {
  %x = pj.constant dense<[[[[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]]]> : tensor<1x1x3x2xf32>
  %w = pj.constant dense<[[[[1.0, 2.0]], [[1.0, 1.0]]]]> : tensor<1x2x1x2xf32>
  %y = pj.conv %x, %w {layout = #pj.layout<nhwc>, pads = array<i64: 0, 0, 0, 1>}
      : (tensor<1x1x3x2xf32>, tensor<1x2x1x2xf32>) -> tensor<1x1x3x1xf32>
  check.expect_eq %y, dense<[[[[35.0], [58.0], [33.0]]]]> : tensor<1x1x3x1xf32> : tensor<1x1x3x1xf32>
  return
}

// <conv(x, w), dy> = <x, dx> = <w, dw>: with dy of ones, sums of taps.
func.func @adjoints() {
  %x = pj.constant dense<[[[[1.0, 2.0, 3.0]]]]> : tensor<1x1x1x3xf32>
  %w = pj.constant dense<[[[[5.0, 7.0]]]]> : tensor<1x1x1x2xf32>
  %dy = pj.constant dense<[[[[1.0, 10.0]]]]> : tensor<1x1x1x2xf32>
  %dx = pj.conv_input_gradient %dy, %w, %x : (tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<1x1x1x3xf32>) -> tensor<1x1x1x3xf32>
  check.expect_eq %dx, dense<[[[[5.0, 57.0, 70.0]]]]> : tensor<1x1x1x3xf32> : tensor<1x1x1x3xf32>
  %dw = pj.conv_weight_gradient %dy, %x {kernel = array<i64: 1, 2>} : (tensor<1x1x1x2xf32>, tensor<1x1x1x3xf32>) -> tensor<1x1x1x2xf32>
  check.expect_eq %dw, dense<[[[[21.0, 32.0]]]]> : tensor<1x1x1x2xf32> : tensor<1x1x1x2xf32>
  return
}

func.func @matmul_broadcasts_batches_and_adds_bias() {
  %a = pj.constant dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>
  %b = pj.constant dense<[[1.0, 0.0], [0.0, 10.0]]> : tensor<2x2xf32>
  %c = pj.constant dense<[100.0, 200.0]> : tensor<2xf32>
  %y = pj.matmul %a, %b, %c : (tensor<2x1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x1x2xf32>
  check.expect_eq %y, dense<[[[101.0, 220.0]], [[103.0, 240.0]]]> : tensor<2x1x2xf32> : tensor<2x1x2xf32>
  return
}

func.func @integer_matmul() {
  %a = pj.constant dense<[[1, 2]]> : tensor<1x2xi32>
  %b = pj.constant dense<[[3], [4]]> : tensor<2x1xi32>
  %y = pj.matmul %a, %b : (tensor<1x2xi32>, tensor<2x1xi32>) -> tensor<1x1xi32>
  check.expect_eq %y, dense<11> : tensor<1x1xi32> : tensor<1x1xi32>
  return
}
