// Elementwise ops: floats, integers, booleans and quantized elements.
// RUN: penjing-check %s | FileCheck %s
// CHECK: functions as expected

func.func @add_broadcasts() {
  %a = pj.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = pj.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %y = pj.add %a, %b : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  check.expect_eq %y, dense<[[11.0, 22.0], [13.0, 24.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  return
}
