// Elementwise ops: floats, integers, booleans.
// RUN: penjing-check %s | FileCheck %s
// CHECK: functions as expected

func.func @add_broadcasts() {
  %a = pj.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = pj.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %y = pj.add %a, %b : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  check.expect_eq %y, dense<[[11.0, 22.0], [13.0, 24.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %c = pj.constant dense<[[100.0], [200.0]]> : tensor<2x1xf32>
  %z = pj.sub %b, %c : (tensor<2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  check.expect_eq %z, dense<[[-90.0, -80.0], [-190.0, -180.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  return
}

func.func @integers_wrap() {
  %a = pj.constant dense<[100, -128]> : tensor<2xi8>
  %b = pj.constant dense<[100, -1]> : tensor<2xi8>
  %s = pj.add %a, %b : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  check.expect_eq %s, dense<[-56, 127]> : tensor<2xi8> : tensor<2xi8>
  %p = pj.mul %a, %b : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  check.expect_eq %p, dense<[16, -128]> : tensor<2xi8> : tensor<2xi8>
  %q = pj.div %a, %b : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
  check.expect_eq %q, dense<[1, -128]> : tensor<2xi8> : tensor<2xi8>
  return
}

func.func @integers_divide_towards_zero() {
  %a = pj.constant dense<[7, -7, 7]> : tensor<3xi32>
  %b = pj.constant dense<[-2, 2, 0]> : tensor<3xi32>
  %q = pj.div %a, %b : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  check.expect_eq %q, dense<[-3, -3, 0]> : tensor<3xi32> : tensor<3xi32>
  return
}

func.func @relu_of_nan_and_negative_zero() {
  %x = pj.constant dense<[0x7FC00000, -0.0, -3.0, 2.5]> : tensor<4xf32>
  %y = pj.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  check.expect_eq %y, dense<[0.0, 0.0, 0.0, 2.5]> : tensor<4xf32> : tensor<4xf32>
  return
}

func.func @clip_keeps_nan() {
  %x = pj.constant dense<[0x7FC00000, -1.0, 3.0, 9.0]> : tensor<4xf32>
  %y = pj.clip %x {min = 0.0 : f64, max = 6.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
  check.expect_eq %y, dense<[0x7FC00000, 0.0, 3.0, 6.0]> : tensor<4xf32> : tensor<4xf32>
  %z = pj.clip %x {min = 0.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
  check.expect_eq %z, dense<[0x7FC00000, 0.0, 3.0, 9.0]> : tensor<4xf32> : tensor<4xf32>
  return
}

func.func @compare_and_select() {
  %a = pj.constant dense<[1.0, 0x7FC00000, 3.0]> : tensor<3xf32>
  %b = pj.constant dense<[2.0, 2.0, 3.0]> : tensor<3xf32>
  %lt = pj.compare %a, %b {predicate = #pj.compare<lt>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  check.expect_eq %lt, dense<[true, false, false]> : tensor<3xi1> : tensor<3xi1>
  %ne = pj.compare %a, %b {predicate = #pj.compare<ne>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  check.expect_eq %ne, dense<[true, true, false]> : tensor<3xi1> : tensor<3xi1>
  %y = pj.select %lt, %a, %b : (tensor<3xi1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq %y, dense<[1.0, 2.0, 3.0]> : tensor<3xf32> : tensor<3xf32>
  return
}

func.func @cast_saturates() {
  %x = pj.constant dense<[300.0, -300.0, -1.9, 0x7FC00000]> : tensor<4xf32>
  %y = pj.cast %x {to = i8} : (tensor<4xf32>) -> tensor<4xi8>
  check.expect_eq %y, dense<[127, -128, -1, 0]> : tensor<4xi8> : tensor<4xi8>
  %m = pj.cast %x {to = i1} : (tensor<4xf32>) -> tensor<4xi1>
  check.expect_eq %m, dense<true> : tensor<4xi1> : tensor<4xi1>
  %f = pj.cast %m {to = f32} : (tensor<4xi1>) -> tensor<4xf32>
  check.expect_eq %f, dense<1.0> : tensor<4xf32> : tensor<4xf32>
  return
}

func.func @subnormals_are_flushed() {
  %x = pj.constant dense<1.0e-30> : tensor<1xf32>
  %s = pj.constant dense<1.0e-10> : tensor<1xf32>
  %y = pj.mul %x, %s : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  check.expect_eq %y, dense<0.0> : tensor<1xf32> : tensor<1xf32>
  return
}

func.func @half_precision_rounds_once_an_op() {
  %x = pj.constant dense<2048.0> : tensor<1xf16>
  %s = pj.constant dense<1.0> : tensor<1xf16>
  %y = pj.add %x, %s : (tensor<1xf16>, tensor<1xf16>) -> tensor<1xf16>
  check.expect_eq %y, dense<2048.0> : tensor<1xf16> : tensor<1xf16>
  return
}
